"""Changing one's mind: what rests on consent ends with it, at once; the rest goes on, and its receivers learn of it."""

import re
from dataclasses import replace
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from accounts.models import Notice, NoticeKind
from audit.models import AuditEvent
from casework.commands import (
    bar_from_case,
    decide_sharing,
    end_sharing,
    record_consent,
    shorten_sharing,
    widen_sharing,
    withdraw_consent,
)
from casework.models import Consent, ConsentRecord, GroupGrant, LawfulBasis, SharingDecision, StepKind
from casework.models.agreements import CATEGORY_NAMES
from casework.plans import ConsentPlan
from casework.policy import categories_for, visible_cases
from casework.queries import read_case, who_saw
from referrals.models import Referral
from tests import factories
from tests.conftest import events, outcome_of
from tests.factories import at
from tests.forms import hidden
from tests.page_calls import sharing


def by_consent():
    return {"basis": LawfulBasis.objects.get(code="6-a")}


@pytest.fixture
def agreed(world, case):
    """The case shared with Harbour because she agreed, and for no other reason; Harbour took it on."""
    return factories.accepted(world.caseworker, world.partner, case, world.services["harbour"], **by_consent())


def plan_of(state, purpose="housing_help", **more):
    return ConsentPlan(state, purpose, **{"categories": CATEGORY_NAMES} | more)


def withdrawn(world, consent):
    return withdraw_consent(actor=world.caseworker, consent=consent, now=at())


def test_a_decision_names_the_record_of_what_she_said(world, agreed):
    said = agreed.decision.consent
    assert (said.state, said.purpose, said.recipient, said.recorded_by) == (
        "given",
        "safety_support",
        agreed.service.agency,
        world.caseworker,
    )


def test_what_she_said_before_is_relied_on_and_not_written_down_twice(world, case):
    plan = plan_of(Consent.GIVEN, "safety_support", how="in_person")
    said = record_consent(actor=world.caseworker, case=case, plan=plan, now=at())
    sent = factories.sent(world.caseworker, case, world.services["harbour"])
    assert sent.decision.consent == said
    assert ConsentRecord.objects.count() == 1


def test_what_she_said_of_less_is_not_taken_for_more(world, case):
    plan = plan_of(Consent.GIVEN, "safety_support", categories=("identity", "contact"))
    said = record_consent(actor=world.caseworker, case=case, plan=plan, now=at())
    sent = factories.sent(world.caseworker, case, world.services["harbour"])
    assert sent.decision.consent != said
    assert (sent.decision.consent.categories, said.categories) == (sent.decision.categories, ["contact", "identity"])
    sent.decision.consent = said
    assert broken_by(sent.decision) == "decision_shares_no_more_than_they_agreed_to"


def test_what_it_is_to_is_named(world, case):
    with pytest.raises(ValidationError, match="Choose what it is about"):
        record_consent(actor=world.caseworker, case=case, plan=plan_of(Consent.GIVEN, categories=()), now=at())


def test_what_rests_on_it_ends_in_this_moment_with_its_referral(world, agreed):
    read_case(actor=world.partner, reference=agreed.case.reference, purpose="referral")
    withdrawn(world, agreed.decision.consent)
    agreed.refresh_from_db()
    assert agreed.decision.ended_at
    assert (agreed.status, agreed.follow_up.kind) == ("withdrawn", StepKind.DECIDE_WHAT_NEXT)
    assert not visible_cases(world.partner).exists()
    assert len(events("casework.end_sharing")) == len(events("casework.withdraw_consent")) == 1


def test_one_that_was_not_accepted_yet_ends_as_well(world, case):
    sent = factories.sent(world.caseworker, case, world.services["harbour"], **by_consent())
    withdrawn(world, sent.decision.consent)
    sent.refresh_from_db()
    assert (sent.status, bool(sent.decision.ended_at)) == ("withdrawn", True)


