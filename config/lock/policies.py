"""Which rows the acting user's agency may see, add and change: one table, from which the policies are made.

It asks the same grants as `casework.policy` and takes the categories from `casework.categories`; a test runs the
two against each other. Rows only: which columns of a row are shown, is the first lock's.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Model

from accounts.models import Invitation, Notice, OnceOnly
from accounts.roles import Role
from audit.models import SHUT as SHUT_OUT
from audit.models import AuditEvent
from casework.categories import FIELDS, PERMISSION, ROLE_CATEGORY, Category
from casework.models import (
    ABOUT,
    Absence,
    Address,
    Alias,
    Attachment,
    Bar,
    BarProposal,
    CallerDetails,
    Case,
    CaseClock,
    CaseKey,
    Closing,
    ConsentRecord,
    Contact,
    ContactAttempt,
    ContactRoute,
    EmergencyAccess,
    EmergencyCall,
    EqualityAnswer,
    Erasure,
    GroupGrant,
    HandoverNote,
    Incident,
    KeyKind,
    LegalHold,
    MaracReferral,
    MatchKey,
    Neighbour,
    NextStep,
    Note,
    Party,
    PersonJudgement,
    PublishedOutcome,
    QuietAsk,
    RecordVersion,
    RiskAssessment,
    RiskLevel,
    RouteOverride,
    SafetyPlan,
    SealMember,
    SharingDecision,
    SidesJudgement,
    StaffMark,
    TwoSided,
    Visit,
)
from casework.policy import SEE_PROPOSALS
from casework.scanning import Found
from config.guards import versioned_models
from config.lock.roles import CHECKS, JOBS, SEALER, WEB
from oversight.models import Alert, AlertEvent, CaseAudit, GivenAnswer, StaffNaming
from referrals.models import Gap, HandIn, InformationRequest, Referral

USER, AGENCY, GROUP = "(SELECT ctx_user())", "(SELECT ctx_agency())", "(SELECT ctx_group())"
EMERGENCY, EMERGENCY_SHOWS = "(SELECT ctx_emergency_case())", "(SELECT ctx_emergency_permissions())::int[]"
ALL, NONE = "true", "false"
CANDIDATES = 40  # that are weighed in one search


def permissions(*codenames: str) -> str:
    """SQL: the ids of these permissions, looked up once for each statement."""
    names = ", ".join(f"'{name}'" for name in codenames)
    return f"(SELECT ctx_permissions(ARRAY[{names}]))::int[]"


def granted(case: str, ids: str) -> str:
    """SQL: the acting agency has a live grant on this case, for one of these permissions, or the user let themself in.

    OFFSET 0 has it looked up for each row that is looked at. PostgreSQL would else hash all that the agency was ever
    granted, for a page of 25: benchmarks/reach.py shows it.
    """
    return f"({shared(case, ids)} OR ({case} = {EMERGENCY} AND {EMERGENCY_SHOWS} && {ids}))"


def shared(case: str, ids: str) -> str:
    """SQL: the former of these alone."""
    return (
        f"EXISTS (SELECT 1 FROM casework_groupgrant g WHERE g.content_object_id = {case} AND g.group_id = {GROUP} "
        f"AND g.permission_id = ANY ({ids}) AND (g.valid_until IS NULL OR g.valid_until > statement_timestamp()) "
        "OFFSET 0)"
    )


def of_categories(*categories: str) -> str:
    """SQL: the ids of the permissions that show one of these categories; to hold a case shows all."""
    return permissions("hold_case", *(PERMISSION[Category(name)] for name in categories))


def of_fields(*models: type[Model]) -> str:
    """SQL: the ids of the permissions that show any field of these records."""
    declared = {category for model in models for category in FIELDS[model].values()}
    return of_categories(*(name for name in Category if name in declared))


def by_role(role: str, victims: str) -> str:
    """SQL: the ids that show what is known of a party. Of who is not the victim, all is of their role's category."""
    others = " ".join(f"WHEN '{key}' THEN {of_categories(category)}" for key, category in ROLE_CATEGORY.items())
    about = " ".join(f"WHEN '{key}' THEN {victims}" for key in ABOUT)
    return f"CASE {role} {about} {others} END"


