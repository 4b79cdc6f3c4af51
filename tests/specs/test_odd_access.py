"""Odd access: who reads what nothing explains is found by rules that say why, and somebody else looks into it."""

import html
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Notice, NoticeKind, User
from accounts.roles import Role
from audit.acting import acting_as
from audit.log import record
from audit.models import AuditEvent
from casework.commands import declare_mark, dismiss_proposal
from casework.models import Bar, BarProposal, Case, NextStep, Person
from casework.plans import AddressReport
from casework.queries import Probe, find_person, fold
from config.lock.roles import JOBS, WEB
from oversight import jobs
from oversight.commands import find_odd_access
from oversight.models import Alert, AlertEvent
from oversight.rules import RULES, N
from tests import factories
from tests.api_calls import ALERT_ANSWER
from tests.as_the_web import become
from tests.conftest import World, events
from tests.factories import TOKENS, at
from tests.specs.test_both_locks import bare

HOME = AddressReport(TOKENS.lines, TOKENS.postcode)
OPEN, ACT, SEARCH = "casework.view_case", "casework.log_contact", "casework.find_person"


def monday() -> datetime:
    """Nine o'clock of a Monday to come: the log has no place for a month that is over."""
    day = timezone.localtime() + timedelta(days=60)
    return (day - timedelta(days=day.weekday())).replace(hour=9, minute=0, second=0, microsecond=0)


@pytest.fixture
def log(world: World) -> "Log":
    """A log to write into at any time, which no login may."""
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_event DISABLE TRIGGER audit_stamped")
    return Log(world, monday())


class Log:
    """What people did, in hours from that Monday at nine; people and cases are made when they are first named."""

    def __init__(self, world: World, begin: datetime) -> None:
        self.world, self.begin = world, begin
        self.people: dict[str, User] = {}

    def who(self, name: str, agency: str = "front_door", role: str = Role.CASEWORKER) -> User:
        if name not in self.people:
            self.people[name] = User.objects.create(
                agency=self.world.agencies[agency], name=name, role=role, email=f"{uuid4()}@more.example"
            )
        return self.people[name]

    def case(self, *names: str) -> Case:
        """An intake of the front door, which waits for nobody."""
        holder = self.world.agencies["front_door"]
        case = Case.objects.create(partnership=holder.partnership, agency=holder, received_at=at())
        record(actor=self.world.caseworker, action="casework.start_contact", subject=case)
        for name in names:
            person = Person.objects.create(partnership=holder.partnership)
            case.parties.create(person=person, role="alleged", name=name, folded_name=fold(name))
        return case

    def write(self, who: User | str, action: str, hours: float, case: Case | int | None = None, **more: Any) -> None:
        worker = self.who(who) if isinstance(who, str) else who
        event = AuditEvent(
            at=self.begin + timedelta(hours=hours),
            actor_id=worker.pk,
            agency_id=more.pop("agency", worker.agency_id),
            action=action,
            case_id=case.pk if isinstance(case, Case) else case,
            **{"outcome": "allowed", "is_deliberate": True, "door": "page", **more},
        )
        fields = AuditEvent._meta.concrete_fields
        values = [field.get_db_prep_save(getattr(event, field.attname), connection) for field in fields]
        names, marks = ", ".join(field.column for field in fields), ", ".join(["%s"] * len(fields))
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO audit_event ({names}) VALUES ({marks})", values)  # noqa: S608

    def look(self) -> dict[str, set[str]]:
        """Which rules spoke of whom, once it is the Saturday after."""
        with become(JOBS):
            find_odd_access(actor=self.world.system, now=self.begin + timedelta(days=5))
        found: dict[str, set[str]] = {}
        for name, rule in AlertEvent.objects.values_list("alert__worker__name", "rule"):
            found.setdefault(name, set()).add(rule)
        return found


