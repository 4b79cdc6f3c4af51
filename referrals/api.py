"""The API of services and referrals: for front doors that send them and for partners' own systems."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import SignedIn
from accounts.api_errors import answers
from accounts.authorization import authorize
from accounts.models import User
from accounts.versions import ETAG, IF_MATCH, matched, tag_of, tagged
from casework.api import case_to_act_on
from casework.api_of_sharing import basis_in_force
from casework.models import Case
from casework.plans import SharePlan
from casework.queries import get_case
from casework.serializers import NothingIn, share_plan_of
from referrals import commands, queries, serializers
from referrals.models import Referral
from referrals.plans import Choice, DraftPlan, Search

Seen = Callable[[User, Referral], Any]


class Services(APIView):
    permissions = {"get": "referrals.view_service"}

    @extend_schema(
        operation_id="list_services",
        description="The partner services of your partnership, by name.",
        parameters=[serializers.ServicesQuery],
        responses=answers(serializers.ServicesOut, 400),
    )
    def get(self, request: SignedIn) -> Response:
        said = serializers.ServicesQuery.read(request.query_params)
        services = queries.services_for(request.user, said["kind"])
        limits = queries.limits_on(timezone.localdate(), request.user.agency.partnership_id)
        context = {"actor": request.user, "limits": limits}
        return Response(serializers.ServicesOut({"services": services}, context=context).data)


class CaseReferrals(APIView):
    permissions = {"get": "referrals.view_referral", "post": "referrals.draft_referral"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="list_referrals_of_case",
        description="The referrals of a case that you may see, newest first. The reading is recorded.",
        responses=answers(serializers.ReferralsOut, 404),
    )
    def get(self, request: SignedIn, reference: str) -> Response:
        case = get_case(request.user, reference, "referrals.view_referral")
        found = queries.referrals_of(actor=request.user, case=case)
        return Response(serializers.ReferralsOut({"referrals": found}).data)

    @extend_schema(
        operation_id="draft_referral",
        description="Begin a referral of an open case of your agency, or several at once. The partners see nothing "
        "until they are sent. A need that nobody meets is noted for commissioners.",
        request=serializers.ReferralIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.DraftedOut, 400, 404, 409, 412, success=201),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        case = case_to_act_on(request, reference, "referrals.draft_referral")
        said = serializers.ReferralIn.read(request.data)
        plans = [draft_plan(request.user, case, each) for each in (said, *said["also"])]
        search = Search(needs=said["needs"])
        drafted = commands.draft_referrals(
            actor=request.user, case=case, plans=plans, search=search, now=timezone.now()
        )
        choice = queries.choice_of(request.user, drafted[0])
        context = {"case_is_visible": True, "choice": choice, "also": drafted[1:]}
        return Response(serializers.DraftedOut(drafted[0], context=context).data, status=201)


class Inbox(APIView):
    permissions = {"get": "referrals.view_referral"}

    @extend_schema(
        operation_id="list_inbox",
        description="What waits for your agency, soonest due first, 25 at a time. The reading is recorded.",
        parameters=[serializers.InboxQuery],
        responses=answers(serializers.InboxOut, 400),
    )
    def get(self, request: SignedIn) -> Response:
        said = serializers.InboxQuery.read(request.query_params)
        inbox = queries.inbox_for(actor=request.user, after=said["after"], mine=said["mine"])
        return Response(serializers.InboxOut(inbox).data)


class OneReferral(APIView):
    permissions = {"get": "referrals.view_referral"}

    @extend_schema(
        operation_id="read_referral",
        description="A referral that your agency sent, or that was sent to it. The reading is recorded.",
        parameters=[ETAG],
        responses=answers(serializers.ReferralOut, 404),
    )
    def get(self, request: SignedIn, reference: str) -> Response:
        referral = queries.read_referral(actor=request.user, reference=reference)
        response = tagged(request.user, shown(request.user, referral))
        response.data["changed"] = queries.changed_for(
            request.user, referral
        )  # by no version: reading the case ends it
        return response


class Preview(APIView):
    permissions = {"post": "referrals.send_referral"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="preview_referral",
        description="Exactly what the partner would see, were it sent with these categories.",
        request=serializers.PreviewIn,
        parameters=[ETAG],
        responses=answers(serializers.PreviewOut, 400, 404),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        referral = queries.get_referral(request.user, reference)
        said = serializers.PreviewIn.read(request.data)
        chosen, now = serializers.chosen(said), timezone.now()
        seen = queries.preview(actor=request.user, referral=referral, categories=chosen, now=now)
        body = serializers.preview_body(referral, seen.sections)
        return Response(body, headers={"ETag": tag_of(request.user, serializers.lasting(body))})


class Send(APIView):
    permissions = {"post": "referrals.send_referral"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="send_referral",
        description="Send it with your decision to share. The partner sees the summary and the decision at once. "
        "If-Match takes the ETag of the referral, or of the preview: then they get exactly what you saw.",
        request=serializers.SendIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.ReferralOut, 400, 404, 409, 412),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        queries.get_referral(request.user, reference)
        now, said = timezone.now(), serializers.SendIn.read(request.data)
        referral = referral_to_act_on(
            request, reference, "referrals.send_referral", as_previewed(serializers.chosen(said), now)
        )
        share = share_plan(said, referral, now)
        commands.send_referral(actor=request.user, referral=referral, share=share, now=now, asked=said["asked"])
        return again(request.user, reference)


class Accept(APIView):
    permissions = {"post": "referrals.accept_referral"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="accept_referral",
        description="Take the work on. From now on you see the categories that the sender decided to share.",
        request=None,
        parameters=[IF_MATCH],
        responses=answers(serializers.ReferralOut, 400, 404, 409, 412),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        referral = referral_to_act_on(request, reference, "referrals.accept_referral")
        NothingIn.read(request.data)
        commands.accept_referral(actor=request.user, referral=referral, now=timezone.now())
        return again(request.user, reference)


class Decline(APIView):
    permissions = {"post": "referrals.decline_referral"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="decline_referral",
        description="Say no, and why. The front door gets a new next step.",
        request=serializers.DeclineIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.ReferralOut, 400, 404, 409, 412),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        referral = referral_to_act_on(request, reference, "referrals.decline_referral")
        said = serializers.DeclineIn.read(request.data)
        commands.decline_referral(actor=request.user, referral=referral, now=timezone.now(), **said)
        return again(request.user, reference)


class Withdraw(APIView):
    permissions = {"post": "referrals.withdraw_referral"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="withdraw_referral",
        description="Take it back. What was shared ends in this moment.",
        request=serializers.WithdrawIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.ReferralOut, 400, 404, 409, 412),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        referral = referral_to_act_on(request, reference, "referrals.withdraw_referral")
        said = serializers.WithdrawIn.read(request.data)
        commands.withdraw_referral(actor=request.user, referral=referral, now=timezone.now(), **said)
        return again(request.user, reference)


class Complete(APIView):
    permissions = {"post": "referrals.complete_referral"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="complete_referral",
        description="Say how it ended. The share ends with it, and the front door decides what comes next.",
        request=serializers.CompleteIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.ReferralOut, 400, 404, 409, 412),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        referral = referral_to_act_on(request, reference, "referrals.complete_referral")
        said = serializers.CompleteIn.read(request.data)
        commands.complete_referral(actor=request.user, referral=referral, now=timezone.now(), **said)
        return again(request.user, reference)


class Resubmit(APIView):
    permissions = {"post": "referrals.send_referral"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="resubmit_referral",
        description="Add what the partner asked. Their clock goes on where it stopped.",
        request=serializers.ResubmitIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.ReferralOut, 400, 404, 409, 412),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        referral = referral_to_act_on(request, reference, "referrals.send_referral")
        said = serializers.ResubmitIn.read(request.data)
        commands.resubmit_referral(actor=request.user, referral=referral, now=timezone.now(), **said)
        return again(request.user, reference)


class Progress(APIView):
    permissions = {"post": "referrals.progress_referral"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="progress_referral",
        description="Say how it goes on: received, asked about, on a waiting list, sent twice, in touch, not reached.",
        request=serializers.ProgressIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.ReferralOut, 400, 404, 409, 412),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        referral = referral_to_act_on(request, reference, "referrals.progress_referral")
        said = serializers.ProgressIn.read(request.data)
        SAY[said.pop("verb")](actor=request.user, referral=referral, now=timezone.now(), **said)
        return again(request.user, reference)


class Scorecards(APIView):
    permissions = {"get": "referrals.view_scorecard"}

    @extend_schema(
        operation_id="list_scorecards",
        description="How quickly and how each service answered within a year, as far as you may know of it.",
        responses=answers(serializers.ScorecardsOut),
    )
    def get(self, request: SignedIn) -> Response:
        found = queries.scorecards(actor=request.user, now=timezone.now())
        return Response(serializers.ScorecardsOut({"scorecards": found}).data)


SAY: dict[str, Callable[..., Referral]] = {
    "acknowledge": commands.acknowledge_referral,
    "ask": commands.ask_about_referral,
    "wait": commands.put_on_waiting_list,
    "duplicate": commands.set_aside_duplicate,
    "engage": commands.engage,
    "give_up": commands.give_up,
}


def shown(actor: User, referral: Referral) -> dict[str, Any]:
    """A referral as it goes out; the reference of its case only to whoever may see the case."""
    context = {
        "case_is_visible": queries.case_is_visible(actor, referral),
        "choice": queries.choice_of(actor, referral),
    }
    return serializers.ReferralOut(queries.as_seen(actor, referral), context=context).data


def referral_to_act_on(request: SignedIn, reference: str, action: str, *also: Seen) -> Referral:
    def find() -> Referral:
        referral = queries.get_referral(request.user, reference)
        authorize(request.user, action, referral)
        return referral

    return matched(request, find, shown, *also)


def as_previewed(categories: tuple[str, ...], now: datetime) -> Seen:
    """How a referral would be previewed now, with these categories, but for what runs with the clock."""

    def body(actor: User, referral: Referral) -> Any:
        seen = queries.previewed(referral, categories, now)
        return serializers.lasting(serializers.preview_body(referral, seen.sections))

    return body


def again(actor: User, reference: str) -> Response:
    """The referral as a command left it: a reading too."""
    return Response(shown(actor, queries.read_referral(actor=actor, reference=reference)))


def draft_plan(actor: User, case: Case, said: dict[str, Any]) -> DraftPlan:
    """What a body asks of one service, which is one of those that there are for this case."""
    service = queries.services_for_case(actor, case).filter(pk=said["service"]).first()
    if service is None:
        raise ValidationError({"service": "Choose one of the services that are listed."})
    choice = Choice(said["chosen_against"], said["chosen_because"])
    return DraftPlan(service, said["asked"], said["urgency"], choice)


def share_plan(said: dict[str, Any], referral: Referral, now: datetime) -> SharePlan:
    """The decision that a body describes, in favour of the agency whose service is asked."""
    decided = {name: value for name, value in said.items() if name != "asked"}
    return SharePlan(**share_plan_of(decided, basis_in_force(said["basis"], now), referral.service.agency))


routes = [
    path("services/", Services.as_view(), name="api_services"),
    path("cases/<str:reference>/referrals", CaseReferrals.as_view(), name="api_case_referrals"),
    path("referrals/inbox", Inbox.as_view(), name="api_inbox"),
    path("referrals/<str:reference>/", OneReferral.as_view(), name="api_referral"),
    path("referrals/<str:reference>/preview", Preview.as_view(), name="api_preview_referral"),
    path("referrals/<str:reference>/send", Send.as_view(), name="api_send_referral"),
    path("referrals/<str:reference>/accept", Accept.as_view(), name="api_accept_referral"),
    path("referrals/<str:reference>/decline", Decline.as_view(), name="api_decline_referral"),
    path("referrals/<str:reference>/withdraw", Withdraw.as_view(), name="api_withdraw_referral"),
    path("referrals/<str:reference>/resubmit", Resubmit.as_view(), name="api_resubmit_referral"),
    path("referrals/<str:reference>/progress", Progress.as_view(), name="api_progress_referral"),
    path("scorecards/", Scorecards.as_view(), name="api_scorecards"),
    path("referrals/<str:reference>/complete", Complete.as_view(), name="api_complete_referral"),
]