def test_one_with_a_basis_of_its_own_goes_on_and_its_receivers_are_told_at_once(world, accepted):
    withdrawn(world, accepted.decision.consent)
    accepted.refresh_from_db()
    assert (accepted.status, accepted.decision.ended_at) == ("accepted", None)
    notice = Notice.objects.get(kind=NoticeKind.NO_LONGER_AGREES)
    assert (notice.recipient, notice.reference) == (world.partner, accepted.reference)
    words = "They do not agree, or no longer agree"
    for address in (f"/cases/{accepted.case.reference}/", f"/referrals/{accepted.reference}/"):
        assert words in world.page("partner").get(address).text
    seen = world.api("partner").get(f"/api/v1/cases/{accepted.case.reference}/").json()
    assert seen["against_their_will"] is True
    decision = world.api("partner").get(f"/api/v1/referrals/{accepted.reference}/").json()["decision"]
    assert decision["consent"] == "withdrawn"


def test_while_she_agrees_nobody_is_warned(world, accepted):
    assert "no longer agree" not in world.page("partner").get(f"/cases/{accepted.case.reference}/").text


def test_it_is_listed_who_saw_what_already_and_each_is_to_be_told(world, agreed):
    read_case(actor=world.partner, reference=agreed.case.reference, purpose="referral")
    consent = agreed.decision.consent
    shown = [(seen.agency.name, [str(each) for each in seen.categories]) for seen in who_saw(world.caseworker, consent)]
    assert shown == [("Harbour Advocacy", ["identity", "contact", "risk", "narrative"])]
    withdrawn(world, consent)
    step = agreed.case.steps.get(kind=StepKind.TELL_OF_WITHDRAWAL)
    assert (step.owner, step.due_source, step.note) == (
        world.caseworker,
        "tell_of_withdrawal",
        "Tell Harbour Advocacy.",
    )
    page = world.page("caseworker").get(f"/consents/{consent.public_id}/").text
    assert "Harbour Advocacy: Who it is about, How to reach them, Risk, What was said" in page


def test_who_read_nothing_need_not_be_told(world, agreed):
    withdrawn(world, agreed.decision.consent)
    assert not agreed.case.steps.filter(kind=StepKind.TELL_OF_WITHDRAWAL).exists()


def test_page_and_api_do_the_same(world, case):
    for client, address in ((world.page, "/consents/{}/"), (world.api, "/api/v1/consents/{}/withdraw")):
        said = record_consent(actor=world.caseworker, case=case, plan=plan_of(Consent.GIVEN), now=at())
        client("caseworker").post(address.format(said.public_id))
        said.refresh_from_db()
        assert said.stands == "withdrawn"


def test_it_is_withdrawn_once_and_only_where_it_was_given(world, accepted):
    consent = accepted.decision.consent
    refused = record_consent(
        actor=world.caseworker,
        case=accepted.case,
        plan=plan_of(Consent.REFUSED, reason="She said no."),
        now=at(),
    )
    withdrawn(world, consent)
    assert [outcome_of(lambda c=c: withdrawn(world, c)) for c in (consent, refused)] == ["NotPossibleNow"] * 2


@pytest.mark.parametrize(
    ("who", "outcome"), [("supervisor", "done"), ("partner", "NotVisible"), ("outsider", "NotVisible")]
)
def test_only_the_agency_that_holds_the_case_records_it(world, accepted, who, outcome):
    consent, actor = accepted.decision.consent, world.people[who]
    assert outcome_of(lambda: withdraw_consent(actor=actor, consent=consent, now=at())) == outcome


def test_without_consent_nothing_can_rest_on_it_whatever_the_code_says(world, accepted):
    withdrawn(world, accepted.decision.consent)
    row = SharingDecision.objects.get()
    row.pk, row.public_id, row.basis = None, None, LawfulBasis.objects.get(code="6-a")
    assert broken_by(row) == "decision_by_consent_needs_it_given"
    row.basis = LawfulBasis.objects.get(code="6-e")
    assert broken_by(row) == "decision_against_their_will_is_overridden"