def of_party(table: str, victims: str) -> str:
    """SQL: something known of a party that may be seen itself."""
    seen = granted(f"{table}.case_id", by_role("p.role", victims))
    return f"EXISTS (SELECT 1 FROM casework_party p WHERE p.id = {table}.party_id AND {seen})"


def by_key(table: str) -> str:
    """SQL: the ids that show of a victim what a key is made of."""
    of_kind = {KeyKind.TELEPHONE: Category.CONTACT, KeyKind.PLACE: Category.LOCATION}
    whens = " ".join(f"WHEN '{kind}' THEN {of_categories(of)}" for kind, of in of_kind.items())
    return f"CASE {table}.kind {whens} ELSE {of_categories(Category.IDENTITY)} END"


def by_category(chosen: str) -> str:
    """SQL: the ids that show what was put into this category."""
    whens = " ".join(f"WHEN '{name.value}' THEN {of_categories(name)}" for name in Category)
    return f"CASE {chosen} {whens} END"


def acts_as(*roles: str) -> str:
    """SQL: the acting user has one of these roles."""
    names = ", ".join(f"'{Role(role).value}'" for role in roles)
    return f"EXISTS (SELECT 1 FROM accounts_user me WHERE me.id = {USER} AND me.role IN ({names}))"


@dataclass(frozen=True)
class Rows:
    """SQL conditions for the web's role on the rows of one table; `case` is the column that names a row's case."""

    see: str
    add: str
    change: str = NONE
    remove: str = NONE
    case: str = "case_id"
    unshut: str = NONE  # what is seen although its case is shut


HOLDER = permissions("hold_case")
HELD, OWNED = granted("{table}.case_id", HOLDER), "ctx_owns(case_id)"
SHARED = shared("{table}.case_id", permissions("view_case"))
HAS_LEFT = (
    "EXISTS (SELECT 1 FROM accounts_user u WHERE u.id = started_by_id "
    f"AND (NOT u.is_active OR u.agency_id <> {AGENCY}))"
)
WRITES_NO_MORE = f"({HAS_LEFT} OR is_shut_to(case_id, started_by_id))"
OF_POLICE = f"EXISTS (SELECT 1 FROM accounts_agency a WHERE a.id = {AGENCY} AND a.kind = 'police')"
LOOKED_AFTER = "looks_after(agency_id, role)"
SENIOR = "(SELECT ctx_senior_of())"
SHUT = "((SELECT shut_to(ctx_user()))::bigint[])"
OTHER_OPEN = f"other_case_id <> ALL ({SHUT})"
TOLD_US = f"(answer = 'tell' AND ctx_owns(asking_case_id) AND asking_case_id <> ALL ({SHUT}))"
NOT_OF_A_PAIR = f"(subject_type <> '{TwoSided._meta.model_name}' OR {SENIOR} IS NOT NULL)"
HARMLESS = f"scanned = '{Found.CLEAN.value}'"
MINE, RECEIVED = f"agency_id = {AGENCY}", f"recipient_id = {AGENCY}"
NAMED_FOR_US = (
    f"EXISTS (SELECT 1 FROM casework_sharingdecision d WHERE d.consent_id = {{table}}.id AND d.recipient_id = {AGENCY})"
)
ADDRESSED = (
    "sent_at IS NOT NULL AND NOT (status = 'withdrawn' AND answered_at IS NULL OR status = 'recalled') "
    f"AND EXISTS (SELECT 1 FROM referrals_service s WHERE s.id = service_id AND s.agency_id = {AGENCY})"
)
# Whoever holds the case, the system proposes: of the workers of its partnership.
BY_SYSTEM = (
    f"({acts_as(Role.SYSTEM)} AND EXISTS (SELECT 1 FROM accounts_user w JOIN accounts_agency a ON a.id = w.agency_id "
    f"JOIN accounts_agency own ON own.partnership_id = a.partnership_id WHERE w.id = worker_id AND own.id = {AGENCY}))"
)
OWN = f"worker_id = {USER}"
BY_OTHERS = f"worker_id <> {USER} AND {acts_as(*SEE_PROPOSALS)}"
PROPOSED = "(subject_type <> 'barproposal' OR EXISTS (SELECT 1 FROM casework_barproposal p WHERE p.id = subject_id))"
OF_AN_ALERT = f"({acts_as(Role.SYSTEM)} AND EXISTS (SELECT 1 FROM oversight_alert a WHERE a.id = alert_id))"
ALERT_SEEN = "alert_is_seen(worker_id, agency_id, about_case)"
NOT_OF_AN_ALERT = (
    f"(subject_type <> '{Alert._meta.model_name}' OR EXISTS (SELECT 1 FROM oversight_alert a WHERE a.id = subject_id))"
)
LOGGED = f"{MINE} OR {HELD} OR EXISTS (SELECT 1 FROM unnest(shown_ids) s WHERE ctx_owns(s))"
BY_A_SAFE_WAY = (
    "EXISTS (SELECT 1 FROM casework_contactroute r JOIN casework_party p ON p.id = r.party_id "
    "WHERE r.id = route_id AND r.case_id = {table}.case_id AND p.role = 'victim' "
    "AND r.safety = 'safe' AND r.superseded_at IS NULL)"
)
OF_OURS = f"partnership_id = (SELECT a.partnership_id FROM accounts_agency a WHERE a.id = {AGENCY})"
NOT_THEIR_NOTE = f"(subject_type <> '{Note._meta.model_name}' OR agency_id = {AGENCY})"
ATTEMPT, AUDITED = f"(reason = '{SHUT_OUT}')", f"(reason = '{SHUT_OUT}' AND attempted(case_id) IS NOT NULL)"

