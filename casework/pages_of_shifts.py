"""The pages of a shift: whom to call back and when, and the handover board."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render

from accounts.gate import Page, SignedIn
from casework import commands, queries
from casework.policy import clock


class HandoverForm(forms.Form):
    """What the next shift must know."""

    words = forms.CharField(
        label="What must the next shift know?",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Name cases by their references. No names, numbers or addresses.",
    )


class Callbacks(Page):
    permission = "casework.view_callbacks"

    def get(self, request: SignedIn) -> HttpResponse:
        now = clock()
        found = queries.callbacks_for(actor=request.user, now=now)
        context = {"callbacks": found, "missed": [each for each in found if each.missed], "now": now}
        return render(request, "casework/callbacks.html", context)


class Handover(Page):
    """What is open and due for one's agency, and what whoever goes tells whoever comes."""

    permission = "casework.view_handover"
    needs_version = False

    def get(self, request: SignedIn) -> HttpResponse:
        return self.show(request, HandoverForm())

    def post(self, request: SignedIn) -> HttpResponse:
        form = HandoverForm(request.POST)
        if not form.is_valid():
            return self.show(request, form, status=400)
        try:
            commands.write_handover(actor=request.user, now=clock(), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
            return self.show(request, form, status=400)
        messages.success(request, "It is handed over once somebody else has signed it.")
        return redirect("handover")

    def show(self, request: SignedIn, form: HandoverForm, status: int = 200) -> HttpResponse:
        board = queries.board_for(actor=request.user, now=clock())
        return render(request, "casework/handover.html", {"board": board, "form": form}, status=status)


class TakeOver(Page):
    permission = "casework.take_over"
    needs_version = False

    def post(self, request: SignedIn, public_id: UUID) -> HttpResponse:
        note = queries.get_handover(request.user, public_id)
        commands.take_over(actor=request.user, note=note, now=clock())
        messages.success(request, "You have taken it over.")
        return redirect("handover")
