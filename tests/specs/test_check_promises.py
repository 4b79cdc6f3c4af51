"""Check promises: every promise is counted over every row, and whatever breaks one is found."""

import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db import connection

from casework.models import Case, NextStep
from config import promises
from config.guards import LEAVES_VERSION
from config.lock import roles
from config.management.commands import check_promises
from config.promises import CHECKS, Finding
from referrals.commands import decline_referral
from tests import factories
from tests.as_the_web import manage
from tests.factories import at
from tests.specs.test_import_burglaries import row, written


@pytest.fixture
def everything(world, accepted, tmp_path):
    """Something for every check to look at: an accepted and a declined referral, and a burglary of two rows."""
    referral = factories.sent(world.caseworker, accepted.case, world.services["elsewhere"])
    decline_referral(actor=world.outsider, referral=referral, reason="no_capacity", note="", now=at())
    path = tmp_path / "published.csv"
    path.write_bytes(written([row(1), row(1), row(2)]))
    manage("import_burglaries", path, stdout=io.StringIO())
    return world


def found() -> dict[str, int]:
    """The violations of each check that is broken, by what it says."""
    findings = {check.says: check.look() for check in CHECKS}
    return {says: finding.violations for says, finding in findings.items() if not finding.is_kept}


def run() -> tuple[str, int]:
    """What the command prints, and how it ends."""
    out = io.StringIO()
    try:
        manage("check_promises", role=roles.CHECKS, stdout=out)
    except SystemExit as end:
        return out.getvalue(), int(str(end.code))
    return out.getvalue(), 0


def plant(*statements: str) -> None:
    """Do what the database forbids: without its triggers, in a transaction that is undone after the test."""
    connection.check_constraints()
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def without(table: str, *constraints: str) -> list[str]:
    return [f"ALTER TABLE {table} DROP CONSTRAINT {name}" for name in constraints]


def without_triggers(table: str) -> list[str]:
    """All but the one that leaves a version: what is broken here are the other promises."""
    kept = [f"ALTER TABLE {table} ENABLE TRIGGER {LEAVES_VERSION}"] if table != EVENT else []
    return [f"ALTER TABLE {table} DISABLE TRIGGER USER", *kept]


def new_event(**columns: str) -> str:
    plain = {
        "id": "gen_random_uuid()",
        "action": "'casework.view_case'",
        "outcome": "'allowed'",
        "reason": "''",
        "purpose": "''",
        "subject_type": "''",
        "categories": "'{}'",
        "shown_ids": "'{}'",
        "is_deliberate": "true",
        "detail": "'{}'",
        "door": "'command'",
    } | columns
    return f"INSERT INTO audit_event ({', '.join(plain)}) VALUES ({', '.join(plain.values())})"  # noqa: S608


CASE, STEP, CONTACT = "casework_case", "casework_nextstep", "casework_contact"
CONSENT = "casework_consentrecord"
GRANT, DECISION, ROUTE = "casework_groupgrant", "casework_sharingdecision", "casework_contactroute"
REFERRAL, EVENT = "referrals_referral", "audit_event"

FORGET = "DELETE FROM audit_event WHERE "
SHARED = f"UPDATE {GRANT} SET {{}} WHERE id = (SELECT min(id) FROM {GRANT} WHERE sharing_id IS NOT NULL)"  # noqa: S608
ELSEWHERE = "(SELECT group_id FROM accounts_agency WHERE kind = 'housing')"
OUTSIDER = (
    "(SELECT min(u.id) FROM accounts_user u JOIN accounts_agency a ON a.id = u.agency_id WHERE a.kind = 'housing')"
)


def last(table: str, change: str, condition: str = "true") -> str:
    return f"UPDATE {table} SET {change} WHERE id = (SELECT max(id) FROM {table} WHERE {condition})"  # noqa: S608


def loose(table: str, column: str) -> str:
    return f"ALTER TABLE {table} ALTER COLUMN {column} DROP NOT NULL"


