"""The pages of the police visit after a burglary: each says one thing of it, and the case shows how it stands."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.authorization import NotPossibleNow, authorize
from accounts.gate import Page, SignedIn
from casework import commands, queries
from casework.forms_of_visits import AnswerForm, AttendForm, OfferForm, RecordForm, ScheduleForm, ScreenForm
from casework.models import Visit


class VisitPage(Page):
    """A form about the visit of one case."""

    needs_version = False
    form_class: Any = None
    heading = ""
    submit = "Save"
    then = "case"
    template = "casework/form.html"

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        visit = self.found(request, reference)
        return self.show(request, visit, self.form(visit))

    def post(self, request: SignedIn, reference: str) -> HttpResponse:
        visit = self.found(request, reference)
        form = self.form(visit, request.POST)
        if not form.is_valid():
            return self.show(request, visit, form, status=400)
        try:
            self.act(request, visit, form)
        except (NotPossibleNow, ValidationError) as refusal:
            form.add_error(None, refusal if isinstance(refusal, ValidationError) else str(refusal))
            return self.show(request, visit, form, status=409 if isinstance(refusal, NotPossibleNow) else 400)
        return redirect(self.then, visit.case.reference)

    def found(self, request: SignedIn, reference: str) -> Visit:
        case = queries.get_case(request.user, reference, self.permission)
        visit = queries.get_visit(request.user, case, self.permission)
        authorize(request.user, self.permission, visit)
        return visit

    def form(self, visit: Visit, *data: Any) -> Any:
        return self.form_class(*data)

    def act(self, request: SignedIn, visit: Any, form: Any) -> None:
        raise NotImplementedError

    def show(self, request: SignedIn, visit: Any, form: Any, status: int = 200) -> HttpResponse:
        queries.is_shown(actor=request.user, subject=visit)
        words = {"heading": self.heading, "submit": self.submit, "visit": visit}
        back = reverse("case", args=[visit.case.reference])
        return render(request, self.template, {"form": form, "back_url": back, **words}, status=status)


class ScreenVisit(VisitPage):
    permission = "casework.screen_visit"
    heading = "What makes them vulnerable?"

    def form(self, visit: Visit, *data: Any) -> ScreenForm:
        return ScreenForm(*data, asked=queries.questions(timezone.now()))

    def act(self, request: SignedIn, visit: Any, form: ScreenForm) -> None:
        commands.screen_visit(actor=request.user, visit=visit, answers=form.answers(), now=timezone.now())


class OfferVisit(VisitPage):
    """With the advice that keeps a scene, to be read out."""

    permission = "casework.offer_visit"
    form_class = OfferForm
    heading = "Offer a police visit"
    submit = "It is offered: go on to the answer"
    then = "answer_visit"
    template = "casework/offer_visit.html"

    def act(self, request: SignedIn, visit: Any, form: OfferForm) -> None:
        commands.offer_visit(actor=request.user, visit=visit, offer=form.plan(), now=timezone.now())


class AnswerVisit(VisitPage):
    permission = "casework.answer_visit"
    form_class = AnswerForm
    heading = "How was the offer of a police visit answered?"

    def act(self, request: SignedIn, visit: Any, form: AnswerForm) -> None:
        now = timezone.now()
        commands.answer_visit(actor=request.user, visit=visit, then=None, now=now, **form.cleaned_data)


class ScheduleVisit(VisitPage):
    permission = "casework.schedule_visit"
    form_class = ScheduleForm
    heading = "Plan the visit"

    def act(self, request: SignedIn, visit: Any, form: ScheduleForm) -> None:
        commands.schedule_visit(actor=request.user, visit=visit, plan=form.plan(), now=timezone.now())


class AttendVisit(VisitPage):
    permission = "casework.attend_visit"
    form_class = AttendForm
    heading = "Did the visit take place?"

    def act(self, request: SignedIn, visit: Any, form: AttendForm) -> None:
        commands.attend_visit(actor=request.user, visit=visit, now=timezone.now(), **form.said())


class RecordVisit(VisitPage):
    permission = "casework.record_visit"
    heading = "What was done?"

    def form(self, visit: Visit, *data: Any) -> RecordForm:
        return RecordForm(*data, visit=visit)

    def act(self, request: SignedIn, visit: Any, form: RecordForm) -> None:
        commands.record_visit(actor=request.user, visit=visit, said=form.said(), now=timezone.now())
