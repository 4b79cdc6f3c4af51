"""The pages of a case's timeline and of its notes."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.authorization import NotPossibleNow, can
from accounts.contested import Standing
from accounts.gate import Page, SignedIn
from accounts.versions import held
from casework import commands, queries
from casework.forms_of_notes import NoteForm, TimelineForm
from casework.models import Note
from casework.pages import CasePage


class Timeline(Page):
    """Whatever happened in a case that this reader may see, the newest first."""

    permission = "casework.view_case"

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        case = queries.get_case(request.user, reference)
        asked = {name: value for name, value in request.GET.items() if name != "after" and value}
        form = TimelineForm(request.GET if asked else None, agencies=queries.agencies_in(case))
        page = queries.timeline_of(
            actor=request.user, case=case, wanted=form.wanted(), after=request.GET.get("after", "")
        )
        context = {
            "case": case,
            "form": form,
            "page": page,
            "emergency": queries.emergency_of(request.user, case),
            "next_url": f"{request.path}?{urlencode(asked | {'after': page.after})}" if page.after else "",
            "may_write": can(request.user, "casework.write_note", case),
        }
        return render(request, "casework/timeline.html", context)


class WriteNote(CasePage):
    permission = "casework.write_note"
    form_class = NoteForm
    heading = "Write a note"
    submit = "Keep the note"

    def act(self, request: SignedIn, case: Any, form: NoteForm) -> None:
        commands.write_note(actor=request.user, case=case, now=timezone.now(), **form.cleaned_data)


class ReplaceNote(Page):
    """Another note in the place of one. Where somebody was quicker, both texts are shown, and neither is lost."""

    permission = "casework.write_note"
    needs_version = False

    def get(self, request: SignedIn, public_id: UUID) -> HttpResponse:
        note = queries.get_note(request.user, public_id)
        stands = queries.newest_of(note)
        if stands.pk != note.pk:
            queries.is_shown(actor=request.user, subject=stands)  # its address names it
            return redirect("replace_note", stands.public_id)
        return self.show(request, note, NoteForm(initial={"words": note.words, "disclosable": note.disclosable}))

    def post(self, request: SignedIn, public_id: UUID) -> HttpResponse:
        note = held(lambda: queries.get_note(request.user, public_id))
        form, stands = NoteForm(request.POST), queries.newest_of(note)
        if stands.pk != note.pk:
            return self.contest(request, stands, form)
        if not form.is_valid():
            return self.show(request, note, form, status=400)
        try:
            commands.replace_note(actor=request.user, note=note, now=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
            return self.show(request, note, form, status=400)
        return redirect("timeline", note.case.reference)

    def contest(self, request: SignedIn, stands: Note, form: NoteForm) -> HttpResponse:
        typed = {"words": stands.words, "disclosable": stands.disclosable}
        if not form.contest(Standing(typed, stands.written_by, stands.written_at)):
            raise NotPossibleNow("Somebody has written the very same in its place already.")
        return self.show(request, stands, form, status=409)

    def show(self, request: SignedIn, note: Note, form: NoteForm, status: int = 200) -> HttpResponse:
        queries.note_is_shown(actor=request.user, note=note)
        words = {"heading": "Write another note in its place", "submit": "Keep this note instead"}
        there = {"action": reverse("replace_note", args=[note.public_id])}
        back = reverse("timeline", args=[note.case.reference])
        return render(request, "casework/form.html", {"form": form, "back_url": back, **words, **there}, status=status)
