"""The start page and the navigation: the only place that knows where everybody's work is."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.authorization import has_role_for
from accounts.gate import signed_in
from accounts.models import AgencyKind
from oversight.queries import stopped_jobs

# Where each permission's work is, in the order in which it is offered; the first is where somebody begins.
PLACES = [
    ("casework.start_contact", "work", "My work"),
    ("referrals.accept_referral", "inbox", "Inbox"),
    ("referrals.send_referral", "outbox", "Our referrals"),
    ("referrals.view_request", "requests", "Requests"),
    ("referrals.view_hand_in", "hand_ins", "Handed in"),
    ("casework.view_case", "cases", "Cases"),
    ("referrals.view_service", "directory", "Services"),
    ("casework.view_callbacks", "callbacks", "Call back"),
    ("casework.view_handover", "handover", "Handover"),
    ("casework.view_clocks", "clocks", "Owed"),
    ("casework.view_workload", "workload", "Workload"),
    ("referrals.view_scorecard", "scorecards", "How partners answer"),
    ("casework.note_absence", "absences", "Who is away"),
    ("casework.view_visits", "visits", "Police visits"),
    ("casework.judge_two_sides", "pairs", "Two-sided cases"),
    ("casework.open_in_emergency", "open_in_emergency", "Emergency access"),
    ("casework.review_emergency", "emergency_reviews", "Emergency reviews"),
    ("casework.view_proposals", "proposals", "Proposals"),
    ("accounts.invite_worker", "workers", "Workers"),
    ("oversight.decide_naming", "staff_names", "Staff names"),
    ("accounts.end_agency", "agencies", "Agencies"),
    ("oversight.audit_case", "audits", "Case audits"),
    ("oversight.answer_audit", "feedback", "Feedback"),
    ("casework.add_agreement", "agreements", "Agreements"),
    ("casework.keep_hubs", "hubs", "Hubs"),
    ("casework.keep_reference", "reference", "Reference data"),
    ("referrals.view_gaps", "gaps", "What nobody offers"),
    ("casework.name_senior_practitioner", "senior_practitioner", "Senior practitioner"),
    ("oversight.view_case_history", "find_history", "Case history"),
    ("oversight.view_attempts", "attempts", "Attempts"),
    ("oversight.view_alerts", "alerts", "Odd access"),
    ("oversight.view_stopped_work", "stopped_work", "Stopped work"),
]

# What those who take contacts have no use for. Whoever helps people to change refers nobody, and is referred nobody.
SHUT_AT = {
    AgencyKind.FRONT_DOOR: {"inbox"},
    AgencyKind.BEHAVIOUR: {"inbox", "outbox", "hand_ins", "stopped_work", "visits", "clocks", "scorecards"},
}
SHUT_AT_PARTNERS = {"work", "callbacks", "outbox", "stopped_work", "visits", "workload", "absences"}


@signed_in
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Go where this person's work is."""
    places = places_for(request)
    return redirect(places[0][0] if places else "account_change_password")


def navigation(request: HttpRequest) -> dict[str, Any]:
    """For every template: the places this person may go to."""
    demonstration = {"is_demonstration": settings.MODE == "demo"}
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return demonstration
    items = [
        {
            "text": text + how_many(request, name),
            "href": reverse(name),
            "active": request.path.startswith(reverse(name)),
        }
        for name, text in places_for(request)
    ]
    may_read_history = has_role_for(request.user, "oversight.view_case_history")
    may_share = has_role_for(request.user, "casework.decide_sharing")
    may_shut = has_role_for(request.user, "casework.view_bars")
    may_erase = has_role_for(request.user, "casework.view_erasure")
    may_say_who = has_role_for(request.user, "casework.view_people")
    may = {
        "may_see_files": has_role_for(request.user, "casework.view_attachment"),
        "may_plan": has_role_for(request.user, "casework.write_plan"),
        "may_keep_clocks": has_role_for(request.user, "casework.start_clock"),
        "may_read_history": may_read_history,
        "may_share": may_share,
        "may_assess_risk": has_role_for(request.user, "casework.assess_risk"),
        "may_shut": may_shut,
        "may_erase": may_erase,
        "may_say_who": may_say_who,
    }
    return demonstration | {"navigation": items} | may


def places_for(request: HttpRequest) -> list[tuple[str, str]]:
    """Names and words of the places for this person's role and agency. The front door has no inbox of its own."""
    user: Any = request.user
    shut = SHUT_AT.get(user.agency.kind, SHUT_AT_PARTNERS)
    return [(name, text) for permission, name, text in PLACES if name not in shut and has_role_for(user, permission)]


def how_many(request: HttpRequest, place: str) -> str:
    """How much has stopped, for whoever can see to it."""
    user: Any = request.user
    count = stopped_jobs(user).count() if place == "stopped_work" else 0
    return f" ({count})" if count else ""