def of_themself(log: Log, who: str, *, odd: bool) -> None:
    case = log.case(", ".join(reversed(who.split())) if odd else "Quite Another")
    log.write(who, ACT, -1, case)
    log.write(who, OPEN, 1, case)


def of_their_household(log: Log, who: str, *, odd: bool) -> None:
    declare_mark(actor=log.who(who), telephone=TOKENS.route if odd else "020 7946 0777", address=None, now=at())
    case = factories.logged(log.world.caseworker, alleged_name=f"Another {who.split()[-1]}").case
    log.write(who, OPEN, 1, case)


def with_their_telephone(log: Log, who: str, *, odd: bool) -> None:
    declare_mark(actor=log.who(who), telephone=TOKENS.route if odd else "020 7946 0777", address=None, now=at())
    log.write(who, OPEN, 1, factories.logged(log.world.caseworker).case)


def with_their_address(log: Log, who: str, *, odd: bool) -> None:
    """Somebody has looked into the likeness: it is another family in the same house."""
    worker = log.who(who)
    declare_mark(actor=worker, telephone="", address=HOME, now=at())
    case = factories.logged(log.world.caseworker).case
    if not odd:
        proposal = BarProposal.objects.get(case=case, worker=worker)
        dismiss_proposal(actor=log.world.supervisor, proposal=proposal, because="another_person", now=at())
    log.write(who, OPEN, 1, case)


def with_their_surname(log: Log, who: str, *, odd: bool) -> None:
    """Many are called so, and it is their work."""
    cases = [log.case(f"Given {who.split()[-1]}") for _ in range(1 if odd else N["rare_cases"] + 1)]
    log.write(who, ACT, -1, cases[0])
    log.write(who, OPEN, 1, cases[0])


def without_a_reason(log: Log, who: str, *, odd: bool) -> None:
    """A few may be slips."""
    for number in range(N["slips"] + odd):
        log.write(who, OPEN, 1 + 20 * number, log.case())


def among_many(log: Log, who: str, *, odd: bool) -> None:
    case = log.case()
    for number in range(N["crowd"] if odd else N["crowd"] - 1):
        log.write(f"{who} {number}", OPEN, number, case)
    log.write(who, OPEN, 5, case)


def after_it_passed_on(log: Log, who: str, *, odd: bool) -> None:
    """Nobody else has taken it up."""
    case = log.case()
    log.write(who, ACT, -24 * 20, case)
    if odd:
        log.write(log.world.caseworker, ACT, -24 * 18, case)
    log.write(who, OPEN, 1, case)


