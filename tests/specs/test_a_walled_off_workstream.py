"""A walled-off workstream: who wants to change their own behaviour is helped where no victim's case is seen."""

import re
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from accounts.authorization import NotPossibleNow
from accounts.commands import add_agency, add_worker
from accounts.models import Agency, AgencyKind
from accounts.roles import Role
from casework import commands
from casework.models import (
    Case,
    Contact,
    EmergencyAccess,
    GroupGrant,
    NextStep,
    Party,
    SharingDecision,
    TwoSided,
    new_reference,
)
from casework.plans import VictimReport
from casework.policy import permission_id
from casework.queries import Probe, find_person, read_case
from referrals.commands import add_service
from referrals.models import Referral
from referrals.plans import ServicePlan
from tests import factories
from tests.as_the_web import become
from tests.conftest import as_a_worker, outcome_of
from tests.factories import TOKENS, at
from tests.page_calls import SAID, moment, planned
from tests.world import World

pytestmark = pytest.mark.django_db
PERSON = VictimReport(name="Gorm Ashdown", date_of_birth=date(1981, 2, 3))
CHANGE = {"kind": "behaviour", "victim": PERSON, "address": None, "alleged_name": ""}


@pytest.fixture
def service(world: World) -> Agency:
    """Turning Point, which helps people to change, and who works there."""
    agency = add_agency(actor=world.system, name="Turning Point", kind=AgencyKind.BEHAVIOUR)
    for who, role in {"facilitator": Role.CASEWORKER, "their_supervisor": Role.SUPERVISOR}.items():
        world.people[who] = add_worker(
            actor=world.system, agency=agency, email=f"{who}@turning.example", name=who, role=role, password=""
        )
    return agency


@pytest.fixture
def behind(world: World, service: Agency) -> Case:
    """A case of somebody who rang the front door because they want to change."""
    return factories.logged(world.caseworker, **CHANGE).case


@pytest.fixture
def victims(world: World) -> Case:
    """A victim's case, who names that person."""
    return factories.opened(world.colleague, alleged_name=PERSON.name, alleged_date_of_birth=PERSON.date_of_birth)


FRONT_DOOR = ("caseworker", "colleague", "senior", "supervisor")


def test_the_service_holds_it_at_once_and_its_duty_queue_owns_what_comes_next(world: World, behind: Case, service):
    behind.refresh_from_db()
    step = NextStep.objects.get(case=behind)
    assert (behind.agency, behind.owner, step.owner_agency, step.owner) == (service, None, service, None)
    view = read_case(actor=world.facilitator, reference=behind.reference, purpose="casework")
    shown = [entry.values for section in view.sections for entry in section.entries]
    assert view.is_held
    assert PERSON.name in str(shown)
    assert Party.objects.get(case=behind).role == "participant"


@pytest.mark.parametrize("who", [*FRONT_DOOR, "auditor", "partner", "officer", "outsider"])
def test_whoever_took_the_contact_sees_what_a_stranger_sees_and_so_does_everybody_else(world: World, behind: Case, who):
    contact = behind.contacts.get()
    page, nothing = world.page(who), new_reference()
    for address in ("/cases/{}/", "/cases/{}/history/", "/cases/{}/known/", "/cases/{}/referrals/", "/contacts/{}/"):
        named = contact.reference if "contacts" in address else behind.reference
        answers = [page.get(address.format(name)) for name in (named, nothing)]
        assert plain(answers[0], named) == plain(answers[1], nothing)
        assert answers[0].status_code in {403, 404}