# For each check: how its promise is broken once, and in how many rows that shows.
PLANTED: dict[str, tuple[list[str], int]] = {
    "a logged contact has a next step or a reason for none": (
        [*without(CONTACT, "contact_that_is_logged_has_a_next_step_or_a_reason"), last(CONTACT, "next_step_id = NULL")],
        1,
    ),
    "an open case has an open next step": (
        [
            *without_triggers(STEP),
            *without(STEP, "step_that_offers_a_visit_ends_with_an_answer"),
            f"UPDATE {STEP} SET done_at = now(), done_by_id = opened_by_id, outcome = 'unreachable' "  # noqa: S608
            "WHERE kind = 'offer_visit'",
        ],
        2,
    ),
    "a next step has an owning agency and a due time": ([loose(STEP, "due_at"), last(STEP, "due_at = NULL")], 1),
    "whoever owns a next step works for its agency": ([last(STEP, f"owner_id = {OUTSIDER}")], 1),
    "a live referral has an owning agency and a due time": (
        [loose(REFERRAL, "owner_agency_id"), last(REFERRAL, "owner_agency_id = NULL", "status = 'accepted'")],
        1,
    ),
    "a clock runs on every live referral, and on none that has ended": (
        [
            *without(REFERRAL, "referral_runs_a_clock_while_it_lives"),
            last(REFERRAL, "climbs_at = NULL", "status = 'accepted'"),
        ],
        1,
    ),
    "whoever owns a referral works for its agency": (
        [last(REFERRAL, f"owner_id = {OUTSIDER}", "status = 'accepted'")],
        1,
    ),
    "a referral that was sent, or declined, is followed up": (
        [
            *without(REFERRAL, "referral_that_is_sent_has_its_decision_and_follow_up"),
            last(REFERRAL, "follow_up_id = NULL", "status = 'declined'"),
        ],
        1,
    ),
    "a live grant without a decision is the holder's own": (
        [*without_triggers(GRANT), last(GRANT, f"group_id = {ELSEWHERE}", "sharing_id IS NULL")],
        1,
    ),
    "the decision of a live grant has begun and not ended": (
        [last(DECISION, "ended_at = now(), ended_by_id = decided_by_id", "ended_at IS NULL")],
        5,
    ),
    "a live grant is for its decision's agency and case": (
        [*without_triggers(GRANT), SHARED.format(f"group_id = {ELSEWHERE}")],
        1,
    ),
    "a live grant is of a category of its decision": (
        [
            *without_triggers(GRANT),
            SHARED.format(
                "permission_id = (SELECT id FROM auth_permission WHERE codename = 'view_needs'), received_at = NULL"
            ),
        ],
        1,
    ),
    "a live grant ends no later than its decision": (
        [*without_triggers(GRANT), SHARED.format("valid_until = NULL")],
        1,
    ),
    "a decision says what for, why, and until when": (
        [*without(DECISION, "decision_says_why_it_is_necessary"), last(DECISION, "necessity = ''")],
        1,
    ),
    "the lawful basis was in force when it was decided": (
        ["UPDATE casework_lawfulbasis SET valid_until = '2021-01-01' WHERE code = '6-e'"],
        2,
    ),
    "a decision has consent, or says why not": (
        [*without(CONSENT, "consent_that_is_not_given_says_why"), last(CONSENT, "state = 'refused'")],
        1,
    ),
    "what rests on consent ended when it was withdrawn": (
        [
            "UPDATE casework_lawfulbasis SET rests_on_consent = true",
            "UPDATE casework_consentrecord SET withdrawn_at = now(), withdrawn_by_id = recorded_by_id"
            " WHERE id = (SELECT min(consent_id) FROM casework_sharingdecision WHERE ended_at IS NULL)",
        ],
        1,
    ),
    "a case has an event": (
        [
            *without_triggers(EVENT),
            "DELETE FROM audit_event WHERE case_id = (SELECT min(case_id) FROM casework_incident)",
        ],
        1,
    ),
    "an open case has the event of its opening": (
        [*without_triggers(EVENT), FORGET + "action = 'casework.open_case'"],
        1,
    ),
    "a logged contact has its event": ([*without_triggers(EVENT), FORGET + "action = 'casework.log_contact'"], 1),
    "a referral that was sent has its event": (
        [*without_triggers(EVENT), FORGET + "action = 'referrals.send_referral'"],
        2,
    ),
    "a record of a case is as its newest version says": (
        [f"ALTER TABLE {STEP} DISABLE TRIGGER {LEAVES_VERSION}", last(STEP, "due_at = due_at + interval '1 hour'")],
        1,
    ),
    "a level of risk has its event": ([*without_triggers(EVENT), FORGET + "action = 'casework.judge_risk'"], 1),
    "a decision has its event": ([*without_triggers(EVENT), FORGET + "action = 'casework.decide_sharing'"], 2),
    "what was written two minutes ago is sealed": (
        [
            *without_triggers(EVENT),
            "SELECT audit_make_partition((date_trunc('month', now() AT TIME ZONE 'UTC') - interval '1 month')::date)",
            "UPDATE audit_event SET at = now() - interval '121 seconds' WHERE action = 'casework.judge_risk'",
        ],
        1,
    ),
    "a safe route says who confirmed it and when (nothing is sent out yet)": (
        [
            *without(ROUTE, "route_is_safe_only_when_somebody_confirmed_it"),
            last(ROUTE, "confirmed_at = NULL, confirmed_by_id = NULL", "safety = 'safe'"),
        ],
        1,
    ),
    "an open case that tells of a burglary has the offer of a visit": (
        [last(STEP, "kind = 'other'", "kind = 'offer_visit'")],
        1,
    ),
    "no crime id stands twice": (
        [
            "DROP INDEX incident_is_one_per_crime_id",
            "UPDATE casework_incident SET crime_id = (SELECT min(crime_id) FROM casework_incident)",
        ],
        1,
    ),
    "no two outcomes have one place": (
        [
            *without("casework_publishedoutcome", "outcome_has_a_place_of_its_own"),
            "UPDATE casework_publishedoutcome SET position = 1",
        ],
        1,
    ),
    "no work has used up its attempts": (
        ["UPDATE procrastinate_jobs SET status = 'failed' WHERE id = (SELECT min(id) FROM procrastinate_jobs)"],
        1,
    ),
    "no work is an hour overdue": (
        [
            "UPDATE procrastinate_jobs SET scheduled_at = now() - interval '61 minutes'"
            " WHERE id = (SELECT min(id) FROM procrastinate_jobs)",
            "UPDATE procrastinate_events SET at = now() - interval '61 minutes'"
            " WHERE job_id = (SELECT max(id) FROM procrastinate_jobs)",
        ],
        2,
    ),
    "of a case that was erased nothing is left": (
        [*without_triggers(CASE), last(CASE, "status = 'erased'", "status = 'open'")],
        1,
    ),
    "an event carries codes and ids only": ([new_event(detail="""'{"name": "Qandeel Vorrazi"}'""")], 1),
    "a reference can be checked by its last sign": ([last(CASE, "reference = '0000-0000-002'")], 1),
}
# What breaks one promise may break a second.
ALSO = {
    "a case has an event": {
        "an open case has the event of its opening": 1,
        "a logged contact has its event": 1,
    },
}