POLICE_SEE = f"({granted('{table}.case_id', of_categories(Category.INCIDENT))} AND {OF_POLICE})"
POLICE_FIND = f"({granted('{table}.case_id', of_categories(Category.LOCATION))} AND {OF_POLICE})"

ROWS: dict[type[Model], Rows] = {
    Case: Rows(f"{MINE} OR {granted('casework_case.id', permissions('view_case'))}", add=MINE, change=MINE, case="id"),
    GroupGrant: Rows(
        f"group_id = {GROUP} OR ctx_owns(content_object_id)",
        add=f"group_id = {GROUP} OR ctx_owns(content_object_id)",
        change=f"group_id = {GROUP} OR ctx_owns(content_object_id)",
        case="content_object_id",
    ),
    Party: Rows(
        granted("{table}.case_id", by_role("{table}.role", of_fields(Party, Alias, ContactRoute, Address))),
        add=OWNED,
        change=OWNED,
    ),
    MatchKey: Rows(of_party("{table}", by_key("{table}")), add=OWNED),
    Alias: Rows(of_party("{table}", of_fields(Alias)), add=OWNED),
    ContactRoute: Rows(of_party("{table}", of_fields(ContactRoute)), add=OWNED, change=OWNED),
    Address: Rows(of_party("{table}", of_fields(Address)), add=OWNED, change=OWNED),
    # By a way that they see themselves.
    ContactAttempt: Rows(
        f"{HELD} OR (agency_id = {AGENCY} AND {granted('{table}.case_id', permissions('view_case'))})",
        add=f"worker_id = {USER} AND agency_id = {AGENCY} AND EXISTS "
        "(SELECT 1 FROM casework_contactroute r WHERE r.id = route_id AND r.case_id = {table}.case_id)",
        change=f"worker_id = {USER}",
    ),
    RouteOverride: Rows(HELD, add=f"{OWNED} AND given_by_id = {USER}", change=OWNED),
    # Wrapped by what is not in the database: whoever may know of a case may have the key of what they see of it.
    CaseKey: Rows(granted("{table}.case_id", permissions("view_case")), add=OWNED),
    Incident: Rows(
        granted("{table}.case_id", of_fields(Incident)),
        add=f"{OWNED} OR {POLICE_SEE}",
        change=f"{OWNED} OR {POLICE_SEE}",
    ),
    PublishedOutcome: Rows(
        "EXISTS (SELECT 1 FROM casework_incident i WHERE i.id = incident_id AND "
        + granted("i.case_id", of_fields(PublishedOutcome))
        + ")",
        add="EXISTS (SELECT 1 FROM casework_incident i WHERE i.id = incident_id AND ctx_owns(i.case_id))",
        case="",
    ),
    # Offered by the holder, made by the police who see what happened.
    Visit: Rows(
        granted("{table}.case_id", of_fields(Visit)),
        add=OWNED,
        change=f"{OWNED} OR {POLICE_SEE}",
    ),
    # Drawn up by the holder; told by the police who see where it is.
    Neighbour: Rows(
        f"{HELD} OR {POLICE_FIND}", add=f"{OWNED} AND listed_by_id = {USER}", change=f"{OWNED} OR {POLICE_FIND}"
    ),
    RiskLevel: Rows(
        granted("{table}.case_id", of_fields(RiskLevel)),
        add=f"{OWNED} AND countersigned_by_id IS NULL",
        change=f"{OWNED} AND judged_by_id <> {USER}",  # a second person
    ),
    RiskAssessment: Rows(
        f"({HELD}) OR (signed_at IS NOT NULL AND {granted('{table}.case_id', of_fields(RiskAssessment))})",
        add=OWNED,
        change=OWNED,
    ),
    MaracReferral: Rows(granted("{table}.case_id", of_fields(MaracReferral)), add=f"{OWNED} AND noted_by_id = {USER}"),
    Contact: Rows(
        f"(status = 'logged' AND {granted('{table}.case_id', of_fields(Contact))}) "
        f"OR ({HELD} AND (started_by_id = {USER} OR {WRITES_NO_MORE}))",
        add=OWNED,
        change=OWNED,
    ),
    CallerDetails: Rows(HELD, add=OWNED),
    EmergencyCall: Rows(granted("{table}.case_id", of_fields(EmergencyCall)), add=OWNED),
    EqualityAnswer: Rows(granted("{table}.case_id", of_fields(EqualityAnswer)), add=OWNED),
    CaseClock: Rows(
        f"{HELD} OR (code_right IS NOT NULL AND {granted('{table}.case_id', of_fields(CaseClock))})",
        add=OWNED,
        change=OWNED,
    ),
    Attachment: Rows(
        f"{HELD} OR ({HARMLESS} AND {granted('{table}.case_id', by_category('{table}.category'))})",
        add=f"{OWNED} AND added_by_id = {USER}",
        change=OWNED,
    ),
    SafetyPlan: Rows(granted("{table}.case_id", of_fields(SafetyPlan)), add=f"{OWNED} AND made_by_id = {USER}"),
    NextStep: Rows(f"{HELD} OR waits_for_id = {AGENCY}", add=OWNED, change=OWNED),
    # The holder's are shared as what was said; a partner's stay theirs, while the case is shared with them.
    Note: Rows(
        f"({MINE} AND {SHARED}) OR (agency_id = holder_of({{table}}.case_id) "
        f"AND {granted('{table}.case_id', of_fields(Note))})",
        add=f"{MINE} AND written_by_id = {USER} AND {SHARED}",
        change=f"{MINE} AND {SHARED}",
    ),
    Closing: Rows(HELD, add=f"{OWNED} AND asked_by_id = {USER}", change=OWNED),
    SharingDecision: Rows(
        f"{HELD} OR recipient_id = {AGENCY}", add=OWNED, change=f"{OWNED} OR recipient_id = {AGENCY}"
    ),
    ConsentRecord: Rows(f"{HELD} OR {NAMED_FOR_US}", add=OWNED, change=OWNED),
    Absence: Rows(MINE, add=f"{MINE} AND noted_by_id = {USER}", change=MINE, case=""),
    HandoverNote: Rows(MINE, add=f"{MINE} AND written_by_id = {USER}", change=MINE, case=""),
    Bar: Rows(HELD, add=OWNED, change=OWNED),
    EmergencyAccess: Rows(
        f"worker_id = {USER} OR {HELD}",
        add=f"worker_id = {USER} AND reviewed_at IS NULL",
        change=f"worker_id = {USER} OR {OWNED}",
    ),
    BarProposal: Rows(
        f"({HELD} AND {BY_OTHERS}) OR {BY_SYSTEM}", add=BY_SYSTEM, change=f"({OWNED} AND {BY_OTHERS}) OR {BY_SYSTEM}"
    ),
    Erasure: Rows(HELD, add=f"{OWNED} AND asked_by_id = {USER} AND status = 'asked'", change=OWNED),
    LegalHold: Rows(HELD, add=OWNED, change=OWNED),
    StaffMark: Rows(OWN, add=OWN, change=OWN, case=""),
    SealMember: Rows(HELD, add=OWNED, change=OWNED),
    Referral: Rows(f"({ADDRESSED}) OR {HELD}", add=OWNED, change=f"({ADDRESSED}) OR {OWNED}"),
    Gap: Rows(f"{OF_OURS} AND {acts_as(Role.PARTNERSHIP_MANAGER)}", add=OF_OURS, case=""),
    InformationRequest: Rows(
        f"asker_id = {AGENCY} OR (sent_at IS NOT NULL AND {HELD})",
        add=f"asker_id = {AGENCY} AND asked_by_id = {USER}",
        change=f"asker_id = {AGENCY} OR {OWNED}",
    ),
    # Whoever handed it in follows it, and hears of a case that is shut to them what they would hear of any.
    HandIn: Rows(
        f"{MINE} OR (sent_at IS NOT NULL AND {HELD})",
        add=f"{MINE} AND begun_by_id = {USER}",
        change=f"{MINE} OR (sent_at IS NOT NULL AND {OWNED})",
        unshut=MINE,
    ),
    # Two cases, and either may be shut. What is judged of a pair is seen where its policy shows it.
    TwoSided: Rows(f"partnership_id = {SENIOR} AND second_id <> ALL ({SHUT})", add=NONE, case="first_id"),
    # Asked by the system; told to whoever holds the other case, where the holder says so, and only what it says.
    QuietAsk: Rows(f"({HELD}) OR {TOLD_US}", add=NONE, change=OWNED, unshut=TOLD_US),
    # Of two cases, both the agency's own; either may be shut.
    PersonJudgement: Rows(
        f"{HELD} AND {granted('{table}.other_case_id', HOLDER)} AND {OTHER_OPEN}",
        add=f"{OWNED} AND ctx_owns(other_case_id) AND judged_by_id = {USER} AND {OTHER_OPEN}",
        change=f"{OWNED} AND ctx_owns(other_case_id) AND {OTHER_OPEN}",
    ),
    SidesJudgement: Rows(
        "EXISTS (SELECT 1 FROM casework_twosided t WHERE t.id = pair_id)",
        add=f"judged_by_id = {USER} AND EXISTS (SELECT 1 FROM casework_twosided t WHERE t.id = pair_id)",
        case="",
    ),
    CaseAudit: Rows(
        f"{MINE} AND {HELD}", add=f"{MINE} AND auditor_id = {USER} AND {OWNED}", change=f"{MINE} AND {OWNED}"
    ),
    # Found and written down by the system, in whose name everybody does who looks for it; answered by who sees it.
    Alert: Rows(
        ALERT_SEEN,
        add=f"{acts_as(Role.SYSTEM)} AND {ALERT_SEEN}",
        change=ALERT_SEEN,
        case="about_case",
        unshut=ALERT_SEEN,
    ),
    AlertEvent: Rows("EXISTS (SELECT 1 FROM oversight_alert a WHERE a.id = alert_id)", add=OF_AN_ALERT, case=""),
    GivenAnswer: Rows(HELD, add=f"{OWNED} AND given_by_id = {USER} AND {BY_A_SAFE_WAY}"),
    StaffNaming: Rows(ALL, add=f"{MINE} AND decided_by_id = {USER} AND {acts_as(Role.AGENCY_ADMINISTRATOR)}", case=""),
    RecordVersion: Rows("version_is_seen(record, row_id, held)", add=NONE),
    OnceOnly: Rows(f"user_id = {USER}", add=f"user_id = {USER}", remove=f"user_id = {USER}"),
    Invitation: Rows(LOOKED_AFTER, add=LOOKED_AFTER, change=LOOKED_AFTER, case=""),
    Notice: Rows(f"{USER} IS NOT NULL", add=f"{USER} IS NOT NULL", case=""),  # who is told of which reference
    AuditEvent: Rows(
        f"(NOT {ATTEMPT} AND ({LOGGED}) AND {PROPOSED} AND {NOT_OF_A_PAIR} "
        f"AND {NOT_THEIR_NOTE} AND {NOT_OF_AN_ALERT}) OR {AUDITED}",
        add=ALL,
        unshut=AUDITED,
    ),
}


