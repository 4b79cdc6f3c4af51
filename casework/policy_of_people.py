"""Who may be whom: the statements that find people; the functions of the database under them give ids only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from accounts.authorization import reach, rule
from accounts.models import User
from casework.models import Case, PartyRole, PersonJudgement, QuietAsk
from casework.policy import grants_of, holds, still_holds

SIMILAR = 0.45  # trigram similarity of two names from which they are worth weighing; a local default
MOST_OF_A_NAME = 100
# Nobody finds the other side of a story. Whom a function found, the policies judge here.
WEIGHED = """
    SELECT p.id, p.case_id, p.role, p.name, p.date_of_birth,
           ARRAY(SELECT a.name FROM casework_alias a WHERE a.party_id = p.id), k.asked
    FROM {found} AS k (party, asked) JOIN casework_party p ON p.id = k.party
    WHERE p.role <> 'alleged' AND p.case_id IS DISTINCT FROM %(besides)s"""
BY_KEYS = WEIGHED.format(found="known_by(%(user)s, %(keys)s::bytea[], %(names)s::text[])")
BY_NAME = WEIGHED.format(
    found="""(
        (SELECT id, '{}'::int[] FROM casework_party WHERE folded_name = ANY (%(names)s) ORDER BY id DESC LIMIT %(most)s)
        UNION
        (SELECT party_id, '{}' FROM casework_alias WHERE folded_name = ANY (%(names)s) ORDER BY id DESC LIMIT %(most)s)
        UNION
        SELECT named_like(%(user)s, name, %(similar)s), '{}' FROM unnest(%(names)s::text[]) AS name)"""
)


@dataclass(frozen=True)
class Described:
    """A party as they are weighed, and which of the keys that were asked for are theirs, by their places."""

    pk: int
    case_id: int
    role: PartyRole
    names: tuple[str, ...]
    born: date | None
    asked: tuple[int, ...]


def opposite_sides(case_id: int) -> list[tuple[int, int, str, list[str]]]:
    """The pairs of cases of which this is one, in which one person seems to stand on both sides, as ids and codes.

    For the job that looks for them: it sees no party itself. First and second case, which sides, and why it seems so.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT first_id, second_id, side, why FROM opposite_sides(%s)", [case_id])
        return list(cursor.fetchall())


def kept_from(case_id: int, worker_id: int) -> list[tuple[int, int, str, list[str]]]:
    """The cases that are kept from a worker and may be of whom this case is about: id, holder, reference, and why so.

    For the job that asks their holders: it sees no party itself.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT case_id, agency_id, reference, why FROM kept_from(%s, %s)", [case_id, worker_id])
        return list(cursor.fetchall())


def flagged_like(case_id: int, since: date) -> list[int]:
    """The ids of other cases in which the pair that a case names was referred to MARAC on that day or later.

    For the job that opens a step there: it sees no party itself.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT flagged_like(%s, %s)", [case_id, since])
        return [found for (found,) in cursor.fetchall()]


def known_by(user: User, keys: Sequence[bytes], folded: Sequence[str], besides: int | None) -> list[Described]:
    """Whom they may see who has one of these keys, but in one case: the forty with most of them and the likest name."""
    return _described(BY_KEYS, {"user": user.pk, "keys": list(keys), "names": list(folded), "besides": besides})


def named_like(user: User, folded: Sequence[str], besides: int | None) -> list[Described]:
    """Whom they may see who has one of these names, as a name or as another one; or nearly."""
    said = {"names": list(folded), "similar": SIMILAR, "most": MOST_OF_A_NAME}
    return _described(BY_NAME, said | {"user": user.pk, "besides": besides})


def _described(statement: str, said: dict[str, Any]) -> list[Described]:
    with connection.cursor() as cursor:
        cursor.execute(statement, said)
        return [
            Described(pk, case_id, PartyRole(role), (name, *others), born, tuple(nth - 1 for nth in asked))
            for pk, case_id, role, name, born, others, asked in cursor.fetchall()
        ]


@reach(PersonJudgement)
def visible_judgements(user: User) -> QuerySet[PersonJudgement]:
    """Those of which their agency holds both cases, and neither is shut to them."""
    held = grants_of(user, "hold_case")
    return PersonJudgement.objects.filter(
        Exists(held.filter(content_object=OuterRef("case"))), Exists(held.filter(content_object=OuterRef("other_case")))
    )


@rule("casework.link_person")
@rule("casework.tell_apart")
@rule("casework.view_people")
def say_who_is_who(user: User, case: Case) -> bool:
    return still_holds(user, case)


@rule("casework.undo_judgement")
def take_back(user: User, judgement: PersonJudgement) -> bool:
    return True


@reach(QuietAsk)
def visible_asks(user: User) -> QuerySet[QuietAsk]:
    """Those about cases that their agency holds and that are not shut to them."""
    return QuietAsk.objects.filter(Exists(grants_of(user, "hold_case").filter(content_object=OuterRef("case"))))


@rule("casework.view_asks")
@rule("casework.answer_ask")
def answer_for_own_case(user: User, ask: QuietAsk | None) -> bool:
    return ask is None or holds(user, ask.case_id)


@rule("casework.ask_holders")
def have_others_asked(user: User, case: Case | None) -> bool:
    return case is None or still_holds(user, case)
