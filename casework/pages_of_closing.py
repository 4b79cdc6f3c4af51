"""The pages of closing a case, of agreeing to that, and of opening it again."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.authorization import NotPossibleNow
from accounts.gate import Page, SignedIn
from casework import commands, queries
from casework.forms_of_closing import ClosingForm, ReopenForm, TurnDownForm
from casework.models import Case, Closing
from casework.pages import CasePage


class CloseCase(CasePage):
    """How it ended. Where it must not rest on one person, that is asked of a second."""

    permission = "casework.close_case"
    heading = "Close the case"
    submit = "Close the case"

    form_class = ClosingForm

    def made(self, request: SignedIn, case: Case, *typed: Any) -> ClosingForm:
        return ClosingForm(*typed, kind=case.kind)

    def act(self, request: SignedIn, case: Any, form: ClosingForm) -> None:
        commands.close_case(actor=request.user, case=case, plan=form.plan(), now=timezone.now())


class ReopenCase(CasePage):
    permission = "casework.reopen_case"
    form_class = ReopenForm
    heading = "Open the case again"
    submit = "Open it again"

    def act(self, request: SignedIn, case: Any, form: ReopenForm) -> None:
        step = form.plan(request.user)
        if step:
            commands.reopen_case(actor=request.user, case=case, step=step, now=timezone.now())


class AnswerClosing(Page):
    """What somebody asked, for a second person: agree, and the case closes; or say what is still to be done."""

    permission = "casework.answer_closing"
    needs_version = False

    def get(self, request: SignedIn, public_id: UUID) -> HttpResponse:
        return self.show(request, queries.get_closing(request.user, public_id), TurnDownForm())

    def post(self, request: SignedIn, public_id: UUID) -> HttpResponse:
        closing = queries.get_closing(request.user, public_id)
        form = TurnDownForm(request.POST)
        try:
            if "agree" in request.POST:
                commands.agree_to_closing(actor=request.user, closing=closing, now=timezone.now())
            elif form.is_valid():
                why = form.cleaned_data["why"]
                commands.turn_down_closing(actor=request.user, closing=closing, why=why, now=timezone.now())
            else:
                return self.show(request, closing, form, status=400)
        except NotPossibleNow as refusal:
            form = TurnDownForm({"why": request.POST.get("why", "")})
            form.add_error(None, str(refusal))
            return self.show(request, closing, form, status=409)
        return redirect("case", closing.case.reference)

    def show(self, request: SignedIn, closing: Closing, form: TurnDownForm, status: int = 200) -> HttpResponse:
        queries.is_shown(actor=request.user, subject=closing)
        back = reverse("case", args=[closing.case.reference])
        context = {"form": form, "closing": closing, "back_url": back}
        return render(request, "casework/closing.html", context, status=status)