def test_in_order_every_check_looks_at_something_and_finds_nothing(everything):
    assert found() == {}
    text, code = run()
    assert code == 0
    assert text.endswith(f"{len(CHECKS)} of {len(CHECKS)} checks hold\n")


def test_every_promise_that_rows_can_break_has_a_check_and_every_check_a_planted_violation():
    assert {check.promise for check in CHECKS} == set(range(1, 9))
    assert {check.says for check in CHECKS} == set(PLANTED)


@pytest.mark.parametrize("says", PLANTED)
def test_a_planted_violation_is_found_and_counted(everything, says):
    statements, violations = PLANTED[says]
    plant(*statements)
    assert found() == {says: violations} | ALSO.get(says, {})


@pytest.mark.parametrize(
    "columns",
    [
        {"reason": "'He rang'"},
        {"purpose": "'020 7946 0018'"},
        {"action": "'Casework'"},
        {"subject_type": "'Qandeel Vorrazi'"},
        {"categories": "'{somewhere}'"},
        {"detail": """'{"criteria": ["name", "Vorrazi"]}'"""},
        {"detail": """'{"deep": {"er": "IG1 1AA"}}'"""},
        {"detail": """'{"two": "lines\\nof text"}'"""},
    ],
    ids=str,
)
def test_a_value_in_any_part_of_an_event_is_found(everything, columns):
    plant(new_event(**columns))
    assert found() == {"an event carries codes and ids only": 1}


def test_codes_ids_numbers_and_nothing_are_not_values(everything):
    plant(new_event(detail="""'{"a": "visit_accepted", "b": 7, "c": null, "d": "", "e": [true, "x.y:z-1"]}'"""))
    assert found() == {}


def test_a_violation_ends_the_command_with_1_and_is_named(everything):
    plant(*PLANTED["whoever owns a next step works for its agency"][0])
    text, code = run()
    assert code == 1
    [line] = [line for line in text.splitlines() if "BROKEN" in line]
    expected = f"1 whoever owns a next step works for its agency {NextStep.objects.count()} 1 BROKEN"
    assert line.split() == expected.split()


def test_a_check_that_looked_at_nothing_has_failed(world):
    assert not Case.objects.exists()
    text, code = run()
    assert code == 1
    assert text.count("LOOKED AT NOTHING") == len(CHECKS) - 2
    assert text.endswith(f"2 of {len(CHECKS)} checks hold\n")


def test_one_that_looked_at_nothing_is_enough_to_fail(everything, monkeypatch):
    blind: Callable[[], Finding] = lambda: Finding(examined=0, violations=0)  # noqa: E731
    monkeypatch.setattr(check_promises, "CHECKS", [replace(CHECKS[0], look=blind), *CHECKS[1:]])
    assert run()[1] == 1


def test_each_check_asks_the_database_once(everything, django_assert_num_queries):
    with django_assert_num_queries(len(promises.CHECKS)):
        found()
