"""What a pilot borough would try first, each by the name it goes by; other specs try the same in every way there is."""

import re
from datetime import date

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.commands import send_notice
from accounts.models import Notice
from casework import commands, grading
from casework.models import Case, Party, RiskAssessment, StepKind, new_reference
from casework.models.agreements import CATEGORY_NAMES
from casework.plans import AssessmentPlan, VictimReport
from casework.queries import reveal_address
from casework.scan import LOOKS, Protected, fold
from referrals.models import Referral
from referrals.states import ReferralStatus
from tests import factories
from tests.conftest import as_a_worker, events
from tests.factories import TOKENS, at
from tests.world import World

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')
BORN = date(1990, 4, 5)
ONE_CASE = ("/cases/{}/", "/cases/{}/history/", "/api/v1/cases/{}/", "/api/v1/cases/{}/history")


def asked(client, path: str) -> tuple[int, int]:
    """The status, and how many statements it took: who counts time counts these."""
    with CaptureQueriesContext(connection) as statements:
        answer = client.get(path)
    return answer.status_code, len(statements)


def test_barred_agency_user_cannot_tell_a_case_exists_by_timing_count_error_autocomplete_export_or_audit(
    world: World, accepted: Referral
):
    commands.bar_from_case(
        actor=world.supervisor, case=accepted.case, who=world.agencies["harbour"], reason="knows_them", now=at()
    )
    for who in ("partner", "partner_supervisor"):
        page, api = world.page(who), world.api(who)
        nothing = new_reference()
        for path in ONE_CASE:
            assert asked(page, path.format(accepted.case.reference)) == asked(page, path.format(nothing))
            there, absent = (
                TOKEN.sub("", page.get(path.format(name)).text) for name in (accepted.case.reference, nothing)
            )
            assert there.replace(accepted.case.reference, nothing) == absent
        assert api.get("/api/v1/cases/").json()["cases"] == []
        assert accepted.case.reference not in page.get("/cases/").text
        assert accepted.reference not in page.get("/inbox/").text
        search = {"name": TOKENS.name, "telephone": TOKENS.route}
        assert api.post("/api/v1/people/search", search, format="json").status_code in {200, 403}


@pytest.mark.parametrize("status", ["draft", "sent", "accepted"])
def test_every_open_referral_has_an_owner_and_due_time(world: World, case, status: str):
    service = world.services["harbour"]
    make = {
        "draft": lambda: factories.drafted(world.caseworker, case, service),
        "sent": lambda: factories.sent(world.caseworker, case, service),
        "accepted": lambda: factories.accepted(world.caseworker, world.partner, case, service),
    }
    referral = make[status]()
    assert referral.status == ReferralStatus(status)
    assert (referral.owner_agency_id is not None, referral.due_at is not None, bool(referral.due_source)) == (True,) * 3
    assert referral.case.steps.filter(done_at=None, due_at__isnull=False, owner_agency__isnull=False).exists()


def test_same_name_same_dob_pair_stays_separate(world: World):
    alike = VictimReport(name="Zoë Łasińska-Khan", date_of_birth=BORN)
    for telephone in ("020 7946 0301", "020 7946 0302"):
        route = factories.report().routes[0]
        factories.logged(world.caseworker, victim=alike, routes=(type(route)(route.kind, telephone, route.safety),))
    found = Party.objects.filter(role="victim", name=alike.name, date_of_birth=BORN)
    assert found.count() == 2
    assert len({party.person_id for party in found}) == 2


def test_audit_row_exists_for_each_reveal(world: World, case):
    address = case.addresses.get()
    for reason in ("visit", "safety_plan", "visit"):
        reveal_address(actor=world.caseworker, public_id=address.public_id, reason=reason)
    revealed = events("casework.reveal_address", subject_id=address.pk, outcome="allowed")
    assert [event.actor_id for event in revealed] == [world.caseworker.pk] * 3
    assert sorted(event.purpose or event.detail.get("why", "") for event in revealed)


TOOLS = ("dash_24", "dash_27", "dara", "burglary")
MOST_ITEMS = 27


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    picks=st.lists(st.integers(0, 6), min_size=MOST_ITEMS, max_size=MOST_ITEMS),
    tool=st.sampled_from(TOOLS),
    judged=st.sampled_from(["standard", "medium", "high"]),
)
def test_each_grade_reproduces_from_stored_answers_and_rule_version(
    cases: dict[str, Case], world: World, picks: list[int], tool: str, judged: str
):
    with transaction.atomic():
        draft = factories.begun(world.caseworker, cases[tool], tool)
        answers = picked(draft.instrument.content, picks)
        plan = AssessmentPlan(answers, "phone", judgement=judged, reason="As it was told.")
        commands.sign_assessment(actor=world.caseworker, assessment=draft, plan=plan, now=at())
        stored = RiskAssessment.objects.select_related("instrument", "rule").get(pk=draft.pk)
        again = grading.graded(stored.instrument.content, stored.rule.content, stored.answers, stored.judgement)
        assert (stored.band, stored.grade) == (again.band, again.grade)
        assert (stored.ticks, stored.unknown) == (len(again.tally.ticks), len(again.tally.unknown))
        assert grading.RANK[stored.grade] >= grading.RANK[stored.judgement]
        assert not (len(again.tally.unknown) >= 8 and stored.grade == "standard")
        transaction.set_rollback(True)


