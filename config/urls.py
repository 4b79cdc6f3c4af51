"""Which app answers where: pages at /, endpoints at /api/v1/."""

from django.urls import include, path

import accounts.api
import casework.api
import casework.api_of_allocation
import casework.api_of_bars
import casework.api_of_clocks
import casework.api_of_closing
import casework.api_of_contacts
import casework.api_of_erasure
import casework.api_of_files
import casework.api_of_notes
import casework.api_of_people
import casework.api_of_plans
import casework.api_of_risk
import casework.api_of_routes
import casework.api_of_sharing
import casework.api_of_shifts
import casework.api_of_sides
import casework.api_of_visits
import oversight.api
import oversight.api_of_alerts
import oversight.api_of_answers
import oversight.api_of_audits
import oversight.pages_of_alerts
import referrals.api
import referrals.api_of_agencies
import referrals.api_of_directory
import referrals.api_of_handins
import referrals.api_of_requests
import referrals.api_of_suggestions
from config.pages import start

ENDPOINTS = (
    accounts.api.routes,
    casework.api.routes,
    casework.api_of_allocation.routes,
    casework.api_of_bars.routes,
    casework.api_of_clocks.routes,
    casework.api_of_closing.routes,
    casework.api_of_contacts.routes,
    casework.api_of_erasure.routes,
    casework.api_of_files.routes,
    casework.api_of_risk.routes,
    casework.api_of_routes.routes,
    casework.api_of_sharing.routes,
    casework.api_of_shifts.routes,
    casework.api_of_notes.routes,
    casework.api_of_people.routes,
    casework.api_of_plans.routes,
    casework.api_of_sides.routes,
    casework.api_of_visits.routes,
    referrals.api.routes,
    referrals.api_of_agencies.routes,
    referrals.api_of_handins.routes,
    referrals.api_of_directory.routes,
    referrals.api_of_suggestions.routes,
    referrals.api_of_requests.routes,
    oversight.api.routes,
    oversight.api_of_answers.routes,
    oversight.api_of_audits.routes,
    oversight.api_of_alerts.routes,
)

urlpatterns = [
    path("", start, name="start"),
    path("", include("accounts.urls")),
    path("", include("casework.urls")),
    path("", include("referrals.urls")),
    path("", include("oversight.urls")),
    path("api/v1/", include([route for routes in ENDPOINTS for route in routes])),
    path("", include(oversight.pages_of_alerts.routes)),
]
