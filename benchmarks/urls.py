"""The product's addresses, and the floor to measure them against: one statement that asks for nothing."""

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from accounts.gate import signed_in


@signed_in
def select_1(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        answer = str(cursor.fetchone()[0])
    return HttpResponse(answer, headers={"Content-Length": len(answer)})


product = [path("", include("config.urls"))] if settings.MIDDLEWARE else []
urlpatterns = [path("select-1", select_1), *product]
