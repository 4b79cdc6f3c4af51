"""The API of who somebody is: whether they are known already, and that two parties are one person."""

from typing import Any
from uuid import UUID

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import SignedIn
from accounts.api_errors import answers
from accounts.authorization import NotVisible, authorize
from accounts.models import User
from accounts.versions import ETAG, IF_MATCH, matched, tagged
from casework import commands, queries, serializers
from casework.api import case_to_act_on
from casework.models import PersonJudgement, QuietAsk


class SearchPeople(APIView):
    """A search, by POST: what is searched for is personal, and must not stand in an address."""

    permissions = {"post": "casework.find_person"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="search_people",
        description="Who may be known already, among the cases that you may see, most reasons first.",
        request=serializers.ProbeIn,
        responses=answers(serializers.MatchesOut, 400),
    )
    def post(self, request: SignedIn) -> Response:
        probe = queries.Probe(**serializers.ProbeIn.read(request.data))
        matches = queries.find_person(actor=request.user, probe=probe)
        return Response(serializers.MatchesOut({"matches": matches}).data)


class Link(APIView):
    permissions = {"post": "casework.link_person"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="link_person",
        description="Say that a party of this case is the same person as one of another case. No value moves.",
        request=serializers.LinkIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.JudgementOut, 400, 404, 409, 412, success=201),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        case = case_to_act_on(request, reference, "casework.link_person")
        said = serializers.LinkIn.read(request.data)
        party, same = (queries.get_party(request.user, said[name]) for name in ("party", "same_as"))
        if party.case_id != case.pk:
            raise NotVisible("casework.link_person", case)
        judged = commands.link_person(
            actor=request.user, party=party, to=same, reason=said["reason"], now=timezone.now()
        )
        return Response(serializers.JudgementOut(judged).data, status=201)


class Apart(APIView):
    permissions = {"post": "casework.tell_apart"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="tell_apart",
        description="Say that a party of this case is somebody else than one of another case, however alike.",
        request=serializers.ApartIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.JudgementOut, 400, 404, 409, 412, success=201),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        case = case_to_act_on(request, reference, "casework.tell_apart")
        said = serializers.ApartIn.read(request.data)
        party, other = (queries.get_party(request.user, said[name]) for name in ("party", "other"))
        if party.case_id != case.pk:
            raise NotVisible("casework.tell_apart", case)
        judged = commands.tell_apart(
            actor=request.user, party=party, other=other, reason=said["reason"], now=timezone.now()
        )
        return Response(serializers.JudgementOut(judged).data, status=201)


class People(APIView):
    permissions = {"get": "casework.view_people"}

    @extend_schema(
        operation_id="read_people",
        description="Who was said to be whom in a case, the newest first, taken back or not. Recorded.",
        parameters=[ETAG],
        responses=answers(serializers.LedgerOut, 404),
    )
    def get(self, request: SignedIn, reference: str) -> Response:
        case = queries.get_case(request.user, reference, "casework.view_people")
        return tagged(request.user, serializers.ledger_body(queries.read_ledger(actor=request.user, case=case)))


class UndoJudgement(APIView):
    permissions = {"post": "casework.undo_judgement"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="undo_judgement",
        description="Take back what was said of two people. Everybody stands again where they would without it.",
        request=serializers.UndoIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.JudgementOut, 400, 404, 409, 412),
    )
    def post(self, request: SignedIn, public_id: UUID) -> Response:
        def find() -> PersonJudgement:
            judgement = queries.get_judgement(request.user, public_id)
            authorize(request.user, "casework.undo_judgement", judgement)
            return judgement

        judgement = matched(request, find, seen_judgement)
        said = serializers.UndoIn.read(request.data)
        undone = commands.undo_judgement(actor=request.user, judgement=judgement, now=timezone.now(), **said)
        return Response(serializers.JudgementOut(undone).data)


class AskHolders(APIView):
    permissions = {"post": "casework.ask_holders"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="ask_holders",
        description="Have whoever may know the person of a case asked quietly. The answer is the same for nobody.",
        request=serializers.NothingIn,
        parameters=[IF_MATCH],
        responses=answers(None, 400, 404, 412, success=204),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        case = case_to_act_on(request, reference, "casework.ask_holders")
        serializers.NothingIn.read(request.data)
        commands.have_holders_asked(actor=request.user, case=case)
        return Response(status=204)


class Asks(APIView):
    permissions = {"get": "casework.view_asks"}

    @extend_schema(
        operation_id="list_asks",
        description="What your agency is quietly asked and nobody has answered, the oldest first, 25 at a time.",
        parameters=[serializers.AsksQuery],
        responses=answers(serializers.AskPageOut, 400),
    )
    def get(self, request: SignedIn) -> Response:
        said = serializers.AsksQuery.read(request.query_params)
        return Response(serializers.AskPageOut(queries.asks_for(actor=request.user, **said)).data)


class AnswerAsk(APIView):
    permissions = {"post": "casework.answer_ask"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="answer_ask",
        description="Say whether somebody else hears that you know a person: `words` and nothing else, and only where "
        "the answer is to tell them.",
        request=serializers.AnswerAskIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.AskOut, 400, 404, 409, 412),
    )
    def post(self, request: SignedIn, public_id: UUID) -> Response:
        def find() -> QuietAsk:
            ask = queries.get_ask(request.user, public_id)
            authorize(request.user, "casework.answer_ask", ask)
            return ask

        ask = matched(request, find, lambda actor, found: serializers.AskOut(found).data)
        said = serializers.AnswerAskIn.read(request.data)
        answered = commands.answer_ask(actor=request.user, ask=ask, now=timezone.now(), **said)
        return Response(serializers.AskOut(answered).data)


def seen_judgement(actor: User, judgement: PersonJudgement) -> Any:
    """The ledger of its case as `read_people` would answer it now."""
    return serializers.ledger_body(queries.ledger_of(actor, judgement.case))


routes = [
    path("people/search", SearchPeople.as_view(), name="api_search_people"),
    path("cases/<str:reference>/link", Link.as_view(), name="api_link_person"),
    path("cases/<str:reference>/apart", Apart.as_view(), name="api_tell_apart"),
    path("cases/<str:reference>/people", People.as_view(), name="api_people"),
    path("cases/<str:reference>/ask", AskHolders.as_view(), name="api_ask_holders"),
    path("asks/", Asks.as_view(), name="api_asks"),
    path("asks/<uuid:public_id>/answer", AnswerAsk.as_view(), name="api_answer_ask"),
    path("judgements/<uuid:public_id>/undo", UndoJudgement.as_view(), name="api_undo_judgement"),
]
