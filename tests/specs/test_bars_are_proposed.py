"""Bars are proposed: a worker who is like somebody in a new case is shown to a supervisor, and never to the worker."""

import pytest
from django.db import connection

from accounts.authorization import NotVisible
from accounts.commands import add_agency, add_worker
from accounts.models import AgencyKind, Notice, NoticeKind, User
from accounts.roles import Role
from audit.models import AuditEvent
from casework.commands import accept_proposal, bar_from_case, declare_mark, dismiss_proposal, log_contact, start_contact
from casework.models import Bar, BarProposal, Case, NextStep, StaffMark
from casework.models.proposals import mark_of_address
from casework.plans import AddressReport, VictimReport
from casework.policy import visible_cases
from tests import factories
from tests.conftest import events
from tests.factories import TOKENS, at
from tests.specs.test_both_locks import bare
from tests.world import World

HOME = AddressReport(TOKENS.lines, TOKENS.postcode)


def worker(world: World, key: str, name: str, role: str = Role.CASEWORKER, agency: str = "front_door") -> User:
    world.people[key] = add_worker(
        actor=world.system,
        agency=world.agencies[agency],
        email=f"{key}@more.example",
        name=name,
        role=role,
        password="",
    )
    return world.people[key]


def proposed(world: World, who: str = "supervisor") -> list[tuple[str, list[str]]]:
    """What somebody sees proposed: whom, and why."""
    found = world.api(who).get("/api/v1/proposals/").json()["proposals"]
    return [(each["name"], each["why"]) for each in found]


@pytest.mark.parametrize("name", ["Brovik Skantel", "SKANTEL, brovik", "Bróvik  Skantél"])
def test_a_worker_called_like_somebody_in_the_case_in_any_writing(world: World, name: str):
    worker(world, "like", name, Role.PARTNER_WORKER, "police")
    factories.opened(world.caseworker)
    assert proposed(world) == [(name, ["alleged_name"])]


def test_a_worker_whose_telephone_or_address_stands_in_the_case(world: World):
    declare_mark(actor=world.officer, telephone="+44 (0)20 79460123", address=None, now=at())
    declare_mark(actor=world.colleague, telephone="", address=HOME, now=at())
    factories.opened(world.caseworker)
    assert proposed(world) == [
        (world.colleague.name, ["victim_address"]),
        (world.officer.name, ["victim_telephone"]),
    ]


def test_an_address_is_compared_in_any_way_of_writing_it():
    mark = mark_of_address(TOKENS.lines, TOKENS.postcode)
    assert mark == mark_of_address("17, Zorbell Cres.", "zz97xq") != mark_of_address("18 Zorbell Crescent", "ZZ9 7XQ")
    assert mark_of_address("17", "") is None


def test_one_who_is_like_nobody_or_works_elsewhere_is_not_proposed(world: World, stranger: User):
    worker(world, "like", "Brovik Skantelly")
    User.objects.filter(pk=stranger.pk).update(name=TOKENS.alleged)
    factories.opened(world.caseworker)
    assert not BarProposal.objects.exists()


def test_when_somebody_is_added_later_and_when_the_case_is_opened(world: World):
    case = factories.logged(world.caseworker, alleged_name="").case
    late = worker(world, "late", TOKENS.name, Role.PARTNER_WORKER, "police")
    assert not BarProposal.objects.exists()
    contact = start_contact(actor=world.caseworker, case=case, now=at())
    report = factories.report(victim=None, routes=(), address=None, alleged_name="Noone Known")
    log_contact(actor=world.caseworker, contact=contact, report=report, now=at())
    [found] = BarProposal.objects.filter(case=case)
    assert (found.worker, found.why) == (late, ["victim_name"])


def test_what_is_answered_is_not_proposed_again_but_for_a_new_reason(world: World):
    worker(world, "like", TOKENS.alleged, Role.PARTNER_WORKER, "police")
    case = factories.logged(world.caseworker).case
    first = BarProposal.objects.get()
    dismiss_proposal(actor=world.supervisor, proposal=first, because="another_person", now=at())
    again = start_contact(actor=world.caseworker, case=case, now=at())
    log_contact(actor=world.caseworker, contact=again, report=factories.report(), now=at())
    assert BarProposal.objects.count() == 1
    like = world.people["like"]
    declare_mark(actor=like, telephone=TOKENS.route, address=None, now=at())
    again = start_contact(actor=world.caseworker, case=case, now=at())
    log_contact(actor=world.caseworker, contact=again, report=factories.report(), now=at())
    assert BarProposal.objects.filter(answered_at=None).get().why == ["alleged_name", "victim_telephone"]


