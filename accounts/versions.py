"""Never over each other: whoever acts on a record can say which version of it they saw, and is refused if it changed.

The API carries it as `ETag` and `If-Match`, forms of the pages as the hidden field `version`. See docs/decisions/0017.
"""

import json
import re
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model
from django.utils.crypto import constant_time_compare, salted_hmac
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import APIException, ParseError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from accounts.models import User

M = TypeVar("M", bound=Model)

LENGTH = 32  # 128 bits, in hexadecimal
TAG = r'(?:W/)?"[!#-~\x80-\xff]*"'
TAGS = re.compile(rf"\s*(?:\*|{TAG}(?:\s*,\s*{TAG})*)\s*")
NOT_TAGS = 'If-Match is * or ETags as they came, in their quotation marks and divided by commas: "0a1b", "2c3d".'

ETAG = OpenApiParameter(
    "ETag",
    str,
    OpenApiParameter.HEADER,
    response=[200],
    description="The version of exactly what you see here. It is yours: somebody else has another one.",
)
SAVED_ETAG = OpenApiParameter("ETag", str, OpenApiParameter.HEADER, response=[204], description="The version now.")
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="The ETag with which you read the record, or *. If it changed for you since, nothing is done: 412.",
)
IF_MATCH_OVER_WORDS = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="The ETag with which you read what this writes over; * is whatever it is now. Without it 428; "
    "if it changed since, nothing is done: 412.",
)


class Changed(APIException):
    status_code = 412
    default_code = "changed"
    default_detail = (
        "This changed since you read it, and nothing was done. Read it again, decide again, and repeat your request "
        "with the ETag that you then get."
    )


class VersionNeeded(APIException):
    status_code = 428
    default_code = "version_needed"
    default_detail = (
        "This writes over what somebody wrote earlier. Read it first, and send its ETag as If-Match; "
        "If-Match: * writes over whatever is there now."
    )


def version_of(actor: User, shown: Any) -> str:
    """The version of what this reader is shown, as plain values.

    Keyed, and of this reader: it tells nobody whether they see the same as somebody else, and cannot be guessed from.
    """
    said = json.dumps([actor.pk, shown], cls=JSONEncoder, sort_keys=True)
    return salted_hmac("accounts.versions", said, algorithm="sha256").hexdigest()[:LENGTH]


def is_version(typed: str, actor: User, shown: Any) -> bool:
    """Whether a form was made of what this reader would be shown now."""
    return constant_time_compare(typed, version_of(actor, shown))


def tag_of(actor: User, shown: Any) -> str:
    return f'"{version_of(actor, shown)}"'


def tagged(actor: User, body: Any) -> Response:
    """A body with the ETag of it."""
    return Response(body, headers={"ETag": tag_of(actor, body)})


def held(find: Callable[[], M]) -> M:
    """What `find` finds, as it is when nobody else holds its case any more, or itself where it belongs to no one case.

    Others wait until this transaction ends. By a lock on a name, not on the row: a partner may see a referral, and not
    lock the row of its case.
    """
    found = find()
    case_id = getattr(found, "case_id", None)
    name = f"case {case_id}" if case_id else f"{found._meta.model_name} {found.pk}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
    return find()


def matched(
    request: Request,
    find: Callable[[], M],
    *shown: Callable[[User, M], Any],
    writes_over: Callable[[M], bool] = lambda record: False,
) -> M:
    """The record to act on, held. Every endpoint that acts on a record finds it by this.

    `find` raises what else refuses the caller, so that `If-Match` is asked last. Each of `shown` is a body that
    the caller can have read the record as; one that `If-Match` names is enough. Raises `Changed`, `VersionNeeded`
    where the act writes over something and says no version, and `ParseError`.
    """
    record, actor = held(find), request.user
    said = request.headers.get("If-Match")
    if said is None:
        if writes_over(record):
            raise VersionNeeded
        return record
    if not TAGS.fullmatch(said):
        raise ParseError(NOT_TAGS)
    # A weak tag keeps its W/ here, and is therefore none of ours.
    named = set(re.findall(TAG, said))
    if named and not any(tag_of(actor, show(actor, record)) in named for show in shown):  # type: ignore[arg-type]
        raise Changed
    return record
