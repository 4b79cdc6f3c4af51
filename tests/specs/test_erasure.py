"""Erasure without holes: two people erase a case, a legal hold beats them, a tombstone stays, and the log verifies."""

from collections.abc import Callable
from dataclasses import replace
from time import monotonic
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.authorization import NotPossibleNow
from accounts.vault import KeyMissing
from audit.acting import acting_as
from audit.log import record
from casework import commands
from casework.categories import PERMISSION
from casework.commands import approve_erasure, ask_erasure, lift_hold, place_hold, refuse_erasure
from casework.erased import GOES
from casework.models import (
    Case,
    Consent,
    Erasure,
    LawfulBasis,
    LegalHold,
    Person,
    RecordVersion,
    RiskLevel,
)
from casework.models.agreements import CATEGORY_NAMES
from casework.models.routes import SEALED as OF_ROUTES
from casework.plans import VictimReport
from config.lock.roles import WEB
from config.promises import CHECKS
from oversight.commands import answer_audit, draw_audit
from oversight.models import CaseAudit
from referrals.commands import complete_referral, withdraw_referral
from referrals.models import Referral
from tests import factories
from tests.architecture import second_lock
from tests.as_the_web import become
from tests.asking import DOORS, ask
from tests.canaries import worlds
from tests.canaries.matrix import name_of
from tests.canaries.oracle import oracle
from tests.canaries.planting import plant, records_of, unguarded
from tests.canaries.tokens import Canaries, Token
from tests.conftest import at_once, events, outcome_of
from tests.factories import TOKENS, at
from tests.ids import Ids
from tests.sealing import next_transaction, sealed
from tests.specs.test_deadly_fields_are_encrypted import everything_in_the_database
from tests.specs.test_the_log_is_sealed import verdict
from tests.world import World

STAYS = {"reference", "uuid", "past", "future", "until"}  # names of records and moments of work, where the record stays

SEALED = {  # found nowhere in clear, also before: what could open them goes
    *(f"ContactRoute.{name}" for name in OF_ROUTES if name != "e164"),
    *("CallerDetails.name", "CallerDetails.call_back"),
    "Attachment.title",
    *("SafetyPlan.parts", "SafetyPlan.present", "SafetyPlan.notes"),
    "RiskAssessment.draft",
    *("Contact.draft", "Address.organisation", "Address.lines", "Address.postcode"),
    *("Visit.slots", "Visit.check_words", "Neighbour.address"),
    "HandIn.question",
}


def asked(world: World, case: Case) -> Erasure:
    words = {"ground": "retention_over", "words": f"Letter to {TOKENS.name}"}
    return ask_erasure(actor=world.supervisor, case=case, now=at(), **words)


def erased(world: World, case: Case) -> Erasure:
    return approve_erasure(actor=world.senior, erasure=asked(world, case), now=at())


def held(world: World, case: Case) -> LegalHold:
    return place_hold(actor=world.supervisor, case=case, reason="inquiry", now=at())


def full(world: World) -> Case:
    """A case with a record of every kind, in which nothing runs any more but two shares."""
    case = worlds.unshared(world)
    against = {"consent": Consent.REFUSED, "consent_reason": "No.", "override": factories.overridden()}
    for service, more in ((world.services["harbour"], {}), (factories.another_service(world, "harbour"), against)):
        share = {"categories": CATEGORY_NAMES, "basis": LawfulBasis.objects.get(code="6-d"), "until": worlds.LONG}
        referral = factories.accepted(world.supervisor, world.partner, case, service, **share, **more)
        complete_referral(
            actor=world.partner, referral=referral, outcome_code="supported", as_wanted="yes", outcome="Done.", now=at()
        )
    contact = commands.start_contact(actor=world.caseworker, case=case, now=at())
    factories.saved(world.caseworker, contact, {"said": "To be filled"})
    said = {"reason": "missing", "words": "To be filled", "categories": ["identity"]}
    access = commands.open_in_emergency(actor=world.outsider, reference=case.reference, now=at(), **said)
    reviewed = {"finding": "justified", "review": "To be filled"}
    commands.review_emergency(actor=world.supervisor, access=access, now=at(), **reviewed)
    judged = {"finding": "not_clear_yet", "words": "To be filled"}
    commands.judge_two_sides(actor=world.senior, pair=factories.pair(world, case), now=at(), **judged)
    factories.proposed(world, case)
    worlds._fill_up(case)
    return case