def test_who_is_barred_already_is_not_proposed(world: World):
    case = factories.logged(world.caseworker, alleged_name="").case
    like = worker(world, "like", TOKENS.alleged, Role.PARTNER_WORKER, "police")
    bar_from_case(actor=world.supervisor, case=case, who=like.agency, reason="knows_them", now=at())
    contact = start_contact(actor=world.caseworker, case=case, now=at())
    log_contact(actor=world.caseworker, contact=contact, report=factories.report(), now=at())
    assert not BarProposal.objects.exists()


@pytest.fixture
def of_officer(world: World) -> BarProposal:
    declare_mark(actor=world.officer, telephone=TOKENS.route, address=None, now=at())
    Notice.objects.all().delete()
    factories.opened(world.caseworker)
    return BarProposal.objects.get()


def test_nobody_but_the_holders_supervisor_sees_it(world: World, of_officer: BarProposal):
    shown = {who for who, worker in world.people.items() if of_officer.pk in bare(worker, BarProposal)}
    assert shown == {
        "supervisor",
        "senior",
        "audit_lead",
    }  # whom the code shows it, one after another
    for who in ("caseworker", "officer", "partner_supervisor", "senior", "audit_lead"):
        answer = world.api(who).get("/api/v1/proposals/")
        assert answer.status_code == 403 or answer.json()["proposals"] == []
    page = world.page("supervisor").get(f"/cases/{of_officer.case.reference}/bars/").text
    assert world.officer.name in page


def test_who_logs_the_contact_is_shown_nothing_of_it_and_neither_is_the_history(world: World, of_officer: BarProposal):
    [event] = AuditEvent.objects.filter(action="casework.propose_bar")
    address = f"/api/v1/cases/{of_officer.case.reference}/history"
    for who, sees in {"supervisor": True, "auditor": False}.items():
        assert (str(event.pk) in world.api(who).get(address).content.decode()) is sees
        assert (event.pk in bare(world.people[who], AuditEvent)) is sees


def test_a_supervisor_never_sees_a_proposal_about_themself(world: World):
    User.objects.filter(pk=world.supervisor.pk).update(name=TOKENS.alleged)
    case = factories.opened(world.caseworker)
    assert proposed(world) == []
    assert world.supervisor.name not in world.page("supervisor").get(f"/cases/{case.reference}/bars/").text
    assert [name for name, _ in proposed(world, "senior")] == [TOKENS.alleged]
    assert proposed(world, "audit_lead") == []
    told = Notice.objects.filter(kind=NoticeKind.BAR_PROPOSED).values_list("recipient", flat=True)
    assert set(told) == {world.senior.pk}


def test_another_supervisor_is_asked_before_any_senior_practitioner(world: World):
    User.objects.filter(pk=world.supervisor.pk).update(name=TOKENS.alleged)
    worker(world, "second", "Second One", Role.SUPERVISOR)
    factories.opened(world.caseworker)
    assert [len(proposed(world, who)) for who in ("supervisor", "second", "senior")] == [0, 1, 0]


def test_the_audit_lead_learns_of_it_where_there_is_nobody_else(world: World):
    User.objects.filter(pk=world.supervisor.pk).update(name=TOKENS.alleged)
    User.objects.filter(role=Role.SENIOR_PRACTITIONER).update(role=Role.CASEWORKER)
    factories.opened(world.caseworker)
    assert len(proposed(world, "audit_lead")) == 1


def test_its_notice_says_nothing(world: World, of_officer: BarProposal, mailoutbox):
    [notice] = Notice.objects.filter(kind=NoticeKind.BAR_PROPOSED)
    assert notice.recipient == world.supervisor


