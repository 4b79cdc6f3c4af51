"""Odd access is looked into by somebody else: who is told, what they read, and what they find of it."""

import html
from datetime import datetime
from typing import Any

import pytest
from django.db import connection

from accounts.models import Notice, NoticeKind, User
from accounts.roles import Role
from audit.acting import acting_as
from audit.models import AuditEvent
from casework.models import Bar, Case
from config.lock.roles import JOBS, WEB
from oversight import jobs
from oversight.models import Alert, AlertEvent
from oversight.rules import RULES
from tests.as_the_web import become
from tests.bodies import ALERT_ANSWER
from tests.factories import at
from tests.odd import OPEN, SEARCH, Log, log_of
from tests.specs.test_both_locks import bare
from tests.world import World


@pytest.fixture
def log(world: World) -> Log:
    return log_of(world)


def alerts(world: World, who: str = "audit_lead", more: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = world.api(who).get(f"/api/v1/alerts/{more}").json()["alerts"]
    return found


def looked_for(log: Log, who: User | str) -> list[Case]:
    """Two cases that somebody searched for and opened, without a reason."""
    cases = [log.case(), log.case()]
    for hours, case in enumerate(cases):
        log.write(who, SEARCH, hours - 0.1, shown_ids=[case.pk], is_deliberate=False)
        log.write(who, OPEN, hours, case)
    return cases


def test_what_was_found_is_not_found_again_and_more_of_it_joins_what_is_open(log: Log):
    first, second = looked_for(log, "Some Body")
    log.look()
    log.look()
    assert AlertEvent.objects.count() == Alert.objects.count() == 2
    log.write("Some Body", SEARCH, 49.9, shown_ids=[first.pk], is_deliberate=False)
    log.write("Some Body", OPEN, 50, first)
    log.look()
    assert Alert.objects.get(about_case=first.pk).events.count() == 2
    assert Alert.objects.get(about_case=second.pk).events.count() == 1


def test_once_it_is_answered_more_of_it_is_told_anew_but_a_likeness_that_says_nothing_is_not(log: Log):
    case = log.case("Some Body")
    log.write("Some Body", OPEN, 1, case)
    assert log.look() == {"Some Body": {"self"}}
    answered(log.world, finding="coincidence")
    log.write("Some Body", OPEN, 5, case)
    log.look()
    assert Alert.objects.count() == 1
    log.write("Some Body", OPEN, 13, case)
    log.look()
    [waiting] = Alert.objects.filter(answered_at=None)
    assert [event.rule for event in waiting.events.all()] == ["hours"]


def answered(world: World, who: str = "audit_lead", **more: str) -> None:
    """All that waits, by the API."""
    for alert in alerts(world, who):
        path = f"/api/v1/alerts/{alert['reference']}/answer"
        assert world.api(who).post(path, ALERT_ANSWER | more, format="json").status_code == 204


def test_the_audit_lead_reads_who_did_what_when_in_which_case_and_why_it_is_odd(log: Log):
    """Also of another agency, whose events they see nowhere else."""
    world = log.world
    cases = looked_for(log, world.partner)
    log.look()
    [_, first] = alerts(world)
    assert (first["worker"], first["agency"], first["case"]) == (
        "Partner Person",
        "Harbour Advocacy",
        cases[0].reference,
    )
    assert [(rule["code"], rule["says"]) for rule in first["rules"]] == [("unexplained", RULES["unexplained"].says)]
    read = world.api("audit_lead").get(f"/api/v1/alerts/{first['reference']}/").json()
    [event] = read["events"]
    assert (event["action"], event["outcome"], event["door"]) == ("View case", "Allowed", "Page")
    assert (event["case"], datetime.fromisoformat(event["at"])) == (cases[0].reference, log.begin)
    page = world.page("audit_lead").get(f"/alerts/{first['reference']}/").text
    assert RULES["unexplained"].says in page
    assert "Partner Person" in page


def test_nobody_learns_of_what_they_did_themselves(log: Log):
    """Another audit lead does, and of what audit leads did the manager, who sees nothing else of it."""
    world = log.world
    other = log.who("Other Lead", role=Role.AUDIT_LEAD)
    log.write(other, SEARCH, 1, detail={"criteria": ["own_name"]})
    log.write(world.audit_lead, SEARCH, 1, detail={"criteria": ["own_name"]})
    looked_for(log, world.caseworker)
    log.look()
    who_of = {who: {alert["worker"] for alert in alerts(world, who)} for who in ("audit_lead", "manager")}
    assert who_of == {
        "audit_lead": {"Other Lead", "Caseworker Person"},
        "manager": {"Other Lead", "Audit Lead Person"},
    }
    shown = {who: seen_bare(person) for who, person in world.people.items()}
    assert {who: names for who, names in shown.items() if names} == who_of
    own = Alert.objects.get(worker=world.audit_lead)
    assert world.page("audit_lead").get(f"/alerts/{own.reference}/").status_code == 404
    assert ("Audit Lead Person" in world.page("manager").get(f"/alerts/{own.reference}/").text) is True


def seen_bare(person: User) -> set[str]:
    """Of whom the second lock alone shows alerts, and the events behind them."""
    found = bare(person, Alert)
    assert bare(person, AlertEvent) == set(AlertEvent.objects.filter(alert__in=found).values_list("pk", flat=True))
    return set(Alert.objects.filter(pk__in=found).values_list("worker__name", flat=True))


def test_an_audit_lead_who_is_barred_from_a_case_learns_nothing_of_it(log: Log):
    world = log.world
    first, second = looked_for(log, world.colleague)
    said = {"reason": "knows_them", "barred_at": at(), "barred_by": world.supervisor}
    Bar.objects.create(case=first, worker=world.audit_lead, **said)
    log.look()
    assert [alert["case"] for alert in alerts(world)] == [second.reference]
    assert bare(world.audit_lead, Alert) == set(Alert.objects.filter(about_case=second.pk).values_list("pk", flat=True))


def test_of_another_partnership_nothing_is_found_and_nothing_seen(log: Log, stranger: User):
    looked_for(log, log.world.colleague)
    looked_for(log, stranger)
    User.objects.filter(pk=stranger.pk).update(role=Role.AUDIT_LEAD)
    assert log.look() == {"Colleague Person": {"unexplained"}}
    assert alerts(log.world, "stranger") == []
    assert bare(stranger, Alert) == set()


def test_neither_the_history_of_the_case_nor_its_events_tell_that_somebody_looks_into_it(log: Log):
    world, actions = log.world, ("oversight.find_odd_access", "oversight.view_alerts", "oversight.answer_alert")
    looked_for(log, world.supervisor)
    log.write(world.supervisor, SEARCH, 1, detail={"criteria": ["own_name"]})
    log.look()
    [alert] = alerts(world)
    world.page("audit_lead").get(f"/alerts/{alert['reference']}/")
    answered(world)
    written = AuditEvent.objects.filter(action__in=actions)
    assert {event.case_id for event in written} == {None}
    of_alerts = set(written.filter(subject_type="alert").values_list("pk", flat=True))
    assert {event.action for event in written.filter(pk__in=of_alerts)} == set(actions)
    for who in ("supervisor", "auditor"):
        assert bare(world.people[who], AuditEvent).isdisjoint(of_alerts)
    assert of_alerts <= bare(world.audit_lead, AuditEvent)


def test_it_is_answered_once_with_a_finding_and_in_words_by_page_and_api_alike(log: Log):
    world = log.world
    looked_for(log, world.colleague)
    log.look()
    second, first = alerts(world)
    for said, wrong in [({"finding": "explained"}, "words"), ({"words": "x"}, "finding")]:
        address = f"/api/v1/alerts/{first['reference']}/answer"
        answer = world.api("audit_lead").post(address, said, format="json")
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, f"#/{wrong}")
        assert world.page("audit_lead").post(f"/alerts/{first['reference']}/", said).status_code == 400
    assert world.page("audit_lead").post(f"/alerts/{first['reference']}/", ALERT_ANSWER).status_code == 302
    assert world.page("audit_lead").post(f"/alerts/{first['reference']}/", ALERT_ANSWER).status_code == 409
    answered(world)
    assert alerts(world) == []
    found = alerts(world, more="?answered=true")
    assert [(each["reference"], each["finding"], each["answered_by"]) for each in found] == [
        (each["reference"], "explained", "Audit Lead Person") for each in (second, first)
    ]
    [waiting, *_] = world.api("audit_lead").get("/api/v1/alerts/figures").json()["months"][::-1]
    by_rule = world.api("audit_lead").get("/api/v1/alerts/figures").json()["rules"]
    assert next(each["found"]["explained"] for each in by_rule if each["rule"] == "unexplained") == 2
    assert sum(waiting["found"].values()) in (0, 2)
    assert first["reference"] in world.page("audit_lead").get("/alerts/?answered=yes").text


