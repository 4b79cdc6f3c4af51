"""Who may be whom: the functions of the database that find people, and give ids only."""

from collections.abc import Sequence

from django.db import connection
from django.db.models.expressions import RawSQL

from accounts.models import User


def opposite_sides(case_id: int) -> list[tuple[int, int, str, list[str]]]:
    """The pairs of cases of which this is one, in which one person seems to stand on both sides, as ids and codes.

    For the job that looks for them: it sees no party itself. First and second case, which sides, and why it seems so.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT first_id, second_id, side, why FROM opposite_sides(%s)", [case_id])
        return list(cursor.fetchall())


def known_by(user: User, keys: Sequence[bytes]) -> dict[int, list[int]]:
    """Who has one of these keys, and which, by their places, most of them first; to choose from, by what they may see."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT party, asked FROM known_by(%s, %s::bytea[])", [user.pk, keys])
        return {party: [nth - 1 for nth in asked] for party, asked in cursor.fetchall()}


def named_like(user: User, folded: str, at_least: float) -> RawSQL:
    """The ids of parties whose name is nearly this one, to choose from among those that they may see."""
    return RawSQL("SELECT named_like(%s, %s, %s)", [user.pk, folded, at_least])
