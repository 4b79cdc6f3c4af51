"""The pages of what agencies hand in: to begin it, go on with it and follow it; and for the front door, to take it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.authorization import authorize, can
from accounts.contested import Standing
from accounts.gate import Page, SignedIn
from accounts.versions import held, is_version, version_of
from referrals import commands, queries
from referrals.forms_of_handins import ACTS, HandInForm, WordsForm, meter, readable
from referrals.models import HandIn
from referrals.serializers_of_handins import draft_body

ASKS = {
    "answer": ("What is asked", "They read it as you write it. Nothing of the case comes back to you."),
    "ask": ("Ask back", "They see exactly these words: no name, no number, no place."),
    "keep": ("Why it stays here", "Instead of a referral to the front door of the area where they live."),
}
DONE = {
    "receive": "They see now that the front door has it.",
    "ask": "They are told that there is something to read.",
    "keep": "It stays here. Decide what happens next.",
    "answer": "What you added is with the front door.",
}


class HandIns(Page):
    """What one's agency handed in, and what was handed in to it, the newest first."""

    permission = "referrals.view_hand_in"
    needs_version = False

    def get(self, request: SignedIn) -> HttpResponse:
        page = queries.hand_ins_for(actor=request.user, after=request.GET.get("after", ""))
        context = {
            "page": page,
            "may_hand_in": can(request.user, "referrals.hand_in"),
            "next_url": f"{request.path}?after={page.after}" if page.after else "",
            "now": timezone.now(),
        }
        return render(request, "referrals/hand_ins.html", context)

    def post(self, request: SignedIn) -> HttpResponse:
        hand_in = commands.begin_hand_in(actor=request.user, now=timezone.now())
        return redirect("hand_in", hand_in.reference)


class OneHandIn(Page):
    """A draft to go on with; what was sent, to follow it, to answer, to receive it, to ask back."""

    permission = "referrals.view_hand_in"
    needs_version = True

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        found = queries.read_hand_in(actor=request.user, reference=reference)
        if found.hand_in.sent_at:
            return self.show(request, found)
        typed = queries.typed_in(found.hand_in)
        return self.show_draft(request, found.hand_in, HandInForm.from_draft(typed, timezone.now()), typed)

    def post(self, request: SignedIn, reference: str) -> HttpResponse:
        hand_in = held(lambda: queries.get_hand_in(request.user, reference))
        act = next((name for name in ACTS if name in request.POST), "")
        if act:
            return self.act(request, hand_in, act)
        authorize(request.user, "referrals.hand_in", hand_in)
        form, typed = HandInForm(request.POST), queries.typed_in(hand_in)
        if hand_in.sent_at is None and self.is_contested(request, hand_in, form, typed):
            return self.show_draft(request, hand_in, form, typed, status=409)
        kept = HandInForm.unasked(typed) | HandInForm.typed(request.POST)
        commands.save_hand_in(actor=request.user, hand_in=hand_in, typed=kept, now=timezone.now())
        if "send" not in request.POST:
            messages.success(request, "The draft is saved. Whoever works in your agency can go on with it.")
            return redirect("hand_ins")
        return self.send(request, hand_in, kept)

    def send(self, request: SignedIn, hand_in: HandIn, typed: dict[str, Any]) -> HttpResponse:
        form = HandInForm.from_draft(typed, timezone.now())
        try:
            _, plan = readable(typed)
            commands.send_hand_in(actor=request.user, hand_in=hand_in, plan=plan, now=timezone.now())
        except ValidationError as error:
            form.refuse(error.messages[0])
            return self.show_draft(request, hand_in, form, typed, status=400)
        messages.success(request, "It is handed in. It stays yours until the front door says that it has it.")
        return redirect("hand_in", hand_in.reference)

    def act(self, request: SignedIn, hand_in: HandIn, act: str) -> HttpResponse:
        form = WordsForm(request.POST)
        words = form.cleaned_data["words"] if form.is_valid() else ""
        try:
            ACTS[act](request.user, hand_in, words, timezone.now())
        except ValidationError as error:
            form = words_form(act, request.POST)
            form.add_error("words", error.messages[0])
            found = queries.read_hand_in(actor=request.user, reference=hand_in.reference)
            return self.show(request, found, status=400, **{act: form})
        messages.success(request, DONE[act])
        return redirect("hand_in", hand_in.reference)

    def is_contested(self, request: SignedIn, hand_in: HandIn, form: HandInForm, typed: dict[str, Any]) -> bool:
        """Whether a colleague saved it since this form was made; the form then shows both."""
        if not typed or is_version(request.POST.get("version", ""), request.user, draft_body(typed)):
            return False
        return form.contest(Standing(typed, hand_in.saved_by, hand_in.saved_at))

    def show_draft(
        self, request: SignedIn, hand_in: HandIn, form: HandInForm, typed: dict[str, Any], status: int = 200
    ) -> HttpResponse:
        there, would_help = meter(typed)
        context = {
            "hand_in": hand_in,
            "form": form,
            "there": there,
            "would_help": would_help,
            "version": version_of(request.user, draft_body(typed)),
        }
        return render(request, "referrals/hand_in_draft.html", context, status=status)

    def show(self, request: SignedIn, found: Any, status: int = 200, **wrong: WordsForm) -> HttpResponse:
        hand_in = found.hand_in
        empty = {act: words_form(act) for act in ASKS}
        context = {
            "found": found,
            "hand_in": hand_in,
            "forms": empty | wrong,
            "form": next(iter(wrong.values()), None),
            "may_take": can(request.user, "referrals.take_hand_in", hand_in),
            "waits_to_pass_on": found.case is not None and queries.step_to_pass_on(hand_in.case_id) is not None,
            "now": timezone.now(),
        }
        return render(request, "referrals/hand_in.html", context, status=status)


def words_form(act: str, *posted: Any) -> WordsForm:
    """The box of one act; there are several on the page."""
    label, help_text = ASKS[act]
    return WordsForm(*posted, label=label, help_text=help_text, auto_id=f"{act}_%s")