def test_accepting_makes_the_bar_and_passes_on_what_waits(world: World):
    case = factories.opened(world.caseworker)
    User.objects.filter(pk=world.caseworker.pk).update(name=TOKENS.alleged)
    case.steps.update(owner=world.caseworker)
    contact = start_contact(actor=world.colleague, case=case, now=at())
    log_contact(actor=world.colleague, contact=contact, report=factories.report(), now=at())
    proposal = BarProposal.objects.get()
    address = f"/proposals/{proposal.public_id}/"
    client, form = world.page("supervisor"), {"who": "worker", "reason": "alleged_works_there"}
    assert "pass to you" in client.post(address, form).text
    assert client.post(address, form | {"confirmed": "worker|alleged_works_there"}).status_code == 302
    proposal.refresh_from_db()
    assert (proposal.bar.worker, proposal.answered_by) == (world.caseworker, world.supervisor)
    assert not visible_cases(world.caseworker).exists()
    assert not NextStep.objects.filter(case=case, done_at=None, owner=world.caseworker).exists()
    assert [len(events(f"casework.{act}")) for act in ("answer_proposal", "bar_from_case")] == [1, 1]


def test_a_whole_agency_may_be_barred_instead(world: World, of_officer: BarProposal):
    body = {"who": "agency", "reason": "alleged_works_there"}
    answer = world.api("supervisor").post(f"/api/v1/proposals/{of_officer.public_id}/accept", body, format="json")
    assert (answer.status_code, Bar.objects.get().agency) == (200, world.officer.agency)


def test_dismissing_it_needs_a_reason_and_is_done_once(world: World, of_officer: BarProposal):
    client, address = world.page("supervisor"), f"/proposals/{of_officer.public_id}/dismiss/"
    assert client.post(address, {"because": ""}).status_code == 400
    assert client.post(address, {"because": "no_conflict"}).status_code == 302
    assert proposed(world) == []
    api = f"/api/v1/proposals/{of_officer.public_id}/dismiss"
    answer = world.api("supervisor").post(api, {"because": "no_conflict"}, format="json")
    assert (answer.status_code, Bar.objects.count()) == (409, 0)


def test_nobody_answers_it_about_themself(world: World, of_officer: BarProposal):
    with pytest.raises(NotVisible):
        accept_proposal(actor=world.officer, proposal=of_officer, who=world.officer, reason="knows_them", now=at())


def test_what_is_declared_is_kept_as_a_mark_and_can_be_taken_back(world: World):
    client = world.page("officer")
    form = {"telephone": TOKENS.route, "lines": TOKENS.lines, "postcode": TOKENS.postcode}
    assert client.post("/declarations/", form).status_code == 302
    assert client.post("/declarations/", form).status_code == 302
    assert "1 telephone number and 1 address" in client.get("/declarations/").text
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(s::text, '') FROM casework_staffmark s")
        assert "0123" not in cursor.fetchone()[0].replace("20794601", "")
    assert bare(world.colleague, StaffMark) == set()
    assert client.post("/declarations/withdraw/").status_code == 302
    factories.opened(world.caseworker)
    assert not BarProposal.objects.exists()


@pytest.mark.parametrize("form", [{}, {"telephone": "a lot"}, {"lines": "17"}])
def test_what_cannot_be_compared_is_refused_at_its_field(world: World, form: dict):
    assert world.page("officer").post("/declarations/", form).status_code == 400
    assert not StaffMark.objects.exists()


def test_each_worker_is_looked_up_by_an_index(world: World, case: Case):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT u.id FROM unnest(ARRAY['a b']) n JOIN accounts_user u"
            " ON staff_folded(u.name) = staff_folded(n)"
        )
        assert "user_folded_name" in str(cursor.fetchall())


def test_behind_the_wall_it_is_asked_of_a_supervisor_there(world: World):
    world.agencies["change"] = add_agency(actor=world.system, name="Turning Point", kind=AgencyKind.BEHAVIOUR)
    theirs = worker(world, "theirs", "Their Supervisor", Role.SUPERVISOR, "change")
    worker(world, "facilitator", "Gorm Ashdown", agency="change")
    wants = {"kind": "behaviour", "victim": VictimReport(name="Ashdown, Gorm"), "address": None, "alleged_name": ""}
    handed_over = factories.logged(world.caseworker, **wants).case
    own = factories.logged(theirs, **wants).case
    assert {each.case for each in BarProposal.objects.all()} == {handed_over, own}
    assert proposed(world, "theirs") == [("Gorm Ashdown", ["participant_name"])] * 2
    assert (proposed(world), bare(world.supervisor, BarProposal)) == ([], set())
    assert {notice.recipient for notice in Notice.objects.filter(kind=NoticeKind.BAR_PROPOSED)} == {theirs}
