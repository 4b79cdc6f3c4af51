"""The API of what agencies hand in, for their own systems and for the front door."""

from functools import partial
from typing import Any

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import SignedIn
from accounts.api_errors import answers
from accounts.authorization import authorize
from accounts.models import User
from accounts.versions import ETAG, IF_MATCH, IF_MATCH_OVER_WORDS, matched, tagged
from referrals import commands, queries
from referrals.forms_of_handins import ACTS, meter, readable
from referrals.models import HandIn
from referrals.serializers import InboxQuery
from referrals.serializers_of_handins import HandInActIn, HandInIn, HandInsOut, OneHandInOut, hand_in_body


class HandIns(APIView):
    permissions = {"get": "referrals.view_hand_in", "post": "referrals.hand_in"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="list_hand_ins",
        description="What your agency handed in to the front door, and what was handed in to yours, the newest first, "
        "25 at a time. The reading is recorded.",
        parameters=[InboxQuery],
        responses=answers(HandInsOut, 400),
    )
    def get(self, request: SignedIn) -> Response:
        said = InboxQuery.read(request.query_params)
        return Response(HandInsOut(queries.hand_ins_for(actor=request.user, after=said["after"])).data)

    @extend_schema(
        operation_id="hand_in",
        description="Hand something in to the front door, or begin a draft of it. Complete or not.",
        request=HandInIn,
        responses=answers(OneHandInOut, 400, success=201),
    )
    def post(self, request: SignedIn) -> Response:
        said, now = HandInIn.read(request.data), timezone.now()
        hand_in = commands.begin_hand_in(actor=request.user, now=now)
        write(request.user, hand_in, said)
        return again(request.user, hand_in.reference, status=201)


class OneHandIn(APIView):
    permissions = {"get": "referrals.view_hand_in", "put": "referrals.hand_in", "post": "referrals.view_hand_in"}
    needs_version = {"put": True, "post": False}

    @extend_schema(
        operation_id="read_hand_in",
        description="How something stands that was handed in; of a draft, what is typed. The reading is recorded.",
        parameters=[ETAG],
        responses=answers(OneHandInOut, 404),
    )
    def get(self, request: SignedIn, reference: str) -> Response:
        return again(request.user, reference)

    @extend_schema(
        operation_id="save_hand_in",
        description="Write what is known so far in the place of the draft, or send it.",
        request=HandInIn,
        parameters=[IF_MATCH_OVER_WORDS],
        responses=answers(OneHandInOut, 400, 404, 409, 412, 428),
    )
    def put(self, request: SignedIn, reference: str) -> Response:
        find = partial(to_act_on, request.user, reference, "referrals.hand_in")
        hand_in = matched(request, find, seen, writes_over=lambda _: True)
        write(request.user, hand_in, HandInIn.read(request.data))
        return again(request.user, reference)

    @extend_schema(
        operation_id="act_on_hand_in",
        description="Answer what is asked, as who handed it in; receive it, ask back, or say why it stays in this "
        "area, as the front door.",
        request=HandInActIn,
        parameters=[IF_MATCH],
        responses=answers(OneHandInOut, 400, 404, 409, 412),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        queries.get_hand_in(request.user, reference)
        said = HandInActIn.read(request.data)
        permission = "referrals.hand_in" if said["act"] == "answer" else "referrals.take_hand_in"
        hand_in = matched(request, partial(to_act_on, request.user, reference, permission), seen)
        ACTS[said["act"]](request.user, hand_in, said["words"], timezone.now())
        return again(request.user, reference)


def to_act_on(actor: User, reference: str, permission: str) -> HandIn:
    """Found, and may be acted upon: what they saw of it is asked last."""
    hand_in = queries.get_hand_in(actor, reference)
    authorize(actor, permission, hand_in)
    return hand_in


def write(actor: User, hand_in: HandIn, said: dict[str, Any]) -> None:
    """Keep what is typed, and send it where that is said. What cannot be read of it goes along as words."""
    now = timezone.now()
    commands.save_hand_in(actor=actor, hand_in=hand_in, typed=said["contents"], now=now)
    if said["send"]:
        commands.send_hand_in(actor=actor, hand_in=hand_in, plan=readable(said["contents"])[1], now=now)


def again(actor: User, reference: str, status: int = 200) -> Response:
    """One as it stands now: a reading too."""
    response = tagged(actor, body_of(queries.read_hand_in(actor=actor, reference=reference)))
    response.status_code = status
    return response


def seen(actor: User, hand_in: HandIn) -> Any:
    """One as it would be read now."""
    return body_of(queries.followed(actor, hand_in))


def body_of(found: queries.Followed) -> Any:
    typed = None if found.hand_in.sent_at else queries.typed_in(found.hand_in)
    there, would_help = meter(typed) if typed is not None else ([], [])
    return hand_in_body(found, typed, there, would_help)


routes = [
    path("hand-ins/", HandIns.as_view(), name="api_hand_ins"),
    path("hand-ins/<str:reference>/", OneHandIn.as_view(), name="api_hand_in"),
]
