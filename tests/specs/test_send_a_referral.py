"""Send a referral: a case's need goes to a partner with a decision to share; they see the summary, no more."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from accounts.authorization import NotPossibleNow, NotVisible
from accounts.commands import add_agency, found_partnership
from accounts.models import AgencyKind
from casework.categories import Category
from casework.models import Case, Consent, LawfulBasis, SharingDecision, new_reference
from casework.policy import categories_for, visible_cases
from casework.queries import cases_for, read_case
from referrals.commands import add_service, draft_referral, send_referral
from referrals.models import Referral
from referrals.policy import visible_referrals
from referrals.queries import get_referral, inbox_for, read_referral, summary
from tests import factories
from tests.conftest import events, outcome_of
from tests.factories import TOKENS, at
from tests.world import SERVICES


@pytest.fixture
def draft(world, case):
    """A referral to Harbour that has not been sent."""
    return factories.drafted(world.caseworker, case, world.services["harbour"])


def send(actor, referral, **more):
    share = factories.share(referral.service, **more)
    return send_referral(actor=actor, referral=referral, share=share, now=at())


def test_only_an_open_case_is_referred(world):
    intake = factories.logged(world.caseworker).case
    with pytest.raises(NotPossibleNow):
        factories.drafted(world.caseworker, Case.objects.get(pk=intake.pk), world.services["harbour"])
    assert not Referral.objects.exists()


def test_a_draft_has_an_owner_and_a_due_time_and_is_seen_by_nobody_it_is_addressed_to(world, draft):
    assert (draft.owner, draft.owner_agency, draft.due_source) == (
        world.caseworker,
        world.agencies["front_door"],
        "referral_draft",
    )
    assert draft.due_at > at()
    assert not visible_referrals(world.partner).exists()


def test_a_service_is_asked_once_at_a_time_for_a_case(world, draft):
    with pytest.raises(NotPossibleNow):
        factories.drafted(world.colleague, draft.case, world.services["harbour"])
    assert Referral.objects.get() == draft


def test_a_service_of_another_partnership_is_not_to_be_had(world, case):
    far = found_partnership(actor=None, name="Far", front_door="Far Front Door", system_email="s@far.test")
    agency = add_agency(actor=far, name="Far Advocates", kind=AgencyKind.SUPPORT)
    service = add_service(actor=far, agency=agency, plan=SERVICES["harbour"])
    with pytest.raises(NotVisible):
        factories.drafted(world.caseworker, case, service)
    assert not Referral.objects.exists()


@pytest.mark.parametrize(
    ("who", "becomes"),
    {
        "caseworker": "done",
        "colleague": "done",
        "supervisor": "done",
        "auditor": "Denied",
        "partner": "NotVisible",
        "partner_supervisor": "NotVisible",
        "officer": "NotVisible",
        "outsider": "NotVisible",
    }.items(),
)
def test_only_the_holder_of_the_case_drafts_and_sends(world, draft, who, becomes):
    actor, case, housing = world.people[who], draft.case, world.services["elsewhere"]
    assert outcome_of(lambda: factories.drafted(actor, case, housing)) == becomes
    assert outcome_of(lambda: send(actor, draft)) == becomes
    draft.refresh_from_db()
    assert draft.status == ("sent" if becomes == "done" else "draft")
    assert SharingDecision.objects.exists() == (becomes == "done")


def test_once_sent_it_is_the_partners_to_answer_by_a_due_time(world, draft):
    sent = send(world.caseworker, draft)
    connection.check_constraints()
    assert (sent.status, sent.owner_agency, sent.owner) == ("sent", world.agencies["harbour"], None)
    assert (sent.due_at - sent.sent_at, sent.due_source) == (timedelta(hours=24), "service_level")


@pytest.mark.parametrize(("service", "hours"), [("harbour", 2), ("police", 2)])
def test_an_urgent_one_is_answered_in_two_hours(world, case, service, hours):
    referral = draft_referral(
        actor=world.caseworker,
        case=case,
        service=world.services[service],
        asked="Please call.",
        urgency="urgent",
        now=at(),
    )
    sent = send(world.caseworker, referral)
    assert (sent.due_at - sent.sent_at, sent.due_source) == (timedelta(hours=hours), "urgent_referral")


def test_the_sender_keeps_a_step_that_watches_for_the_answer(world, draft):
    sent = send(world.caseworker, draft)
    step = sent.follow_up
    assert (step.case, step.kind, step.owner) == (sent.case, "follow_up_referral", world.caseworker)
    assert (step.waits_for, step.due_at) == (world.agencies["harbour"], sent.due_at)


def test_it_carries_the_senders_decision_to_share_whole(world, draft):
    until = at(99)
    decision = send(world.colleague, draft, categories=("risk", "identity"), until=until).decision
    assert (decision.case, decision.recipient) == (draft.case, world.agencies["harbour"])
    assert (decision.decided_by, decision.purpose, decision.basis.code) == (world.colleague, "safety_support", "6-e")
    assert (decision.consent.state, decision.categories, decision.until) == ("given", ["identity", "risk"], until)
    assert (decision.began_at, decision.ended_at) == (None, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"categories": ()},
        {"categories": ("identity", "everything")},
        {"until": at(-1)},
        {"necessity": " "},
        {"consent": Consent.NOT_SOUGHT, "consent_reason": " "},
        {"consent": Consent.REFUSED, "consent_reason": "She said no."},
    ],
    ids=["nothing to share", "no such category", "over already", "no necessity", "not asked", "overridden"],
)
def test_without_a_whole_decision_nothing_is_sent(world, draft, wrong):
    with pytest.raises(ValidationError):
        send(world.caseworker, draft, **wrong)
    draft.refresh_from_db()
    assert (draft.status, SharingDecision.objects.count(), draft.case.steps.count()) == ("draft", 0, 3)
    assert not visible_referrals(world.partner).exists()


def test_the_decision_must_be_in_favour_of_the_agency_that_is_asked(world, draft):
    share = replace(factories.share(draft.service), recipient=world.agencies["elsewhere"])
    with pytest.raises(ValidationError):
        send_referral(actor=world.caseworker, referral=draft, share=share, now=at())
    assert not SharingDecision.objects.exists()


def test_it_is_sent_once(world, sent):
    with pytest.raises(NotPossibleNow):
        send(world.caseworker, sent)
    assert (SharingDecision.objects.count(), sent.case.steps.count()) == (1, 4)


@pytest.mark.parametrize("who", ["partner", "partner_supervisor", "officer", "outsider"])
def test_until_it_is_accepted_nobody_outside_sees_anything_of_the_case(world, sent, who):
    actor = world.people[who]
    assert not visible_cases(actor).exists()
    assert categories_for(actor, sent.case) == frozenset()
    assert cases_for(actor=actor).cases == []
    with pytest.raises(NotVisible):
        read_case(actor=actor, reference=sent.case.reference, purpose="casework")


def test_the_partner_sees_the_summary_and_no_name_number_address_or_story(world, sent):
    referral = read_referral(actor=world.partner, reference=sent.reference)
    assert dict(summary(referral)) == {
        "Reference": sent.reference,
        "From": "Redbridge Front Door",
        "Kind of case": "Domestic abuse",
        "Urgency": "Routine",
        "Next due": sent.due_at,
        "Acknowledged by": sent.acknowledge_by,
        "Answered by": sent.answer_by,
        "What is asked": "Please call.",
        "What more was asked": "Nothing",
        "What was added": "Nothing",
        "Borough": "Redbridge",
        "Language": TOKENS.language,
        "Interpreter needed": "Yes",
        "Access needs": TOKENS.access_needs,
    }
    hidden = {value for name, value in vars(TOKENS).items() if name not in {"language", "access_needs"}}
    row = Referral.objects.filter(pk=sent.pk).values().get()
    assert not [value for value in row.values() if isinstance(value, str) and value in hidden]


@pytest.mark.parametrize(
    ("who", "inbox", "readable"),
    [
        ("caseworker", 0, True),
        ("colleague", 0, True),
        ("supervisor", 0, True),
        ("partner", 1, True),
        ("partner_supervisor", 1, True),
        ("officer", 0, False),
        ("outsider", 0, False),
    ],
)
def test_it_stands_in_the_inbox_of_the_agency_asked_and_of_no_other(world, sent, who, inbox, readable):
    actor = world.people[who]
    assert inbox_for(actor=actor).referrals == [sent] * inbox
    assert outcome_of(lambda: read_referral(actor=actor, reference=sent.reference)) == (
        "done" if readable else "NotVisible"
    )


def test_the_auditor_reads_no_referral(world, sent):
    assert outcome_of(lambda: inbox_for(actor=world.auditor)) == "Denied"
    assert outcome_of(lambda: read_referral(actor=world.auditor, reference=sent.reference)) == "Denied"


def test_a_hidden_referral_and_one_that_never_was_are_refused_alike(world, sent):
    with pytest.raises(NotVisible) as hidden:
        get_referral(world.outsider, sent.reference)
    with pytest.raises(NotVisible) as nothing:
        get_referral(world.outsider, new_reference())
    assert str(hidden.value) == str(nothing.value)


def test_sending_and_deciding_are_recorded_with_codes_only(world, sent):
    (decided,) = events("casework.decide_sharing")
    assert (decided.actor_id, decided.case_id, decided.purpose) == (world.caseworker.pk, sent.case_id, "safety_support")
    assert decided.categories == ["contact", "identity", "narrative", "risk"]
    assert decided.detail == {
        "recipient": world.agencies["harbour"].pk,
        "basis": sent.decision.basis_id,
        "consent": "given",
        "override": "",
        "agreement": sent.decision.agreement_id,
        "justified": False,
    }
    moved = [event.detail for event in events("referrals.send_referral") if "after" in event.detail]
    assert moved == [{"before": "draft", "after": "sent", "service": sent.service_id}]


def test_needs_go_to_the_police_only_when_somebody_chooses_them(world):
    assert Category.NEEDS not in world.services["police"].usual_categories


def test_a_basis_that_is_no_longer_in_force_lets_nothing_be_shared(world, case):
    LawfulBasis.objects.filter(code="6-e").update(valid_until=timezone.localdate())
    with pytest.raises(ValidationError) as refused:
        factories.sent(world.caseworker, case, world.services["harbour"])
    assert set(refused.value.message_dict) == {"basis"}
