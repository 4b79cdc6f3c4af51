"""Canaries: values that stand nowhere else, and finding them in any bytes, however those write them.

Knows nothing of the application. What is random comes from one seed, so that a run can be had again.
"""

import base64
import gzip
import hashlib
import html
import io
import quopri
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from urllib.parse import unquote_plus

WINDOW = 6  # as much of a word or a reference as a completion or a shortened cell would show
RARE, VOWELS, OTHERS = "jqvwxz", "aeiou", "bcdfghklmnprstvwxz"
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
BOUND = r"(?<![0-9a-z])"
SIGNS = re.compile(r"[^0-9a-z]+")
WORDS = re.compile(r"[0-9a-z][0-9a-z\-'_*]{5,}")  # across anything else nothing is read as one word
INLINE = re.compile(r"</?(?:b|i|em|strong|mark|span|wbr)\b[^>]{0,200}>")  # these may stand within a word
ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
DAYS = [
    (re.compile(BOUND + r"(\d{4})-(\d\d)-(\d\d)"), (0, 1, 2)),
    (re.compile(BOUND + r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})"), (2, 1, 0)),
    (re.compile(BOUND + r"(\d{1,2})\s+([a-z]{3})[a-z]*\.?,?\s+(\d{4})"), (2, 1, 0)),
    (re.compile(BOUND + r"([a-z]{3})[a-z]*\.?\s+(\d{1,2}),?\s+(\d{4})"), (2, 0, 1)),
]
BOX = re.compile(r'name="(\w+)_(day|month|year)"[^>]{0,300}value="(\d+)"')
MONTH = re.compile(BOUND + r"([a-z]{3})[a-z]*\s+(\d{4})")
TELEPHONE = re.compile(r"\d(?:[\s().\-/]{0,3}\d){8,14}")
POSTCODE = re.compile(BOUND + r"([a-z]{1,2}\d[a-z\d]?)[\s+]*(\d[a-z]{2})(?![0-9a-z])")
COORDINATE = re.compile(r"\d{1,2}\.\d{4,}")
UUID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")
BASE64 = re.compile(r"[A-Za-z0-9+/_-]{12,}={0,2}")
DIGITS = re.compile(r"[0-9a-f]+")
HEX = re.compile(r"(?:[0-9a-fA-F]{2}){6,}")
AS_SUCH: dict[str, Callable[[str], str]] = {  # compared as what they are, and not sign by sign
    "telephone": lambda value: "".join(filter(str.isdigit, value))[-9:],
    "postcode": lambda value: folded(value),
    "coordinate": lambda value: value[:7],
    "uuid": lambda value: value.replace("-", ""),
}
DIGESTS = ("md5", "sha1", "sha256")


@dataclass(frozen=True, eq=False)
class Token:
    """One planted value: of which case, which field, in which category."""

    case: str
    place: str
    category: str
    kind: str
    value: str


