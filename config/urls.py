"""Which app answers where: pages at /, endpoints at /api/v1/."""

from django.urls import include, path

import casework.api
import casework.api_of_sharing
import casework.api_of_sides
import oversight.api
import oversight.api_of_audits
import referrals.api
from config.pages import start

ENDPOINTS = (
    casework.api.routes,
    casework.api_of_sharing.routes,
    casework.api_of_sides.routes,
    referrals.api.routes,
    oversight.api.routes,
    oversight.api_of_audits.routes,
)

urlpatterns = [
    path("", start, name="start"),
    path("", include("accounts.urls")),
    path("", include("casework.urls")),
    path("", include("referrals.urls")),
    path("", include("oversight.urls")),
    path("api/v1/", include([route for routes in ENDPOINTS for route in routes])),
]
