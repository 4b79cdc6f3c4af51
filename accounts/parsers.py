"""What comes in, read strictly: JSON with one meaning only, and text that the database can keep, in one form.

No error repeats what was sent.
"""

import json
import math
import unicodedata
from typing import IO, Any

from django.core.exceptions import BadRequest
from django.http import QueryDict
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

MOST_BYTES = 256 * 1024
DEEPEST = 10
WHOLE_NUMBERS = range(-(2**63), 2**63)
LONGEST_WHOLE_NUMBER = 20  # signs; asked before reading it, for a number of 200,000 digits is slow work


class StrictJSONParser(BaseParser):
    """JSON that two readers cannot understand differently. Refuses anything else with a 400 that says what to do."""

    media_type = "application/json"
    most_bytes = MOST_BYTES

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> Any:
        body = stream.read(self.most_bytes + 1)
        if len(body) > self.most_bytes:
            raise ParseError(f"Send at most {self.most_bytes // 1024} kB.", code="too_large")
        return read_json(body)


def read_json(body: bytes) -> Any:
    """The value, its texts in NFC. Raises DRF's `ParseError`."""
    try:
        value = json.loads(
            body.decode(),
            object_pairs_hook=_object,
            parse_constant=_no_number,
            parse_int=_whole_number,
            parse_float=_number,
        )
    except UnicodeDecodeError:
        raise ParseError("Send the body in UTF-8.") from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError:
        raise ParseError("Send one JSON value, written as RFC 8259 says.") from None
    return _plain(value)


def plain_fields(typed: QueryDict) -> QueryDict:
    """A form or a query with its texts in NFC. Raises `BadRequest` for a letter that cannot be kept."""
    plain = QueryDict(mutable=True, encoding=typed.encoding)
    try:
        for name, values in typed.lists():
            for value in values:
                plain.appendlist(_text(name), _text(value))
    except ParseError as error:
        raise BadRequest(str(error.detail)) from None
    plain._mutable = False
    return plain


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = {_text(name): value for name, value in pairs}
    if len(found) < len(pairs):
        raise ParseError("Name each field of an object once.", code="duplicate_field")
    return found


def _no_number(text: str) -> None:
    raise ParseError("NaN and Infinity are no numbers in JSON. Send a number, or null.")


def _whole_number(text: str) -> int:
    if len(text) > LONGEST_WHOLE_NUMBER or int(text) not in WHOLE_NUMBERS:
        raise ParseError("Send whole numbers of at most 64 bits.")
    return int(text)


def _number(text: str) -> float:
    if not math.isfinite(number := float(text)):
        raise ParseError("A number is too large.")
    return number


def _plain(value: Any, depth: int = 0) -> Any:
    if isinstance(value, str):
        return _text(value)
    if not isinstance(value, dict | list):
        return value
    if depth == DEEPEST:
        raise _too_deep()
    if isinstance(value, dict):
        return {name: _plain(each, depth + 1) for name, each in value.items()}
    return [_plain(each, depth + 1) for each in value]


def _text(text: str) -> str:
    if "\0" in text:
        raise ParseError("Leave out the letter with the number 0: it cannot be kept.")
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        raise ParseError("Send whole letters: one is only half of a pair.")
    return unicodedata.normalize("NFC", text)


def _too_deep() -> ParseError:
    return ParseError(f"Nest objects and lists at most {DEEPEST} deep.", code="too_deep")