def broken_by(row):
    row.pk, row.public_id = None, uuid4()
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        row.save(force_insert=True)
    return refusal.value.__cause__.diag.constraint_name


def problems(act):
    with pytest.raises(ValidationError) as refusal, transaction.atomic():
        act()
    return {name: words[0] for name, words in refusal.value.message_dict.items()}


def decided(world, actor, case, **more):
    plan = factories.share(world.services["harbour"], **more)
    return decide_sharing(actor=actor, case=case, plan=plan, now=at())


def test_against_her_will_a_caseworker_asks_a_supervisor(world, case):
    refused = {"consent": Consent.REFUSED, "consent_reason": "She said no."}
    assert problems(lambda: decided(world, world.caseworker, case, **refused)) == {
        "consent": "They do not agree. Ask a supervisor to share it."
    }
    assert set(problems(lambda: decided(world, world.supervisor, case, **refused))) == {
        "override_reason",
        "override_narrative",
        "told_victim",
    }
    decision = decided(world, world.supervisor, case, **refused, override=factories.overridden())
    assert (decision.authorised_by, decision.override_reason) == (world.supervisor, "child_at_risk")


def test_an_override_is_authorised_by_a_supervisor_of_the_holder_whatever_the_code_says(world, case):
    refused = {"consent": Consent.REFUSED, "consent_reason": "No.", "override": factories.overridden()}
    row = decided(world, world.supervisor, case, **refused)
    for other in (world.caseworker, world.partner_supervisor):
        row.authorised_by = other
        assert broken_by(row) == "decision_is_overridden_by_a_supervisor_of_the_holder"


def test_a_share_with_an_override_stays(world, case):
    refused = {"consent": Consent.REFUSED, "consent_reason": "No.", "override": factories.overridden()}
    sent = factories.sent(world.supervisor, case, world.services["harbour"], **refused)
    assert "Shared all the same because" in world.page("partner").get(f"/referrals/{sent.reference}/").text


def test_consent_as_a_basis_needs_it_given(world, case):
    asked = {"consent": Consent.NOT_SOUGHT, "consent_reason": "No time.", **by_consent()}
    assert set(problems(lambda: decided(world, world.caseworker, case, **asked))) == {"basis"}


def test_shortening_moves_the_end_of_every_grant(world, accepted):
    until = at(24)
    shorten_sharing(actor=world.caseworker, decision=accepted.decision, until=until, now=at())
    accepted.decision.refresh_from_db()
    assert accepted.decision.until == until
    ends = set(GroupGrant.objects.filter(sharing=accepted.decision).values_list("valid_until", flat=True))
    assert ends == {until}
    [event] = events("casework.shorten_sharing")
    assert event.detail["after"] == int(until.timestamp())


def test_shortening_never_lengthens(world, accepted):
    for until in (at(-1), at(24 * 60)):
        act = {"actor": world.caseworker, "decision": accepted.decision, "until": until}
        assert set(problems(lambda act=act: shorten_sharing(**act, now=at()))) == {"until"}
    with pytest.raises(IntegrityError), transaction.atomic():
        SharingDecision.objects.filter(pk=accepted.decision_id).update(until=at(24 * 90))


def test_widening_is_a_decision_of_its_own_and_ends_with_what_it_widens(world, accepted):
    plan = factories.share(accepted.service, categories=("needs",), necessity="She asks about money now.")
    wider = widen_sharing(actor=world.caseworker, decision=accepted.decision, plan=plan, now=at())
    assert (wider.widens, wider.necessity) == (accepted.decision, "She asks about money now.")
    assert "needs" in categories_for(world.partner, accepted.case)
    end_sharing(actor=world.caseworker, decision=accepted.decision, now=at())
    assert categories_for(world.partner, accepted.case) == frozenset()
    assert Referral.objects.get().status == "withdrawn"


