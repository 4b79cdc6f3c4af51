"""Open a case: an intake becomes a piece of work, and from then on somebody always owns its next step."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from accounts.authorization import NotPossibleNow
from audit.log import record
from casework.commands import answer_step, complete_step, judge_risk, log_contact, open_case, start_contact
from casework.models import Case, NextStep, RiskLevel, StepKind
from casework.queries import read_case, steps_for
from casework.states import CaseStatus
from referrals.commands import accept_referral
from tests import factories
from tests.conftest import at_once, events, outcome_of
from tests.factories import TOKENS, at

HOLDERS_ONLY = {
    "caseworker": "done",
    "colleague": "done",
    "supervisor": "done",
    "auditor": "Denied",
    "partner": "Denied",
    "partner_supervisor": "Denied",
    "officer": "NotVisible",
    "outsider": "NotVisible",
}.items()


def opened(actor, case, **more):
    return open_case(actor=actor, case=case, step=factories.step(**more), now=at())


def settled(actor, step, then=None, outcome="done"):
    return complete_step(actor=actor, step=step, outcome=outcome, then=then, now=at())


def open_steps(case):
    return [step.kind for step in case.steps.filter(done_at=None).order_by("pk")]


@pytest.fixture
def unjudged(world):
    return factories.unjudged(world.caseworker)


def test_an_intake_becomes_an_open_case_owned_by_whoever_opens_it(world):
    intake = factories.logged(world.caseworker).case
    case = opened(world.colleague, Case.objects.get(pk=intake.pk))
    connection.check_constraints()
    assert (case.status, case.owner, case.opened_by) == (CaseStatus.OPEN, world.colleague, world.colleague)
    assert open_steps(case) == ["refer", "refer"]  # the contact's and the opening's


def test_a_case_of_which_nobody_said_what_it_is_cannot_be_opened(world):
    case = factories.draft(world.caseworker).case
    with pytest.raises(NotPossibleNow):
        opened(world.caseworker, case)
    case.refresh_from_db()
    assert (case.status, case.steps.count()) == (CaseStatus.INTAKE, 0)


def test_it_is_opened_once(world, unjudged):
    with pytest.raises(NotPossibleNow):
        opened(world.colleague, unjudged)
    unjudged.refresh_from_db()
    assert (unjudged.opened_by, unjudged.steps.count()) == (world.caseworker, 2)


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
def test_only_its_holder_opens_it(world, who, becomes):
    factories.logged(world.caseworker)
    case = Case.objects.get()
    assert outcome_of(lambda: opened(world.people[who], case)) == becomes
    assert Case.objects.filter(status="open").exists() == (becomes == "done")


def test_opening_is_recorded(world, case):
    (event,) = events("casework.open_case")
    assert (event.actor_id, event.case_id) == (world.caseworker.pk, case.pk)
    assert event.detail == {"before": "intake", "after": "open"}


def test_a_victim_of_burglary_is_offered_a_police_visit_within_a_day(world):
    case = factories.opened(world.caseworker, kind="burglary")
    offer = case.steps.get(kind=StepKind.OFFER_VISIT)
    assert (offer.owner_agency, offer.due_source) == (world.agencies["front_door"], "burglary_visit_offer")
    assert at(23.9) < offer.due_at <= at(24)


def test_the_visit_is_offered_once(world):
    contact = factories.logged(world.caseworker, kind="burglary", step=factories.step(StepKind.OFFER_VISIT))
    case = opened(world.caseworker, Case.objects.get(pk=contact.case_id))
    again = start_contact(actor=world.caseworker, case=case, now=at())
    log_contact(actor=world.caseworker, contact=again, report=factories.report(kind="burglary"), now=at())
    assert case.steps.filter(kind=StepKind.OFFER_VISIT).count() == 1


def test_nobody_else_gets_that_offer(world, case):
    assert not case.steps.filter(kind=StepKind.OFFER_VISIT).exists()


@pytest.mark.parametrize("outcome", ["done", "overtaken", ""])
def test_the_offer_of_a_visit_ends_with_an_answer_and_nothing_else(world, outcome):
    offer = factories.opened(world.caseworker, kind="burglary").steps.get(kind=StepKind.OFFER_VISIT)
    with pytest.raises((IntegrityError, ValidationError)), transaction.atomic():
        settled(world.caseworker, offer, factories.step(), outcome)
    offer.refresh_from_db()
    assert offer.done_at is None


@pytest.mark.parametrize("outcome", ["visit_accepted", "visit_declined", "unreachable"])
def test_the_answer_to_the_offer_is_kept_with_who_and_when(world, outcome):
    offer = factories.opened(world.caseworker, kind="burglary").steps.get(kind=StepKind.OFFER_VISIT)
    settled(world.colleague, offer, factories.step(), outcome)
    offer.refresh_from_db()
    assert (offer.outcome, offer.done_by, offer.done_at is None) == (outcome, world.colleague, False)


def test_a_level_of_risk_says_who_judged_and_why_and_replaces_none(world, case):
    judge_risk(actor=world.colleague, case=case, level="medium", why="He has moved away", now=at())
    levels = RiskLevel.objects.order_by("pk").values_list("level", "judged_by", "why")
    assert list(levels) == [
        ("high", world.caseworker.pk, TOKENS.why),
        ("medium", world.colleague.pk, "He has moved away"),
    ]
    assert sorted(event.detail["level"] for event in events("casework.judge_risk")) == ["high", "medium"]


def test_the_judgement_that_stands_is_read_first_and_what_waits_last(world, case):
    judge_risk(actor=world.colleague, case=case, level="high", why="He is back", now=at())
    judge_risk(actor=world.colleague, case=case, level="medium", why="He has moved away", now=at(1))
    view = read_case(actor=world.caseworker, reference=case.reference, purpose="casework")
    (risk,) = [section for section in view.sections if section.category == "risk"]
    assert [e.values["why"] for e in risk.entries if "level" in e.values] == [
        "He is back",
        TOKENS.why,
        "He has moved away",
    ]


@pytest.mark.parametrize(("who", "becomes"), HOLDERS_ONLY)
def test_only_the_holder_judges_risk_even_where_risk_is_shared(world, accepted, who, becomes):
    actor = world.people[who]
    act = lambda: judge_risk(actor=actor, case=accepted.case, level="standard", why="None seen", now=at())  # noqa: E731
    assert outcome_of(act) == becomes
    assert accepted.case.risk_levels.filter(level="standard").exists() == (becomes == "done")


@pytest.mark.parametrize(("who", "becomes"), HOLDERS_ONLY - {("partner", "Denied"), ("partner_supervisor", "Denied")})
def test_only_the_holder_settles_a_step(world, accepted, who, becomes):
    step = accepted.case.steps.filter(done_at=None, waits_for=None).first()
    assert outcome_of(lambda: settled(world.people[who], step)) == becomes
    step.refresh_from_db()
    assert step.outcome == ("done" if becomes == "done" else "")


@pytest.mark.parametrize("who", ["partner", "partner_supervisor"])
def test_a_partner_does_not_even_see_the_holders_steps(world, accepted, who):
    step = accepted.case.steps.filter(done_at=None, waits_for=None).first()
    assert outcome_of(lambda: settled(world.people[who], step)) == "NotVisible"
    assert steps_for(world.people[who]).steps + steps_for(world.people[who], whose="duty").steps == []


def test_a_step_may_be_settled_while_another_is_open(world, unjudged):
    first, second = unjudged.steps.order_by("pk")
    settled(world.caseworker, first)
    connection.check_constraints()
    assert list(unjudged.steps.filter(done_at=None)) == [second]


def test_the_last_one_is_settled_only_with_what_comes_next(world, unjudged):
    first, second = unjudged.steps.order_by("pk")
    settled(world.caseworker, first)
    with pytest.raises(NotPossibleNow):
        settled(world.caseworker, second)
    settled(world.caseworker, second, factories.step(StepKind.CALL_BACK))
    assert open_steps(unjudged) == ["call_back"]


def test_a_step_is_settled_once(world, unjudged):
    first = unjudged.steps.order_by("pk").first()
    settled(world.caseworker, first)
    with pytest.raises(NotPossibleNow):
        settled(world.colleague, first, factories.step())
    first.refresh_from_db()
    assert (first.done_by, unjudged.steps.count()) == (world.caseworker, 2)


def test_what_comes_next_cannot_be_given_to_another_agency(world, case):
    first = case.steps.order_by("pk").first()
    with pytest.raises(ValidationError):
        settled(world.caseworker, first, factories.step(owner=world.partner))
    first.refresh_from_db()
    assert first.done_at is None


def test_a_step_that_waits_for_a_partner_is_not_settled_by_hand(world, sent):
    with pytest.raises(NotPossibleNow):
        settled(world.caseworker, sent.follow_up, factories.step())
    sent.follow_up.refresh_from_db()
    assert sent.follow_up.done_at is None


@pytest.mark.parametrize(("who", "refusal"), [("officer", "NotVisible"), ("outsider", "NotVisible")])
def test_nobody_answers_for_another_agency(world, sent, who, refusal):
    actor, step = world.people[who], sent.follow_up
    act = lambda: answer_step(actor=actor, step=step, outcome="done", then=factories.step(), now=at())  # noqa: E731
    assert outcome_of(act) == refusal


@pytest.mark.parametrize("who", ["caseworker", "colleague"])
def test_a_step_waits_in_the_list_of_its_owner_or_of_the_whole_agency(world, unjudged, who):
    NextStep.objects.filter(pk=unjudged.steps.order_by("pk").first().pk).update(owner=world.colleague)
    own, of_duty = steps_for(world.people[who]).steps, steps_for(world.people[who], whose="duty").steps
    assert (len(own), len(of_duty)) == {"caseworker": (0, 1), "colleague": (1, 1)}[who]
    shown = sorted(event.shown_ids for event in events("casework.view_case"))
    assert shown == {"caseworker": [[], [unjudged.pk]], "colleague": [[unjudged.pk], [unjudged.pk]]}[who]


def test_the_database_itself_refuses_an_open_case_without_a_next_step(world, case):
    def settle_them_all():
        with transaction.atomic():
            case.steps.update(done_at=at(), done_by=world.caseworker, outcome="done")
            connection.check_constraints()

    with pytest.raises(IntegrityError, match="an open case needs a next step"):
        settle_them_all()


@pytest.mark.usefixtures("for_real")
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_cannot_settle_the_last_two_steps_between_them(world):
    case = factories.unjudged(world.caseworker)
    first, second = case.steps.order_by("pk")

    def settle(actor, step):
        return lambda wait: (wait(), settled(actor, step))

    problems = at_once(settle(world.caseworker, first), settle(world.colleague, second))
    assert sorted(type(problem).__name__ for problem in problems) == ["NoneType", "NotPossibleNow"]
    assert len(open_steps(case)) == 1


@pytest.mark.usefixtures("for_real")
@pytest.mark.django_db(transaction=True)
def test_not_even_two_transactions_that_go_round_the_commands(world):
    case = factories.unjudged(world.caseworker)

    def settle(step):
        def act(wait):
            with transaction.atomic():
                record(actor=world.caseworker, action="casework.complete_step", subject=step)
                NextStep.objects.filter(pk=step.pk).update(done_at=at(), done_by=world.caseworker, outcome="done")
                wait()

        return act

    problems = at_once(*(settle(step) for step in case.steps.order_by("pk")))
    assert sorted(type(problem).__name__ for problem in problems) == ["IntegrityError", "NoneType"]
    assert len(open_steps(case)) == 1


@pytest.mark.usefixtures("for_real")
@pytest.mark.django_db(transaction=True)
def test_two_partners_who_accept_in_one_moment_do_not_undo_each_other(world):
    case = factories.opened(world.caseworker)
    pairs = [
        (world.partner, factories.sent(world.caseworker, case, world.services["harbour"])),
        (world.outsider, factories.sent(world.caseworker, case, world.services["elsewhere"])),
    ]

    def accept(actor, referral):
        def act(wait):
            with transaction.atomic():
                accept_referral(actor=actor, referral=referral, now=at())
                # What the database does at commit, slowed down so that both are in the middle of it.
                with connection.cursor() as cursor:
                    cursor.execute(f"SET CONSTRAINTS {', '.join(foreign_keys_of_grants())} IMMEDIATE")
                wait()

        return act

    problems = at_once(*(accept(*pair) for pair in pairs))
    assert problems == [None, None]
    assert case.live_grants.filter(sharing__isnull=False, permission__codename="view_case").count() == 2


def foreign_keys_of_grants():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = 'casework_groupgrant'::regclass AND contype = 'f'"
        )
        return [f'"{name}"' for (name,) in cursor.fetchall()]


def test_a_case_with_two_steps_lists_the_most_urgent_first(world, unjudged):
    late, soon = unjudged.steps.order_by("pk")
    NextStep.objects.filter(pk=soon.pk).update(due_at=F("opened_at"), urgent_at=F("opened_at") - timedelta(days=2))
    assert steps_for(world.caseworker, whose="duty").steps == [soon, late]
