"""The supervisor's pages: the history of a case, on the screen and as a file; attempts; and work that stopped."""

import csv
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html

from accounts.authorization import NotPossibleNow, NotVisible, can
from accounts.gate import Page, SignedIn
from casework import commands
from casework.categories import labels
from casework.queries import Review, emergencies_for, get_emergency, is_shown, own_emergency, read_emergency
from oversight import queries
from oversight.commands import retry_work
from oversight.forms import EmergencyForm, FindHistoryForm, HistoryForm, RetryForm, ReviewForm
from oversight.queries import Among, DayLine, HistoryLine

COLUMNS = ("When", "Who", "Agency", "What", "Outcome", "For", "Categories", "How", "From")
FILE_COLUMNS = (*COLUMNS, "Network", "Acting for", "Request")
DAY_COLUMNS = ("Day", "Who", "Agency", "Opened", "In a list", "Done", "Refused", "Failed", "First", "Last")
ATTEMPT_COLUMNS = ("When", "Who", "Agency", "What they tried", "By", "Case")
# A spreadsheet takes a cell that begins so for a formula; wide forms of the signs count too.
FORMULA = tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20")


class FindHistory(Page):
    """For auditors, who see the log and not the cases: ask by reference."""

    permission = "oversight.view_case_history"
    needs_version = False

    def get(self, request: SignedIn) -> HttpResponse:
        return self.show(request, FindHistoryForm())

    def post(self, request: SignedIn) -> HttpResponse:
        form = FindHistoryForm(request.POST)
        if not form.is_valid():
            return self.show(request, form, status=400)
        return redirect("case_history", form.cleaned_data["reference"])

    def show(self, request: SignedIn, form: FindHistoryForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "heading": "History of a case", "submit": "Show its history"}
        return render(request, "casework/form.html", context, status=status)


class CaseHistory(Page):
    """Every reading and change of a case, and every refusal."""

    permission = "oversight.view_case_history"

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        form = filter_form(request)
        history = queries.read_history(
            actor=request.user,
            reference=reference,
            chosen=form.chosen(),
            before=event_id(request.GET.get("before", "")),
        )
        offer(form, history.among)
        asked = asked_for(request)
        context = {
            "case": history.case,
            "form": form,
            "head": [*COLUMNS, "Changes"],
            "rows": [[*cells(line), with_network(line), changes_link(line)] for line in history.lines],
            "may_replay": can(request.user, "oversight.view_replay", history.case),
            "may_answer": can(request.user, "oversight.give_answer", history.case),
            "next_url": f"?{urlencode(asked | {'before': history.before})}" if history.before else "",
            "export_url": f"export/?{urlencode(asked)}",
            "days_url": f"days/?{urlencode(asked)}",
        }
        return render(request, "oversight/history.html", context)


class ExportCaseHistory(Page):
    """The same as a file. A cell that a spreadsheet would take for a formula is written as text."""

    permission = "oversight.export_case_history"

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        form = filter_form(request)
        if not form.is_valid():
            return HttpResponse("The filter is wrong: correct it on the page of the history.", status=400)
        history = queries.export_history(actor=request.user, reference=reference, chosen=form.chosen())
        return as_file("history.csv", FILE_COLUMNS, [file_cells(line) for line in history.lines])


class CaseDays(Page):
    """The same history by day and person."""

    permission = "oversight.view_case_history"

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        form = filter_form(request)
        before = request.GET.get("before", "")
        days = queries.read_days(actor=request.user, reference=reference, chosen=form.chosen(), before=before)
        offer(form, days.among)
        asked = asked_for(request)
        context = {
            "case": days.case,
            "form": form,
            "head": DAY_COLUMNS,
            "rows": [day_cells(line) for line in days.lines],
            "next_url": f"?{urlencode(asked | {'before': days.before})}" if days.before else "",
            "events_url": f"../?{urlencode(asked)}",
        }
        return render(request, "oversight/days.html", context)


