"""The supervisor's pages: the history of a case, on the screen and as a file; and work that stopped."""

import csv
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.authorization import NotVisible
from accounts.gate import Page, SignedIn
from oversight import queries
from oversight.commands import retry_work
from oversight.forms import FindHistoryForm, HistoryForm, RetryForm
from oversight.queries import History, HistoryLine

COLUMNS = ("When", "Who", "Agency", "What", "Outcome", "For", "Categories", "How")
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
        offer(form, history)
        asked = {name: value for name, value in request.GET.items() if value and name != "before"}
        context = {
            "case": history.case,
            "form": form,
            "head": COLUMNS,
            "rows": [cells(line) for line in history.lines],
            "next_url": f"?{urlencode(asked | {'before': history.before})}" if history.before else "",
            "export_url": f"export/?{urlencode(asked)}",
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
        response = HttpResponse(content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="history.csv"'
        rows = csv.writer(response)
        rows.writerow(COLUMNS)
        rows.writerows([as_text(cell) for cell in cells(line)] for line in history.lines)
        return response


class StoppedWork(Page):
    """Work that used up its attempts, and a button to have it tried again."""

    permission = "oversight.view_stopped_work"

    def get(self, request: SignedIn) -> HttpResponse:
        return render(request, "oversight/stopped_work.html", {"stopped": queries.stopped_work(actor=request.user)})


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
    for name in ("person", "agency"):
        asked = request.GET.get(name, "")
        form.fields[name].choices = [("", "All"), (asked, asked)]  # type: ignore[attr-defined]
    return form


def offer(form: HistoryForm, history: History) -> None:
    """Offer the people and agencies that stand in this history."""
    for name, found in {"person": history.people, "agency": history.agencies}.items():
        form.fields[name].choices = [("", "All"), *((each.pk, each.name) for each in found)]  # type: ignore[attr-defined]


def cells(line: HistoryLine) -> list[str]:
    """An event as cells, times in London's."""
    when = f"{timezone.localtime(line.at):%d %B %Y %H:%M:%S}"
    what = ", ".join(line.categories)
    return [when, line.who, line.agency, line.action, line.outcome, line.purpose, what, line.how]


def as_text(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def event_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
