"""The API of who has what, of who covers for whom, and of reference data."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError as ModelError
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
from accounts.versions import IF_MATCH, matched
from casework import commands, queries, serializers
from casework.api import case_to_act_on, step_to_act_on
from casework.models import Absence, NextStep, Reference
from casework.policy import clock

NOT_A_COLLEAGUE = "Nobody of your agency who works on cases has this e-mail address."


class Workload(APIView):
    permissions = {"get": "casework.view_workload"}

    @extend_schema(
        operation_id="read_workload",
        description="Everybody of your agency who works on cases, and how much each has. Recorded.",
        responses=answers(serializers.WorkloadOut),
    )
    def get(self, request: SignedIn) -> Response:
        loads = queries.workload_for(actor=request.user, now=clock())
        return Response(serializers.WorkloadOut({"workers": loads}).data)


class OfferCase(APIView):
    permissions = {"post": "casework.offer_case"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="offer_case",
        description="Offer a case to a colleague. Whoever has it keeps it until they take it over.",
        request=serializers.OfferIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.OfferOut, 400, 404, 409, 412, success=201),
    )
    def post(self, request: SignedIn, reference: str) -> Response:
        case = case_to_act_on(request, reference, "casework.offer_case")
        said = serializers.OfferIn.read(request.data)
        to = colleague(request.user, "to", said["to"])
        step = commands.offer_case(actor=request.user, case=case, to=to, words=said["words"], now=timezone.now())
        return Response(serializers.OfferOut(step).data, status=201)


class TakeOver(APIView):
    permissions = {"post": "casework.answer_offer"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="take_over_case",
        description="Take over a case that you were offered, with the next steps of whoever had it.",
        request=serializers.NothingIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.CaseSummaryOut, 400, 404, 409, 412),
    )
    def post(self, request: SignedIn, public_id: UUID) -> Response:
        step = offer_to_answer(request, public_id)
        serializers.NothingIn.read(request.data)
        case = commands.take_over_case(actor=request.user, step=step, now=timezone.now())
        return Response(serializers.CaseSummaryOut(case).data)


class TurnDown(APIView):
    permissions = {"post": "casework.answer_offer"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="turn_down_case",
        description="Say why you do not take it: whoever offered it decides what happens next.",
        request=serializers.WhyNotIn,
        parameters=[IF_MATCH],
        responses=answers(None, 400, 404, 409, 412, success=204),
    )
    def post(self, request: SignedIn, public_id: UUID) -> Response:
        step = offer_to_answer(request, public_id)
        said = serializers.WhyNotIn.read(request.data)
        commands.turn_down_case(actor=request.user, step=step, now=timezone.now(), **said)
        return Response(status=204)


class TakeStep(APIView):
    permissions = {"post": "casework.take_case"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="take_step",
        description="Take a next step that is on duty; and its case, where nobody has that.",
        request=serializers.NothingIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.StepOut, 400, 404, 409, 412),
    )
    def post(self, request: SignedIn, public_id: UUID) -> Response:
        step = step_to_act_on(request, public_id)
        serializers.NothingIn.read(request.data)
        taken = commands.take_step(actor=request.user, step=step, now=timezone.now())
        return Response(serializers.StepOut(taken).data)


class Absences(APIView):
    permissions = {"get": "casework.note_absence", "post": "casework.note_absence"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="list_absences",
        description="Who is away now or will be: of your agency, where you allocate; else your own.",
        responses=answers(serializers.AbsencesOut),
    )
    def get(self, request: SignedIn) -> Response:
        found = queries.absences_of(request.user, clock())
        return Response(serializers.AbsencesOut({"absences": found}).data)

    @extend_schema(
        operation_id="note_absence",
        description="Say from when until when somebody is away, and who covers for them.",
        request=serializers.AbsenceIn,
        responses=answers(serializers.AbsenceOut, 400, 403, success=201),
    )
    def post(self, request: SignedIn) -> Response:
        said = serializers.AbsenceIn.read(request.data)
        cover = colleague(request.user, "covered_by", said["covered_by"]) if said["covered_by"] else None
        who = {"worker": colleague(request.user, "worker", said["worker"]), "covered_by": cover}
        absence = commands.note_absence(actor=request.user, now=timezone.now(), **said | who)
        return Response(serializers.AbsenceOut(absence).data, status=201)


class EndAbsence(APIView):
    permissions = {"post": "casework.note_absence"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="end_absence",
        description="They are back before that time.",
        request=serializers.NothingIn,
        parameters=[IF_MATCH],
        responses=answers(None, 400, 404, 409, 412, success=204),
    )
    def post(self, request: SignedIn, public_id: UUID) -> Response:
        absence = matched(request, lambda: queries.get_absence(request.user, public_id), seen_absence)
        serializers.NothingIn.read(request.data)
        commands.end_absence(actor=request.user, absence=absence, now=timezone.now())
        return Response(status=204)


class ReferenceTable(APIView):
    permissions = {"get": "casework.keep_reference"}

    @extend_schema(
        operation_id="list_reference",
        description="What holds today of one table of reference data, and what your partnership has planned.",
        responses=answers(serializers.ReferenceOut, 404),
    )
    def get(self, request: SignedIn, table: str) -> Response:
        rows = queries.rows_of(request.user, table, timezone.localdate())
        return Response(serializers.ReferenceOut({"rows": rows}).data)


class ChangeReference(APIView):
    permissions = {"post": "casework.keep_reference"}
    needs_version = {"post": False}

    @extend_schema(
        operation_id="change_reference",
        description="Let one row say something else in your partnership from a day on; with `preview`, only say what "
        "would change.",
        request=serializers.ReferenceChangeIn,
        parameters=[IF_MATCH],
        responses=answers(serializers.ReferenceChangeOut, 400, 404, 412),
    )
    def post(self, request: SignedIn, table: str, code: str) -> Response:
        find = lambda: queries.row_to_change(request.user, table, code, timezone.localdate())  # noqa: E731
        row = matched(request, find, lambda _, row: serializers.ReferenceRowOut(row).data)
        said = serializers.ReferenceChangeIn.read(request.data)
        says = known(row, said["says"])
        change = queries.change_of(request.user, row, says)
        if not said["preview"]:
            day = said["valid_from"]
            commands.change_reference(actor=request.user, row=row, said=says, valid_from=day, now=timezone.now())
        changes = [{"field": n, "before": str(before), "after": str(after)} for n, before, after in change.values]
        body = {"changes": changes, "go_on": change.go_on, "is_done": not said["preview"]}
        return Response(serializers.ReferenceChangeOut(body).data)


def known(row: Reference, says: dict[str, Any]) -> dict[str, Any]:
    """What a row can say, as its fields hold it. Raises `ValidationError` by field."""
    fields = queries.fields_to_change(type(row))
    problems = {name: "There is no such field." for name in says if name not in fields}
    values = {}
    for name in set(says) - set(problems):
        try:
            values[name] = row._meta.get_field(name).clean(says[name], row)  # type: ignore[union-attr]
        except ModelError as error:
            problems[name] = " ".join(error.messages)
    if problems:
        raise ValidationError({"says": [f"{name}: {problem}" for name, problem in problems.items()]})
    return values


def colleague(actor: User, field: str, email: str) -> User:
    """The colleague of this address. Raises `ValidationError` at the field."""
    found = {each.email: each for each in queries.colleagues(actor)}
    if email.lower() not in found:
        raise ValidationError({field: NOT_A_COLLEAGUE})
    return found[email.lower()]


def offer_to_answer(request: SignedIn, public_id: UUID) -> NextStep:
    def find() -> NextStep:
        step = queries.get_offer(request.user, public_id)
        authorize(request.user, "casework.answer_offer", step)
        return step

    return matched(request, find, lambda actor, step: serializers.OfferOut(step).data)


def seen_absence(actor: User, absence: Absence) -> Any:
    return serializers.AbsenceOut(absence).data


routes = [
    path("workload", Workload.as_view(), name="api_workload"),
    path("cases/<str:reference>/offer", OfferCase.as_view(), name="api_offer_case"),
    path("offers/<uuid:public_id>/take", TakeOver.as_view(), name="api_take_over_case"),
    path("offers/<uuid:public_id>/turn-down", TurnDown.as_view(), name="api_turn_down_case"),
    path("steps/<uuid:public_id>/take", TakeStep.as_view(), name="api_take_step"),
    path("absences/", Absences.as_view(), name="api_absences"),
    path("absences/<uuid:public_id>/end", EndAbsence.as_view(), name="api_end_absence"),
    path("reference/rows/<slug:table>/", ReferenceTable.as_view(), name="api_reference"),
    path("reference/rows/<slug:table>/<slug:code>", ChangeReference.as_view(), name="api_change_reference"),
]
