"""Attempts: who tries to reach a case that is shut to them leaves a trace that only the audit lead sees."""

import pytest
from django.db import connection

from accounts.commands import add_worker
from accounts.roles import Role
from audit.log import record
from audit.models import SHUT, AuditEvent
from casework.commands import bar_from_case, seal_case
from casework.models import Case, new_reference
from config.lock.roles import WEB
from oversight.queries.history import PAGE
from referrals.models import Referral
from tests import factories
from tests.as_the_web import become
from tests.conftest import events
from tests.factories import at
from tests.specs.test_both_locks import bare
from tests.specs.test_emergency_access import SAID
from tests.world import World

SHUTTING = ["a worker", "an agency", "a seal"]


def shut(world: World, case: Case, how: str) -> str:
    """Shut the case to somebody who found it until now; who."""
    if how == "a seal":
        seal_case(
            actor=world.supervisor,
            case=case,
            workers=[world.supervisor, world.caseworker],
            reason="honour_based",
            now=at(),
        )
        return "colleague"
    who = "colleague" if how == "a worker" else "partner"
    barred = world.people[who] if how == "a worker" else world.people[who].agency
    bar_from_case(actor=world.supervisor, case=case, who=barred, reason="knows_them", now=at())
    return who


def attempts(world: World, who: str = "audit_lead") -> list[tuple[str, str, str]]:
    found = world.api(who).get("/api/v1/attempts/").json()["attempts"]
    return [(each["who"], each["case"], each["action"]) for each in found]


@pytest.mark.parametrize("how", SHUTTING)
def test_the_audit_lead_sees_who_tried_what_on_which_case(world: World, accepted: Referral, how: str):
    case = accepted.case
    who = shut(world, case, how)
    assert world.page(who).get(f"/cases/{case.reference}/").status_code == 404
    assert attempts(world) == [(world.people[who].name, case.reference, "View case")]
    page = world.page("audit_lead").get("/attempts/").content.decode()
    assert all(words in page for words in (world.people[who].name, world.people[who].agency.name, case.reference))


@pytest.mark.parametrize("way", ["page", "api"])
def test_an_attempt_by_emergency_access_is_one_too(world: World, case: Case, way: str):
    bar_from_case(actor=world.supervisor, case=case, who=world.outsider, reason="knows_them", now=at())
    said = SAID | {"reference": case.reference}
    if way == "page":
        world.page("outsider").post("/emergency/", said)
    else:
        world.api("outsider").post("/api/v1/emergency", said, format="json")
    assert attempts(world) == [(world.outsider.name, case.reference, "Open in emergency")]


def test_what_hangs_on_the_case_is_one_too(world: World, accepted: Referral):
    """Its contacts, steps, shares, consents, addresses and referrals, by whatever name an address has for them."""
    case, decision = accepted.case, accepted.decision
    names = [
        f"/contacts/{case.contacts.get().reference}/",
        f"/steps/{case.steps.earliest('pk').public_id}/",
        f"/shares/{decision.public_id}/end/",
        f"/consents/{decision.consent.public_id}/",
        f"/addresses/{case.addresses.get().public_id}/reveal/",
        f"/referrals/{accepted.reference}/",
    ]
    shut(world, case, "a worker")
    assert [world.page("colleague").get(name).status_code for name in names] == [404] * len(names)
    assert [reference for _, reference, _ in attempts(world)] == [case.reference] * len(names)


def test_who_may_not_by_their_role_attempts_it_too(world: World, case: Case):
    bar_from_case(actor=world.supervisor, case=case, who=world.auditor, reason="knows_them", now=at())
    assert world.page("auditor").get(f"/cases/{case.reference}/").status_code == 403
    assert [who for who, *_ in attempts(world)] == [world.auditor.name]


def test_a_refusal_of_anybody_else_is_no_attempt(world: World, case: Case):
    bar_from_case(actor=world.supervisor, case=case, who=world.colleague, reason="knows_them", now=at())
    world.page("outsider").get(f"/cases/{case.reference}/")
    world.page("colleague").get(f"/cases/{new_reference()}/")
    assert attempts(world) == []


