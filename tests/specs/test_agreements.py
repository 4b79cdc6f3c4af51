"""Information-sharing agreements: what is shared keeps to one, a supervisor may go beyond, and an emergency waits for
none."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Notice, NoticeKind
from casework.commands import add_agreement, decide_sharing, end_agreement, warn_of_agreements
from casework.models import AgreementWarning, LawfulBasis, SharingAgreement
from referrals.commands import complete_referral, decline_referral, engage
from tests import factories
from tests.conftest import as_a_worker, outcome_of
from tests.factories import at
from tests.forms import hidden
from tests.page_calls import sharing
from tests.world import agreed

BEYOND = "No agreement in force covers this share."


@pytest.fixture
def manager(world):
    return world.manager


@pytest.fixture
def standing(world):
    return SharingAgreement.objects.get()


def decided(world, who, case, **more):
    plan = factories.share(world.services["harbour"], **more)
    return decide_sharing(actor=world.people[who], case=case, plan=plan, now=at())


def problems(act):
    with pytest.raises(ValidationError) as refusal, transaction.atomic():
        act()
    return refusal.value.message_dict


def expire(standing):
    SharingAgreement.objects.filter(pk=standing.pk).update(
        valid_from=timezone.localdate() - timedelta(days=300), review_on=timezone.localdate()
    )


def without_harbour(standing, world):
    standing.parties.filter(agency=world.agencies["harbour"]).delete()


def without_risk(standing):
    SharingAgreement.objects.filter(pk=standing.pk).update(categories=["identity", "contact", "narrative"])


def test_a_share_names_the_agreement_that_covers_it(world, case, standing):
    assert decided(world, "caseworker", case).agreement == standing


@pytest.mark.parametrize("how", ["a party is missing", "a category is not allowed", "expired", "ended"])
def test_beyond_every_agreement_a_caseworker_asks_a_supervisor_who_says_why(world, case, standing, manager, how):
    {
        "a party is missing": lambda: without_harbour(standing, world),
        "a category is not allowed": lambda: without_risk(standing),
        "expired": lambda: expire(standing),
        "ended": lambda: end_agreement(actor=manager, agreement=standing, now=at()),
    }[how]()
    assert problems(lambda: decided(world, "caseworker", case, beyond_agreement="I say so.")) == {
        "categories": [f"{BEYOND} Ask a supervisor to share it."]
    }
    assert set(problems(lambda: decided(world, "supervisor", case))) == {"beyond_agreement"}
    decision = decided(world, "supervisor", case, beyond_agreement="She moves tonight.")
    assert (decision.agreement, decision.beyond_agreement) == (None, "She moves tonight.")


def test_an_emergency_waits_for_no_agreement(world, case, standing):
    expire(standing)
    assert decided(world, "caseworker", case, basis=LawfulBasis.objects.get(code="6-d")).pk


def test_what_runs_goes_on_when_an_agreement_expires(world, accepted, standing):
    expire(standing)
    assert world.page("partner").get(f"/cases/{accepted.case.reference}/").status_code == 200


@pytest.mark.parametrize("spoilt", ["agreement", "reason", "decider"])
def test_the_database_keeps_a_decision_to_its_agreement(world, case, standing, spoilt):
    row = decided(world, "caseworker", case)
    row.pk, row.public_id = None, uuid4()
    if spoilt == "agreement":
        without_risk(standing)
    row.agreement = standing if spoilt == "agreement" else None
    row.beyond_agreement = "" if spoilt == "reason" else "So it is."
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        row.save(force_insert=True)
    assert refusal.value.__cause__.diag.constraint_name == {
        "agreement": "decision_keeps_to_its_agreement",
    }.get(spoilt, "decision_beyond_agreements_is_a_supervisors")


def test_the_page_says_so_at_the_field(world, case, standing):
    expire(standing)
    referral = factories.drafted(world.caseworker, case, world.services["harbour"])
    client = world.page("caseworker")
    seen = hidden(client.get(f"/referrals/{referral.reference}/send/"))
    page = client.post(f"/referrals/{referral.reference}/send/", sharing() | seen | {"send": "send"})
    assert page.status_code == 400
    assert f"{BEYOND} Ask a supervisor to share it." in page.text


def test_the_manager_adds_one_and_ends_it_by_the_pages(world, manager):
    client = world.page("manager")
    today = timezone.localdate()
    day = {"valid_from": today, "review_on": today + timedelta(days=90)}
    boxes = {f"{name}_{part}": getattr(on, part) for name, on in day.items() for part in ("day", "month", "year")}
    parties = [world.agencies[name].pk for name in ("front_door", "police")]
    said = {"name": "Two together", "gateway": "A law", "parties": parties, "categories": ["identity"], **boxes}
    said["feedback_level"] = "2"
    assert client.post("/agreements/", said | {"parties": parties[:1]}).status_code == 400
    assert client.post("/agreements/", said).status_code == 302
    made = SharingAgreement.objects.get(name="Two together")
    assert made.feedback_level == 2
    assert "East Area Police" in client.get("/agreements/").text
    assert client.post(f"/agreements/{made.reference}/").status_code == 302
    made.refresh_from_db()
    assert made.ended_by == manager
    assert outcome_of(lambda: end_agreement(actor=manager, agreement=made, now=at())) == "NotPossibleNow"


def test_others_see_them_and_change_none(world, standing):
    for who, outcome in (("supervisor", "Denied"), ("caseworker", "Denied")):
        actor = world.people[who]
        assert outcome_of(lambda a=actor: add_agreement(actor=a, plan=agreed(world), now=at())) == outcome
        assert outcome_of(lambda a=actor: end_agreement(actor=a, agreement=standing, now=at())) == outcome
    listed = world.api("supervisor").get("/api/v1/agreements/").json()["agreements"]
    assert [each["name"] for each in listed] == ["All of Redbridge"]


def test_another_partnership_finds_none_of_them(world, standing, stranger):
    assert world.api("stranger").get("/api/v1/agreements/").json()["agreements"] == []
    assert world.page("stranger").get(f"/agreements/{standing.reference}/").status_code == 404


def warned_on(standing, days):
    """The notices of a day so many days before the review, as the worker sends them."""
    before = Notice.objects.filter(kind=NoticeKind.AGREEMENT_ENDS).count()
    noon = timezone.now().replace(hour=12)
    now = noon + (standing.review_on - timezone.localdate(noon)) - timedelta(days=days)
    as_a_worker(warn_of_agreements, actor=standing.added_by, now=now)
    return Notice.objects.filter(kind=NoticeKind.AGREEMENT_ENDS).count() - before


def test_managers_and_supervisors_are_warned_60_30_and_7_days_before_once_each(world, standing, manager):
    everybody = 3  # the manager, and the supervisors of the front door and of Harbour
    days = {61: 0, 60: everybody, 59: 0, 30: everybody, 29: 0, 7: everybody, 6: 0, 0: 0}
    assert {day: warned_on(standing, day) for day in days} == days
    assert set(Notice.objects.values_list("reference", flat=True)) == {standing.reference}
    assert AgreementWarning.objects.count() == 3


def test_a_day_that_was_missed_is_made_good(standing):
    assert warned_on(standing, 25) > 0
    assert list(AgreementWarning.objects.values_list("days", flat=True)) == [30]


@pytest.mark.parametrize(
    ("level", "heard"), {1: (), 2: ("why",), 3: ("why", "in touch"), 4: ("why", "in touch", "outcome")}.items()
)
def test_the_sender_hears_of_a_partners_work_what_the_agreement_says(world, case, level, heard):
    SharingAgreement.objects.update(feedback_level=level)
    other = factories.opened(world.caseworker)
    referral = factories.accepted(world.caseworker, world.partner, case, world.services["harbour"])
    engaged = engage(actor=world.partner, referral=referral, now=at())
    said = {"outcome_code": "supported", "as_wanted": "yes", "outcome": "She has a plan."}
    ended = complete_referral(actor=world.partner, referral=engaged, now=at(), **said)
    no = factories.sent(world.caseworker, other, world.services["harbour"])
    decline_referral(actor=world.partner, referral=no, reason="no_capacity", note="Full.", now=at())
    api = world.api("caseworker")
    seen = {each.reference: api.get(f"/api/v1/referrals/{each.reference}/").json() for each in (ended, no)}
    assert (seen[no.reference]["status"], seen[ended.reference]["status"]) == ("declined", "completed")
    assert bool(seen[no.reference]["decline_reason"]) == ("why" in heard)
    assert bool(seen[ended.reference]["engaged_at"]) == ("in touch" in heard)
    assert bool(seen[ended.reference]["outcome_code"]) == ("outcome" in heard)
    text = world.page("caseworker").get(f"/cases/{case.reference}/timeline/").text
    assert ("She has a plan." in text) == ("outcome" in heard)
    assert world.api("partner").get(f"/api/v1/referrals/{ended.reference}/").json()["outcome_code"] == "supported"