def test_widening_needs_more_to_share_or_a_later_end_and_a_share_that_runs(world, accepted, case):
    plan = factories.share(accepted.service, categories=("risk",), until=accepted.decision.until)
    widen = {"actor": world.caseworker, "decision": accepted.decision}
    assert set(problems(lambda: widen_sharing(**widen, plan=plan, now=at()))) == {"categories"}
    end_sharing(actor=world.caseworker, decision=accepted.decision, now=at())
    later = replace(plan, until=at(24 * 60))
    assert outcome_of(lambda: widen_sharing(**widen, plan=later, now=at())) == "NotPossibleNow"


def test_a_widening_with_a_basis_of_its_own_outlives_the_consent(world, agreed):
    plan = factories.share(agreed.service, categories=("needs",))
    wider = widen_sharing(actor=world.caseworker, decision=agreed.decision, plan=plan, now=at())
    withdrawn(world, agreed.decision.consent)
    assert categories_for(world.partner, agreed.case) == {"needs"}
    assert Referral.objects.get().status == "accepted"
    end_sharing(actor=world.caseworker, decision=agreed.decision, now=at())
    wider.refresh_from_db()
    assert wider.ended_at


def test_with_the_last_of_what_was_shared_its_referral_goes_back(world, agreed):
    """Or nobody could end it any more, nor bar the agency that it was sent to."""
    plan = factories.share(agreed.service, categories=("needs",))
    wider = widen_sharing(actor=world.caseworker, decision=agreed.decision, plan=plan, now=at())
    withdrawn(world, agreed.decision.consent)
    end_sharing(actor=world.caseworker, decision=wider, now=at())
    assert Referral.objects.get().status == "withdrawn"
    bar_from_case(
        actor=world.supervisor, case=agreed.case, who=agreed.service.agency, reason="alleged_works_there", now=at()
    )


@pytest.mark.parametrize("path", ["end", "shorten", "widen"])
def test_the_pages_of_a_share_are_the_holders(world, accepted, path):
    address = f"/shares/{accepted.decision.public_id}/{path}/"
    assert world.page("caseworker").get(address).status_code == 200
    assert world.page("partner").get(address).status_code in {403, 404}


def test_before_widening_the_page_shows_exactly_what_they_will_see_and_records_it(world, accepted):
    page, address = world.page("caseworker"), f"/shares/{accepted.decision.public_id}/widen/"
    before = page.get(address)
    assert factories.TOKENS.support_needs not in before.text
    shown = page.post(address, sharing(categories=["needs"], preview="preview") | hidden(before))
    assert (shown.status_code, factories.TOKENS.support_needs in shown.text) == (200, True)
    assert factories.TOKENS.name not in shown.text
    assert ["needs"] in [event.categories for event in events("casework.view_case") if event.purpose == "preview"]
    assert "needs" not in categories_for(world.partner, accepted.case)


def test_who_else_sees_what_now_is_a_table(world, accepted):
    address = f"/cases/{accepted.case.reference}/sharing/"
    table = re.compile(r'<th scope="col"[^>]*>Harbour Advocacy</th>(.*?)</table>', re.DOTALL)
    shown = table.search(world.page("caseworker").get(address).text)
    assert shown
    assert shown[1].count(">Yes<") == len(accepted.decision.categories)
    end_sharing(actor=world.caseworker, decision=accepted.decision, now=at())
    ended = world.page("caseworker").get(address).text
    assert "Nobody outside" in ended
    assert not table.search(ended)


def test_nothing_of_what_she_said_is_in_the_log(world, case):
    plan = plan_of(Consent.REFUSED, reason="Her brother works there.")
    record_consent(actor=world.caseworker, case=case, plan=plan, now=at())
    assert "brother" not in str(list(AuditEvent.objects.values_list("detail", flat=True)))
    connection.check_constraints()
