"""Log a contact: the story is told once, and ends in a next step with an owner or in a reason for none."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.authorization import NotVisible
from casework.commands import log_contact, save_draft, start_contact
from casework.models import (
    Address,
    Case,
    Contact,
    ContactRoute,
    NextStep,
    Party,
    RouteKind,
    Safety,
    StepKind,
    new_reference,
)
from casework.plans import RouteReport, VictimReport
from casework.policy import visible_contacts
from casework.queries import drafts_for, get_contact, project, read_draft
from casework.states import CaseStatus, ContactStatus
from tests import factories
from tests.conftest import events, outcome_of
from tests.factories import TOKENS, at

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_characters="\0", codec="utf-8")),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)
in_one_world = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize(
    ("who", "becomes"),
    {
        "caseworker": "done",
        "colleague": "done",
        "supervisor": "done",
        "auditor": "Denied",
        "partner": "Denied",
        "partner_supervisor": "Denied",
        "officer": "Denied",
        "outsider": "Denied",
        "police_system": "Denied",
    }.items(),
)
def test_only_the_front_door_starts_one(world, who, becomes):
    assert outcome_of(lambda: factories.draft(world.people[who])) == becomes
    assert Contact.objects.count() == Case.objects.count() == (becomes == "done")


def test_starting_one_begins_an_intake_that_the_front_door_holds(world):
    case = factories.draft(world.caseworker).case
    assert (case.status, case.kind, case.agency) == (CaseStatus.INTAKE, "", world.agencies["front_door"])
    assert [event.case_id for event in events("casework.start_contact")] == [case.pk]


@given(draft=st.dictionaries(st.text(st.characters(exclude_characters="\0", codec="utf-8")), JSON, max_size=4))
@in_one_world
def test_a_draft_may_hold_anything_or_nothing(world, draft):
    contact = factories.draft(world.caseworker)
    save_draft(actor=world.caseworker, contact=contact, draft=draft, now=at())
    assert read_draft(actor=world.caseworker, reference=contact.reference).draft == draft


@pytest.mark.parametrize("who", ["colleague", "supervisor", "auditor", "partner", "officer", "outsider"])
def test_a_draft_is_its_writers_alone(world, who):
    contact = factories.draft(world.caseworker)
    save_draft(actor=world.caseworker, contact=contact, draft={"said": TOKENS.said}, now=at())
    reader = world.people[who]
    assert not visible_contacts(reader).exists()
    assert drafts_for(actor=reader) == []
    with pytest.raises(NotVisible):
        read_draft(actor=reader, reference=contact.reference)
    with pytest.raises(NotVisible):
        save_draft(actor=reader, contact=contact, draft={}, now=at())
    with pytest.raises(NotVisible):
        log_contact(actor=reader, contact=contact, report=factories.report(), now=at())
    contact.refresh_from_db()
    assert (contact.status, contact.draft) == (ContactStatus.DRAFT, {"said": TOKENS.said})


def test_a_draft_of_somebody_else_and_one_that_never_was_are_refused_alike(world):
    hidden = factories.draft(world.caseworker)
    with pytest.raises(NotVisible) as found:
        get_contact(world.colleague, hidden.reference)
    with pytest.raises(NotVisible) as nothing:
        get_contact(world.colleague, new_reference())
    assert str(found.value) == str(nothing.value)
    assert (found.value.subject, nothing.value.subject) == (None, None)
    assert found.value.named == hidden.reference


def test_opening_a_draft_again_is_recorded_each_time(world):
    contact = factories.draft(world.caseworker)
    read_draft(actor=world.caseworker, reference=contact.reference)
    read_draft(actor=world.caseworker, reference=contact.reference)
    assert [event.subject_id for event in events("casework.view_contact")] == [contact.pk] * 2


def test_its_next_step_is_the_cases_with_an_owner_and_a_due_time(world):
    plan = factories.step(StepKind.CALL_BACK, owner=world.colleague, due_at=at(3), note="Ring twice")
    contact = factories.logged(world.caseworker, step=plan)
    step = NextStep.objects.get()
    assert contact.next_step == step
    assert (step.case, step.kind, step.due_at, step.note) == (contact.case, "call_back", plan.due_at, "Ring twice")
    assert (step.owner, step.owner_agency) == (world.colleague, world.agencies["front_door"])


def test_its_next_step_cannot_be_given_to_somebody_who_will_never_find_it(world):
    contact = factories.draft(world.caseworker)
    report = factories.report(step=factories.step(owner=world.outsider))
    with pytest.raises(ValidationError):
        log_contact(actor=world.caseworker, contact=contact, report=report, now=at())
    assert not NextStep.objects.exists()


def test_a_reason_for_no_step_stands_instead_of_one(world):
    contact = factories.logged(world.caseworker, step=None, no_step_reason="advice_given")
    assert (contact.next_step, contact.no_step_reason) == (None, "advice_given")
    assert not NextStep.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"step": None, "no_step_reason": ""},
        {"step": factories.step(), "no_step_reason": "advice_given"},
        {"happened_at": at(24)},
        {"routes": (RouteReport(RouteKind.PHONE, "0800 CALL ME"),)},
        {"routes": (RouteReport(RouteKind.SMS, "12"),)},
    ],
    ids=["neither step nor reason", "both step and reason", "in the future", "letters", "too short"],
)
def test_what_cannot_be_is_refused_and_the_draft_stays_as_it_was(world, wrong):
    contact = factories.draft(world.caseworker)
    save_draft(actor=world.caseworker, contact=contact, draft={"said": TOKENS.said}, now=at())
    with pytest.raises(ValidationError):
        log_contact(actor=world.caseworker, contact=contact, report=factories.report(**wrong), now=at())
    contact.refresh_from_db()
    assert (contact.status, contact.draft) == (ContactStatus.DRAFT, {"said": TOKENS.said})
    assert not Party.objects.exists()
    assert not events("casework.log_contact")


@pytest.mark.parametrize(
    "typed",
    [
        "020 7946 0018",
        "02079460018",
        "(020) 7946-0018",
        "020.7946.0018",
        " 0207 946 0018 ",
        "+44 20 7946 0018",
        "+44 (0)20 7946 0018",
        "0044 20 7946 0018",
    ],
)
def test_a_telephone_number_is_understood_in_any_way_of_typing_it_and_kept_as_said(world, typed):
    factories.logged(world.caseworker, routes=(RouteReport(RouteKind.PHONE, typed),))
    route = ContactRoute.objects.get()
    assert (route.e164, route.value) == ("+442079460018", typed)


@pytest.mark.parametrize(
    ("safety", "is_confirmed"), [(Safety.SAFE, True), (Safety.UNSAFE, True), (Safety.UNKNOWN, False)]
)
def test_a_route_is_safe_only_because_somebody_said_so(world, safety, is_confirmed):
    factories.logged(world.caseworker, routes=(RouteReport(RouteKind.PHONE, TOKENS.route, safety),))
    route = ContactRoute.objects.get()
    assert route.safety == safety
    assert (route.confirmed_by, bool(route.confirmed_at)) == (world.caseworker if is_confirmed else None, is_confirmed)


def test_a_route_of_which_nothing_is_said_is_stored_as_unknown(world):
    factories.logged(world.caseworker, routes=(RouteReport(RouteKind.PHONE, TOKENS.route),))
    assert ContactRoute.objects.get().safety == Safety.UNKNOWN


@pytest.mark.parametrize(
    ("category", "values"),
    {
        "identity": ["victim", TOKENS.name, TOKENS.language, True, TOKENS.access_needs],
        "contact": [
            "phone",
            "safe",
            "no",
            "any time",
            TOKENS.when_safe,
            TOKENS.note,
        ],  # the number, only when it is used
        "location": ["home", "unknown"],  # where it is, only when it is revealed
        "narrative": ["phone", "victim", TOKENS.said, "domestic_abuse"],
        "risk": ["no"],
        "alleged": ["alleged", TOKENS.alleged],
        "needs": [TOKENS.support_needs],
        "incident": [],
        "household": [],
    }.items(),
)
def test_what_was_said_lands_in_its_category(world, category, values):
    contact = factories.logged(world.caseworker)
    shown = [
        value
        for section in project(contact.case, {category})
        for entry in section.entries
        for name, value in entry.values.items()
        if value not in ("", None, [], False) and not name.endswith("_at")
    ]
    assert shown == values


def test_a_contact_in_which_nobody_is_named_makes_nobody_up(world):
    factories.logged(world.caseworker, victim=None, routes=(), address=None, alleged_name="")
    assert not Party.objects.exists()


def test_a_route_or_an_address_belongs_to_a_victim_who_gave_no_name(world):
    factories.logged(world.caseworker, victim=None, alleged_name="")
    victim = Party.objects.get()
    assert (victim.role, victim.name) == ("victim", "")
    assert (ContactRoute.objects.get().party, Address.objects.get().party) == (victim, victim)


def test_it_says_what_kind_of_case_this_is(world):
    factories.logged(world.caseworker, kind="burglary")
    assert Case.objects.get().kind == "burglary"


def test_one_on_an_existing_case_adds_what_is_new_and_keeps_what_was_said(world, case):
    contact = start_contact(actor=world.colleague, case=case, now=at())
    born = date(1990, 2, 3)
    report = factories.report(kind="burglary", victim=VictimReport(date_of_birth=born), address=None, alleged_name="")
    log_contact(actor=world.colleague, contact=contact, report=report, now=at())
    victim = case.parties.get(role="victim")
    case.refresh_from_db()
    assert (victim.name, victim.language, victim.date_of_birth) == (TOKENS.name, TOKENS.language, born)
    assert victim.folded_name == "qandeel vorrazi"
    assert (case.kind, case.contacts.count(), case.parties.count()) == ("domestic_abuse", 2, 2)


@pytest.mark.parametrize(
    ("who", "becomes"),
    {
        "colleague": "done",
        "supervisor": "done",
        "auditor": "Denied",
        "partner": "Denied",
        "partner_supervisor": "Denied",
        "officer": "NotVisible",
        "outsider": "NotVisible",
    }.items(),
)
def test_only_the_holder_adds_one_to_a_case_even_where_it_is_shared(world, accepted, who, becomes):
    assert outcome_of(lambda: start_contact(actor=world.people[who], case=accepted.case, now=at())) == becomes


@pytest.mark.parametrize(
    ("who", "refusal"),
    {
        "caseworker": "NotPossibleNow",
        "colleague": "Denied",
        "supervisor": "Denied",
        "auditor": "Denied",
        "partner": "NotVisible",
        "outsider": "NotVisible",
    }.items(),
)
def test_a_logged_one_is_never_written_again(world, who, refusal):
    contact = factories.logged(world.caseworker)
    actor, report = world.people[who], factories.report(said="Something else")
    assert outcome_of(lambda: log_contact(actor=actor, contact=contact, report=report, now=at())) == refusal
    assert outcome_of(lambda: save_draft(actor=actor, contact=contact, draft={"said": "else"}, now=at())) == refusal
    contact.refresh_from_db()
    assert (contact.said, contact.draft) == (TOKENS.said, {})
    assert Party.objects.count() == 2


def test_logging_forgets_the_draft(world):
    contact = factories.draft(world.caseworker)
    save_draft(actor=world.caseworker, contact=contact, draft={"said": TOKENS.said}, now=at())
    logged = log_contact(actor=world.caseworker, contact=contact, report=factories.report(), now=at())
    assert (logged.status, logged.draft, logged.logged_by) == (ContactStatus.LOGGED, {}, world.caseworker)


def test_it_is_recorded_without_a_word_of_what_was_said(world):
    contact = factories.logged(world.caseworker)
    (event,) = events("casework.log_contact")
    assert (event.actor_id, event.case_id) == (world.caseworker.pk, contact.case_id)
    assert (event.subject_type, event.subject_id) == ("contact", contact.pk)
    assert event.detail == {"before": "draft", "after": "logged", "channel": "phone", "kind": "domestic_abuse"}
