"""How it goes on with a referral, said by the addressed agency on one page for each verb; and partners' scorecards."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.authorization import NotVisible
from accounts.gate import Page, SignedIn
from accounts.transitions import Transition
from accounts.versions import held
from casework.forms_of_sharing import add_errors
from referrals import commands, queries, states
from referrals.forms import AskForm, DuplicateForm, GiveUpForm, WaitForm
from referrals.models import Referral


@dataclass(frozen=True)
class Verb:
    """One way on: its row of the state table, what is asked, the command, and the words around it."""

    transition: Transition
    form: type[forms.Form]
    command: Callable[..., Referral]
    heading: str
    submit: str
    done: str

    @property
    def needs_form(self) -> bool:
        return self.form is not forms.Form


VERBS = {
    "acknowledge": Verb(
        states.ACKNOWLEDGE,
        forms.Form,
        commands.acknowledge_referral,
        "Say that you received this referral",
        "We have received it",
        "They see that you received it. Its answer is yours.",
    ),
    "ask": Verb(
        states.ASK,
        AskForm,
        commands.ask_about_referral,
        "Ask for what is missing",
        "Ask",
        "They are asked, and your clock stands still.",
    ),
    "wait": Verb(
        states.WAIT,
        WaitForm,
        commands.put_on_waiting_list,
        "Put them on your waiting list",
        "Put them on the list",
        "They wait for a place. The agency that asked can see it.",
    ),
    "duplicate": Verb(
        states.DUPLICATE,
        DuplicateForm,
        commands.set_aside_duplicate,
        "We have this referral already",
        "Set it aside",
        "The referral is set aside.",
    ),
    "engage": Verb(
        states.ENGAGE,
        forms.Form,
        commands.engage,
        "Are you in touch with them?",
        "We are in touch",
        "You are in touch with them. The agency that asked can see it.",
    ),
    "give-up": Verb(
        states.GIVE_UP,
        GiveUpForm,
        commands.give_up,
        "They cannot be reached",
        "Give it back",
        "The referral went back to the agency that sent it.",
    ),
}


class ProgressReferral(Page):
    """One verb. What needs no form is a button on the referral's page, and has this page without JavaScript too."""

    permission = states.PROGRESS
    needs_version = False  # what was sent stands still, and the state says what can be said of it

    def get(self, request: SignedIn, reference: str, verb: str) -> HttpResponse:
        referral, asked = self.referral(request, reference), self.verb(verb)
        return self.show(referral, asked, asked.form(), request)

    def post(self, request: SignedIn, reference: str, verb: str) -> HttpResponse:
        referral, asked = held(lambda: self.referral(request, reference)), self.verb(verb)
        form = asked.form(request.POST)
        if form.is_valid():
            try:
                asked.command(actor=request.user, referral=referral, now=timezone.now(), **form.cleaned_data)
            except ValidationError as error:
                add_errors(form, error)
            else:
                messages.success(request, asked.done)
                return redirect("referral", referral.reference)
        return self.show(referral, asked, form, request, status=400)

    def referral(self, request: SignedIn, reference: str) -> Referral:
        return queries.get_referral(request.user, reference)

    def verb(self, name: str) -> Verb:
        """Raises `NotVisible` for one that there is not, as for a referral."""
        if name not in VERBS:
            raise NotVisible(self.permission, named=name)
        return VERBS[name]

    def show(
        self, referral: Referral, asked: Verb, form: forms.Form, request: SignedIn, status: int = 200
    ) -> HttpResponse:
        context = {
            "form": form,
            "heading": asked.heading,
            "submit": asked.submit,
            "back_url": reverse("referral", args=[referral.reference]),
        }
        return render(request, "casework/form.html", context, status=status)


class Scorecards(Page):
    """How quickly and how each service answers: of the sender all, of a partner their own."""

    permission = "referrals.view_scorecard"

    def get(self, request: SignedIn) -> HttpResponse:
        found = queries.scorecards(actor=request.user, now=timezone.now())
        return render(request, "referrals/scorecards.html", {"scorecards": found})