@pytest.mark.parametrize("how", SHUTTING)
def test_nobody_else_sees_it_in_the_history_the_file_or_the_log(world: World, accepted: Referral, how: str):
    case = accepted.case
    who = shut(world, case, how)
    world.page(who).get(f"/cases/{case.reference}/")
    [attempt] = AuditEvent.objects.filter(reason=SHUT)
    [refused] = events("casework.view_case", outcome="not_found")
    assert attempt == refused
    for reader in ("supervisor", "auditor", "partner_supervisor"):
        history = world.api(reader).get(f"/api/v1/cases/{case.reference}/history")
        assert str(attempt.pk) not in history.content.decode()
        assert attempt.pk not in bare(world.people[reader], AuditEvent)
        assert world.api(reader).get("/api/v1/attempts/").status_code == 403
    file = world.page("supervisor").get(f"/cases/{case.reference}/history/export/").content.decode()
    assert "not visible to them" not in file
    assert attempt.pk not in bare(world.people[who], AuditEvent)
    assert attempt.pk in bare(world.audit_lead, AuditEvent)


def test_the_audit_lead_reads_it_in_the_list_and_not_in_the_history(world: World, case: Case):
    shut(world, case, "a worker")
    world.page("colleague").get(f"/cases/{case.reference}/")
    history = world.api("audit_lead").get(f"/api/v1/cases/{case.reference}/history").json()
    assert [line for line in history["lines"] if line["refused"]] == []


def test_an_audit_lead_who_is_barred_learns_nothing_of_the_case(world: World, case: Case):
    bar_from_case(actor=world.supervisor, case=case, who=world.audit_lead, reason="knows_them", now=at())
    for who in ("audit_lead", "outsider"):
        world.page(who).get(f"/cases/{case.reference}/history/")
    assert attempts(world) == []
    assert bare(world.audit_lead, AuditEvent).isdisjoint(set(events_of(case)))


def events_of(case: Case) -> list[object]:
    return list(AuditEvent.objects.filter(case_id=case.pk).values_list("pk", flat=True))


def test_of_another_partnership_they_see_none(world: World, case: Case, stranger):
    world.people["far_lead"] = add_worker(
        actor=stranger.agency.workers.get(role=Role.SYSTEM),
        agency=stranger.agency,
        email="lead@far.example",
        name="Far Lead",
        role=Role.AUDIT_LEAD,
        password="",
    )
    shut(world, case, "a worker")
    world.page("colleague").get(f"/cases/{case.reference}/")
    assert attempts(world, "far_lead") == []
    assert len(attempts(world)) == 1


def test_reading_the_list_is_recorded_without_the_cases(world: World, case: Case):
    """Or the history of the case would tell its readers that there was an attempt."""
    shut(world, case, "a worker")
    world.page("colleague").get(f"/cases/{case.reference}/")
    attempts(world)
    [reading] = events("oversight.view_attempts")
    assert (reading.actor_id, reading.detail, reading.shown_ids) == (world.audit_lead.pk, {"count": 1}, [])
    assert reading.case_id is None


def test_pages_follow_each_other_without_a_gap(world: World, case: Case):
    shut(world, case, "a worker")
    client = world.page("colleague")
    for _ in range(PAGE + 1):
        client.get(f"/cases/{case.reference}/open/")
    lead = world.api("audit_lead")
    first = lead.get("/api/v1/attempts/").json()
    second = lead.get(f"/api/v1/attempts/?before={first['before']}").json()
    ids = [each["id"] for page in (first, second) for each in page["attempts"]]
    assert (len(first["attempts"]), len(second["attempts"]), second["before"]) == (PAGE, 1, None)
    assert set(ids) == {str(pk) for pk in AuditEvent.objects.filter(reason=SHUT).values_list("pk", flat=True)}


def test_a_program_cannot_write_that_it_was_none(world: World, case: Case):
    """The database marks it, whatever reason it is given with, and whoever writes it."""
    shut(world, case, "a worker")
    with become(WEB):
        record(actor=world.colleague, action="casework.view_case", subject=case, outcome="not_found", reason="other")
    assert AuditEvent.objects.filter(reason=SHUT, actor_id=world.colleague.pk).count() == 1


def test_the_newest_of_many_are_found_by_their_index(world: World, case: Case):
    shut(world, case, "a worker")
    factories.opened(world.caseworker)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off")
        cursor.execute("EXPLAIN SELECT id FROM audit_event WHERE reason = 'shut' ORDER BY at DESC, id DESC LIMIT 51")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Index Scan Backward" in plan or "Index Only Scan Backward" in plan
    assert "Sort" not in plan