class Attempts(Page):
    """Who tried to reach a case that is shut to them: for the audit lead alone."""

    permission = "oversight.view_attempts"

    def get(self, request: SignedIn) -> HttpResponse:
        page = queries.attempts_for(actor=request.user, before=event_id(request.GET.get("before", "")))
        context = {
            "head": ATTEMPT_COLUMNS,
            "rows": [
                [when(each.at), each.who, each.agency, each.action, each.door.capitalize(), each.case]
                for each in page.attempts
            ],
            "next_url": f"{request.path}?before={page.before}" if page.before else "",
        }
        return render(request, "oversight/attempts.html", context)


class StoppedWork(Page):
    """Work that used up its attempts, and a button to have it tried again."""

    permission = "oversight.view_stopped_work"

    def get(self, request: SignedIn) -> HttpResponse:
        return render(request, "oversight/stopped_work.html", {"stopped": queries.stopped_work(actor=request.user)})


class OpenInEmergency(Page):
    """A case of another agency, because somebody may come to harm: a reason now, a review later."""

    permission = "casework.open_in_emergency"
    needs_version = False

    def get(self, request: SignedIn) -> HttpResponse:
        return self.show(request, EmergencyForm())

    def post(self, request: SignedIn) -> HttpResponse:
        form = EmergencyForm(request.POST)
        if not form.is_valid():
            return self.show(request, form, status=400)
        try:
            access = commands.open_in_emergency(actor=request.user, now=timezone.now(), **form.cleaned_data)
        except NotPossibleNow as refusal:
            form.add_error(None, str(refusal))
            return self.show(request, form, status=409)
        except NotVisible as refusal:  # recorded as any other, but what was typed stays
            request.refusal = refusal  # type: ignore[attr-defined]
            form.add_error("reference", "There is no case with this reference that you can open. Check it.")
            return self.show(request, form, status=404)
        return redirect("case", access.case.reference)

    def show(self, request: SignedIn, form: EmergencyForm, status: int = 200) -> HttpResponse:
        own = None if hasattr(request, "refusal") else own_emergency(request.user)  # a refusal takes its event along
        if own:
            is_shown(actor=request.user, subject=own, purpose="emergency")
        context = {"form": form, "own": own}
        return render(request, "oversight/emergency.html", context, status=status)


class CloseEmergency(Page):
    """One's own, and there is one at most."""

    permission = "casework.close_emergency"
    needs_version = False

    def post(self, request: SignedIn) -> HttpResponse:
        access = own_emergency(request.user)
        if access is None:
            raise NotPossibleNow("You have no emergency access that is open.")
        commands.close_emergency(actor=request.user, access=access, now=timezone.now())
        messages.success(request, "Your emergency access has ended. A supervisor will review it.")
        return redirect("open_in_emergency")


class EmergencyReviews(Page):
    """The emergency accesses to cases of the supervisor's agency that nobody has reviewed, the longest ago first."""

    permission = "casework.review_emergency"

    def get(self, request: SignedIn) -> HttpResponse:
        page = emergencies_for(actor=request.user, after=event_id(request.GET.get("after", "")))
        next_url = f"{request.path}?after={page.after}" if page.after else ""
        context = {"reviews": page.reviews, "next_url": next_url, "now": timezone.now()}
        return render(request, "oversight/emergency_reviews.html", context)


class ReviewEmergency(Page):
    permission = "casework.review_emergency"
    needs_version = False

    def get(self, request: SignedIn, public_id: UUID) -> HttpResponse:
        return self.show(request, read_emergency(actor=request.user, public_id=public_id), ReviewForm())

    def post(self, request: SignedIn, public_id: UUID) -> HttpResponse:
        access = get_emergency(request.user, public_id, self.permission)
        form = ReviewForm(request.POST)
        if form.is_valid():
            try:
                commands.review_emergency(actor=request.user, access=access, now=timezone.now(), **form.cleaned_data)
                messages.success(request, "The review is saved.")
                return redirect("emergency_reviews")
            except ValidationError as error:
                form.add_error(None, error)
        return self.show(request, read_emergency(actor=request.user, public_id=public_id), form, status=400)

    def show(self, request: SignedIn, review: Review, form: ReviewForm, status: int = 200) -> HttpResponse:
        access = review.access
        readings = [(reading.at, labels(reading.categories)) for reading in review.readings]
        asked = labels(access.categories)
        context = {
            "access": access,
            "asked": asked,
            "readings": readings,
            "due_at": review.due_at,
            "form": form,
            "now": timezone.now(),
        }
        return render(request, "oversight/review_emergency.html", context, status=status)


