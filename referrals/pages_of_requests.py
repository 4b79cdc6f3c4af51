"""The pages of requests for information: for who asks, who approves it, and who answers."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.authorization import authorize, can
from accounts.gate import Page, SignedIn
from accounts.transitions import possible
from casework.forms_of_sharing import add_errors
from casework.models import Purpose
from casework.queries import is_shown
from referrals import commands, queries
from referrals.forms_of_requests import AskForm, FurtherForm, GiveForm, RefuseForm
from referrals.models import InformationRequest, Referral
from referrals.states import ANSWER, REQUEST_TRANSITIONS


class Requests(Page):
    """What the worker's agency asked of others, and what it is asked."""

    permission = "referrals.view_request"

    def get(self, request: SignedIn) -> HttpResponse:
        found = queries.requests_for(actor=request.user)
        context = {"by_us": found.by_us, "of_us": found.of_us, "now": timezone.now()}
        return render(
            request, "referrals/requests.html", context | {"may_ask": can(request.user, "referrals.ask_information")}
        )


class AskInformation(Page):
    """A victim information request; or, where the address names a referral, more about whom it is about."""

    permission = "referrals.ask_information"
    needs_version = False

    def get(self, request: SignedIn) -> HttpResponse:
        referral = self.referral(request)
        return self.show(request, FurtherForm() if referral else AskForm(), referral)

    def post(self, request: SignedIn) -> HttpResponse:
        referral = self.referral(request)
        form = FurtherForm(request.POST) if referral else AskForm(request.POST)
        if not form.is_valid():
            return self.show(request, form, referral, status=400)
        by: dict[str, Any] = {"actor": request.user, "plan": form.plan(), "now": timezone.now()}
        try:
            made = commands.ask_further(referral=referral, **by) if referral else commands.ask_information(**by)
        except ValidationError as error:
            add_errors(form, error)
            return self.show(request, form, referral, status=400)
        messages.success(request, "It is asked." if referral else "A second person of your agency must approve it.")
        return redirect("information_request", made.reference)

    def referral(self, request: SignedIn) -> Referral | None:
        named = request.GET.get("referral", "")
        referral = queries.get_referral(request.user, named) if named else None
        authorize(request.user, self.permission, referral)
        return referral

    def show(self, request: SignedIn, form: Any, referral: Referral | None, status: int = 200) -> HttpResponse:
        back = reverse("referral", args=[referral.reference]) if referral else reverse("requests")
        heading = "Ask for more about this referral" if referral else "Victim information request"
        context = {"form": form, "heading": heading, "submit": "Ask", "back_url": back}
        return render(request, "casework/form.html", context, status=status)


class ShowRequest(Page):
    """One request: what is asked, what was answered, and what the worker may do with it now."""

    permission = "referrals.view_request"
    needs_version = False

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        return self.show(request, reference, RefuseForm())

    def post(self, request: SignedIn, reference: str) -> HttpResponse:
        asked, by = queries.get_request(request.user, reference), {"actor": request.user, "now": timezone.now()}
        verbs = {"approve": commands.approve_request, "withdraw": commands.withdraw_request}
        verb = request.POST.get("verb", "")
        if verb in verbs:
            verbs[verb](request=asked, **by)  # type: ignore[arg-type]
            return redirect("information_request", reference)
        if verb != "answer":
            raise Http404
        authorize(request.user, ANSWER, asked)
        form = RefuseForm(request.POST)
        if not form.is_valid():
            return self.show(request, reference, form, status=400)
        try:
            answer(request, asked, form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
            return self.show(request, reference, form, status=400)
        messages.success(request, "Your answer is recorded, and who asked is told to read it.")
        return redirect("information_request", reference)

    def show(self, request: SignedIn, reference: str, form: RefuseForm, status: int = 200) -> HttpResponse:
        asked = queries.read_request(actor=request.user, reference=reference)
        context = {
            "request_for": asked,
            "asked": queries.asked(asked),
            "answered": queries.answered(asked),
            "verbs": {each.verb for each in possible(asked, REQUEST_TRANSITIONS, actor=request.user)},
            "form": form,
        }
        return render(request, "referrals/request.html", context, status=status)


def answer(request: SignedIn, asked: InformationRequest, said: dict[str, Any]) -> None:
    by: dict[str, Any] = {"actor": request.user, "request": asked, "words": said["words"], "now": timezone.now()}
    if said["answer"] == "not_held":
        commands.answer_not_held(**by)
    else:
        commands.refuse_information(refusal=said["refusal"], **by)


class GiveInformation(Page):
    """The decision to share what was asked for: in effect at once."""

    permission = ANSWER
    needs_version = False

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        asked = self.found(request, reference)
        return self.show(request, asked, self.form(request, asked))

    def post(self, request: SignedIn, reference: str) -> HttpResponse:
        asked = self.found(request, reference)
        form = self.form(request, asked, request.POST)
        if not form.is_valid() or "preview" in request.POST:
            return self.show(request, asked, form, status=200 if "preview" in request.POST else 400)
        try:
            commands.give_information(actor=request.user, request=asked, share=form.plan(), now=timezone.now())
        except ValidationError as error:
            add_errors(form, error)
            return self.show(request, asked, form, status=400)
        messages.success(request, "It is shared, and who asked is told to read it.")
        return redirect("information_request", reference)

    def found(self, request: SignedIn, reference: str) -> InformationRequest:
        asked = queries.get_request(request.user, reference)
        authorize(request.user, self.permission, asked)
        return asked

    def form(self, request: SignedIn, asked: InformationRequest, *data: Any) -> GiveForm:
        running = asked.referral.decision if asked.referral else None
        usual: dict[str, Any] = {
            "purpose": running.purpose if running else Purpose.REQUEST,
            "categories": asked.categories,
        }
        usual |= {"until": running.until} if running else {}
        return GiveForm(*data, request=asked, actor=request.user, now=timezone.now(), initial=usual)

    def show(self, request: SignedIn, asked: InformationRequest, form: GiveForm, status: int = 200) -> HttpResponse:
        is_shown(actor=request.user, subject=asked, purpose="sharing")  # what they said to being shared about
        context = {
            "form": form,
            "request_for": asked,
            "preview": queries.preview_given(actor=request.user, request=asked, categories=form.chosen()),
            "back_url": reverse("information_request", args=[asked.reference]),
        }
        return render(request, "referrals/give.html", context, status=status)
