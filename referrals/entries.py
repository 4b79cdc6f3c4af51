"""A service as Open Referral's JSON object: what is read from it, written into it, and kept out of it. Knows no tables.

The shape is that of HSDS 3, of which Open Referral UK is a profile. What we do not know of is kept as it came.
"""

import hashlib
import json
import math
import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from casework.notes import LOOKS, POSTCODE

Entry = dict[str, Any]
NEEDED = ("id", "name", "status")
STATUSES = ("active", "inactive", "defunct", "temporarily closed")
WORDS = (
    "name",
    "description",
    "status",
    "url",
    "email",
    "eligibility_description",
    "application_process",
    "fees_description",
    "alert",
)
AGES = ("minimum_age", "maximum_age")
LISTS = {"languages": "languages", "areas": "service_areas"}  # ours, and the standard's
SAYS = (*WORDS, *AGES, *LISTS, "assured_on")
LONGEST = {"name": 200, "what_for": 300, "languages": 60, "areas": 100}
OLDEST = 150
ID = re.compile(r"[\w.:-]{1,100}", re.ASCII)  # it stands in addresses of ours
DAY = re.compile(r"\d{4}-\d\d-\d\d")

# What a refuge tells everybody, part by part: the way to its office. What does not stand here is left out.
LANGUAGE: dict[str, Any] = {"id": {}, "name": {}, "code": {}}
PHONE: dict[str, Any] = {"id": {}, "number": {}, "extension": {}, "type": {}, "languages": LANGUAGE}
CONTACT: dict[str, Any] = {"id": {}, "name": {}, "title": {}, "department": {}, "email": {}, "phones": PHONE}
OF_A_REFUGE: dict[str, Any] = {
    "id": {},
    "alternate_name": {},
    **{name: {} for name in (*WORDS, *AGES)},
    "accreditations": {},
    "assured_date": {},
    "assurer_email": {},
    "interpretation_services": {},
    "last_modified": {},
    "organization_id": {},
    "languages": LANGUAGE,
    "service_areas": {"id": {}, "name": {}},
    "phones": PHONE,
    "contacts": CONTACT,
    "organization": {
        "id": {},
        "name": {},
        "alternate_name": {},
        "description": {},
        "email": {},
        "website": {},
        "phones": PHONE,
        "contacts": CONTACT,
    },
}
COORDINATES = re.compile(r"-?\b\d{1,3}\.\d{4,}")
STREET = re.compile(
    r"\b\d+[a-z]?,? +(?:[a-z']+ +){1,2}(?:road|street|avenue|lane|gardens|terrace|crescent|mews)\b", re.IGNORECASE
)
CALLED = re.compile(  # words that mean something else too, in the capitals of a name
    r"\b\d+[A-Za-z]?,? +(?:[A-Z][a-z']+ +){1,3}"
    r"(?:Rd|St|Ave|Ln|Close|Drive|Way|Court|Place|Square|Grove|Hill|Row|Walk|Parade|House)\b"
)
PLACES = (LOOKS[POSTCODE], COORDINATES, STREET, CALLED)


