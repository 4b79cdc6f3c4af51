"""The one way to erase a case: a function of the owner's, made from the declaration of every field.

It asks for itself what the pages asked before: two people in their posts, no hold, nothing that still runs.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db.models import Model

from accounts.roles import roles_with
from casework.categories import FIELDS
from casework.erased import GOES, IN_ITS_PLACE, emptied
from casework.models import PersonJudgement, QuietAsk, SidesJudgement, TwoSided
from config.guards import WITHOUT_VERSIONS, case_of_row, of_version
from referrals.states import LIVE

TEMPLATE = Path(__file__).with_name("erasing.sql")
NEEDED = "casework.approve_erasure"
HELD = "held"  # what a version holds
# What belongs to two cases, and goes with either: by which column it names the pair.
OF_PAIRS: dict[type[Model], str] = {TwoSided: "id", SidesJudgement: "pair_id"}
OF_TWO: dict[type[Model], tuple[str, str]] = {
    PersonJudgement: ("case_id", "other_case_id"),
    QuietAsk: ("case_id", "asking_case_id"),
}


def erase_case() -> str:
    """SQL: the function that carries out an approved erasure."""
    return TEMPLATE.read_text().format(
        roles=_listed(roles_with(NEEDED)),
        live=_listed(sorted(LIVE)),
        gone="".join(_gone()),
        emptied="".join(_blanked()),
        versions="".join(_versions()),
    )


def of_case(model: type[Model]) -> str:
    """SQL: the condition that a row belongs to the case."""
    if model in OF_PAIRS:
        return f"{OF_PAIRS[model]} = ANY (the_pairs)"
    if model in OF_TWO:
        return f"the_case.id IN ({', '.join(OF_TWO[model])})"
    column, of, _ = of_version(model)
    return f"{column} IN (SELECT id FROM {of} WHERE case_id = the_case.id)" if of else f"{column} = the_case.id"


def stays() -> dict[type[Model], list[Any]]:
    """The records that stay, each with the fields that are emptied."""
    return {model: fields for model in FIELDS if model not in GOES and (fields := emptied(model))}


def empty_value(field: Any) -> Any:
    """What stands in the place of a value; an empty text stays one."""
    if field.null:
        return None
    return field.get_default() if field.choices else IN_ITS_PLACE


def something_is_left() -> str:
    """SQL: the condition that something is left of a case that goes by the name of c: what should have gone, or a value
    in a record or a version that stays."""
    gone = [model for model in GOES if model not in OF_PAIRS]
    asked = [f"SELECT 1 FROM {_table(model)} t WHERE {case_of_row(model)} = c.id" for model in gone]
    of_two = OF_TWO | {TwoSided: ("first_id", "second_id")}
    asked += [f"SELECT 1 FROM {_table(model)} WHERE c.id IN ({', '.join(cases)})" for model, cases in of_two.items()]
    kept = _listed([_table(model) for model in gone])
    asked.append(f"SELECT 1 FROM casework_recordversion v WHERE v.case_id = c.id AND v.record IN ({kept})")
    for model, fields in stays().items():
        rows = f"SELECT to_jsonb(t) AS held FROM {_table(model)} t WHERE {case_of_row(model)} = c.id"
        versions = (
            f"SELECT v.held FROM casework_recordversion v WHERE v.case_id = c.id AND v.record = '{_table(model)}'"
        )
        values = " OR ".join(f"held ->> '{f.column}' NOT IN ('', '{empty_value(f) or ''}')" for f in fields)
        asked.append(f"SELECT 1 FROM ({rows} UNION ALL {versions}) AS each WHERE {values}")
    return "(" + " OR ".join(f"EXISTS ({each})" for each in asked) + ")"


def _gone() -> Iterator[str]:
    for model in GOES:
        yield f"DELETE FROM {_table(model)} WHERE {of_case(model)};\n"


def _blanked() -> Iterator[str]:
    """Each row of the case is written, so that whoever is changing one is waited for, or waits."""
    for model, fields in stays().items():
        values = ", ".join(f"{field.column} = {_in_place(field)}" for field in fields)
        yield f"UPDATE {_table(model)} t SET {values} WHERE t.{of_case(model)};\n"


def _in_place(field: Any) -> str:
    value = empty_value(field)
    if value is None:
        return "NULL"
    return f"CASE WHEN t.{field.column} = '' THEN '' ELSE '{value}' END"


def _versions() -> Iterator[str]:
    tables = _listed([_table(model) for model in GOES if model not in WITHOUT_VERSIONS])
    yield f"DELETE FROM casework_recordversion WHERE case_id = the_case.id AND record IN ({tables});\n"
    for model, fields in stays().items():
        places = ", ".join(f"('{field.column}', '{_as_json(empty_value(field))}'::jsonb)" for field in fields)
        patch = (
            "SELECT coalesce(jsonb_object_agg(h.key, e.value), '{}') FROM jsonb_each_text(held) h "
            f"JOIN (VALUES {places}) AS e (key, value) ON e.key = h.key WHERE h.value <> ''"
        )
        yield (
            f"UPDATE casework_recordversion SET {HELD} = held || ({patch}) "
            f"WHERE case_id = the_case.id AND record = '{_table(model)}';\n"
        )


def _as_json(value: str | None) -> str:
    return "null" if value is None else f'"{value}"'


def _table(model: type[Model]) -> str:
    return str(model._meta.db_table)


def _listed(values: list[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)
