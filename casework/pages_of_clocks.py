"""The pages of what is owed: in one case, over all of them, what happened, and what became of it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.authorization import NotPossibleNow, authorize, can
from accounts.gate import Page, SignedIn
from casework import commands, queries
from casework.forms_of_clocks import ClockForm, EntitlementForm, SettleForm
from casework.models import CaseClock
from casework.pages import CasePage
from casework.policy import clock as clock_now


class ShowClocks(Page):
    """What this victim is owed, what was delivered, what is late, and who owes it."""

    permission = "casework.view_clocks"

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        case = queries.get_case(request.user, reference, self.permission)
        found = queries.read_clocks(actor=request.user, case=case, now=clock_now())
        context = {"clocks": found, "case": case, "may_keep": can(request.user, "casework.start_clock", case)}
        return render(request, "casework/clocks.html", context)


class LateClocks(Page):
    """What is late, or soon will be, over all cases."""

    permission = "casework.view_clocks"

    def get(self, request: SignedIn) -> HttpResponse:
        found = queries.late_clocks(actor=request.user, now=clock_now())
        return render(request, "casework/late_clocks.html", {"clocks": found})


class OwedPage(CasePage):
    """A form about a case, which leads back to what is owed in it."""

    def post(self, request: SignedIn, reference: str) -> HttpResponse:
        case = queries.get_case(request.user, reference, self.permission)
        form = self.form_of(request, request.POST)
        if not form.is_valid():
            return self.show(request, case, form, status=400)
        try:
            self.act(request, case, form)
        except (NotPossibleNow, ValidationError) as refusal:
            form.add_error(None, refusal if isinstance(refusal, ValidationError) else str(refusal))
            return self.show(request, case, form, status=409 if isinstance(refusal, NotPossibleNow) else 400)
        return redirect("case_clocks", case.reference)

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        return self.show(request, queries.get_case(request.user, reference, self.permission), self.form_of(request))

    def form_of(self, request: SignedIn, *data: Any) -> Any:
        return self.form_class(*data)


class StartClock(OwedPage):
    permission = "casework.start_clock"
    heading = "Something happened"

    def form_of(self, request: SignedIn, *data: Any) -> ClockForm:
        return ClockForm(*data, actor=request.user, now=clock_now())

    def act(self, request: SignedIn, case: Any, form: ClockForm) -> None:
        made = commands.start_clocks(actor=request.user, case=case, plan=form.plan(), now=clock_now())
        messages.success(request, f"Owed from then on: {len(made)}.")


class JudgeEntitlement(OwedPage):
    permission = "casework.judge_entitlement"
    form_class = EntitlementForm
    heading = "Why they have enhanced rights"

    def act(self, request: SignedIn, case: Any, form: EntitlementForm) -> None:
        commands.judge_entitlement(actor=request.user, case=case, now=clock_now(), **form.cleaned_data)


class SettleClock(Page):
    permission = "casework.settle_clock"
    needs_version = False

    def get(self, request: SignedIn, public_id: UUID) -> HttpResponse:
        clock = self.found(request, public_id)
        return self.show(request, clock, SettleForm(clock=clock))

    def post(self, request: SignedIn, public_id: UUID) -> HttpResponse:
        clock = self.found(request, public_id)
        form = SettleForm(request.POST, clock=clock)
        if not form.is_valid():
            return self.show(request, clock, form, status=400)
        try:
            commands.settle_clock(actor=request.user, clock=clock, plan=form.plan(), now=clock_now())
        except (NotPossibleNow, ValidationError) as refusal:
            form.add_error(None, refusal if isinstance(refusal, ValidationError) else str(refusal))
            return self.show(request, clock, form, status=409 if isinstance(refusal, NotPossibleNow) else 400)
        return redirect("case_clocks", clock.case.reference)

    def found(self, request: SignedIn, public_id: UUID) -> CaseClock:
        clock = queries.get_clock(request.user, public_id, self.permission)
        authorize(request.user, self.permission, clock)
        return clock

    def show(self, request: SignedIn, clock: CaseClock, form: SettleForm, status: int = 200) -> HttpResponse:
        queries.is_shown(actor=request.user, subject=clock)
        words = {"heading": clock.rule.title, "submit": "Settle this"}
        back = reverse("case_clocks", args=[clock.case.reference])
        return render(request, "casework/form.html", {"form": form, "back_url": back, **words}, status=status)


class ChaseClock(Page):
    permission = "casework.chase_clock"
    needs_version = False

    def post(self, request: SignedIn, public_id: UUID) -> HttpResponse:
        clock = queries.get_clock(request.user, public_id, self.permission)
        commands.chase_clock(actor=request.user, clock=clock, now=clock_now())
        messages.success(request, "Chasing it is your next step.")
        return redirect("case_clocks", clock.case.reference)