class RetryWork(Page):
    permission = "oversight.retry_work"
    needs_version = False

    def post(self, request: SignedIn) -> HttpResponse:
        form = RetryForm(request.POST)
        if not form.is_valid():
            raise NotVisible(self.permission)
        job = queries.get_stopped_job(request.user, form.cleaned_data["job"])
        retry_work(actor=request.user, job=job, now=timezone.now())
        messages.success(request, "It will be tried again now. If it stops again, it comes back to this list.")
        return redirect("stopped_work")


def filter_form(request: SignedIn) -> HistoryForm:
    """The filter as it was asked for; ids are checked against what may be seen by the query itself."""
    form = HistoryForm(request.GET if request.GET else {})
    for name in ("person", "agency", "purpose", "network"):
        asked = request.GET.get(name, "")
        form.fields[name].choices = [("", "All"), (asked, asked)]  # type: ignore[attr-defined]
    return form


def offer(form: HistoryForm, among: Among) -> None:
    """Offer who and what stands in this history."""
    found: dict[str, list[tuple[Any, str]]] = {
        "person": [(each.pk, each.name) for each in among.people],
        "agency": [(each.pk, each.name) for each in among.agencies],
        "purpose": [(code, queries.purpose_in_words(code)) for code in among.purposes],
        "network": [(code, code) for code in among.networks],
    }
    for name, choices in found.items():
        form.fields[name].choices = [("", "All"), *choices]  # type: ignore[attr-defined]


def asked_for(request: SignedIn) -> dict[str, str]:
    """The filter as it stands in the address: codes and numbers."""
    return {name: str(value) for name, value in request.GET.items() if value and name != "before"}


def cells(line: HistoryLine) -> list[str]:
    """An event as cells, but for where it came from."""
    what = ", ".join(line.categories)
    return [when(line.at), line.who, line.agency, line.action, line.outcome, line.purpose, what, line.how]


def with_network(line: HistoryLine) -> str:
    return f"{line.door}, network {line.network}" if line.network else line.door


def file_cells(line: HistoryLine) -> list[str]:
    return [*cells(line), line.door, line.network, line.acting_for, str(line.request or "")]


def day_cells(line: DayLine) -> list[str]:
    counts = [line.opened, line.listed, line.done, line.refused, line.failed]
    times = [f"{timezone.localtime(moment):%H:%M:%S}" for moment in (line.first, line.last)]
    return [f"{line.on:%d %B %Y}", line.who, line.agency, *(str(count) for count in counts), *times]


def when(moment: datetime) -> str:
    """To the second, in London's time."""
    return f"{timezone.localtime(moment):%d %B %Y %H:%M:%S}"


def as_file(name: str, head: Iterable[str], rows: Iterable[Iterable[str]]) -> HttpResponse:
    """Rows as a file to take away. A cell that a spreadsheet would take for a formula is written as text."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    file = csv.writer(response)
    file.writerow(head)
    file.writerows([as_text(cell) for cell in row] for row in rows)
    return response


def changes_link(line: HistoryLine) -> dict[str, str]:
    """A cell that leads to what an act changed; empty for a reading or a refusal."""
    if line.refused or line.how != "Done":
        return {"text": ""}
    about = f"{line.action}, {when(line.at)}"
    link = (
        '<a class="govuk-link" href="changes/?event={}">What changed<span class="govuk-visually-hidden">: {}</span></a>'
    )
    return {"html": format_html(link, line.id, about)}


def as_text(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) or cell.lstrip().startswith(FORMULA) else cell


def event_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
