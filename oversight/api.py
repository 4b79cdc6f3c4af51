"""The API of oversight: who saw and did what in a case; and the description of the API itself."""

from django.urls import path
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api_errors import answers
from accounts.gate import signed_in
from casework.api import SignedIn
from oversight import queries, serializers


class History(APIView):
    permissions = {"get": "oversight.view_case_history"}

    @extend_schema(
        operation_id="read_case_history",
        description="Who saw and did what in a case, newest first, 50 at a time. The reading is itself recorded.",
        parameters=[serializers.HistoryQuery],
        responses=answers(serializers.HistoryOut, 400, 404),
    )
    def get(self, request: SignedIn, reference: str) -> Response:
        said = serializers.HistoryQuery.read(request.query_params)
        before = said.pop("before")
        history = queries.read_history(
            actor=request.user, reference=reference, chosen=queries.HistoryFilter(**said), before=before
        )
        return Response(serializers.HistoryOut(history).data)


class Schema(SpectacularAPIView):
    """The OpenAPI document, for whoever is signed in: it describes, and reveals no record."""

    permission_classes = [IsAuthenticated]


routes = [
    path("cases/<str:reference>/history", History.as_view(), name="api_case_history"),
    path("schema", signed_in(Schema.as_view()), name="api_schema"),
]
