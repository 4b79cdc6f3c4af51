"""A bar beats every grant, and a seal every bar's absence: who is shut out of a case finds what a stranger finds."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection

from accounts.authorization import Denied, NotPossibleNow, NotVisible
from casework.commands import (
    bar_from_case,
    lift_bar,
    log_contact,
    name_in_seal,
    seal_case,
    start_contact,
    take_off_seal,
    unseal_case,
)
from casework.models import Bar, Case, Contact, NextStep, SealMember
from casework.policy import categories_for, visible_cases
from referrals.models import Referral
from referrals.states import ReferralStatus
from tests import factories
from tests.conftest import events, outcome_of
from tests.factories import at
from tests.specs.test_both_locks import bare
from tests.world import World

NOBODY_ELSE = ("auditor", "partner", "partner_supervisor", "officer", "outsider", "police_system", "colleague")


def bar(world: World, case: Case, who: object) -> Bar:
    return bar_from_case(actor=world.supervisor, case=case, who=who, reason="knows_them", now=at())


def seal(world: World, case: Case) -> None:
    seal_case(
        actor=world.supervisor, case=case, workers=[world.supervisor, world.caseworker], reason="honour_based", now=at()
    )


def finds(world: World, who: str, case: Case) -> tuple[int, int, bool]:
    """What somebody finds by page, by API, and in the list of cases."""
    page, api = world.page(who), world.api(who)
    listed = case.reference in page.get("/cases/").content.decode()
    address = f"/cases/{case.reference}/"
    return page.get(address).status_code, api.get(f"/api/v1{address}").status_code, listed


def test_a_barred_worker_of_the_holder_finds_nothing_and_their_colleagues_go_on(world: World, case: Case):
    bar(world, case, world.colleague)
    assert finds(world, "colleague", case) == (404, 404, False)
    assert finds(world, "caseworker", case) == (200, 200, True)


def test_a_barred_agency_finds_nothing_whatever_was_shared_with_it(world: World, accepted: Referral):
    assert finds(world, "partner", accepted.case) == (200, 200, True)
    bar(world, accepted.case, world.agencies["harbour"])
    assert finds(world, "partner", accepted.case) == (404, 404, False)
    assert world.api("partner").get("/api/v1/cases/").json()["total"] == 0
    assert world.api("partner").get(f"/api/v1/referrals/{accepted.reference}/").status_code == 404
    assert accepted.reference not in world.page("partner").get("/referrals/").content.decode()


def test_what_a_barred_worker_gets_is_what_a_stranger_gets(world: World, case: Case):
    bar(world, case, world.colleague)
    barred = world.api("colleague").get(f"/api/v1/cases/{case.reference}/")
    stranger = world.api("outsider").get(f"/api/v1/cases/{case.reference}/")
    assert (barred.status_code, barred.content) == (stranger.status_code, stranger.content)


def test_a_barred_worker_cannot_change_it_either(world: World, case: Case):
    bar(world, case, world.colleague)
    now = at()
    assert outcome_of(lambda: factories.sent(world.colleague, case, world.services["harbour"])) == "NotVisible"
    with pytest.raises(NotVisible):
        bar_from_case(actor=world.colleague, case=case, who=world.partner, reason="knows_them", now=now)


def test_a_lifted_bar_lets_in_again(world: World, case: Case):
    lift_bar(actor=world.supervisor, bar=bar(world, case, world.colleague), now=at())
    assert finds(world, "colleague", case) == (200, 200, True)
    assert categories_for(world.colleague, case) != frozenset()


def test_a_sealed_case_is_found_by_those_whom_the_seal_names_and_nobody_else(world: World, accepted: Referral):
    seal(world, accepted.case)
    assert finds(world, "supervisor", accepted.case) == (200, 200, True)
    assert finds(world, "caseworker", accepted.case) == (200, 200, True)
    assert [who for who in NOBODY_ELSE if visible_cases(world.people[who]).exists()] == []
    assert finds(world, "colleague", accepted.case) == (404, 404, False)


def test_a_lifted_seal_lets_its_holders_workers_in_again(world: World, case: Case):
    seal(world, case)
    assert finds(world, "colleague", case) == (404, 404, False)
    unseal_case(actor=world.supervisor, case=case, now=at())
    assert finds(world, "colleague", case) == (200, 200, True)


def test_a_new_seal_does_not_let_in_whom_an_earlier_one_named(world: World, case: Case):
    seal(world, case)
    unseal_case(actor=world.supervisor, case=case, now=at())
    seal_case(
        actor=world.supervisor, case=case, workers=[world.supervisor, world.colleague], reason="honour_based", now=at()
    )
    assert finds(world, "colleague", case) == (200, 200, True)
    assert finds(world, "caseworker", case) == (404, 404, False)


ANSWERS = {
    "accept": ("partner", "sent", {}),
    "decline": ("partner", "sent", {"reason": "no_capacity"}),
    "withdraw": ("caseworker", "accepted", {"reason": "not_needed"}),
    "complete": (
        "partner",
        "accepted",
        {"outcome_code": "supported", "as_wanted": "yes", "outcome": "She has a safety plan."},
    ),
}


@pytest.mark.parametrize("verb", ANSWERS)
@pytest.mark.parametrize("shut", ["sealed", "barred to a colleague"])
def test_who_still_finds_a_shut_case_can_end_what_was_shared_of_it(world: World, request, verb: str, shut: str):
    who, state, body = ANSWERS[verb]
    referral = request.getfixturevalue(state)
    named = [world.supervisor, world.caseworker, world.partner]
    if shut == "sealed":
        seal_case(actor=world.supervisor, case=referral.case, workers=named, reason="honour_based", now=at())
    else:
        bar(world, referral.case, world.colleague)
    answer = world.api(who).post(f"/api/v1/referrals/{referral.reference}/{verb}", body, format="json")
    assert answer.status_code == 200


@pytest.mark.parametrize("who", ["caseworker", "partner", "auditor"])
def test_only_a_supervisor_of_the_holder_shuts_a_case(world: World, accepted: Referral, who: str):
    actor = world.people[who]
    with pytest.raises((Denied, NotVisible)):
        bar_from_case(actor=actor, case=accepted.case, who=world.officer, reason="knows_them", now=at())
    with pytest.raises((Denied, NotVisible)):
        seal_case(actor=actor, case=accepted.case, workers=[actor, world.supervisor], reason="honour_based", now=at())


def test_a_supervisor_of_an_agency_that_it_is_shared_with_does_not(world: World, accepted: Referral):
    with pytest.raises(Denied):
        bar_from_case(
            actor=world.partner_supervisor, case=accepted.case, who=world.officer, reason="knows_them", now=at()
        )


def test_nobody_bars_themselves_or_twice(world: World, case: Case):
    for who in (world.supervisor, world.supervisor.agency):
        with pytest.raises(NotPossibleNow):
            bar(world, case, who)
    first = bar(world, case, world.officer)
    with pytest.raises(NotPossibleNow):
        bar(world, case, world.officer)
    lift_bar(actor=world.supervisor, bar=first, now=at())
    with pytest.raises(NotPossibleNow):
        lift_bar(actor=world.supervisor, bar=first, now=at())


def test_a_seal_names_two_with_a_supervisor_and_whoever_seals(world: World, case: Case):
    for named in ([world.supervisor], [world.caseworker, world.colleague], [world.supervisor, world.supervisor]):
        with pytest.raises(ValidationError):
            seal_case(actor=world.supervisor, case=case, workers=named, reason="honour_based", now=at())
    with pytest.raises(NotPossibleNow):
        unseal_case(actor=world.supervisor, case=case, now=at())
    seal(world, case)
    with pytest.raises(NotPossibleNow):
        seal(world, case)


def test_each_is_recorded_with_its_code_and_ids(world: World, case: Case):
    made = bar(world, case, world.officer)
    lift_bar(actor=world.supervisor, bar=made, now=at())
    seal(world, case)
    unseal_case(actor=world.supervisor, case=case, now=at())
    (barred,) = events("casework.bar_from_case")
    assert (barred.case_id, barred.subject_id, barred.reason) == (case.pk, made.pk, "knows_them")
    (sealed,) = events("casework.seal_case")
    of_duty = case.steps.exclude(kind="review_risk").order_by("pk")  # they waited in the duty queue
    steps = list(of_duty.values_list("pk", flat=True))
    assert sealed.detail == {"workers": sorted([world.supervisor.pk, world.caseworker.pk]), "steps": steps}
    assert [len(events(f"casework.{verb}")) for verb in ("lift_bar", "unseal_case")] == [1, 1]


def owners(case: Case) -> set[object]:
    return {step.owner for step in NextStep.objects.filter(case=case, done_at=None)}


def test_a_barred_workers_next_steps_and_case_pass_to_whoever_bars_them(world: World, case: Case):
    case.steps.update(owner=world.caseworker)
    made = bar(world, case, world.caseworker)
    case.refresh_from_db()
    assert (owners(case), case.owner) == ({world.supervisor}, world.supervisor)
    (barred,) = events("casework.bar_from_case")
    assert (barred.subject_id, barred.detail["steps"]) == (made.pk, [step.pk for step in case.steps.order_by("pk")])


def test_the_duty_queue_of_a_sealed_case_is_nobodys(world: World, case: Case):
    NextStep.objects.filter(case=case).update(owner=None)
    seal(world, case)
    assert owners(case) == {world.supervisor}


@pytest.mark.parametrize("shut", ["bar", "seal"])
def test_a_draft_of_who_is_shut_out_is_gone_on_with_by_who_finds_the_case(world: World, case: Case, shut: str):
    draft = start_contact(actor=world.colleague, case=case, now=at())
    address, sees = f"/contacts/{draft.reference}/", ("supervisor", "caseworker", "senior", "colleague")
    assert [world.page(who).get(address).status_code for who in sees] == [404, 404, 404, 200]
    bar(world, case, world.colleague) if shut == "bar" else seal(world, case)
    senior = 404 if shut == "seal" else 200
    assert [world.page(who).get(address).status_code for who in sees] == [200, 200, senior, 404]
    assert [draft.pk in bare(world.people[who], Contact) for who in sees] == [True, True, senior == 200, False]
    assert log_contact(actor=world.supervisor, contact=draft, report=factories.report(), now=at()).logged_at


def test_a_bar_on_one_leaves_the_steps_of_others(world: World, case: Case):
    case.steps.update(owner=world.caseworker)
    bar(world, case, world.colleague)
    assert owners(case) == {world.caseworker}


@pytest.mark.parametrize("shut", ["barred", "sealed"])
def test_a_referral_that_nobody_there_finds_any_more_comes_back_as_an_owned_step(
    world: World, accepted: Referral, shut: str
):
    if shut == "barred":
        bar(world, accepted.case, world.partner.agency)
    else:
        seal(world, accepted.case)
    accepted.refresh_from_db()
    assert accepted.status == ReferralStatus.WITHDRAWN
    assert accepted.decision.ended_at is not None
    assert accepted.case.steps.filter(done_at=None, kind="decide_what_next").count() == 1


def test_a_referral_whose_owner_alone_is_barred_goes_to_their_duty_queue(world: World, accepted: Referral):
    assert accepted.owner == world.partner
    bar(world, accepted.case, world.partner)
    accepted.refresh_from_db()
    assert (accepted.status, accepted.owner) == (ReferralStatus.ACCEPTED, None)


def test_a_seal_takes_one_more_name_and_lets_one_go(world: World, case: Case):
    seal(world, case)
    name_in_seal(actor=world.supervisor, case=case, worker=world.colleague, now=at())
    assert finds(world, "colleague", case) == (200, 200, True)
    with pytest.raises(NotPossibleNow):
        name_in_seal(actor=world.supervisor, case=case, worker=world.colleague, now=at())
    take_off_seal(actor=world.supervisor, case=case, worker=world.caseworker, now=at())
    assert finds(world, "caseworker", case) == (404, 404, False)
    assert owners(case) == {world.supervisor}


@pytest.mark.parametrize("who", ["caseworker", "supervisor"])
def test_a_seal_keeps_two_with_a_supervisor(world: World, case: Case, who: str):
    seal(world, case)
    with pytest.raises(ValidationError):
        take_off_seal(actor=world.supervisor, case=case, worker=world.people[who], now=at())


@pytest.mark.parametrize("who", ["caseworker", "supervisor"])
@pytest.mark.parametrize("way", ["taken off", "left"])
def test_the_database_keeps_two_with_a_supervisor_too(world: World, case: Case, who: str, way: str):
    seal(world, case)
    name_in_seal(actor=world.supervisor, case=case, worker=world.colleague, now=at())
    connection.check_constraints()
    if way == "taken off":
        SealMember.objects.exclude(worker=world.people["colleague" if who == "supervisor" else "supervisor"]).update(
            ended_at=at(), ended_by=world.system
        )
    else:
        gone = ["supervisor"] if who == "supervisor" else ["caseworker", "colleague"]
        for each in gone:
            world.people[each].is_active = False
            world.people[each].save(update_fields=["is_active"])
    with pytest.raises(IntegrityError, match="a seal names two workers or more"):
        connection.check_constraints()


def test_a_case_without_a_seal_does_not_hold_a_worker_back(world: World, case: Case):
    seal(world, case)
    unseal_case(actor=world.supervisor, case=case, now=at())
    world.supervisor.is_active = False
    world.supervisor.save(update_fields=["is_active"])
    connection.check_constraints()