def columns_of(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a service that are read from its entry, which `problems_of` found nothing against."""
    ages = {"minimum_age": math.floor, "maximum_age": math.ceil}
    lists = {ours: _names(entry.get(theirs), LONGEST[ours]) for ours, theirs in LISTS.items()}
    return {
        "name": entry["name"],
        "status": entry["status"],
        "what_for": _short(entry.get("description") or ""),
        **{name: None if entry.get(name) is None else whole(entry[name]) for name, whole in ages.items()},
        **lists,
        "assured_on": date.fromisoformat(entry["assured_date"]) if entry.get("assured_date") else None,
    }


def said_in(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What `written` takes, as it stands in an entry."""
    read = columns_of(entry)
    return {name: entry.get(name) or "" for name in WORDS} | {n: read[n] for n in (*AGES, *LISTS, "assured_on")}


def written(entry: Entry, said: Mapping[str, Any]) -> Entry:
    """The entry with what is said in place of what it said; what is said alike stays as it came, to the letter."""
    before = said_in(entry) if "name" in entry else {}
    changed = {name: value for name, value in said.items() if name not in before or not _alike(before[name], value)}
    parts: Entry = {name: changed[name] for name in (*WORDS, *AGES) if name in changed}
    for ours, theirs in LISTS.items():
        if ours in changed:
            parts[theirs] = _objects(entry, theirs, changed[ours])
    if "assured_on" in changed:
        parts["assured_date"] = changed["assured_on"].isoformat() if changed["assured_on"] else None
    return {
        name: value for name, value in {**entry, **parts}.items() if name not in parts or value not in (None, "", [])
    }


def problems_of(entry: Any, today: date) -> dict[str, str]:
    """What we cannot do without and is wrong, by field; by no field, what is wrong with all of it."""
    if not isinstance(entry, dict):
        return {"": "it is not an object"}
    found = {name: "must be words" for name in WORDS if not isinstance(entry.get(name) or "", str)}
    found |= {name: "must be there, in words" for name in NEEDED if not _is_words(entry.get(name))}
    if "id" not in found and not ID.fullmatch(entry["id"]):
        found["id"] = "must be letters, digits and . _ : - only, and at most 100"
    if "status" not in found and entry["status"] not in STATUSES:
        found["status"] = f"must be one of: {', '.join(STATUSES)}"
    if "name" not in found and len(entry["name"]) > LONGEST["name"]:
        found["name"] = f"must not be longer than {LONGEST['name']} characters"
    if not isinstance(entry.get("organization") or {}, dict):
        found["organization"] = "must be an object"
    if any("\0" in text for text in _texts(entry)):
        found[""] = "it holds a character that cannot be kept (U+0000)"
    return found | _problems_of_ages(entry) | _problems_of_lists(entry) | _problems_of_day(entry, today)


def _problems_of_ages(entry: Entry) -> dict[str, str]:
    low, high = (entry.get(name) for name in AGES)
    wrong = {name: f"must be a number from 0 to {OLDEST}" for name in AGES if not _is_age(entry.get(name))}
    if not wrong and low is not None and high is not None and low > high:
        wrong["maximum_age"] = "must not be below the lowest age"
    return wrong


def _problems_of_lists(entry: Entry) -> dict[str, str]:
    lists = {name: entry.get(name) or [] for name in LISTS.values()}
    return {
        name: "must be a list of objects"
        for name, given in lists.items()
        if not (isinstance(given, list) and all(isinstance(each, dict) for each in given))
    }


def _problems_of_day(entry: Entry, today: date) -> dict[str, str]:
    given = entry.get("assured_date")
    if given in (None, ""):
        return {}
    try:
        day = date.fromisoformat(given) if isinstance(given, str) and DAY.fullmatch(given) else None
    except ValueError:
        day = None
    if day is None:
        return {"assured_date": "must be a day such as 2026-01-31"}
    return {"assured_date": "must not be in the future"} if day > today else {}


def without_its_place(entry: Entry) -> Entry:
    """What of a refuge's entry may be kept and shown: never where it is, only how its office is reached."""
    return {"name": "A refuge", **_only(entry, OF_A_REFUGE)}


def in_brief(entry: Entry) -> Entry:
    """As the standard lists it: without what there can be several of."""
    return {n: in_brief(v) if isinstance(v, dict) else v for n, v in entry.items() if not isinstance(v, list)}


def services_in(document: Any) -> list[Any]:
    """The services of a document: one, a list or page of them, or organizations with theirs, each with its own.

    Whoever has a name that services have, and services beside it, is an organization.
    """
    if isinstance(document, list):
        return [service for each in document for service in services_in(each)]
    if isinstance(document, dict) and isinstance(document.get("contents"), list):
        return services_in(document["contents"])
    if isinstance(document, dict) and isinstance(document.get("services"), list):
        organization = {name: value for name, value in document.items() if name != "services"}
        return [
            {**each, "organization": organization} if isinstance(each, dict) else each for each in document["services"]
        ]
    return [document]


def organizations_of(entries: list[Entry]) -> list[Entry]:
    """The other way round: each organization with its services, in the order in which they come."""
    found: dict[str, Entry] = {}
    for entry in entries:
        organization = entry.get("organization") or {}
        service = {name: value for name, value in entry.items() if name != "organization"}
        found.setdefault(digest_of(organization), {**organization, "services": []})["services"].append(service)
    return list(found.values())


def listed(entries: list[Entry], *, number: int = 1, size: int = 0, total: int | None = None) -> Entry:
    """A page of the standard's lists; without a size, all there are."""
    total, size = len(entries) if total is None else total, size or max(len(entries), 1)
    pages = max(-(-total // size), 1)
    return {
        "total_items": total,
        "total_pages": pages,
        "page_number": number,
        "size": len(entries),
        "first_page": number == 1,
        "last_page": number >= pages,
        "empty": not entries,
        "contents": entries,
    }


def says_where(entry: Mapping[str, Any]) -> list[str]:
    """The fields in words that hold what looks like an address, a postcode or coordinates."""
    return [name for name in WORDS if _is_a_place(str(entry.get(name) or ""))]


def digest_of(document: Any) -> str:
    """The same for the same JSON, whatever the order of its names and the room between them."""
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _only(value: Any, kept: Mapping[str, Any]) -> Any:
    """The parts that may be kept. A text that says where is none; a list or object where words belong is none."""
    if isinstance(value, list):
        return [left for each in value if isinstance(each, dict) and (left := _only(each, kept))]
    if isinstance(value, dict):
        found = {name: _only(value[name], parts) for name, parts in kept.items() if name in value}
        return {name: left for name, left in found.items() if left is not None}
    return None if kept or (isinstance(value, str) and _is_a_place(value)) else value


def _is_a_place(text: str) -> bool:
    return any(look.search(text) for look in PLACES)


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    return [value] if isinstance(value, str) else []


def _alike(before: Any, said: Any) -> bool:
    """Whether a form that showed the one may have sent the other: boxes lose the room around words."""
    return bool(
        before == said or (isinstance(before, str) and isinstance(said, str) and before.strip() == said.strip())
    )


def _objects(entry: Entry, theirs: str, names: list[str]) -> list[Entry]:
    """A list of the standard's objects with these names: those that were there as they were, others anew."""
    ours = next(mine for mine, name in LISTS.items() if name == theirs)
    there = {_name(each, LONGEST[ours]): each for each in entry.get(theirs) or []}
    return [there.get(name) or {"id": _id(entry, theirs, name), "name": name} for name in names]


def _id(entry: Entry, *path: str) -> str:
    return str(uuid5(NAMESPACE_URL, "/".join([entry["id"], *path])))


def _names(objects: Any, longest: int) -> list[str]:
    return list(dict.fromkeys(name for each in objects or [] if (name := _name(each, longest))))


def _name(each: Entry, longest: int) -> str:
    return str(each.get("name") or each.get("code") or each.get("description") or "").strip()[:longest]


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= LONGEST["what_for"] else words[: LONGEST["what_for"] - 1].rstrip() + "…"


def _is_words(value: Any) -> bool:
    return isinstance(value, str) and value.strip() != ""


def _is_age(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= OLDEST)
