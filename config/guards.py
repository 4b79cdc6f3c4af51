"""The triggers that guard records, made anew from the code's own tables after each migrate.

A change needs its event in the same transaction (every table of the guarded apps) and leaves a version of the record
(every record of a case), but for what is only being typed, a status changes only along its table of transitions, what
was said once stays, a grant gives no more than was decided, a seal has names enough, an erased case takes nothing more,
work belongs to somebody who is there, and an agency that has left gets nothing.
Plain SQL triggers, because what a library's trigger protects, the application could unprotect.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model

import oversight.categories  # noqa: F401 - this and the next add the fields of their records to the one table
import referrals.categories  # noqa: F401
from accounts.roles import roles_with
from accounts.transitions import Transition
from casework.categories import FIELDS, PERMISSION
from casework.erased import emptied
from casework.models import (
    Absence,
    Address,
    Attachment,
    Bar,
    BarProposal,
    Case,
    CaseClock,
    CaseKey,
    Closing,
    ConsentRecord,
    Contact,
    ContactAttempt,
    ContactRoute,
    EmergencyAccess,
    Erasure,
    GroupGrant,
    HandoverNote,
    LegalHold,
    MatchKey,
    NamedSenior,
    NextStep,
    Note,
    PersonJudgement,
    QuietAsk,
    RiskAssessment,
    RiskInstrument,
    RiskLevel,
    RiskRule,
    RouteOverride,
    SealMember,
    SharingAgreement,
    SharingDecision,
    SidesJudgement,
    TwoSided,
    Visit,
)
from casework.models.sealed import Mark
from casework.states import CASE_TRANSITIONS, CONTACT_TRANSITIONS, ERASURE_TRANSITIONS, VISIT_TRANSITIONS
from oversight.models import Alert, CaseAudit
from oversight.states import AUDIT_TRANSITIONS
from referrals.models import HandIn, InformationRequest, Referral
from referrals.states import REFERRAL_TRANSITIONS, REQUEST_TRANSITIONS

NEEDS_EVENT, STATUS_MOVES = "change_needs_its_event", "status_changes_along_its_table"
HELD = "seal_names_two_workers_and_a_supervisor"
TAKES_PART, THERE = "agency_that_has_left_gets_nothing_new", "owner_is_somebody_who_is_there"
SAID_ONCE, DECIDED = "what_is_said_once_stays", "grant_gives_no_more_than_its_decision"
LEAVES_VERSION = "change_leaves_a_version"
TAKES_NOTHING = "case_that_is_erased_takes_nothing_more"
# Kept of none: an old wrapping of a key would outlive its rotation, and the key itself the erasing of its case. What
# somebody is looked up by goes with what it was made of. A pair
# belongs to two cases and holds ids and codes; its judgements never change.
WITHOUT_VERSIONS = {CaseKey, MatchKey, SidesJudgement, TwoSided}
# What is kept at each pause in typing: that the draft was opened is written, and who saved it first.
TYPED: dict[type[Model], list[str]] = {Contact: ["draft", "saved_at"], RiskAssessment: ["draft", "saved_at"]}
# Never changed, large, and gone with the record: a version says what was attached, and not what is in it.
IN_NO_VERSION: dict[type[Model], list[str]] = {Attachment: ["content"]}
GUARDED_APPS = ("accounts", "casework", "referrals", "oversight")
MACHINES: dict[type[Model], list[Transition]] = {
    Case: CASE_TRANSITIONS,
    CaseAudit: AUDIT_TRANSITIONS,
    Contact: CONTACT_TRANSITIONS,
    Erasure: ERASURE_TRANSITIONS,
    InformationRequest: REQUEST_TRANSITIONS,
    Referral: REFERRAL_TRANSITIONS,
    Visit: VISIT_TRANSITIONS,
}
# Columns that are filled in once: what ended does not go on, and what was told is not told otherwise.
ONCE: dict[type[Model], list[str]] = {
    Absence: ["ended_at"],
    Alert: ["answered_at", "answered_by_id", "finding", "words"],
    Address: ["doubted_at"],
    Bar: ["lifted_at", "lifted_by_id"],
    BarProposal: ["answered_at", "answered_by_id", "bar_id", "dismissed"],
    CaseClock: ["ended_at", "ended_by_id", "outcome", "told_at", "told_by", "how", "attempt_id", "words"],
    CaseAudit: [
        "answers",
        "finding",
        "feedback",
        "finished_at",
        "answer",
        "answered_at",
        "followed_up",
        "followed_up_at",
    ],
    ConsentRecord: ["withdrawn_at", "withdrawn_by_id"],
    ContactAttempt: ["ended_at", "outcome"],
    ContactRoute: ["doubted_at", "superseded_at"],
    Closing: ["answered_at", "answered_by_id", "agreed", "why_not"],
    Contact: [
        *("said", "happened_at", "channel", "caller", "danger", "logged_at", "logged_by_id", "opinion", "wanted"),
        *("safe_to_talk", "alone", "if_cut_off"),
    ],
    EmergencyAccess: ["closed_at", "reviewed_at", "reviewed_by_id", "finding", "review"],
    Erasure: ["answered_at", "answered_by_id", "answered_as", "erased_at"],
    HandIn: ["sent_at", "sent_by_id", "due_at", "received_at", "received_by_id"],
    HandoverNote: ["taken_at", "taken_by_id"],
    InformationRequest: [
        "approved_at",
        "approved_by_id",
        "sent_at",
        "step_id",
        "answered_at",
        "answered_by_id",
        "decision_id",
    ],
    LegalHold: ["lifted_at", "lifted_by_id"],
    NamedSenior: ["ended_at", "ended_by_id"],
    Note: ["superseded_at"],
    NextStep: ["done_at", "done_by_id", "outcome"],
    PersonJudgement: ["undone_at", "undone_by_id", "undone_reason"],
    QuietAsk: ["answer", "reason", "words", "answered_at", "answered_by_id"],
    Referral: [
        *("decision_id", "sent_at", "sent_by_id", "acknowledged_at", "acknowledged_by_id", "answered_at"),
        *("answered_by_id", "engaged_at", "engaged_by_id", "ended_at", "ended_by_id", "previous_id", "duplicate_of_id"),
    ],
    RiskAssessment: [
        *("rule_id", "mode", "present", "interpreter", "answers", "call_outs", "concern", "ticks", "unknown"),
        *("band", "judgement", "reason", "grade", "signed_at", "signed_by_id"),
    ],
    RiskInstrument: ["content", "of_pair"],
    RiskLevel: ["countersigned_at", "countersigned_by_id"],
    RiskRule: ["content"],
    RouteOverride: ["ended_at", "ended_by_id"],
    SealMember: ["ended_at", "ended_by_id"],
    SharingAgreement: ["ended_at", "ended_by_id"],
    SharingDecision: ["began_at", "ended_at", "ended_by_id"],
}
# What an erased case still takes: who must not see that it was there, and whose it is.
STILL_TAKEN = {Bar, Case, GroupGrant, SealMember}
# What may leave a seal with too few: a name comes or goes, a worker leaves or changes their role.
SEALS, SEALED = "casework.seal_case", {"casework_sealmember": "", "accounts_user": "OF is_active, role "}
# What an agency gets, a worker or a share, and when; whose work each of these is, and of which agency.
GETS = {
    "accounts_user": ("agency_id", "INSERT OR UPDATE OF agency_id, is_active"),
    "casework_sharingdecision": ("recipient_id", "INSERT"),
}
OWNED = {"casework_case": "agency_id", "casework_nextstep": "owner_agency_id", "referrals_referral": "owner_agency_id"}
GIVES = [f"{codename}>{category.value}" for category, codename in PERMISSION.items()]


def guarded_models() -> Iterator[type[Model]]:
    """Every model of ours that has a table."""
    yield from (m for m in apps.get_models() if m._meta.app_label in GUARDED_APPS and m._meta.managed)


def versioned_models() -> list[type[Model]]:
    """Every record of a case of which versions are kept."""
    return [model for model in FIELDS if model not in WITHOUT_VERSIONS]


def that_take_nothing() -> list[type[Model]]:
    """The records of which an erased case takes no more; what belongs to one of them goes with it."""
    return [model for model in FIELDS if model not in STILL_TAKEN and case_column(model)]


def case_column(model: type[Model]) -> str:
    """The column that names a row's case; empty where a row belongs to none.

    A pair belongs to two, and its events must stand in the history of neither.
    """
    if model is Case:
        return "id"
    if model is TwoSided:
        return ""
    for field in model._meta.concrete_fields:
        if field.related_model is Case:
            return str(field.column)
    return ""


def pairs(transitions: list[Transition]) -> list[str]:
    """The moves that a table allows, as from>to."""
    return sorted({f"{source}>{move.target}" for move in transitions for source in move.sources})


def make_guards(**kwargs: Any) -> None:
    """Put every trigger in place that is missing or was made from another table. Can be run again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text, tgname, tgargs FROM pg_trigger WHERE NOT tgisinternal")
        present = {(table, name): bytes(arguments) for table, name, arguments in cursor.fetchall()}
        for (table, name), (arguments, statement) in wanted().items():
            if present.get((table, name)) != "".join(f"{each}\0" for each in arguments).encode():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}; {statement}")


