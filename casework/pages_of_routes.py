"""The pages of reaching somebody: using a way, saying what came of it, and saying anew whether a way is safe."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.authorization import NotPossibleNow, authorize
from accounts.gate import Page, SignedIn
from accounts.models import User
from casework import commands, queries
from casework.forms_of_ways import ChangeForm, ConfirmForm, OutcomeForm, OverrideForm, WordForm
from casework.models import MAKE_DOUBTFUL, ContactAttempt, ContactRoute, RouteKind
from casework.pages import CasePage
from casework.policy import clock


class UseRoute(Page):
    """Sets out to reach somebody. The number is on the page that follows."""

    permission = "casework.use_route"
    needs_version = False

    def post(self, request: SignedIn, public_id: UUID) -> HttpResponse:
        route = queries.get_route(request.user, public_id, self.permission)
        attempt = commands.use_route(actor=request.user, route=route, now=clock())
        return redirect("contact_attempt", attempt.public_id)


class Attempt(Page):
    """The number and what to say while it is used, and what came of it. Each time it is shown is recorded."""

    permission = "casework.view_attempt"
    needs_version = False

    def get(self, request: SignedIn, public_id: UUID) -> HttpResponse:
        return self.show(request, queries.get_attempt(request.user, public_id), OutcomeForm(), WordForm())

    def post(self, request: SignedIn, public_id: UUID) -> HttpResponse:
        attempt = queries.get_attempt(request.user, public_id)
        if "check" in request.POST:
            return self.check(request, attempt)
        form = OutcomeForm(request.POST)
        if not form.is_valid():
            return self.show(request, attempt, form, WordForm(), status=400)
        commands.end_attempt(actor=request.user, attempt=attempt, now=clock(), **form.cleaned_data)
        messages.success(request, "It is written down.")
        return redirect("case", attempt.case.reference)

    def check(self, request: SignedIn, attempt: ContactAttempt) -> HttpResponse:
        form = WordForm(request.POST)
        if not form.is_valid():
            return self.show(request, attempt, OutcomeForm(), form, status=400)
        passed = commands.check_word(actor=request.user, attempt=attempt, **form.cleaned_data)
        return self.show(request, attempt, OutcomeForm(), WordForm(), passed=passed)

    def show(
        self,
        request: SignedIn,
        attempt: ContactAttempt,
        form: OutcomeForm,
        word: WordForm,
        *,
        passed: bool | None = None,
        status: int = 200,
    ) -> HttpResponse:
        reaching = queries.read_attempt(actor=request.user, attempt=attempt, now=clock())
        wrong = form if form.errors else word
        context = {"reaching": reaching, "form": form, "word": word, "wrong": wrong, "passed": passed}
        back = {"back_url": reverse("case", args=[attempt.case.reference])}
        return render(request, "casework/attempt.html", context | back, status=status)


class RoutePage(CasePage):
    """A form about one way to reach somebody."""

    def get(self, request: SignedIn, public_id: UUID) -> HttpResponse:  # type: ignore[override]
        return self.show(request, self.found(request, public_id), None)

    def post(self, request: SignedIn, public_id: UUID) -> HttpResponse:  # type: ignore[override]
        route = self.found(request, public_id)
        form = self.form(request, route, request.POST)
        if not form.is_valid():
            return self.show(request, route, form, status=400)
        try:
            self.act(request, route, form)
        except (NotPossibleNow, ValidationError) as refusal:
            form.add_error(None, refusal if isinstance(refusal, ValidationError) else str(refusal))
            return self.show(request, route, form, status=409 if isinstance(refusal, NotPossibleNow) else 400)
        return redirect("case", route.case.reference)

    def found(self, request: SignedIn, public_id: UUID) -> ContactRoute:
        route = queries.get_route(request.user, public_id, self.permission)
        authorize(request.user, self.permission, route)
        return route

    def form(self, request: SignedIn, route: ContactRoute, *data: Any) -> Any:
        return self.form_class(*data)

    def shown(self, actor: User, route: ContactRoute, typed: Any) -> None:
        queries.is_shown(actor=actor, subject=route)

    def show(self, request: SignedIn, route: Any, form: Any, status: int = 200) -> HttpResponse:
        self.shown(request.user, route, form)
        kind = f"{route.get_kind_display()} ending {route.ending}" if route.ending else route.get_kind_display()
        words = {"heading": f"{self.heading}: {kind}", "submit": self.submit}
        back = reverse("case", args=[route.case.reference])
        form = form or self.form(request, route)
        return render(request, "casework/form.html", {"form": form, "back_url": back, **words}, status=status)


class ConfirmRoute(RoutePage):
    permission = "casework.confirm_route"
    heading = "Is it safe now?"

    def form(self, request: SignedIn, route: ContactRoute, *data: Any) -> ConfirmForm:
        return ConfirmForm(*data) if data else ConfirmForm.of(route)

    def shown(self, actor: User, route: ContactRoute, typed: Any) -> None:
        """Before anything is typed, the form says what was known."""
        if typed:
            super().shown(actor, route, typed)
        else:
            queries.way_is_shown(actor=actor, route=route)

    def act(self, request: SignedIn, route: Any, form: ConfirmForm) -> None:
        commands.confirm_route(actor=request.user, route=route, said=form.said(), now=clock())
        again = "They may be contacted again." if route.kind == RouteKind.NONE else "What they say now is written down."
        messages.success(request, again)


class OverrideRoute(RoutePage):
    permission = "casework.override_route"
    heading = "Let it be used all the same"
    submit = "Let it be used"

    def form(self, request: SignedIn, route: ContactRoute, *data: Any) -> OverrideForm:
        return OverrideForm(*data, actor=request.user)

    def act(self, request: SignedIn, route: Any, form: OverrideForm) -> None:
        commands.override_route(actor=request.user, route=route, now=clock(), **form.cleaned_data)


class EndOverride(Page):
    permission = "casework.end_override"
    needs_version = False

    def post(self, request: SignedIn, public_id: UUID) -> HttpResponse:
        override = queries.get_override(request.user, public_id)
        commands.end_override(actor=request.user, override=override, now=clock())
        return redirect("case", override.case.reference)


class ReportChange(CasePage):
    permission = "casework.report_change"
    form_class = ChangeForm
    heading = "Something changed"
    submit = "Note it"

    def act(self, request: SignedIn, case: Any, form: ChangeForm) -> None:
        doubted = commands.report_change(actor=request.user, case=case, now=clock(), **form.cleaned_data)
        if form.cleaned_data["change"] in MAKE_DOUBTFUL:
            messages.success(request, f"In doubt until they say so again: {doubted}.")
