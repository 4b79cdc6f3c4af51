"""The pages that say what stood in a case before: what an act changed, and what an agency could know at a moment."""

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.authorization import NotVisible
from accounts.gate import Page, SignedIn
from casework.models import Case
from oversight import queries
from oversight.forms import ReplayForm
from oversight.pages import as_file, event_id, when
from oversight.queries import Change, Replay, Shown

HEAD = ("Field", "Before", "After")
NOT_SHOWN = "Not shown to you"
COLUMNS = ("Part", "When", "Who", "What", "How", "Category", "Field", "Value")
KNOWN, SEEN = "Could know", "Had seen"


class ShowChanges(Page):
    """What one act changed: the fields, and for who may see them the values."""

    permission = "oversight.view_changes"

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        asked = request.GET.get("event", "")
        event = event_id(asked)
        if asked and event is None:
            raise NotVisible(self.permission)
        found = queries.read_changes(actor=request.user, reference=reference, event=event)
        changes = [(change, rows_of(change)) for change in found.changes]
        context = {"case": found.case, "line": found.line, "changes": changes, "head": HEAD}
        return render(request, "oversight/changes.html", context)


class ShowReplay(Page):
    """What an agency could know of the case at a moment, and what it had seen by then."""

    permission = "oversight.view_replay"

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        case = queries.get_replayed(request.user, reference)
        form = replay_form(request, case)
        if not form.is_valid():
            return render(request, "oversight/replay.html", {"case": case, "form": form}, status=400)
        before = event_id(request.GET.get("before", ""))
        replay = queries.read_replay(actor=request.user, reference=reference, before=before, **form.cleaned_data)
        asked = urlencode({name: value for name, value in form.data.items() if name != "before"})
        context = {
            "case": case,
            "form": form,
            "replay": replay,
            "says": says(replay),
            "next_url": f"?{asked}&before={replay.before}" if replay.before else "",
            "export_url": f"export/?{asked}",
        }
        return render(request, "oversight/replay.html", context)


class ExportReplay(Page):
    """The same as a file, a row for each value."""

    permission = "oversight.export_replay"

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        form = replay_form(request, queries.get_replayed(request.user, reference, self.permission))
        if not form.is_valid():
            return HttpResponse("Choose an agency and a past moment on the page.", status=400)
        replay = queries.read_replay(actor=request.user, reference=reference, whole=True, **form.cleaned_data)
        return as_file("replay.csv", COLUMNS, [[*map(in_cell, row)] for row in rows_of_file(replay)])


def replay_form(request: SignedIn, case: Case) -> ReplayForm:
    """What is asked for. Without a question: the agency that holds the case, now."""
    form = ReplayForm(agencies=queries.agencies_of(case))
    said = {"agency": str(case.agency_id), **request.GET.dict()}
    if not any(name.startswith("moment_") for name in said):
        now = form.fields["moment"].prepare_value(timezone.now())
        said |= {f"moment_{part}": value for part, value in now.items()}
    return ReplayForm(said, agencies=form.agencies.values())


def rows_of(change: Change) -> list[list[object]]:
    """The fields of a change as cells."""
    return [
        [field.label, *((in_cell(field.before), in_cell(field.after)) if field.is_shown else (NOT_SHOWN, NOT_SHOWN))]
        for field in change.fields
    ]


def rows_of_file(replay: Replay) -> Iterator[tuple[object, ...]]:
    """A row for each value, and for each category of which there is none or none to be shown."""
    known = replay.known
    yield KNOWN, replay.moment, replay.agency.name, "", says(replay), "", "", ""
    yield from _rows((KNOWN, replay.moment, replay.agency.name, "", ""), known.shown)
    for each in known.emergencies:
        yield from _rows((KNOWN, replay.moment, each.worker, "Emergency access", ""), each.shown)
    for seen in replay.seen:
        line = seen.line
        yield from _rows((SEEN, line.at, line.who, line.action, line.how), seen.shown, line.categories)


def says(replay: Replay) -> str:
    """In a sentence, whether the agency could know of the case at all."""
    if replay.unknown_before and replay.moment < replay.unknown_before:
        return f"It is not known: versions of this case's records are kept since {in_cell(replay.unknown_before)}"
    if replay.known.is_shut:
        return "The case was shut to all of its workers"
    if not (replay.known.exists or replay.known.emergencies):
        return "It could not know that the case exists"
    told = "It could know that the case exists" + (", some of its workers excepted" * replay.known.some_shut_out)
    return told + (f". What the case held was erased, {in_cell(replay.erased_at)}" if replay.erased_at else "")


def _rows(
    about: tuple[object, ...], shown: Shown, named: tuple[str, ...] | None = None
) -> Iterator[tuple[object, ...]]:
    values = {section.category.label: section for section in shown.sections}
    names = [str(category.label) for category in shown.categories] if named is None else named
    for name in names or [""]:
        section = values.get(name)
        rows = [row for entry in section.entries for row in entry.rows] if section else [("", "")]
        yield from ((*about, name, *row) for row in rows)
    for summary in shown.summaries:
        yield from ((*about, "Summary of a referral", *row) for row in summary)


def in_cell(value: object) -> str:
    """A value as people write it, moments in London's time."""
    return when(value) if isinstance(value, datetime) else "" if value is None else str(value)
