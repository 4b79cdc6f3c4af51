"""Errors of the API as RFC 9457 problem details: what is wrong and what to do, and nothing about hidden records."""

from typing import Any

from django.core.exceptions import ValidationError as ModelError
from drf_standardized_errors.formatter import ExceptionFormatter
from drf_standardized_errors.handler import ExceptionHandler
from drf_standardized_errors.types import ErrorResponse
from rest_framework import exceptions, status
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from accounts.authorization import Denied, NotPossibleNow, NotVisible, Refusal

MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: "Not valid",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    409: "Not possible now",
    415: "Media type not supported",
    429: "Too many requests",
}


class Conflict(exceptions.APIException):
    status_code = status.HTTP_409_CONFLICT
    default_code = "not_possible_now"


class ProblemRenderer(JSONRenderer):
    media_type = MEDIA_TYPE


class ProblemHandler(ExceptionHandler):
    """Translates the refusals of our own; the library knows the rest."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        if isinstance(exc, NotVisible):
            return exceptions.NotFound("There is nothing here, or nothing that you may see.")
        if isinstance(exc, Denied):
            return exceptions.PermissionDenied("Your role does not allow this.")
        if isinstance(exc, NotPossibleNow):
            return Conflict(str(exc))
        if isinstance(exc, ModelError):
            detail = exc.message_dict if hasattr(exc, "error_dict") else exc.messages
            return exceptions.ValidationError(detail)
        return super().convert_known_exceptions(exc)


class ProblemFormatter(ExceptionFormatter):
    def format_error_response(self, error_response: ErrorResponse) -> dict[str, Any]:
        code = error_response.errors[0].code
        first = error_response.errors[0].detail
        number = getattr(self.exc, "status_code", 500)
        problem: dict[str, Any] = {
            "type": "about:blank",
            "title": TITLES.get(number, "Something went wrong"),
            "status": number,
            "detail": first if number != 400 else "Correct what errors names, and send it again.",
            "code": code,
        }
        if number == 400:
            problem["errors"] = [
                {"pointer": "#/" + (e.attr or "").replace(".", "/"), "detail": e.detail}
                for e in error_response.errors
            ]
        return problem


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler. An error that nobody foresaw becomes a 500 that says nothing of its cause."""
    request = context["request"]
    if isinstance(error, Refusal):
        # DRF answers before Django's process_exception sees the refusal, so it is handed on here.
        request._request.refusal = error
    response: Response | None = ProblemHandler(error, context).run()
    if response is not None:
        request.accepted_renderer, request.accepted_media_type = ProblemRenderer(), MEDIA_TYPE
        response.content_type = MEDIA_TYPE
    return response