def planted(case: Case) -> Canaries:
    """Canaries in every field of it that can hold one, and in the answer that was kept for a repeated request."""
    canaries = Canaries(20261127)
    with unguarded():
        plant(canaries, oracle(), case, "full")
    return canaries


def found(canaries: Canaries) -> set[Token]:
    return canaries.found_in(everything_in_the_database())


def may_stay(token: Token) -> bool:
    """Of records that stay, what names them, and when somebody worked; nothing of what is known of anybody."""
    gone = {model.__name__ for model in GOES}
    return token.kind in STAYS and token.place.partition(".")[0] not in gone and token.category not in PERMISSION


def of_case(case: Case) -> list[Any]:
    """Every record of a case as it stands in its table, and every version of them."""
    rows = [list(type(record).objects.filter(pk=record.pk).values_list()) for record in records_of(case)]
    return [*rows, list(RecordVersion.objects.filter(case_id=case.pk).order_by("pk").values_list())]


def test_nothing_that_is_known_of_anybody_is_left_in_the_whole_database(world: World):
    case, other = full(world), factories.opened(world.colleague, victim=VictimReport(name="Anna Other"))
    victim, theirs = case.parties.get(role="victim"), other.parties.get(role="victim")
    commands.link_person(actor=world.colleague, party=theirs, to=victim, reason="She says so.", now=at())
    alone = set(case.parties.exclude(person=victim.person_id).values_list("person", flat=True))
    canaries, before = planted(case), of_case(other)
    body = {"level": "standard", "why": canaries.plant("words", ("full", "OnceOnly.body", "never"))}
    address, once = f"/api/v1/cases/{case.reference}/risk-levels", {"Idempotency-Key": "repeated"}
    assert world.api("caseworker").post(address, body, format="json", headers=once).status_code == 201
    unseen = {token.place for token in canaries.tokens} - {token.place for token in found(canaries)}
    assert unseen == SEALED
    backup, key = case.addresses.first(), bytes(case.key.wrapped).hex()

    erased(world, case)

    assert {(token.place, token.value) for token in found(canaries) if not may_stay(token)} == set()
    assert key not in everything_in_the_database()
    with pytest.raises(KeyMissing):
        assert backup.lines
    assert of_case(other) == before
    assert [Person.objects.filter(pk__in=people).count() for people in (alone, [victim.person_id])] == [0, 1]


def waiting(world: World, case: Case) -> Callable[[], Any]:
    """To ask for it."""
    return lambda: asked(world, case)


def to_approve(world: World, case: Case) -> Callable[[], Any]:
    erasure = asked(world, case)
    return lambda: approve_erasure(actor=world.senior, erasure=erasure, now=at())


STAGES = {"asking": waiting, "approving": to_approve}


@pytest.mark.parametrize("stage", STAGES)
def test_a_legal_hold_beats_it_until_it_is_lifted(world: World, case: Case, stage: str):
    act = STAGES[stage](world, case)
    hold = held(world, case)
    assert outcome_of(act) == "NotPossibleNow"
    lift_hold(actor=world.senior, hold=hold, now=at())
    assert outcome_of(act) == "done"


def by_sql(world: World, case: Case, *statements: str, who: str = "senior") -> str:
    """What the database itself says to somebody who writes SQL as the web's login: its refusal, or nothing."""
    try:
        with transaction.atomic(), become(WEB), acting_as(world.people[who]), connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement.format(case=case.pk, me=world.people[who].pk))
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            transaction.set_rollback(True)
    except DatabaseError as refusal:
        cause: Any = refusal.__cause__
        return cause.diag.constraint_name or cause.sqlstate
    return ""