def test_who_sees_what_is_new_is_told_once_that_something_waits(log: Log):
    """Not whom it is about, nor a manager who would not see it."""
    world = log.world
    looked_for(log, world.colleague)
    log.look()
    log.look()
    [notice] = Notice.objects.filter(kind=NoticeKind.ODD_ACCESS)
    assert (notice.recipient, notice.reference) == (world.audit_lead, Alert.objects.earliest("pk").reference)


@pytest.mark.parametrize("way", ["page", "api"])
def test_the_audit_lead_has_it_looked_for_now(log: Log, way: str):
    """In the system's name, so that what it finds of themselves is written, too."""
    world = log.world
    log.begin = at(-1)
    for who in (world.audit_lead, world.colleague):
        log.write(who, SEARCH, 0, detail={"criteria": ["own_name"]})
    if way == "page":
        assert "What is odd about others" in world.page("audit_lead").post("/alerts/", follow=True).text
    else:
        assert world.api("audit_lead").post("/api/v1/alerts/").status_code == 204
    assert set(Alert.objects.values_list("worker__name", flat=True)) == {"Audit Lead Person", "Colleague Person"}
    assert [alert["worker"] for alert in alerts(world)] == ["Colleague Person"]


def test_by_night_it_is_looked_for_in_each_partnership(log: Log, stranger: User):
    log.begin = at(-1)
    for who in (stranger, log.world.colleague):
        log.write(who, SEARCH, 0, detail={"criteria": ["own_name"]})
    with become(JOBS), acting_as(log.world.system):
        jobs.find_odd_access.func.__wrapped__(actor=log.world.system)
    assert set(Alert.objects.values_list("worker__name", flat=True)) == {"Stranger", "Colleague Person"}


def test_the_rules_are_explained_to_who_reads_what_they_found(world: World):
    said = world.api("audit_lead").get("/api/v1/alerts/rules").json()["rules"]
    assert [each["code"] for each in said] == list(RULES)
    page = world.page("audit_lead").get("/alerts/").text
    assert [rule.code for rule in RULES.values() if html.escape(rule.says) not in page] == []


def test_no_other_login_or_actor_runs_the_rules(world: World):
    with become(WEB), acting_as(world.audit_lead), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM odd_access('-infinity', 'infinity')")
        assert cursor.fetchone() == (0,)