def wanted() -> dict[tuple[str, str], tuple[list[str], str]]:
    """By table and name of each trigger: its arguments, and the statement that makes it."""
    events = {(model._meta.db_table, NEEDS_EVENT): (of_event(model), _needs_event(model)) for model in guarded_models()}
    moves = {
        (model._meta.db_table, STATUS_MOVES): (pairs(table), _status_moves(model, table))
        for model, table in MACHINES.items()
    }
    said = {(model._meta.db_table, SAID_ONCE): (columns, _said_once(model, columns)) for model, columns in ONCE.items()}
    versions = {
        (model._meta.db_table, LEAVES_VERSION): (of_version(model), _leaves_version(model))
        for model in versioned_models()
    }
    gets = {(table, TAKES_PART): ([column], _takes_part(table, column, acts)) for table, (column, acts) in GETS.items()}
    owned = {(table, THERE): ([agency], _owner_is_there(table, agency)) for table, agency in OWNED.items()}
    seals = {(table, HELD): (roles_with(SEALS), _seal_held(table, of)) for table, of in SEALED.items()}
    decided = {(GroupGrant._meta.db_table, DECIDED): (GIVES, _decided())}
    erased: dict[tuple[str, str], tuple[list[str], str]] = {
        (model._meta.db_table, TAKES_NOTHING): ([], _takes_nothing(model)) for model in that_take_nothing()
    }
    return events | versions | moves | said | gets | owned | seals | decided | erased