def picked(tool: dict, picks: list[int]) -> dict[str, dict[str, str]]:
    """An answer to every item, of those that its scale has, or why it was not asked."""
    scale = [{"answer": each["code"]} for each in tool["scale"]] + [{"answer": "not_asked", "not_asked": "no_time"}]
    return {item["code"]: scale[pick % len(scale)] for item, pick in zip(tool["items"], picks, strict=False)}


@pytest.fixture
def cases(world: World) -> dict[str, Case]:
    abuse, burgled = factories.unjudged(world.caseworker), factories.unjudged(world.caseworker, kind="burglary")
    return dict.fromkeys(TOOLS, abuse) | {"burglary": burgled}


@pytest.mark.parametrize("who", ["caseworker", "colleague", "supervisor", "senior"])
@pytest.mark.parametrize("channel", ["phone", "police_transfer", "call_back"])
def test_new_incident_on_a_flagged_pair_always_raises_repeat_task(world: World, case: Case, who: str, channel: str):
    elsewhere = factories.opened(world.caseworker)
    for flag in (case, elsewhere):
        factories.flagged(world.caseworker, flag)
    contact = commands.start_contact(actor=world.people[who], case=case, now=at())
    said = factories.report(channel=channel, no_step_reason="already_in_hand", routes=(), victim=None)
    commands.log_contact(actor=world.people[who], contact=contact, report=said, now=at())
    (here,) = case.steps.filter(kind=StepKind.REFER_BACK, done_at=None)
    assert (here.owner_agency, here.due_source) == (case.agency, "refer_back")
    as_a_worker(commands.find_repeats, actor=world.system, case_id=case.pk, now=at())
    assert elsewhere.steps.filter(kind=StepKind.REFER_BACK, done_at=None).count() == 1


def test_p_known_address_never_appears_in_any_generated_document(world: World, case):
    """Every document there is, of a case in which the other side knows one of two addresses: neither stands in any."""
    victim = case.parties.get(role="victim")
    known, safe = {"lines": "17 Zorbell Crescent"}, {"lines": "4 Hidden Mews", "postcode": "YY8 6WQ"}
    case.addresses.update(known_to_alleged="yes")
    victim.addresses.create(case=case, kind="safe", known_to_alleged="no", **safe)
    plan = factories.planned(world.caseworker, case)
    for place in (known["lines"], safe["lines"].upper(), safe["postcode"].replace(" ", "")):
        with pytest.raises(ValidationError):
            factories.planned(world.caseworker, case, notes=f"Near {place}", after=1)
    phone = case.routes.get(kind="phone", party=victim)
    factories.accepted(world.caseworker, world.partner, case, world.services["harbour"], categories=CATEGORY_NAMES)
    told = factories.answered(world, case)
    supervisor, give = world.page("supervisor"), {"way": str(phone.public_id)}
    documents = {
        "notes to print": supervisor.post(f"/plans/{plan.public_id}/give/", give | {"form": "print"}),
        "notes as words": supervisor.post(f"/plans/{plan.public_id}/give/", give | {"form": "text"}),
        "answer to a victim": supervisor.get(f"/answers/{told.public_id}/"),
        "history": supervisor.get(f"/cases/{case.reference}/history/export/"),
        "what an agency knew": supervisor.get(
            f"/cases/{case.reference}/history/replay/export/", {"agency": world.agencies["harbour"].pk}
        ),
    }
    documents = {name: answer.content.decode() for name, answer in documents.items()}
    for notice in Notice.objects.all():
        as_a_worker(send_notice, actor=world.system, notice=notice, now=at())
    documents["mail"] = "\n".join(message.body + message.subject for message in mail.outbox)
    assert [name for name, text in documents.items() if not text] == []
    places = [Protected("an address", each["lines"]) for each in (known, safe)]
    places += [Protected("a postcode", value) for value in (TOKENS.postcode, safe["postcode"])]
    found = {name: [p.value for p in places if p.kind in kinds_of(text, p)] for name, text in documents.items()}
    assert {name: values for name, values in found.items() if values} == {}


def kinds_of(text: str, place: Protected) -> list[str]:
    """Whether it stands there: without what only looks like one, such as a reference."""
    return [place.kind] if LOOKS[place.kind](place.value, fold(text)) else []
