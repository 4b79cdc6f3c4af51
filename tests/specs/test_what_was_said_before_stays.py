"""What was said before stays: a later contact adds to a case, and never writes over it or loses what it says."""

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.authorization import Denied, NotPossibleNow, NotVisible
from audit.log import record
from casework import commands
from casework.categories import Category
from casework.models import Case, Contact, ContactRoute, Party, Person, RouteKind, Safety, StepKind
from casework.plans import RouteReport, VictimReport
from casework.queries import project
from tests import factories
from tests.conftest import at_once
from tests.factories import TOKENS, at
from tests.world import World


def log_another(world: World, case: Case, **more: object) -> Contact:
    contact = commands.start_contact(actor=world.colleague, case=case, now=at())
    said = {"victim": None, "routes": (), "address": None, "alleged_name": ""} | more
    return commands.log_contact(actor=world.colleague, contact=contact, report=factories.report(**said), now=at())


def test_what_is_newly_said_is_added(world: World):
    case = factories.logged(world.caseworker, victim=VictimReport(name=TOKENS.name)).case
    log_another(world, case, victim=VictimReport(language=TOKENS.language, interpreter_needed=True))
    victim = case.parties.get(role="victim")
    assert (victim.name, victim.language, victim.interpreter_needed) == (TOKENS.name, TOKENS.language, True)


def test_further_needs_stand_beside_those_that_were_said(world: World, case: Case):
    log_another(world, case, victim=VictimReport(access_needs="large print"))
    assert case.parties.get(role="victim").access_needs == f"{TOKENS.access_needs}; large print"


def test_needs_that_no_longer_fit_are_refused_at_their_field_and_not_cut_off(world: World, case: Case):
    with pytest.raises(ValidationError) as refused:
        log_another(world, case, victim=VictimReport(access_needs="x" * 490))
    assert set(refused.value.message_dict) == {"access_needs"}
    assert case.parties.get(role="victim").access_needs == TOKENS.access_needs


@pytest.mark.parametrize("who", ["partner_supervisor", "outsider"])
def test_nobody_else_begins_a_contact_on_the_case(world: World, case: Case, who: str):
    factories.accepted(world.caseworker, world.partner, case, world.services["harbour"])
    with pytest.raises((Denied, NotVisible)) as refused:
        commands.start_contact(actor=world.people[who], case=case, now=at())
    assert refused.value.action == "casework.start_contact"
    assert Contact.objects.filter(case=case).count() == 1


@pytest.mark.parametrize(
    "other",
    [VictimReport(name="Somebody Else"), VictimReport(language="Zornish"), VictimReport(interpreter_needed=False)],
)
def test_another_name_or_language_is_refused_at_its_field_and_nothing_is_kept(world: World, case: Case, other):
    before = vars(Party.objects.get(case=case, role="victim")) | {"_state": None}
    with pytest.raises(ValidationError) as refused:
        log_another(world, case, victim=other)
    said = {name for name, value in other.of_party.items() if value not in ("", None, [])}
    assert set(refused.value.message_dict) == said
    assert vars(Party.objects.get(case=case, role="victim")) | {"_state": None} == before


@pytest.mark.parametrize("safety", [Safety.UNSAFE, Safety.UNKNOWN])
def test_a_number_said_again_is_as_safe_as_it_was_said_last(world: World, case: Case, safety: Safety):
    log_another(world, case, routes=(RouteReport(RouteKind.PHONE, "+44 20 7946 0123", safety),))
    (section,) = project(case, {Category.CONTACT})
    assert [entry.values["safety"] for entry in section.entries] == [safety]
    assert ContactRoute.objects.filter(case=case).count() == 2


def test_another_number_stands_beside_the_first(world: World, case: Case):
    log_another(world, case, routes=(RouteReport(RouteKind.PHONE, "020 7946 0999"),))
    (section,) = project(case, {Category.CONTACT})
    assert [entry.item.value for entry in section.entries] == [TOKENS.route, "020 7946 0999"]


@pytest.mark.parametrize("times", [1, 2])
def test_a_burglary_told_later_is_kept_and_a_visit_is_offered_once(world: World, case: Case, times: int):
    for _ in range(times):
        contact = log_another(world, case, kind="burglary")
    assert contact.kind == "burglary"
    assert case.steps.filter(kind=StepKind.OFFER_VISIT).count() == 1


def test_a_burglary_told_before_the_case_is_opened_is_offered_a_visit_too(world: World):
    intake = factories.logged(world.caseworker).case
    log_another(world, intake, kind="burglary")
    commands.open_case(actor=world.caseworker, case=intake, step=None, now=at())
    assert intake.steps.filter(kind=StepKind.OFFER_VISIT).count() == 1


def test_the_last_step_of_an_intake_is_not_settled_without_the_next(world: World):
    intake = factories.logged(world.caseworker).case
    with pytest.raises(NotPossibleNow):
        commands.complete_step(actor=world.caseworker, step=intake.steps.get(), outcome="done", then=None, now=at())


@pytest.mark.parametrize("hours", [-1, 0, 24 * 367])
def test_a_step_is_due_in_the_future_and_within_a_year(world: World, hours: int):
    with pytest.raises(ValidationError, match="within a year"):
        factories.logged(world.caseworker, step=factories.step(due_at=at(hours)))


def test_what_somebody_who_left_would_own_goes_to_the_duty_queue(world: World, case: Case):
    world.colleague.is_active = False
    world.colleague.save(update_fields=["is_active"])
    step = case.steps.order_by("pk").first()
    then = factories.step(owner=world.colleague)
    commands.complete_step(actor=world.caseworker, step=step, outcome="done", then=then, now=at())
    assert case.steps.latest("pk").owner is None


def test_the_draft_of_somebody_who_left_is_finished_by_a_colleague(world: World):
    contact = factories.draft(world.colleague)
    assert world.page("caseworker").get(f"/contacts/{contact.reference}/").status_code == 404
    world.colleague.is_active = False
    world.colleague.save(update_fields=["is_active"])
    assert world.page("caseworker").get(f"/contacts/{contact.reference}/").status_code == 200
    assert contact.reference in world.page("caseworker").get("/my-work/").content.decode()


@pytest.mark.usefixtures("for_real")
@pytest.mark.django_db(transaction=True)
def test_two_who_link_at_once_do_not_make_one_person_of_two(world: World):
    one, other = factories.opened(world.caseworker), factories.opened(world.caseworker)
    first, third = one.parties.get(role="alleged"), other.parties.get(role="alleged")
    with transaction.atomic():
        second = one.parties.create(person=Person.objects.create(partnership=one.partnership), role="alleged")
        record(actor=world.caseworker, action="casework.log_contact", subject=one)

    def link(party: Party):
        def act(wait) -> None:
            wait()
            commands.link_person(
                actor=world.caseworker, party=Party.objects.get(pk=party.pk), to=third, reason="She says so.", now=at()
            )

        return act

    problems = at_once(link(first), link(second))
    assert sorted(type(problem).__name__ for problem in problems) == ["NoneType", "NotPossibleNow"]
    assert len({party.person_id for party in one.parties.all()}) == 3
