"""The pages of contacts and cases: each fetches through queries, checks the shape, and calls one command."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.authorization import NotPossibleNow, can, has_role_for
from accounts.contested import Standing
from accounts.gate import Page, SignedIn
from accounts.models import User
from accounts.versions import held, is_version, version_of
from casework import commands, queries, serializers
from casework.categories import Category, fields_of
from casework.forms import CompleteStepForm, RevealForm, RiskForm, StepForm
from casework.models import Address, Case, CaseKind, RiskLevel, StepKind
from casework.policy import clock
from casework.states import CaseStatus

WHOSE = {
    "mine": "Mine",
    "duty": "Duty queue of my agency",
    "away": "Of colleagues who are away",
    "late": "Late, for supervisors",
}


def read_id(text: str) -> UUID | None:
    """A public id that came in an address; None when it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


class Work(Page):
    """What waits for this worker: their drafts, and next steps, their own or their agency's duty queue's."""

    permission = "casework.start_contact"

    def get(self, request: SignedIn) -> HttpResponse:
        whose = request.GET.get("whose", "mine")
        whose = whose if whose in WHOSE else "mine"
        page = queries.steps_for(request.user, read_id(request.GET.get("after", "")), whose=whose)
        context = {
            "steps": page.steps,
            "drafts": queries.drafts_for(actor=request.user),
            "whose": whose,
            "may_take": has_role_for(request.user, "casework.take_case"),
            "lists": WHOSE.items(),
            "asks": queries.asks_waiting(request.user),
            "next_url": f"{request.path}?whose={whose}&after={page.after}" if page.after else "",
            "now": timezone.now(),
        }
        return render(request, "casework/work.html", context)


class Cases(Page):
    permission = "casework.view_case"

    def get(self, request: SignedIn) -> HttpResponse:
        kind = request.GET.get("kind", "")
        page = queries.cases_for(actor=request.user, after=request.GET.get("after", ""), kind=kind)
        next_url = f"{request.path}?after={page.after}&kind={kind}" if page.after else ""
        context = {"page": page, "cases": page.cases, "next_url": next_url, "kind": kind, "kinds": CaseKind.choices}
        return render(request, "casework/cases.html", context)


class ShowCase(Page):
    permission = "casework.view_case"

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        view = queries.read_case(actor=request.user, reference=reference, purpose=queries.purpose_of(request.user))
        now = clock()
        return render(
            request,
            "casework/case.html",
            {
                "view": view,
                "case": view.case,
                "emergency": view.emergency,
                "to_review": queries.emergencies_to_review(request.user, view.case),
                "may_open": view.case.status == CaseStatus.INTAKE
                and can(request.user, "casework.open_case", view.case),
                "sees_risk": any(section.category == Category.RISK for section in view.sections) or view.is_held,
                "may_assess": can(request.user, "casework.assess_risk", view.case),
                "may_close": view.case.status == CaseStatus.OPEN
                and can(request.user, "casework.close_case", view.case),
                "may_reopen": view.case.status == CaseStatus.CLOSED
                and can(request.user, "casework.reopen_case", view.case),
                "closings": view.closings,
                "to_reopen": queries.to_reopen(view.others, now) if view.case.status != CaseStatus.CLOSED else [],
                "may_judge": can(request.user, "casework.judge_risk", view.case),
                "may_log": view.is_held and can(request.user, "casework.start_contact"),
                "ways": queries.ways_of(view, now),
                "attempts": queries.attempts_of(request.user, view),
                "overrides": queries.overrides_of(request.user, view, now),
                "may_use": has_role_for(request.user, "casework.use_route"),
                "may_change": view.is_held and can(request.user, "casework.report_change", view.case),
                "may_confirm": view.is_held and has_role_for(request.user, "casework.confirm_route"),
                "may_override": view.is_held and has_role_for(request.user, "casework.override_route"),
                "now": now,
            },
        )


class CasePage(Page):
    """A form about one case: subclasses say which form, which words, and what to do with it."""

    form_class: Any = None
    needs_version = False
    heading = ""
    submit = "Save"
    back = "case"

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        case = queries.get_case(request.user, reference, self.permission)
        return self.show(request, case, self.made(request, case))

    def post(self, request: SignedIn, reference: str) -> HttpResponse:
        case = held(lambda: queries.get_case(request.user, reference, self.permission))
        form = self.made(request, case, request.POST)
        if self.is_contested(request, case, form):
            return self.show(request, case, form, status=409)
        if not form.is_valid():
            return self.show(request, case, form, status=400)
        try:
            self.act(request, case, form)
        except ValidationError as error:
            form.add_error(None, error)
            return self.show(request, case, form, status=400)
        except NotPossibleNow as refusal:
            form.add_error(None, str(refusal))
            return self.show(request, case, form, status=409)
        return redirect("case", case.reference)

    def made(self, request: SignedIn, case: Any, *typed: Any) -> Any:
        """The form, empty or of what was typed."""
        return self.form_class(*typed)

    def act(self, request: SignedIn, case: Any, form: Any) -> None:
        raise NotImplementedError

    def version(self, actor: User, case: Case) -> str:
        """Of what this form would take the place of; empty where it only adds."""
        return ""

    def is_contested(self, request: SignedIn, case: Case, form: Any) -> bool:
        """Whether somebody changed that since this form was shown; the form then says so."""
        return False

    def show(self, request: SignedIn, case: Any, form: Any, status: int = 200) -> HttpResponse:
        words = {"heading": self.heading, "submit": self.submit, "version": self.version(request.user, case)}
        back = reverse(self.back, args=[case.reference])
        return render(request, "casework/form.html", {"form": form, "back_url": back, **words}, status=status)