@pytest.mark.parametrize("who", [*FRONT_DOOR, "auditor", "partner", "officer", "outsider", "system"])
def test_by_the_second_lock_alone_there_is_nothing(world: World, behind: Case, who):
    actor = world.system if who == "system" else world.people[who]
    with become("front_door_web"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT act_as(%s, NULL)", [actor.pk])
        assert [m.__name__ for m in (Case, Contact, NextStep, Party) if m.objects.exists()] == []
        cursor.execute("SELECT act_as(%s, NULL)", [world.facilitator.pk])
        assert [m.objects.count() for m in (Case, Contact, NextStep, Party)] == [1, 1, 1, 1]


def test_a_page_and_an_endpoint_say_that_it_is_logged_and_lead_nowhere(world: World, service: Agency):
    said = {**SAID, "kind": "behaviour", "address_lines": ""}
    page, draft = world.page("caseworker"), factories.draft(world.caseworker)
    answer = page.post(
        f"/contacts/{draft.reference}/", {"log": "log", **said, **moment("happened_at", -0.1), **planned()}
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, "/my-work/")
    assert "has it now, not you" in page.get("/my-work/").content.decode()
    draft = factories.draft(world.caseworker)
    body = {"channel": "phone", "happened_at": at(-0.1).isoformat(), "caller": "victim", "danger": "no"}
    body |= {"kind": "behaviour", "next_step": {"kind": "call_back", "due_at": at(24).isoformat()}}
    answer = world.api("caseworker").post(f"/api/v1/contacts/{draft.reference}/log", body, format="json")
    assert answer.status_code == 200
    assert set(Case.objects.values_list("agency", flat=True)) == {service.pk}


def test_the_service_works_on_and_takes_contacts_of_its_own(world: World, behind: Case):
    facilitator = world.facilitator
    assert world.page("facilitator").get("/").headers["Location"] == "/my-work/"
    assert behind.reference in world.page("facilitator").get("/my-work/?whose=duty").content.decode()
    commands.open_case(actor=facilitator, case=behind, step=factories.step(), now=at())
    commands.judge_risk(actor=facilitator, case=behind, level="medium", why="He said so.", now=at())
    own = factories.logged(facilitator, **CHANGE | {"victim": VictimReport(name="Ulf Perrin")}).case
    assert (own.agency, own.kind) == (facilitator.agency, "behaviour")
    with pytest.raises(ValidationError, match="Here only"):
        factories.logged(facilitator)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"alleged_name": "Somebody"}, "alleged_name"),
        ({"step": None, "no_step_reason": "advice_given"}, "step_kind"),
    ],
)
def test_such_a_contact_names_no_victim_and_ends_in_a_next_step(world: World, service: Agency, more, field):
    with pytest.raises(ValidationError) as refusal:
        factories.logged(world.caseworker, **CHANGE | more)
    assert list(refusal.value.message_dict) == [field]


def test_without_such_a_service_it_is_refused_and_the_form_says_what_to_do(world: World):
    draft = factories.draft(world.caseworker)
    form = {"log": "log", **SAID, "kind": "behaviour", **moment("happened_at", -0.1), **planned()}
    answer = world.page("caseworker").post(f"/contacts/{draft.reference}/", form)
    assert answer.status_code == 400
    assert "Respect Phoneline" in answer.content.decode()


def test_a_victims_case_takes_no_such_contact_nor_the_other_way_round(world: World, behind: Case, victims: Case):
    for actor, case, more in ((world.colleague, victims, CHANGE), (world.facilitator, behind, {})):
        draft = commands.start_contact(actor=actor, case=case, now=at())
        with pytest.raises(ValidationError):
            commands.log_contact(actor=actor, contact=draft, report=factories.report(**more), now=at())


def test_who_shuts_it_to_the_whole_service_is_asked_to_think_again(world: World, service: Agency):
    draft = factories.draft(world.supervisor)
    named = [world.supervisor, world.colleague]
    commands.seal_case(actor=world.supervisor, case=draft.case, workers=named, reason="honour_based", now=at())
    with pytest.raises(NotPossibleNow, match="could find this case"), transaction.atomic():
        commands.log_contact(actor=world.supervisor, contact=draft, report=factories.report(**CHANGE), now=at())
    assert Case.objects.get(pk=draft.case_id).agency == world.supervisor.agency