def version_is_seen() -> str:
    """SQL: the function that tells whether the acting user sees one version: they see the record now, and would see it
    if it held what it held then. By the very conditions of `ROWS`, and as the one who asks.

    Of a grant only the latter: an ended one makes way for its like, and what it is about never changes.
    """
    whens = " ".join(
        f"WHEN '{model._meta.db_table}' THEN RETURN {_seen_now(model)}{_seen_then(model)};"
        for model in versioned_models()
    )
    return f"""
        CREATE OR REPLACE FUNCTION version_is_seen(the_table text, the_row bigint, then_held jsonb) RETURNS boolean
        LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
        BEGIN
            CASE the_table {whens} ELSE RETURN false; END CASE;
        END $$"""


def known_by() -> str:
    """SQL: the function that finds the parties of these keys: ids only, which the policies then judge, and which keys.

    Only those of whom somebody's agency sees what the key is made of, or whose case they opened in an emergency: none
    whom they do not see takes the place of one whom they do. Definer: no policy is asked of what is not found.
    """
    shown = by_role("p.role", by_key("k"))
    return f"""
        CREATE OR REPLACE FUNCTION known_by(the_user bigint, the_keys bytea[], the_names text[])
        RETURNS TABLE (party bigint, asked int[]) LANGUAGE sql STABLE PARALLEL SAFE
        SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
            SELECT k.party_id, array_agg(a.nth::int)
            FROM unnest(the_keys) WITH ORDINALITY AS a (key, nth)
            CROSS JOIN LATERAL (SELECT * FROM casework_matchkey WHERE key = a.key OFFSET 0) AS k
            JOIN casework_party p ON p.id = k.party_id
            WHERE (EXISTS (
                    SELECT 1 FROM casework_groupgrant g WHERE g.content_object_id = k.case_id
                    AND g.group_id = (SELECT a.group_id FROM accounts_user u JOIN accounts_agency a
                                      ON a.id = u.agency_id WHERE u.id = the_user)
                    AND g.permission_id = ANY ({shown})
                    AND (g.valid_until IS NULL OR g.valid_until > statement_timestamp()) OFFSET 0)
                OR EXISTS (
                    SELECT 1 FROM casework_emergencyaccess e WHERE e.case_id = k.case_id AND e.worker_id = the_user
                    AND e.closed_at IS NULL AND e.reviewed_at IS NULL AND e.until > statement_timestamp()))
              AND k.case_id <> ALL ((SELECT shut_to(the_user))::bigint[])
            GROUP BY 1, p.folded_name
            ORDER BY count(*) + 3 * coalesce((SELECT max(similarity(p.folded_name, n)) FROM unnest(the_names) n), 0)
                     DESC, 1 DESC
            LIMIT {CANDIDATES}
        $$"""


