"""The pages of the safety plan: as it stands, a new version, and giving them its notes."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.authorization import NotPossibleNow, authorize, can
from accounts.gate import Page, SignedIn
from casework import commands, queries
from casework.forms_of_plans import GiveForm, PlanForm
from casework.models import Case, SafetyPlan
from casework.neutral import TITLE
from casework.policy import clock


class ShowPlan(Page):
    permission = "casework.view_plan"

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        case = queries.get_case(request.user, reference, self.permission)
        context = {
            "plans": queries.read_plan(actor=request.user, case=case),
            "case": case,
            "may_write": can(request.user, "casework.write_plan", case),
        }
        return render(request, "casework/plan.html", context)


class WritePlan(Page):
    """A new version, begun from the one that stands."""

    permission = "casework.write_plan"
    needs_version = False

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        case = self.found(request, reference)
        standing = queries.read_plan(actor=request.user, case=case).standing
        return self.show(request, case, PlanForm.upon(standing))

    def post(self, request: SignedIn, reference: str) -> HttpResponse:
        case = self.found(request, reference)
        form = PlanForm(request.POST)
        if not form.is_valid():
            return self.show(request, case, form, status=400)
        try:
            commands.write_plan(actor=request.user, case=case, now=clock(), **form.said())
        except (NotPossibleNow, ValidationError) as refusal:
            form.add_error(None, refusal if isinstance(refusal, ValidationError) else str(refusal))
            return self.show(request, case, form, status=409 if isinstance(refusal, NotPossibleNow) else 400)
        return redirect("plan", case.reference)

    def found(self, request: SignedIn, reference: str) -> Case:
        case = queries.get_case(request.user, reference, self.permission)
        authorize(request.user, self.permission, case)
        return case

    def show(self, request: SignedIn, case: Case, form: PlanForm, status: int = 200) -> HttpResponse:
        words = {"heading": "The plan, with them", "submit": "Save this version"}
        back = reverse("plan", args=[case.reference])
        return render(request, "casework/form.html", {"form": form, "back_url": back, **words}, status=status)


class GivePlan(Page):
    """The notes on a page without any name, title or address, or as plain words. A reading, recorded each time."""

    permission = "casework.give_plan"
    needs_version = False

    def get(self, request: SignedIn, public_id: UUID) -> HttpResponse:
        plan = self.found(request, public_id)
        return self.show(request, plan, GiveForm(ways=queries.giving_ways(request.user, plan, clock())))

    def post(self, request: SignedIn, public_id: UUID) -> HttpResponse:
        plan = self.found(request, public_id)
        form = GiveForm(request.POST, ways=queries.giving_ways(request.user, plan, clock()))
        if not form.is_valid():
            return self.show(request, plan, form, status=400)
        way = form.ways[form.cleaned_data["way"]].route
        try:
            notes = commands.give_plan(actor=request.user, plan=plan, route=way, now=clock())
        except NotPossibleNow as refusal:
            form.add_error(None, str(refusal))
            return self.show(request, plan, form, status=409)
        if form.cleaned_data["form"] == "text":
            return HttpResponse(f"{TITLE}\n\n{notes}\n", content_type="text/plain; charset=utf-8")
        return render(request, "casework/notes.html", {"title": TITLE, "notes": notes})

    def found(self, request: SignedIn, public_id: UUID) -> SafetyPlan:
        plan = queries.get_plan(request.user, public_id, self.permission)
        authorize(request.user, self.permission, plan)
        return plan

    def show(self, request: SignedIn, plan: SafetyPlan, form: GiveForm, status: int = 200) -> HttpResponse:
        queries.is_shown(actor=request.user, subject=plan)
        words = {"heading": "Give them the notes", "submit": "Show the notes"}
        back = reverse("plan", args=[plan.case.reference])
        return render(request, "casework/form.html", {"form": form, "back_url": back, **words}, status=status)