def of_event(model: type[Model]) -> list[str]:
    """The column of a row's case; and the columns, if any, of which a change alone needs no event."""
    return [case_column(model)] + ([as_array(TYPED[model])] if model in TYPED else [])


def _needs_event(model: type[Model]) -> str:
    return (
        f"CREATE CONSTRAINT TRIGGER {NEEDS_EVENT} AFTER INSERT OR UPDATE OR DELETE ON {model._meta.db_table} "
        f"DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_required({_quoted(of_event(model))})"
    )


def of_version(model: type[Model]) -> list[str]:
    """Where the case of a row is found, as column and table; and the columns of which no version is kept: what a value
    is looked up by goes with the value, and what is being typed is no record yet."""
    marks = [str(field.column) for field in model._meta.concrete_fields if isinstance(field, Mark)]
    left_out = as_array(marks + TYPED.get(model, []) + IN_NO_VERSION.get(model, []))
    if column := case_column(model):
        return [column, "", left_out]
    fields: Iterator[Any] = iter(model._meta.concrete_fields)
    to_case = next(field for field in fields if field.related_model in FIELDS and case_column(field.related_model))
    return [to_case.column, to_case.related_model._meta.db_table, left_out]


def _leaves_version(model: type[Model]) -> str:
    return (
        f"CREATE TRIGGER {LEAVES_VERSION} AFTER INSERT OR UPDATE OR DELETE ON {model._meta.db_table} "
        f"FOR EACH ROW EXECUTE FUNCTION casework_keep_version({_quoted(of_version(model))}); {first_versions(model)}"
    )


