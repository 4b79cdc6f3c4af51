"""The pages of the police visit after a burglary: each says one thing of it, and the case shows how it stands."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.authorization import NotPossibleNow, authorize, can
from accounts.gate import Page, SignedIn
from casework import commands, queries
from casework.forms_of_visits import (
    AnswerForm,
    AttendForm,
    CrimeForm,
    OfferForm,
    OverlapForm,
    RecordForm,
    ScheduleForm,
    ScreenForm,
    TellForm,
)
from casework.models import Visit, Visitor, WhyNoVisit
from casework.states import UNANSWERED, VisitStatus

NOT_YET = UNANSWERED | {VisitStatus.ACCEPTED, VisitStatus.SCHEDULED}

FIGURES = {
    "reported": "Reported",
    "offered": "Offered",
    "accepted": "Accepted",
    "declined": "Declined",
    "unreachable": "Could not be reached",
    "attended": "Attended",
    "missed": "Missed at least once",
}


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
        return ScreenForm(*data, asked=queries.questions(timezone.now(), visit.case.partnership_id))

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
        if visit.status in NOT_YET:
            raise NotPossibleNow("Nobody has visited them yet, and they have not said no. Come back after that.")
        return RecordForm(*data, visit=visit)

    def act(self, request: SignedIn, visit: Any, form: RecordForm) -> None:
        commands.record_visit(actor=request.user, visit=visit, said=form.said(), now=timezone.now())


class NoteCrime(VisitPage):
    permission = "casework.note_crime"
    form_class = CrimeForm
    heading = "Crime number, and what the police have done"

    def act(self, request: SignedIn, visit: Any, form: CrimeForm) -> None:
        number = commands.note_crime(actor=request.user, visit=visit, report=form.report(), now=timezone.now())
        if number and number.warning:
            messages.warning(request, number.warning)
        elif number:
            messages.success(request, f"Kept as {number.number}.")


class AskOverlap(VisitPage):
    """One tap: a case of domestic abuse of the same person is begun, and the page goes on there."""

    permission = "casework.ask_overlap"
    form_class = OverlapForm
    heading = "Could this be somebody they were with?"
    template = "casework/overlap.html"

    def post(self, request: SignedIn, reference: str) -> HttpResponse:
        visit = self.found(request, reference)
        form = self.form(visit, request.POST)
        if not form.is_valid():
            return self.show(request, visit, form, status=400)
        now = timezone.now()
        begun = commands.ask_overlap(actor=request.user, visit=visit, now=now, **form.cleaned_data)
        return redirect("case", (begun or visit.case).reference)


class ShowNearby(Page):
    """What happened at and near a home, and which homes to warn; sent, it draws up those."""

    permission = "casework.view_nearby"
    needs_version = False

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        case = queries.get_case(request.user, reference, self.permission)
        now = timezone.now()
        nearby = queries.read_nearby(actor=request.user, case=case, now=now)
        context = {
            "case": case,
            "nearby": nearby,
            "rings": queries.rings(now, case.partnership_id),
            "may_list": can(request.user, "casework.list_neighbours", nearby.visit),
        }
        return render(request, "casework/nearby.html", context)

    def post(self, request: SignedIn, reference: str) -> HttpResponse:
        case = queries.get_case(request.user, reference, "casework.list_neighbours")
        visit = queries.get_visit(request.user, case, "casework.list_neighbours")
        commands.list_neighbours(actor=request.user, visit=visit, now=timezone.now())
        return redirect("nearby", case.reference)


class TellNeighbour(Page):
    permission = "casework.tell_neighbour"
    needs_version = False

    def post(self, request: SignedIn, public_id: UUID) -> HttpResponse:
        neighbour = queries.get_neighbour(request.user, public_id)
        form = TellForm(request.POST)
        if form.is_valid():
            commands.tell_neighbour(actor=request.user, neighbour=neighbour, now=timezone.now(), **form.said())
        return redirect("nearby", neighbour.case.reference)


class Visits(Page):
    """Offers and visits that are late, and how visits went in the last 30 days."""

    permission = "casework.view_visits"

    def get(self, request: SignedIn) -> HttpResponse:
        visits = queries.visits_for(actor=request.user, now=timezone.now())
        return render(request, "casework/visits.html", {"visits": visits, "figures": self.rows(visits.figures)})

    def rows(self, figures: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        for name, label in FIGURES.items():
            yield label, figures[name]
        hours = figures["hours_to_attend"]
        yield "Hours from report to visit, the middle one", "None attended yet" if hours is None else hours
        for code, count in figures["declined_by_reason"].items():
            yield f"Declined: {WhyNoVisit(code).label}", count
        for code, count in figures["attended_by"].items():
            yield f"Attended by: {Visitor(code).label}", count