@dataclass
class Canaries:
    """All that were planted, by what is looked for; of words none that stand in `public`, which everybody may read."""

    seed: int
    public: str = ""
    tokens: list[Token] = field(default_factory=list)
    _found_by: dict[str, set[Token]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._random = Random(self.seed)
        self._public = set(looked_for(self.public))
        today = datetime.now(UTC).date()
        until, future = today + timedelta(days=31), today + timedelta(days=400)
        self._day = {"past": date(1901, 1, 1), "birth": date(1962, 1, 1), "until": until, "future": future}
        self._month_number = 1850 * 12
        self._number = 0

    def plant(self, kind: str, of: tuple[str, str, str], longest: int = 0) -> Any:
        """A new value of a kind, remembered as that of (case, place, category)."""
        value = getattr(self, f"_{kind}")(longest)
        self.know(kind, of, value)
        return value

    def know(self, kind: str, of: tuple[str, str, str], value: Any) -> None:
        """Look out for a value that somebody else made."""
        token = Token(*of, kind=kind, value=str(value))
        self.tokens.append(token)
        for key in keys_of(kind, value):
            self._found_by.setdefault(key, set()).add(token)

    def found_in(self, data: bytes | str) -> set[Token]:
        """Those that stand in it, whole or in part, in any encoding that is known here."""
        keys = {key for text in texts_in(data) for key in looked_for(text)}
        return {token for key in keys & self._found_by.keys() for token in self._found_by[key]}

    def signs_of(self, token: Token, data: bytes | str) -> list[str]:
        """What gave it away: as much of it as stands in the data."""
        keys = {key for text in texts_in(data) for key in looked_for(text)}
        return sorted(key for key in keys & self._found_by.keys() if token in self._found_by[key])

    def _words(self, longest: int) -> str:
        """Some 55 random bits that can be spoken; no six letters of it stand in another."""
        while True:
            parts = ["".join(map(self._random.choice, (RARE, VOWELS, OTHERS))) for _ in range(6)]
            value = f"{''.join(parts[:3])} {''.join(parts[3:])}".title()
            keys = set(keys_of("words", value))
            if self._public.isdisjoint(keys) and self._found_by.keys().isdisjoint(keys):
                return value

    def _word(self, longest: int) -> str:
        return self._words(0).replace(" ", "")[: longest or 18]

    def _postcode(self, longest: int) -> str:
        self._number += 1
        while True:
            letters = "".join(self._random.choice(RARE.upper()) for _ in range(4))
            value = f"{letters[:2]}{self._number % 10} {self._number // 10 % 10}{letters[2:]}"
            if not self._found_by.keys() & set(keys_of("postcode", value)):
                return value

    def _telephone(self, longest: int) -> str:
        """Of the ranges that Ofcom keeps for drama: 07700 900xxx and 01632 960xxx."""
        self._number += 1
        assert self._number < 2000, "there are no more numbers for drama"
        return f"0{('7700 900', '1632 960')[self._number // 1000]}{self._number % 1000:03}"

    def _coordinate(self, longest: int) -> Decimal:
        """Not below 61: the seconds of a moment, with its millionths, look like a place further south."""
        while True:
            value = Decimal(self._random.randrange(61_000_000, 90_000_000)) / 1_000_000
            if not self._found_by.keys() & set(keys_of("coordinate", value)):
                return value

    def _hex(self, longest: int) -> str:
        return self._random.randbytes(32).hex()

    def _birth(self, longest: int) -> date:
        return self._next("birth")

    def _past(self, longest: int) -> date:
        return self._next("past")

    def _future(self, longest: int) -> date:
        return self._next("future")

    def _until(self, longest: int) -> date:
        return self._next("until")

    def _month(self, longest: int) -> date:
        self._month_number += 1
        return date(self._month_number // 12, self._month_number % 12 + 1, 1)

    def _next(self, when: str) -> date:
        self._day[when] += timedelta(days=1)
        return self._day[when]


def keys_of(kind: str, value: Any) -> Iterator[str]:
    """What gives a value away."""
    if isinstance(value, date):
        yield f"day {value:%Y-%m-%d}"
        yield from [f"month {value:%Y-%m}"] * (kind == "month")
    elif kind in AS_SUCH:
        yield f"{kind} {AS_SUCH[kind](str(value))}"
    elif kind == "hex":
        yield from (f"digest {str(value)[i : i + 12]}" for i in (0, len(str(value)) - 12))
    else:
        yield from signs_of_words(str(value))


def signs_of_words(value: str) -> Iterator[str]:
    """Parts of each word, forwards and backwards, and what is made of the whole by hashing it. Six hexadecimal digits
    of a reference stand in random ids as well, and give nothing away."""
    for signs in map(folded, value.split()):
        yield from (part for part in windows(signs) | windows(signs[::-1]) if not DIGITS.fullmatch(part))
    for name in DIGESTS:
        for written in (value, value.casefold()):
            yield f"digest {hashlib.new(name, written.encode()).hexdigest()[:12]}"


def folded(text: str) -> str:
    return SIGNS.sub("", text.casefold())


def windows(signs: str) -> set[str]:
    return {signs[i : i + WINDOW] for i in range(max(1, len(signs) - WINDOW + 1))}


def looked_for(text: str) -> Iterator[str]:
    """Everything in a text that could be the key of a token."""
    lower = text.casefold()
    for word in set(WORDS.findall(INLINE.sub("", lower))):
        yield from windows(folded(word))
    yield from days_in(lower)
    for match in TELEPHONE.findall(lower):
        digits = "".join(filter(str.isdigit, match))
        yield from (f"telephone {digits[i : i + 9]}" for i in range(len(digits) - 8))
    yield from (f"postcode {''.join(parts)}" for parts in POSTCODE.findall(lower))
    yield from (f"coordinate {match[:7]}" for match in COORDINATE.findall(lower))
    yield from (f"uuid {match.replace('-', '')}" for match in UUID.findall(lower))
    yield from (f"digest {match[i : i + 12]}" for match in HEX.findall(lower) for i in {0, len(match) - 12})


def days_in(lower: str) -> Iterator[str]:
    """In any way of writing them; and months that stand without a day."""
    for pattern, order in DAYS:
        for parts in pattern.findall(lower):
            year, month, day = (parts[place] for place in order)
            number = MONTHS.index(month) + 1 if month in MONTHS else int(month) if month.isdigit() else 0
            yield f"day {year}-{number:02}-{int(day):02}"
    boxes: dict[str, dict[str, int]] = {}
    for name, part, value in BOX.findall(lower):
        boxes.setdefault(name, {})[part] = int(value)
    yield from ("day {year}-{month:02}-{day:02}".format(**box) for box in boxes.values() if len(box) == 3)
    for name, year in MONTH.findall(lower):
        if name in MONTHS:
            yield f"month {year}-{MONTHS.index(name) + 1:02}"


def texts_in(data: bytes | str, depth: int = 0) -> Iterator[str]:
    """What it says, as it stands and decoded: packed files, HTML, addresses, JSON, mail, base64, hexadecimal."""
    if isinstance(data, bytes):
        yield from (text for inner in unpacked(data) if depth < 3 for text in texts_in(inner, depth + 1))
        data = data.decode(errors="replace")
    plain = html.unescape(ESCAPED.sub(lambda match: chr(int(match[1], 16)), data))
    yield plain
    if "%" in data:
        yield unquote_plus(plain)
    if re.search(r"=[0-9A-F]{2}", data):
        yield quopri.decodestring(data.encode()).decode(errors="replace")
    chunks = list(encoded(data))
    yield "\n".join(chunk.decode(errors="replace") for chunk in chunks)
    yield from (t for chunk in chunks for inner in unpacked(chunk) if depth < 3 for t in texts_in(inner, depth + 1))


def encoded(text: str) -> Iterator[bytes]:
    for chunk in BASE64.findall(text):
        signs = chunk.rstrip("=").translate(str.maketrans("-_", "+/"))
        signs = signs[:-1] if len(signs) % 4 == 1 else signs
        yield base64.b64decode(signs + "=" * (-len(signs) % 4))
    for chunk in HEX.findall(text):
        yield bytes.fromhex(chunk)


def unpacked(data: bytes) -> Iterable[bytes]:
    """What lies packed in it, where it begins like something packed and is."""
    with suppress(zlib.error, OSError, EOFError, zipfile.BadZipFile):
        if data[:2] == b"\x1f\x8b":
            yield gzip.decompress(data)
        elif data[:1] == b"\x78":
            yield zlib.decompress(data)
        elif data[:4] == b"PK\x03\x04":
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                yield from (name.encode() + b" " + archive.read(name) for name in archive.namelist())
