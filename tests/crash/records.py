"""What stands in the database after the run, read past the application, and what was committed together with what.

A row written in a savepoint carries a number of its own, not its transaction's. So whether a row and an event are of
one transaction is asked of the moments of their commits, which the run's server keeps to the microsecond.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row, scalar_row

from accounts import vault
from tests.crash.referred import Referred, events, read_referred

TOGETHER = "pg_xact_commit_timestamp(e.xid::xid) = pg_xact_commit_timestamp({row}.xmin)"
EVENTS = """
    SELECT count(*) FROM audit_event e
    WHERE e.action = 'casework.{action}' AND e.outcome = 'allowed' AND e.subject_type = 'contact'
      AND e.subject_id = c.id AND e.case_id = c.case_id AND e.actor_id = {actor}
"""
LOGGED = EVENTS.format(action="log_contact", actor="c.logged_by_id")
STARTED = EVENTS.format(action="start_contact", actor="c.started_by_id")
LATEST = f"""
    SELECT count(*) FROM audit_event e
    WHERE e.case_id = c.case_id AND e.subject_type = 'contact' AND e.subject_id = c.id AND {TOGETHER.format(row="c")}
"""  # noqa: S608 - put together from the words above
CONTACTS = f"""
    SELECT c.reference, c.status, c.said, c.channel, c.caller, c.danger,
        c.kind, c.happened_at, c.no_step_reason, starter.email AS started_by, COALESCE(logger.email, '') AS logged_by,
        the_case.reference AS of_case, the_case.status AS case_status,
        {events("casework.open_case", "case", "the_case")} AS opened_events,
        s.kind AS step_kind, s.due_at AS step_due_at,
        COALESCE(owner.email, '') AS step_owner,
        s.id IS NULL OR (s.case_id = c.case_id AND s.owner_agency_id = the_case.agency_id) AS step_belongs,
        (SELECT count(*) FROM casework_nextstep n WHERE n.case_id = c.case_id) AS steps,
        ARRAY(SELECT p.name FROM casework_party p WHERE p.case_id = c.case_id ORDER BY p.id)::text[] AS people,
        (SELECT count(*) FROM casework_contact o WHERE o.case_id = c.case_id) AS contacts_of_case,
        ({STARTED}) AS started_events,
        ({LOGGED}) AS logged_events,
        ({LATEST}) AS latest_events,
        s.id IS NULL OR ({LOGGED} AND {TOGETHER.format(row="s")}) = 1 AS step_is_audited,
        c.case_id, c.draft, k.wrapped, k.version
    FROM casework_contact c
    JOIN accounts_user starter ON starter.id = c.started_by_id
    JOIN casework_case the_case ON the_case.id = c.case_id
    LEFT JOIN casework_casekey k ON k.case_id = c.case_id
    LEFT JOIN accounts_user logger ON logger.id = c.logged_by_id
    LEFT JOIN casework_nextstep s ON s.id = c.next_step_id
    LEFT JOIN accounts_user owner ON owner.id = s.owner_id
    ORDER BY c.id
"""  # noqa: S608 - put together from the words above
EMPTY_CASES = """
    SELECT reference FROM casework_case k WHERE NOT EXISTS (SELECT FROM casework_contact c WHERE c.case_id = k.id)
"""
UNAUDITED_CASES = f"""
    SELECT reference FROM casework_case k WHERE NOT EXISTS (
        SELECT FROM audit_event e WHERE e.case_id = k.id AND {TOGETHER.format(row="k")})
"""  # noqa: S608 - put together from the words above
REPLAYS = "SELECT count(*) FROM audit_event WHERE action = 'accounts.replay' AND outcome = 'allowed'"


@dataclass(frozen=True)
class Contact:
    """One contact as it stands, with what was written of it in the log. `latest_events` are of its last change."""

    reference: str
    status: str
    said: str
    drafted: str
    channel: str
    caller: str
    danger: str
    kind: str
    happened_at: datetime | None
    no_step_reason: str
    started_by: str
    logged_by: str
    of_case: str
    case_status: str
    opened_events: int
    step_kind: str | None
    step_due_at: datetime | None
    step_owner: str
    step_belongs: bool
    steps: int
    people: list[str]
    contacts_of_case: int
    started_events: int
    logged_events: int
    latest_events: int
    step_is_audited: bool


@dataclass(frozen=True)
class Records:
    contacts: list[Contact]
    empty_cases: list[str]
    unaudited_cases: list[str]
    replays: int = 0
    referred: Referred = field(default_factory=Referred)


def read_records(address: str, mail: Path) -> Records:
    with psycopg.connect(address) as connection:
        contacts = [opened(**row) for row in connection.cursor(row_factory=dict_row).execute(CONTACTS)]
        plain = connection.cursor(row_factory=scalar_row)
        return Records(
            contacts=contacts,
            empty_cases=plain.execute(EMPTY_CASES).fetchall(),
            unaudited_cases=plain.execute(UNAUDITED_CASES).fetchall(),
            replays=int(plain.execute(REPLAYS).fetchone() or 0),
            referred=read_referred(connection, mail),
        )


def opened(*, case_id: int, draft: bytes | None, wrapped: bytes, version: str, **row: Any) -> Contact:
    """A contact with what its draft says, which is sealed under the key of its case. Raises `VaultProblem`."""
    if draft is None:
        return Contact(drafted="", **row)
    key = vault.unwrap(wrapped, case_id, version)
    plain = vault.unseal(key, draft, case_id=case_id, place=f"casework_contact.draft|{row['reference']}")
    return Contact(drafted=str(json.loads(plain).get("said", "")), **row)