def test_who_let_themself_into_the_intake_is_out_again_with_the_handing_over(world: World, service: Agency):
    draft = factories.draft(world.caseworker)
    said = {"reason": "life_at_risk", "words": "He is at the door.", "categories": ["identity"]}
    commands.open_in_emergency(actor=world.outsider, reference=draft.case.reference, now=at(), **said)
    commands.log_contact(actor=world.caseworker, contact=draft, report=factories.report(**CHANGE), now=at())
    assert world.page("outsider").get(f"/cases/{draft.case.reference}/").status_code == 404
    assert EmergencyAccess.objects.get().closed_at is not None
    assert draft.case.reference in world.page("their_supervisor").get("/reviews/").content.decode()
    assert draft.case.reference not in world.page("supervisor").get("/reviews/").content.decode()


@pytest.mark.parametrize("who", ["supervisor", "outsider", "facilitator"])
def test_no_emergency_opens_the_wall_and_the_answer_is_that_of_no_case(world: World, behind: Case, victims: Case, who):
    said = {"reason": "life_at_risk", "words": "He is at the door.", "categories": ["identity"]}
    other, answers = victims if who == "facilitator" else behind, []
    for reference in (new_reference(), other.reference):
        with CaptureQueriesContext(connection) as statements:
            answer = world.page(who).post("/emergency/", said | {"reference": reference})
        answers.append((plain(answer, reference), len(statements)))
    assert answers[0][0][0] == 404
    assert answers[0] == answers[1]


def across(world: World, behind: Case, victims: Case) -> dict[str, Model]:
    """What would cross the wall, as bare rows."""
    harbour, turning = world.agencies["harbour"], world.facilitator.agency
    share = factories.share(world.services["harbour"])
    decided = {name: getattr(share, name) for name in ("purpose", "basis", "necessity", "until")}
    decided |= {"categories": ["identity"], "decided_at": at(), "decided_by": world.supervisor}
    emergency = {"reason": "missing", "words": "x", "categories": ["risk"], "opened_at": at(), "until": at(1)}
    view = permission_id("view_case")
    return {
        "a grant": GroupGrant(content_object=behind, group=harbour.group, permission_id=view, valid_until=at(1)),
        "a grant, the other way": GroupGrant(content_object=victims, group=turning.group, permission_id=view),
        "a decision": SharingDecision(case=victims, recipient=turning, consent_id=1, **decided),
        "a decision, the other way": SharingDecision(case=behind, recipient=harbour, consent_id=1, **decided),
        "an emergency": EmergencyAccess(case=behind, worker=world.officer, **emergency),
        "an emergency, the other way": EmergencyAccess(case=victims, worker=world.facilitator, **emergency),
        "a referral": Referral(case=behind, service=world.services["harbour"], sender=turning, due_at=at(1)),
    }


def test_by_sql_nothing_crosses_either(world: World, behind: Case, victims: Case):
    rows = across(world, behind, victims)
    connection.check_constraints()
    with connection.cursor() as cursor:  # others would speak first
        for table in {row._meta.db_table for row in rows.values()}:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER nothing_crosses_the_wall")
    for what, row in rows.items():
        with pytest.raises(IntegrityError) as refusal, transaction.atomic():
            row.save()
        assert (what, refusal.value.__cause__.diag.constraint_name) == (what, "nothing_crosses_the_wall")


@pytest.mark.parametrize("kind", ["behaviour", "domestic_abuse"])
def test_a_case_that_is_there_does_not_change_its_side(world: World, behind: Case, victims: Case, kind):
    case = victims if kind == "behaviour" else behind
    Case.objects.filter(pk=case.pk).update(kind=kind)
    with pytest.raises(IntegrityError, match="keeps to its side"):
        connection.check_constraints()