class OpenCase(CasePage):
    """The next step that the contact left may stand; another may be added."""

    permission = "casework.open_case"
    form_class = StepForm
    heading = "Open the case"
    submit = "Open the case"

    def act(self, request: SignedIn, case: Any, form: StepForm) -> None:
        commands.open_case(actor=request.user, case=case, step=form.plan(request.user), now=timezone.now())


class JudgeRisk(CasePage):
    """The newest judgement stands, so nobody's is to be overtaken by one who has not seen it."""

    permission = "casework.judge_risk"
    form_class = RiskForm
    needs_version = True
    heading = "Judge the risk"

    def version(self, actor: User, case: Case) -> str:
        return version_of(actor, risk_seen(queries.standing_risk(actor, case)))

    def is_contested(self, request: SignedIn, case: Case, form: RiskForm) -> bool:
        stands = queries.standing_risk(request.user, case)
        if stands is None or is_version(version_in(request), request.user, risk_seen(stands)):
            return False
        typed = {"level": stands.level, "why": stands.why}
        is_other = form.contest(Standing(typed, stands.judged_by, stands.judged_at))
        if is_other:
            queries.read_risk(actor=request.user, case=case)
        return is_other

    def act(self, request: SignedIn, case: Any, form: RiskForm) -> None:
        commands.judge_risk(actor=request.user, case=case, now=timezone.now(), **form.cleaned_data)


class CompleteStep(Page):
    """How a next step ended, and what comes after it."""

    permission = "casework.complete_step"
    needs_version = False

    def get(self, request: SignedIn, public_id: UUID) -> HttpResponse:
        step = queries.get_step(request.user, public_id)
        return self.show(request, step, CompleteStepForm(kind=step.kind))

    def post(self, request: SignedIn, public_id: UUID) -> HttpResponse:
        step = queries.get_step(request.user, public_id)
        form = CompleteStepForm(request.POST, kind=step.kind)
        if not form.is_valid():
            return self.show(request, step, form, status=400)
        try:
            commands.complete_step(
                actor=request.user,
                step=step,
                outcome=form.cleaned_data["outcome"],
                then=form.plan(request.user),
                now=timezone.now(),
            )
        except NotPossibleNow as refusal:
            form.add_error(None, str(refusal))
            return self.show(request, step, form, status=409)
        return redirect("case", step.case.reference)

    def show(self, request: SignedIn, step: Any, form: CompleteStepForm, status: int = 200) -> HttpResponse:
        queries.is_shown(actor=request.user, subject=step)
        back = reverse("case", args=[step.case.reference])
        heading = f"{StepKind(step.kind).label}: how did it end?"
        words = {"heading": heading, "submit": "Settle this step", "back_url": back}
        return render(request, "casework/form.html", {"form": form, **words}, status=status)


class RevealAddress(Page):
    """An address, shown on the one answer to who says what for. A reading: sent again, it is recorded again."""

    permission = "casework.reveal_address"
    needs_version = False

    def get(self, request: SignedIn, public_id: UUID) -> HttpResponse:
        return self.ask(request, queries.get_address(request.user, public_id), RevealForm())

    def post(self, request: SignedIn, public_id: UUID) -> HttpResponse:
        form = RevealForm(request.POST)
        if not form.is_valid():
            return self.ask(request, queries.get_address(request.user, public_id), form, status=400)
        address = queries.reveal_address(actor=request.user, public_id=public_id, **form.cleaned_data)
        rows = queries.Entry(address, tuple(fields_of(Address, Category.LOCATION))).rows
        return render(request, "casework/revealed.html", {"address": address, "rows": rows})

    def ask(self, request: SignedIn, address: Address, form: RevealForm, status: int = 200) -> HttpResponse:
        queries.is_shown(actor=request.user, subject=address)
        back = reverse("case", args=[address.case.reference])
        words = {"heading": f"Show an address: {address.get_kind_display()}", "submit": "Show the address"}
        return render(request, "casework/form.html", {"form": form, "back_url": back, **words}, status=status)


def version_in(request: SignedIn) -> str:
    return request.POST.get("version", "")


def risk_seen(stands: RiskLevel | None) -> Any:
    return serializers.RiskLevelOut(stands).data if stands else None
