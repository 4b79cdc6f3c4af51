"""What became of the contacts that were referred: the referrals, and how the partner's workers were told of them.

The answer to an act shows the record, which is a reading with an event beside that of the act.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row

EVENTS = """
    (SELECT count(*) FROM audit_event e WHERE e.action = '{action}' AND e.outcome = 'allowed'
        AND e.subject_type = '{subject}' AND e.subject_id = {row}.id{more})
"""
LATEST = """
    (SELECT count(*) FROM audit_event e WHERE e.subject_type = '{subject}' AND e.subject_id = {row}.id
        AND e.action NOT LIKE '%.view%' AND pg_xact_commit_timestamp(e.xid::xid) = pg_xact_commit_timestamp({row}.xmin))
"""


def events(action: str, subject: str, row: str, more: str = "") -> str:
    return EVENTS.format(action=action, subject=subject, row=row, more=more)


REFERRALS = f"""
    SELECT r.reference, r.status, k.reference AS of_case, r.asked, r.service_id AS service,
        COALESCE(u.email, '') AS sent_by, COALESCE(d.necessity, '') AS necessity,
        COALESCE(d.categories, '{{}}') AS categories,
        COALESCE(p.email, '') AS accepted_by,
        (SELECT count(*) FROM casework_sharingdecision o WHERE o.case_id = k.id) AS decisions_of_case,
        ARRAY(
            SELECT m.codename FROM casework_groupgrant g JOIN auth_permission m ON m.id = g.permission_id
            WHERE g.sharing_id = d.id ORDER BY m.codename
        )::text[] AS grants,
        (SELECT count(*) FROM casework_groupgrant g WHERE g.content_object_id = k.id AND g.sharing_id IS NOT NULL)
            AS grants_of_case,
        (SELECT count(*) FROM casework_nextstep n WHERE n.case_id = k.id AND n.kind = 'follow_up_referral')
            AS follow_ups,
        ARRAY(
            SELECT n.id FROM casework_nextstep n
            WHERE n.case_id = k.id AND n.kind = 'follow_up_referral' AND n.done_at IS NULL
        ) = ARRAY[r.follow_up_id] AS is_followed_once,
        {events("referrals.draft_referral", "referral", "r")} AS drafted_events,
        {events("referrals.send_referral", "referral", "r")} AS sent_events,
        {events("referrals.accept_referral", "referral", "r")} AS accepted_events,
        {events("casework.decide_sharing", "sharingdecision", "d")} AS decided_events,
        {events("casework.begin_sharing", "sharingdecision", "d")} AS begun_events,
        {LATEST.format(subject="referral", row="r")} AS latest_events
    FROM referrals_referral r
    JOIN casework_case k ON k.id = r.case_id
    LEFT JOIN accounts_user u ON u.id = r.sent_by_id
    LEFT JOIN accounts_user p ON p.id = r.answered_by_id
    LEFT JOIN casework_sharingdecision d ON d.id = r.decision_id
    ORDER BY r.id
"""  # noqa: S608 - put together from the words above
NOTICES = f"""
    SELECT n.reference, n.kind, u.email AS recipient, n.sent_at IS NOT NULL AS is_sent,
        count(j.id) AS jobs, count(j.id) FILTER (WHERE j.status::text = 'succeeded') AS done_jobs,
        COALESCE(sum(j.attempts), 0)::int AS attempts,
        {events("accounts.send_notice", "notice", "n", " AND e.detail ->> 'result' = 'sent'")} AS sent_events,
        {LATEST.format(subject="notice", row="n")} AS latest_events
    FROM accounts_notice n
    JOIN accounts_user u ON u.id = n.recipient_id
    LEFT JOIN procrastinate_jobs j ON j.task_name = 'accounts.send_notice' AND j.args ->> 'notice' = n.id::text
    GROUP BY n.id, n.xmin, u.email ORDER BY n.id
"""  # noqa: S608 - put together from the words above
MAIL = re.compile(r"^To: (\S+)$(?:(?!^To: ).)*?/referrals/([0-9A-Z-]+)/", re.MULTILINE | re.DOTALL)

Mails = Counter[tuple[str, str]]


@dataclass(frozen=True)
class Referral:
    """One referral as it stands, with its decision and what was written of both in the log."""

    reference: str
    status: str
    of_case: str
    asked: str
    service: int
    sent_by: str
    necessity: str
    categories: list[str]
    accepted_by: str
    decisions_of_case: int
    grants: list[str]
    grants_of_case: int
    follow_ups: int
    is_followed_once: bool
    drafted_events: int
    sent_events: int
    accepted_events: int
    decided_events: int
    begun_events: int
    latest_events: int


@dataclass(frozen=True)
class Notice:
    """One notice to one worker, with its jobs. `attempts` counts how often a worker was at them."""

    reference: str
    kind: str
    recipient: str
    is_sent: bool
    jobs: int
    done_jobs: int
    attempts: int
    sent_events: int
    latest_events: int


@dataclass(frozen=True)
class Referred:
    """`mails` counts those on the disk, by recipient and reference."""

    referrals: list[Referral] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    mails: Mails = field(default_factory=Counter)

    @property
    def sent_again(self) -> int:
        """Mails beyond the first of each notice: see ADR 0018."""
        return sum(self.mails[notice.recipient, notice.reference] > 1 for notice in self.notices)


def read_referred(connection: Connection[Any], mail: Path) -> Referred:
    referrals = connection.cursor(row_factory=class_row(Referral)).execute(REFERRALS).fetchall()
    notices = connection.cursor(row_factory=class_row(Notice)).execute(NOTICES).fetchall()
    known = {referral.reference for referral in referrals}
    return Referred(referrals, notices, mails_in(mail.glob("*.log"), known))


def mails_in(files: Iterable[Path], references: set[str]) -> Mails:
    """Those that tell of these referrals: the runs of one round write into one folder. A torn one does not count."""
    found = (mail for path in files for mail in MAIL.findall(path.read_text()))
    return Counter((to, reference) for to, reference in found if reference in references)