def case_of_row(model: type[Model]) -> str:
    """SQL: the case of a row of this table, which goes by the name of t."""
    column, of, _ = of_version(model)
    return f"(SELECT c.case_id FROM {of} c WHERE c.id = t.{column})" if of else f"t.{column}"  # noqa: S608


def first_versions(model: type[Model]) -> str:
    """SQL: a version of whatever is there already, and has none."""
    table, left_out = model._meta.db_table, of_version(model)[2]
    return (
        "INSERT INTO casework_recordversion (act, record, row_id, case_id, held) "  # noqa: S608 - of our own names
        f"SELECT 'found', '{table}', t.id, {case_of_row(model)}, to_jsonb(t) - '{left_out}'::text[] FROM {table} t "
        f"WHERE NOT EXISTS (SELECT 1 FROM casework_recordversion v WHERE v.record = '{table}' AND v.row_id = t.id)"
    )


def _status_moves(model: type[Model], transitions: list[Transition]) -> str:
    return (
        f"CREATE TRIGGER {STATUS_MOVES} BEFORE UPDATE OF status ON {model._meta.db_table} "
        f"FOR EACH ROW EXECUTE FUNCTION audit_status_moves({_quoted(pairs(transitions))})"
    )


def _said_once(model: type[Model], columns: list[str]) -> str:
    """It stays but for the erasing of its case, where that empties it."""
    is_emptied = model in FIELDS and {field.column for field in emptied(model)} & set(columns)
    unless = "WHEN (NOT casework_is_being_erased(OLD.case_id)) " if is_emptied else ""
    return (
        f"CREATE TRIGGER {SAID_ONCE} BEFORE UPDATE ON {model._meta.db_table} "
        f"FOR EACH ROW {unless}EXECUTE FUNCTION audit_said_once({_quoted(columns)})"
    )


def _takes_nothing(model: type[Model]) -> str:
    return (
        f"CREATE TRIGGER {TAKES_NOTHING} BEFORE INSERT OR UPDATE ON {model._meta.db_table} "
        "FOR EACH ROW EXECUTE FUNCTION casework_erased_takes_nothing()"
    )


def _decided() -> str:
    return (
        f"CREATE TRIGGER {DECIDED} BEFORE INSERT ON {GroupGrant._meta.db_table} "
        f"FOR EACH ROW EXECUTE FUNCTION casework_grant_is_decided({_quoted(GIVES)})"
    )


def _seal_held(table: str, of: str) -> str:
    acts, roles = f"UPDATE {of}" if of else "INSERT OR UPDATE ", _quoted(roles_with(SEALS))
    return (
        f"CREATE CONSTRAINT TRIGGER {HELD} AFTER {acts}ON {table} "
        f"DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION casework_seal_is_held({roles})"
    )


def _takes_part(table: str, column: str, acts: str) -> str:
    return (
        f"CREATE TRIGGER {TAKES_PART} AFTER {acts} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION accounts_agency_takes_part('{column}')"
    )


def _owner_is_there(table: str, agency: str) -> str:
    return (
        f"CREATE CONSTRAINT TRIGGER {THERE} AFTER INSERT OR UPDATE OF owner_id ON {table} "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
        f"WHEN (NEW.owner_id IS NOT NULL) EXECUTE FUNCTION casework_owner_is_there('{agency}')"
    )


def as_array(columns: list[str]) -> str:
    return f"{{{','.join(columns)}}}"


def _quoted(values: list[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)