def _seen_now(model: type[Model]) -> str:
    return "" if model is GroupGrant else f"EXISTS (SELECT 1 FROM {model._meta.db_table} r WHERE r.id = the_row) AND "


def _seen_then(model: type[Model]) -> str:
    table = model._meta.db_table
    return (
        f"EXISTS (SELECT 1 FROM jsonb_populate_record(NULL::{table}, then_held) AS {table} "
        f"WHERE {ROWS[model].see.format(table=table)})"
    )


SUBJECT = "{case} = (SELECT ctx_case())"  # the one case that a job is about

# What the other logins may: the checks see all, the sealer the log, the jobs one case at a time.
OTHERS: list[tuple[str, str, Iterable[type[Model]], str]] = [
    (CHECKS, "SELECT", ROWS, ALL),
    (SEALER, "SELECT", [AuditEvent], ALL),
    (SEALER, "INSERT", [AuditEvent], ALL),  # that it was exported, or goes on after a restore
    (
        JOBS,
        "SELECT",
        [
            model
            for model, rows in ROWS.items()
            if rows.case and model not in (Alert, CaseKey, OnceOnly, QuietAsk, TwoSided)
        ],
        SUBJECT,
    ),
    (JOBS, "INSERT", [AuditEvent], ALL),
    (JOBS, "INSERT", [NextStep], SUBJECT),
    (JOBS, "UPDATE", [Case], SUBJECT),
    (JOBS, "SELECT", [OnceOnly], ALL),
    (JOBS, "DELETE", [OnceOnly], ALL),
    (JOBS, "SELECT", [CaseKey], ALL),
    (JOBS, "UPDATE", [CaseKey], ALL),
    (JOBS, "SELECT", [Invitation, Notice], ALL),
    (JOBS, "INSERT", [Notice], ALL),
    (JOBS, "UPDATE", [Notice], ALL),
    (JOBS, "SELECT", [QuietAsk, TwoSided, SidesJudgement], ALL),  # ids and codes of pairs
    (JOBS, "INSERT", [QuietAsk, TwoSided], ALL),
    (JOBS, "SELECT", [Alert, AlertEvent], ALL),
    (JOBS, "INSERT", [Alert, AlertEvent], ALL),
    (JOBS, "UPDATE", [TwoSided], ALL),
    (JOBS, "UPDATE", [HandIn, NextStep, Referral, SharingDecision], SUBJECT),
]


