"""The pages of who has what: the workload, offering and taking over a case, and who covers for whom."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.authorization import NotPossibleNow, has_role_for
from accounts.gate import Page, SignedIn
from casework import commands, queries
from casework.forms_of_allocation import AbsenceForm, OfferForm, WhyNotForm
from casework.models import NextStep
from casework.pages import CasePage
from casework.policy import clock


class Workload(Page):
    permission = "casework.view_workload"

    def get(self, request: SignedIn) -> HttpResponse:
        context = {"loads": queries.workload_for(actor=request.user, now=clock())}
        return render(request, "casework/workload.html", context)


class OfferCase(CasePage):
    """To a colleague, who takes it over or says why not. Until they do, whoever has it keeps it."""

    permission = "casework.offer_case"
    heading = "Offer the case to a colleague"
    submit = "Offer it"

    def made(self, request: SignedIn, case: Any, *typed: Any) -> OfferForm:
        return OfferForm(*typed, actor=request.user)

    def act(self, request: SignedIn, case: Any, form: OfferForm) -> None:
        commands.offer_case(actor=request.user, case=case, now=timezone.now(), **form.cleaned_data)


class AnswerOffer(Page):
    """A case that one is offered: take it over, or say why not."""

    permission = "casework.answer_offer"
    needs_version = False

    def get(self, request: SignedIn, public_id: UUID) -> HttpResponse:
        return self.show(request, queries.get_offer(request.user, public_id), WhyNotForm())

    def post(self, request: SignedIn, public_id: UUID) -> HttpResponse:
        step = queries.get_offer(request.user, public_id)
        form = WhyNotForm(request.POST)
        try:
            if "take" in request.POST:
                commands.take_over_case(actor=request.user, step=step, now=timezone.now())
            elif form.is_valid():
                commands.turn_down_case(actor=request.user, step=step, now=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        except NotPossibleNow as refusal:
            form.add_error(None, str(refusal))
            return self.show(request, step, form, status=409)
        if form.errors:
            return self.show(request, step, form, status=400)
        return redirect("case", step.case.reference)

    def show(self, request: SignedIn, step: NextStep, form: WhyNotForm, status: int = 200) -> HttpResponse:
        queries.is_shown(actor=request.user, subject=step)
        context = {"form": form, "step": step, "back_url": reverse("case", args=[step.case.reference])}
        return render(request, "casework/offer.html", context, status=status)


class TakeStep(Page):
    """A step that is on duty becomes one's own."""

    permission = "casework.take_case"
    needs_version = False

    def post(self, request: SignedIn, public_id: UUID) -> HttpResponse:
        step = queries.get_step(request.user, public_id)
        commands.take_step(actor=request.user, step=step, now=timezone.now())
        return redirect("work")


class Absences(Page):
    """Who is away, and who covers for them."""

    permission = "casework.note_absence"
    needs_version = False

    def get(self, request: SignedIn) -> HttpResponse:
        return self.show(request, self.form(request))

    def post(self, request: SignedIn) -> HttpResponse:
        form = self.form(request, request.POST)
        if form.is_valid():
            try:
                commands.note_absence(actor=request.user, now=timezone.now(), **form.cleaned_data)
            except ValidationError as error:
                form.add_error(None, error)
        if form.errors:
            return self.show(request, form, status=400)
        messages.success(request, "It is noted who covers.")
        return redirect("absences")

    def form(self, request: SignedIn, *typed: Any) -> AbsenceForm:
        may = has_role_for(request.user, "casework.view_workload")
        return AbsenceForm(*typed, actor=request.user, may_of_others=may)

    def show(self, request: SignedIn, form: AbsenceForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "absences": queries.absences_of(request.user, clock())}
        return render(request, "casework/absences.html", context, status=status)


class EndAbsence(Page):
    permission = "casework.note_absence"
    needs_version = False

    def post(self, request: SignedIn, public_id: UUID) -> HttpResponse:
        absence = queries.get_absence(request.user, public_id)
        commands.end_absence(actor=request.user, absence=absence, now=timezone.now())
        return redirect("absences")