def in_a_burst(log: Log, who: str, *, odd: bool) -> None:
    """A busy hour, in which some were opened twice."""
    for number in range(N["burst_cases"] + 1):
        case = 10**9 + (number if odd else number // 2)
        log.write(who, OPEN, 1 + number / 60, case)


def by_night(log: Log, who: str, *, odd: bool) -> None:
    """Whoever is on duty does something besides."""
    case = log.case()
    log.write(who, OPEN, 13, case)
    log.write(who, ACT, 14 if not odd else 16, log.case())


def by_their_own_name(log: Log, who: str, *, odd: bool) -> None:
    with become(WEB):
        find_person(actor=log.who(who), probe=Probe(name=", ".join(reversed(who.split())) if odd else "Quite Another"))
    [event] = events(SEARCH, actor_id=log.who(who).pk)
    log.write(who, SEARCH, 1, detail=event.detail, is_deliberate=False)


def for_what_is_not_there(log: Log, who: str, *, odd: bool) -> None:
    """Others mistype, too."""
    for number in range(N["not_found"] + 1):
        log.write(who, OPEN, number / 2, outcome="not_found" if odd or number else "allowed")


SCENES: dict[str, Callable[..., None]] = {
    "self": of_themself,
    "household": of_their_household,
    "telephone": with_their_telephone,
    "address": with_their_address,
    "surname": with_their_surname,
    "unexplained": without_a_reason,
    "many": among_many,
    "transfer": after_it_passed_on,
    "burst": in_a_burst,
    "hours": by_night,
    "own_name": by_their_own_name,
    "not_found": for_what_is_not_there,
}


def test_each_rule_speaks_of_who_is_odd_and_not_of_their_honest_twin(log: Log):
    for number, (rule, plant) in enumerate(SCENES.items()):
        for kind in ("Odd", "Honest"):
            plant(log, f"{kind} {rule.title().replace('_', '')}{chr(97 + number)}x{kind.lower()}", odd=kind == "Odd")
    found = log.look()
    spoke = {
        rule: tuple(
            any(rule in rules for who, rules in found.items() if who.startswith(kind) and said(rule) in who)
            for kind in ("Odd", "Honest")
        )
        for rule in SCENES
    }
    assert spoke == dict.fromkeys(RULES, (True, False))


def said(rule: str) -> str:
    return f" {rule.title().replace('_', '')}"


def acted(log: Log, who: User, case: Case) -> None:
    log.write(who, ACT, 12, case)


def has_the_step(log: Log, who: User, case: Case) -> None:
    step(case, log, owner=who, due_at=log.begin + timedelta(days=90))


def finds_it_on_the_duty_queue(log: Log, who: User, case: Case) -> None:
    step(case, log, owner=None, due_at=log.begin + timedelta(days=1))


def owns_it(log: Log, who: User, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(owner=who)


def looked_for_it_when_she_rang(log: Log, who: User, case: Case) -> None:
    log.write(who, SEARCH, 0.9, shown_ids=[case.pk], is_deliberate=False)
    log.write(who, ACT, 1.2, log.case())


def has_it_in_the_inbox(log: Log, who: User, case: Case) -> None:
    User.objects.filter(pk=who.pk).update(agency=log.world.agencies["harbour"])
    who.refresh_from_db()
    factories.sent(log.world.caseworker, case, log.world.services["harbour"])


def stands_in_for_a_colleague(log: Log, who: User, case: Case) -> None:
    for each in [case, *(log.case() for _ in range(N["cover_cases"]))]:
        step(each, log, owner=log.world.colleague, due_at=log.begin)
        if each is not case:
            log.write(who, "casework.complete_step", 2, each)


def supervises(log: Log, who: User, case: Case) -> None:
    User.objects.filter(pk=who.pk).update(role=Role.SUPERVISOR)


def step(case: Case, log: Log, owner: User | None, due_at: datetime) -> None:
    NextStep.objects.create(
        case=case, kind="call_back", owner_agency=case.agency, owner=owner, due_at=due_at, due_source="worker",
        opened_at=at(), opened_by=log.world.caseworker,
    )  # fmt: skip


REASONS = [
    acted,
    has_the_step,
    finds_it_on_the_duty_queue,
    owns_it,
    looked_for_it_when_she_rang,
    has_it_in_the_inbox,
    stands_in_for_a_colleague,
    supervises,
]


def nothing_is(log: Log, who: User, case: Case) -> None:
    step(case, log, owner=log.world.caseworker, due_at=log.begin)
    step(case, log, owner=None, due_at=log.begin + timedelta(days=9))
    log.write(who, "casework.save_draft", 1.1, case)
    for each in [log.case() for _ in range(N["cover_cases"])]:  # whoever takes the calls of a colleague
        step(each, log, owner=log.world.caseworker, due_at=log.begin)
        log.write(who, ACT, 2, each)


def test_what_explains_a_reading(log: Log):
    for reason in [*REASONS, nothing_is]:
        who = log.who(f"Somebody {reason.__name__}")
        for case in [opened_by(log) if reason is has_it_in_the_inbox else log.case() for _ in range(N["slips"] + 1)]:
            reason(log, who, case)
            log.write(who, OPEN, 1, case)
    assert log.look() == {"Somebody nothing_is": {"unexplained"}}


def opened_by(log: Log) -> Case:
    return factories.opened(log.world.caseworker)


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