def statements() -> Iterator[str]:
    """What switches the lock on for every table of `ROWS`, all policies made anew."""
    for model, rows in ROWS.items():
        table = str(model._meta.db_table)
        yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
        yield from _of_the_web(table, rows)
    for role, act, models, condition in OTHERS:
        for model in models:
            name = f"{role.rpartition('_')[2]}_{act.lower()}"
            yield _policy(str(model._meta.db_table), name, act, role, condition.format(case=ROWS[model].case))


def _of_the_web(table: str, rows: Rows) -> Iterator[str]:
    asked = {"SELECT": rows.see, "INSERT": rows.add, "UPDATE": rows.change, "DELETE": rows.remove}
    for act, condition in asked.items():
        if condition != NONE:
            yield _policy(table, f"web_{act.lower()}", act, WEB, condition.format(table=table))
    if rows.case:
        shut = f"{rows.case} IS NULL OR NOT may_be_shut({rows.case}) OR {rows.case} <> ALL ({SHUT})"
        shut += f" OR {rows.unshut}" if rows.unshut != NONE else ""
        yield _policy(table, "shut", "ALL", WEB, shut, "AS RESTRICTIVE", adds=ALL if rows.add == ALL else shut)


def _policy(table: str, name: str, act: str, role: str, condition: str, kind: str = "", adds: str = "") -> str:
    parts = [f"USING ({condition})"] if act != "INSERT" else []
    parts += [f"WITH CHECK ({adds or condition})"] if act in ("INSERT", "UPDATE", "ALL") else []
    return (
        f"DROP POLICY IF EXISTS {name} ON {table}; "
        f"CREATE POLICY {name} ON {table} {kind} FOR {act} TO {role} {' '.join(parts)}"
    )
