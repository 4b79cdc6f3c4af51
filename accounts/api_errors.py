"""Errors of the API as RFC 9457 problem details: what is wrong and what to do, and nothing about hidden records.

No error repeats what was sent: it may be a name, a number or an address, and errors end up in logs.
"""

from typing import Any

from django.core.exceptions import ValidationError as ModelError
from drf_spectacular.utils import OpenApiResponse
from drf_standardized_errors.formatter import ExceptionFormatter
from drf_standardized_errors.handler import ExceptionHandler
from drf_standardized_errors.types import ErrorResponse
from rest_framework import exceptions, serializers, status
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.settings import api_settings

from accounts.authorization import Denied, NotPossibleNow, NotVisible, Refusal
from accounts.vault import VaultProblem

MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: "Not valid",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    406: "Not acceptable",
    409: "Not possible now",
    412: "Changed since you read it",
    415: "Media type not supported",
    422: "Key used for another request",
    428: "Say which version",
    503: "Cannot be opened now",
}


class Conflict(exceptions.APIException):
    status_code = status.HTTP_409_CONFLICT
    default_code = "not_possible_now"


class Unopened(exceptions.APIException):
    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_code = "cannot_be_opened"
    default_detail = (
        "Something that is kept encrypted in this case cannot be opened. Nothing was done and nothing is shown, rather "
        "than something wrong. It is recorded; tell whoever runs this service."
    )


class ProblemRenderer(JSONRenderer):
    media_type = MEDIA_TYPE


class FieldProblem(serializers.Serializer):
    pointer = serializers.CharField(help_text="RFC 6901, as a fragment; # is the whole body or query.")
    detail = serializers.CharField()


class Problem(serializers.Serializer):
    """RFC 9457. What one may not see and what does not exist are answered alike."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    errors = FieldProblem(many=True, required=False, help_text="Where the status is 400.")  # type: ignore[assignment]


class ProblemHandler(ExceptionHandler):
    """Translates the refusals of our own; the library knows the rest."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        if isinstance(exc, NotVisible):
            return exceptions.NotFound("There is nothing here, or nothing that you may see.")
        if isinstance(exc, Denied):
            return exceptions.PermissionDenied("Your role does not allow this.")
        if isinstance(exc, VaultProblem):
            return Unopened()
        if isinstance(exc, NotPossibleNow):
            return Conflict(str(exc))
        if isinstance(exc, ModelError):
            detail = exc.message_dict if hasattr(exc, "error_dict") else exc.messages
            return exceptions.ValidationError(detail)
        return super().convert_known_exceptions(exc)

    def report_exception(self, exc: exceptions.APIException, response: Response) -> None:
        """What cannot be opened is no fault of the program's: it is in the log already."""
        if not isinstance(exc, Unopened):
            super().report_exception(exc, response)

    def format_exception(self, exc: exceptions.APIException) -> dict[str, Any]:
        problem: dict[str, Any] = ProblemFormatter(exc, self.context, self.exc).run()
        return problem


class ProblemFormatter(ExceptionFormatter):
    def format_error_response(self, error_response: ErrorResponse) -> dict[str, Any]:
        number = self.exc.status_code
        first = error_response.errors[0]
        problem: dict[str, Any] = {
            "type": "about:blank",
            "title": TITLES.get(number, "Something went wrong"),
            "status": number,
            "detail": "Correct what errors names, and send it again." if number == 400 else first.detail,
            "code": first.code,
        }
        if number == 400:
            problem["errors"] = [{"pointer": _pointer(e.attr), "detail": e.detail} for e in error_response.errors]
        return problem


def problem_response(error: Exception, context: Any) -> Response | None:
    """DRF's exception handler. An error that nobody foresaw becomes a 500 that says nothing of its cause."""
    request = context["request"]
    if isinstance(error, VaultProblem):
        request._request.vault_problem = error
    if isinstance(error, Refusal):
        # DRF answers before Django's process_exception sees the refusal, so it is handed on here.
        request._request.refusal = error
    response: Response | None = ProblemHandler(error, context).run()
    if response is not None:
        request.accepted_renderer, request.accepted_media_type = ProblemRenderer(), MEDIA_TYPE
        response.content_type = MEDIA_TYPE
    return response


def answers(body: Any, *problems: int, success: int = 200) -> dict[Any, Any]:
    """What an endpoint answers, for its documentation. Besides `problems` it may always refuse with 403."""
    documented = {
        (number, MEDIA_TYPE): OpenApiResponse(Problem, description=TITLES[number])
        for number in sorted({403, *problems})
    }
    return {success: body, **documented}


def _pointer(attr: str | None) -> str:
    """Where the error is: "routes.0.value" is #/routes/0/value; an error of an object points to the object."""
    names = [name for name in (attr or "").split(".") if name and name != api_settings.NON_FIELD_ERRORS_KEY]
    return "#" + "".join(f"/{name}" for name in names)