ASK = (
    "INSERT INTO casework_erasure (public_id, case_id, status, ground, words, asked_at, asked_by_id, asked_as, "
    "answered_as) VALUES (gen_random_uuid(), {case}, 'asked', 'unlawful', 'x', now(), {me}, 'supervisor', '')"
)
APPROVE = (
    "UPDATE casework_erasure SET status = 'approved', answered_at = now(), answered_by_id = {me}, "
    "answered_as = 'senior_practitioner' WHERE case_id = {case}"
)
CARRY_OUT = "SELECT erase_case((SELECT id FROM casework_erasure WHERE case_id = {case}), now())"
HOLD = (
    "INSERT INTO casework_legalhold (public_id, case_id, reason, placed_at, placed_by_id) "
    "VALUES (gen_random_uuid(), {case}, 'court', now(), {me})"
)
NO_RIGHT = "42501"
REFUSED = {
    "asks under a hold": ("", [HOLD, ASK], "legal_hold_beats_erasure"),
    "approves under a hold": ("asked", [HOLD, APPROVE], "legal_hold_beats_erasure"),
    "carries it out under a hold": ("asked", [APPROVE, HOLD, CARRY_OUT], "legal_hold_beats_erasure"),
    "carries out what nobody approved": ("asked", [CARRY_OUT], NO_RIGHT),
    "carries out what nobody asked for": ("", [CARRY_OUT], NO_RIGHT),
    "approves what they asked for": ("", [ASK, APPROVE], "nobody_approves_an_erasure_that_they_asked_for"),
    "approves and leaves it there": ("asked", [APPROVE], "erasure_that_is_approved_is_carried_out"),
    "carries it out twice": ("asked", [APPROVE, CARRY_OUT, CARRY_OUT], NO_RIGHT),
    "asks in somebody else's name": ("", [ASK.replace("{me}", "1")], NO_RIGHT),
    "says itself that it is erased": (
        "",
        ["UPDATE casework_case SET status = 'erased'"],
        "case_is_erased_by_its_erasure",
    ),
    "says itself when": ("asked", ["UPDATE casework_erasure SET erased_at = now()"], NO_RIGHT),
    "removes what is known": ("asked", ["DELETE FROM casework_party"], NO_RIGHT),
    "removes versions meanwhile": ("asked", [APPROVE, "DELETE FROM casework_recordversion"], NO_RIGHT),
    "changes versions meanwhile": ("asked", [APPROVE, "UPDATE casework_recordversion SET held = '{{}}'"], NO_RIGHT),
    "adds to what is erased": ("erased", [HOLD], "case_that_is_erased_takes_nothing_more"),
    "changes what is erased": (
        "erased",
        ["UPDATE casework_nextstep SET owner_id = NULL WHERE case_id = {case}"],
        "case_that_is_erased_takes_nothing_more",
    ),
    "opens it again": ("erased", ["UPDATE casework_case SET status = 'open'"], "status_changes_along_its_table"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_the_database_refuses_to_whoever_writes_sql_that_somebody(world: World, case: Case, what: str):
    stage, statements, refusal = REFUSED[what]
    {"": lambda *_: None, "asked": asked, "erased": erased}[stage](world, case)
    assert by_sql(world, case, *statements) == refusal


def test_the_database_carries_out_what_two_people_decided_and_nobody_elses(world: World, case: Case):
    asked(world, case)
    whoever = ("senior", "colleague", "partner_supervisor")
    refusals = {who: by_sql(world, case, APPROVE, CARRY_OUT, who=who) for who in whoever}
    assert refusals == {"senior": "", "colleague": NO_RIGHT, "partner_supervisor": NO_RIGHT}
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        RecordVersion.objects.filter(case_id=case.pk).delete()  # as their owner


@pytest.mark.parametrize(
    ("runs", "ends"),
    [
        ("a live referral", "case_is_erased_when_nothing_runs_in_it"),
        ("an emergency access without its review", "case_is_erased_when_nothing_runs_in_it"),
        ("an audit that is drawn", "case_is_erased_when_nothing_runs_in_it"),
        ("the offer of a visit", "step_that_offers_a_visit_ends_with_an_answer"),
    ],
)
def test_what_runs_in_a_case_ends_before_it_is_erased(world: World, case: Case, runs: str, ends: str):
    erasure = asked(world, case)
    if runs == "a live referral":
        factories.drafted(world.caseworker, case, world.services["harbour"])
    elif runs == "the offer of a visit":
        commands.complete_step(
            actor=world.caseworker,
            step=case.steps.first(),
            outcome="done",
            then=factories.step("offer_visit"),
            now=at(),
        )
    else:
        (factories.drawn if "audit" in runs else factories.emergency)(world, case)
    with pytest.raises(NotPossibleNow):
        approve_erasure(actor=world.senior, erasure=erasure, now=at())
    assert by_sql(world, case, APPROVE, CARRY_OUT) == ends


def test_one_person_alone_cannot_and_nobody_else_may(world: World, accepted: Referral):
    case = withdraw_referral(actor=world.caseworker, referral=accepted, reason="not_needed", now=at()).case
    said = {"ground": "ordered", "words": "Order of 3 May", "now": at()}
    asks = {
        who: outcome_of(lambda who=who: ask_erasure(actor=world.people[who], case=case, **said))
        for who in ("caseworker", "auditor", "audit_lead", "manager", "partner_supervisor", "outsider")
    }
    hidden = dict.fromkeys(("partner_supervisor", "outsider"), "NotVisible")
    assert asks == dict.fromkeys(("caseworker", "auditor", "audit_lead", "manager"), "Denied") | hidden
    erasure = asked(world, case)
    assert outcome_of(lambda: asked(world, case)) == "NotPossibleNow"
    approves = {
        who: outcome_of(lambda who=who: approve_erasure(actor=world.people[who], erasure=erasure, now=at()))
        for who in ("supervisor", "caseworker", "partner_supervisor")
    }
    assert approves == {"supervisor": "Denied", "caseworker": "Denied", "partner_supervisor": "NotVisible"}
    refuse_erasure(actor=world.supervisor, erasure=erasure, now=at())
    assert outcome_of(lambda: approve_erasure(actor=world.senior, erasure=erasure, now=at())) == "NotPossibleNow"
    assert outcome_of(lambda: asked(world, case)) == "done"


def test_a_tombstone_stays_for_whoever_could_see_the_case_and_nothing_for_others(world: World, accepted: Referral):
    complete_referral(
        actor=world.partner, referral=accepted, outcome_code="supported", as_wanted="yes", outcome="Done.", now=at()
    )
    case, address = accepted.case, f"/cases/{accepted.case.reference}/"
    read_before = world.api("supervisor").get(f"/api/v1{address}history").json()["lines"]
    erasure = erased(world, case)
    seen = world.api("caseworker").get(f"/api/v1{address}").json()
    assert (seen["case"]["status"], seen["tombstone"]) == (
        "erased",
        {
            "erased_at": erasure.erased_at.isoformat().replace("+00:00", "Z"),
            "ground": "retention_over",
            "asked_as": "supervisor",
            "approved_as": "senior_practitioner",
        },
    )
    assert (seen["sections"], seen["held"]["steps"], seen["held"]["parties"]) == ({}, [], [])
    page = world.page("caseworker").get(address).content.decode()
    assert "This case was erased on" in page
    assert [gone for gone in vars(TOKENS).values() if gone in page] == []
    whoever = ("partner", "partner_supervisor", "officer", "outsider", "manager")
    assert {world.api(who).get(f"/api/v1{address}").status_code for who in whoever} <= {403, 404}
    nothing = world.api("partner").get("/api/v1/cases/AAAA-AAAA-AAA/")
    told = world.api("partner").get(f"/api/v1{address}")
    assert (told.status_code, told.content) == (nothing.status_code, nothing.content)
    history = world.api("supervisor").get(f"/api/v1{address}history").json()["lines"]
    assert {event["id"] for event in read_before} <= {event["id"] for event in history}
    assert {"Erase case", "Approve erasure", "Ask erasure", "End sharing"} <= {event["action"] for event in history}
    replay = world.page("supervisor").get(f"{address}history/replay/").content.decode()
    assert "What the case held was erased" in replay
    assert world.api("supervisor").get(f"/api/v1{address}replay").json()["erased_at"] is not None
    (done,) = events("casework.erase_case")
    assert (done.case_id, done.reason, done.detail) == (case.pk, "retention_over", {"asked_by": world.supervisor.pk})


def test_an_erased_case_takes_nothing_more(world: World, case: Case):
    finished = factories.finished(world, case)
    erased(world, case)
    case.refresh_from_db()
    audit = CaseAudit.objects.get(pk=finished.pk)
    acts = {
        "judge": lambda: commands.judge_risk(actor=world.caseworker, case=case, level="high", why="x", now=at()),
        "open": lambda: commands.open_case(actor=world.caseworker, case=case, step=factories.step(), now=at()),
        "contact": lambda: commands.start_contact(actor=world.caseworker, case=case, now=at()),
        "refer": lambda: factories.drafted(world.caseworker, case, world.services["harbour"]),
        "answer": lambda: answer_audit(actor=world.caseworker, audit=audit, answer="x", now=at()),
        "hold": lambda: held(world, case),
        "erase": lambda: asked(world, case),
        "emergency": lambda: commands.open_in_emergency(
            actor=world.outsider, reference=case.reference, reason="missing", words="x", categories=["risk"], now=at()
        ),
    }
    later = dict.fromkeys(("answer", "hold", "erase"), "NotPossibleNow") | {"emergency": "NotVisible"}
    assert {name: outcome_of(act) for name, act in acts.items()} == dict.fromkeys(acts, "Denied") | later
    assert outcome_of(lambda: draw_audit(actor=world.supervisor, how="at_random", now=at())) == "NotPossibleNow"


def test_no_door_of_an_erased_case_breaks_or_gives_anything_away(world: World, accepted: Referral):
    """Whatever a page or the API wants to show or to do, there is nothing there."""
    case = complete_referral(
        actor=world.partner, referral=accepted, outcome_code="supported", as_wanted="yes", outcome="Done.", now=at()
    ).case
    audit, bar = factories.finished(world, case), factories.barred(world, case)
    erasure = erased(world, case)
    left = {"case": case, "referral": accepted, "share": accepted.decision, "consent": accepted.decision.consent}
    left |= {"step": case.steps.first(), "audit": audit, "feedback": audit, "bar": bar, "erasure": erasure}
    nobody = Ids.absent(Ids("", "", "", "", str(uuid4()), world.services["elsewhere"].pk, email=world.officer.email))
    ids = replace(nobody, **{name: name_of(record) for name, record in left.items()})
    client, broken = world.page("supervisor"), []
    for door, method in [(each, method) for each in DOORS.values() if each.of in left for method in each.methods]:
        answer = ask(client, door, method.upper(), ids)
        told = [token for token in vars(TOKENS).values() if method == "get" and token in answer.content.decode()]
        broken += [(door.name, method, answer.status_code, told)] if told or answer.status_code >= 500 else []
    assert broken == []


@pytest.mark.usefixtures("for_real")
@pytest.mark.django_db(transaction=True)
def test_the_sealed_log_verifies_before_and_after_and_two_at_once_erase_it_once(world: World, case: Case):
    sealed(next_transaction())
    assert verdict() == ""
    erasure = asked(world, case)

    def while_it_waits(wait: Any) -> None:
        """Erase it, and before that is committed let the other go on."""
        with transaction.atomic():
            approve_erasure(actor=world.senior, erasure=erasure, now=at())
            wait()
            deadline = monotonic() + 10
            while second_lock.rows("SELECT count(*) FROM pg_locks WHERE NOT granted") != [(2,)]:
                assert monotonic() < deadline, "nobody waits"

    def again(wait: Any) -> None:
        wait()
        approve_erasure(actor=world.senior, erasure=erasure, now=at())

    def write(wait: Any) -> None:
        wait()
        with transaction.atomic():
            record(actor=world.caseworker, action="casework.judge_risk", subject=case)
            RiskLevel.objects.create(case=case, level="high", why="Late", judged_at=at(), judged_by=world.caseworker)

    problems = [type(problem).__name__ for problem in at_once(while_it_waits, again, write)]
    assert problems == ["NoneType", "NotPossibleNow", "IntegrityError"]
    sealed(next_transaction())
    assert verdict() == ""
    assert len(events("casework.erase_case")) == 1


def test_the_promises_notice_what_is_left(world: World, case: Case):
    (check,) = [check for check in CHECKS if "erased" in check.says]
    erased(world, case)
    assert (check.look().violations, check.look().examined) == (0, Case.objects.count())
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE casework_nextstep DISABLE TRIGGER USER")
        cursor.execute("UPDATE casework_nextstep SET note = 'Anna' WHERE case_id = %s", [case.pk])
    assert check.look().violations == 1
