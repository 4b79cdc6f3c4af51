"""The pages of odd access: what waits, one alert and what is behind it, and what was found of them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone

from accounts.authorization import authorize, has_role_for
from accounts.gate import Page, SignedIn
from casework.forms_of_sharing import add_errors
from oversight import commands, queries
from oversight.commands.alerts import FIND
from oversight.forms_of_alerts import AnswerAlertForm
from oversight.models import AlertFinding
from oversight.pages import when
from oversight.queries import AlertRead

EVENT_COLUMNS = ("When", "What", "Outcome", "By", "Case", "Rule")


class Alerts(Page):
    """Whose access is odd, for an audit lead; who looks into it; and a button to look now."""

    permission = "oversight.view_alerts"
    needs_version = False

    def get(self, request: SignedIn) -> HttpResponse:
        is_answered = request.GET.get("answered") == "yes"
        page = queries.alerts_for(actor=request.user, after=request.GET.get("after", ""), answered=is_answered)
        figures = queries.alert_figures(actor=request.user, now=timezone.now())
        also = "&answered=yes" if is_answered else ""
        context = {
            "alerts": page.alerts,
            "next_url": f"{request.path}?after={page.after}{also}" if page.after else "",
            "is_answered": is_answered,
            "may_look": has_role_for(request.user, FIND),
            "figures": figures,
            "most": max(month.total for month in figures.months),
            "findings": ["Waiting", *AlertFinding.labels],
        }
        return render(request, "oversight/alerts.html", context)

    def post(self, request: SignedIn) -> HttpResponse:
        commands.find_odd_access(actor=request.user, now=timezone.now())
        messages.success(request, "The last days were looked through. What is odd about others stands below.")
        return redirect("alerts")


class ShowAlert(Page):
    """One alert: which rules spoke and why, the events behind it, and what is found."""

    permission = "oversight.answer_alert"
    needs_version = False

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        read = queries.read_alert(actor=request.user, reference=reference)
        return self.show(request, read, AnswerAlertForm())

    def post(self, request: SignedIn, reference: str) -> HttpResponse:
        alert = queries.get_alert(request.user, reference)
        authorize(request.user, self.permission, alert)
        form = AnswerAlertForm(request.POST)
        if form.is_valid():
            try:
                commands.answer_alert(actor=request.user, alert=alert, now=timezone.now(), **form.cleaned_data)
                messages.success(request, "What you found is saved.")
                return redirect("alerts")
            except ValidationError as error:
                add_errors(form, error)
        return self.show(request, queries.read_alert(actor=request.user, reference=reference), form, status=400)

    def show(self, request: SignedIn, read: AlertRead, form: AnswerAlertForm, status: int = 200) -> HttpResponse:
        context = {
            "read": read,
            "alert": read.alert,
            "form": None if read.alert.answered_at else form,
            "head": EVENT_COLUMNS,
            "rows": [[when(e.at), e.action, e.outcome, e.door, e.case, e.rule] for e in read.events],
        }
        return render(request, "oversight/alert.html", context, status=status)


routes = [
    path("alerts/", Alerts.as_view(), name="alerts"),
    path("alerts/<str:reference>/", ShowAlert.as_view(), name="alert"),
]