def test_who_does_not_hold_a_case_hands_nothing_over(world: World, behind: Case, victims: Case):
    for who, case in (("partner", victims), ("colleague", victims), ("facilitator", behind)):
        with become("front_door_web"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT act_as(%s, NULL)", [world.people[who].pk])
            with pytest.raises((IntegrityError, ProgrammingError)), transaction.atomic():
                cursor.execute("SELECT hand_over_to_behaviour(%s)", [case.pk])


def test_nothing_is_referred_or_shared_across(world: World, behind: Case, victims: Case):
    plan = ServicePlan("Change", "x", ("behaviour",), "safety_support", ("identity",), 24)
    turning = add_service(actor=world.system, agency=world.facilitator.agency, plan=plan)
    with pytest.raises(NotPossibleNow, match="walled off"):
        factories.drafted(world.colleague, victims, turning)
    with pytest.raises(ValidationError, match="walled off"):
        commands.decide_sharing(actor=world.colleague, case=victims, plan=factories.share(turning), now=at())
    opened = commands.open_case(actor=world.facilitator, case=behind, step=factories.step(), now=at())
    with pytest.raises(NotPossibleNow, match="walled off"):
        factories.drafted(world.facilitator, opened, world.services["harbour"])
    with pytest.raises(ValidationError):
        add_service(
            actor=world.system, agency=world.agencies["harbour"], plan=ServicePlan(**vars(plan) | {"name": "Other"})
        )


def test_known_already_never_crosses(world: World, behind: Case, victims: Case):
    probe = Probe(name=PERSON.name, telephone=TOKENS.route)
    assert {m.party.case for m in find_person(actor=world.facilitator, probe=probe)} == {behind}
    assert {m.party.case for m in find_person(actor=world.colleague, probe=probe)} == {victims}
    ours, theirs = victims.parties.get(role="victim"), behind.parties.get()
    for who in ("colleague", "facilitator"):
        said = {"party": ours, "to": theirs, "reason": "She says so.", "now": at()}
        assert (
            outcome_of(lambda who=who, said=said: commands.link_person(actor=world.people[who], **said)) == "NotVisible"
        )


def test_only_the_named_senior_practitioner_learns_that_they_belong_together(world: World, behind, victims):
    as_a_worker(commands.find_two_sides, actor=world.system, case_id=behind.pk, now=at())
    pair = TwoSided.objects.get(side="alleged_wants_to_change")
    assert (pair.first, pair.second, pair.told_to) == (victims, behind, world.senior)
    text = world.page("senior").get(f"/matters/{pair.reference}/").content.decode()
    assert "shares nothing of it with you" in text
    assert behind.reference not in text


def test_whether_there_is_such_a_case_nobody_else_can_tell(world: World, service: Agency, victims: Case):
    """Two worlds: in one the person whom a victim names has asked for help to change."""
    worlds = []
    for says in (CHANGE, None, None):  # the first is for what a process asks once
        with transaction.atomic():
            if says and worlds:
                factories.logged(world.caseworker, **says)
            worlds.append({who: everywhere(world, who, victims) for who in (*FRONT_DOOR[1:], "auditor", "outsider")})
            transaction.set_rollback(True)
        says = CHANGE
    assert worlds[1] == worlds[2]


def everywhere(world: World, who: str, victims: Case) -> list[tuple[object, int]]:
    page, answers = world.page(who), []
    case = f"/cases/{victims.reference}/"
    for address in ("/cases/", "/cases/?kind=behaviour", "/my-work/?whose=duty", case, f"{case}history/", "/reviews/"):
        with CaptureQueriesContext(connection) as statements:
            answer = page.get(address)
        answers.append((plain(answer, "-"), len(statements)))
    return answers


def plain(answer: object, reference: str) -> tuple[int, list[str]]:
    """Without what was asked for, the tokens of forms, the second it was, and the order within one moment."""
    text = answer.content.decode().replace(reference, "X")  # type: ignore[attr-defined]
    text = re.sub(r'name="(csrfmiddlewaretoken|once)" value="[\w-]+"|\d\d:\d\d(:\d\d)?', "", text)
    return answer.status_code, sorted(text.splitlines())  # type: ignore[attr-defined]
