"""The pages of referrals: the sender's, and the partner's inbox."""

import json
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.authorization import authorize
from accounts.gate import Page, SignedIn
from accounts.transitions import possible, possible_of
from accounts.versions import held, is_version, version_of
from casework.categories import Category, labels
from casework.clocks import hours_left
from casework.forms_of_sharing import PROPOSED, add_errors
from casework.queries import emergency_of, get_case
from referrals import commands, queries, serializers
from referrals.forms import CompleteForm, DeclineForm, ResubmitForm, SendForm, WithdrawForm
from referrals.models import Referral
from referrals.pages_of_progress import VERBS
from referrals.states import ACCEPT, COMPLETE, DECLINE, IN_PLACE, REFERRAL_TRANSITIONS, RESUBMIT, WITHDRAW

CHANGED = "What they will see changed after it was shown to you, and nothing is sent. Look at it below, and send again."


class Inbox(Page):
    """What waits for the worker's agency, soonest due first."""

    permission = "referrals.accept_referral"
    heading = "Inbox"
    caption = "Referrals to your agency, soonest due first"
    template = "referrals/inbox.html"

    def get(self, request: SignedIn) -> HttpResponse:
        mine = request.GET.get("view") == "mine"
        page, now = self.found(request, mine), timezone.now()
        following = urlencode(({"view": "mine"} if mine else {}) | {"after": page.after or ""})
        context = {
            "heading": self.heading,
            "caption": self.caption,
            "lines": self.lines(request, page.referrals, now),
            "next_url": f"{request.path}?{following}" if page.after else "",
            "mine": mine,
        }
        return render(request, self.template, context)

    def found(self, request: SignedIn, mine: bool) -> queries.Inbox:
        return queries.inbox_for(actor=request.user, after=request.GET.get("after", ""), mine=mine)

    def lines(self, request: SignedIn, referrals: list[Referral], now: datetime) -> list[dict[str, Any]]:
        """Each with its clock, what is shared and what is not, and what may be said of it at once."""
        may = possible_of(referrals, IN_PLACE, actor=request.user)
        lines = []
        for referral in referrals:
            given, kept = queries.shares(referral)
            verbs = {each.verb for each in may[referral.pk]}
            lines.append(with_clock(referral, now) | {"given": given, "kept": kept, "verbs": verbs})
        return lines


def with_clock(referral: Referral, now: datetime) -> dict[str, Any]:
    return {"referral": referral, "hours": abs(hours_left(referral.due_at, now)), "is_late": referral.due_at < now}


class Outbox(Inbox):
    """What the worker's agency drafted or sent, and has not ended."""

    permission = "referrals.send_referral"
    heading = "Our referrals"
    caption = "Referrals that your agency drafted or sent, soonest due first"
    template = "referrals/outbox.html"

    def found(self, request: SignedIn, mine: bool) -> queries.Inbox:
        return queries.outbox_for(actor=request.user, after=request.GET.get("after", ""))

    def lines(self, request: SignedIn, referrals: list[Referral], now: datetime) -> list[dict[str, Any]]:
        return [with_clock(referral, now) for referral in referrals]


class CaseReferrals(Page):
    """The referrals of one case that the worker may see."""

    permission = "referrals.view_referral"

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        case = get_case(request.user, reference)
        context = {
            "case": case,
            "emergency": emergency_of(request.user, case),
            "referrals": queries.referrals_of(actor=request.user, case=case),
            "may_refer": queries.may_refer(request.user, case),
            "hand_in": queries.handed_in_as(request.user, case),
        }
        return render(request, "referrals/of_case.html", context)


class ShowReferral(Page):
    """The summary of a referral, and what the worker may do with it now."""

    permission = "referrals.view_referral"

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        referral = queries.read_referral(actor=request.user, reference=reference)
        verbs = {t.verb for t in possible(referral, REFERRAL_TRANSITIONS, actor=request.user)}
        context = {
            "referral": queries.as_seen(request.user, referral),
            "summary": queries.summary(referral),
            "choice": queries.choice_of(request.user, referral),
            "goes_on": queries.goes_on_from(referral),
            "verbs": verbs,
            "shared": queries.shared(referral),
            "does_not_agree": queries.does_not_agree(referral),
            "may_ask_further": queries.may_ask_further(request.user, referral),
            "changed": labels(queries.changed_for(request.user, referral)),
            "case_is_open_to_me": queries.case_is_visible(request.user, referral),
            "progress": [(name, step) for name, step in VERBS.items() if step.transition.verb in verbs],
            "times": queries.times_referred(referral),
        }
        return render(request, "referrals/referral.html", context)


class SendReferral(Page):
    """Decide what to share, look at exactly what the partner will see, and send.

    Nothing is sent while what was looked at is no longer what they would see.
    """

    permission = "referrals.send_referral"
    needs_version = True

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        referral = queries.get_referral(request.user, reference)
        authorize(request.user, self.permission, referral)
        return self.show(request, referral, SendForm(actor=request.user, referral=referral, now=timezone.now()))

    def post(self, request: SignedIn, reference: str) -> HttpResponse:
        referral, now = held(lambda: queries.get_referral(request.user, reference)), timezone.now()
        authorize(request.user, self.permission, referral)
        form = SendForm(request.POST, actor=request.user, referral=referral, now=now)
        if "preview" in request.POST:
            form.is_valid()
            return self.show(request, referral, form, status=200)
        if not self.is_as_shown(request, referral):
            form.add_error(None, CHANGED)
            return self.show(request, referral, form, status=409)
        if not form.is_valid():
            return self.show(request, referral, form, status=400)
        try:
            asked = form.cleaned_data["asked"]
            commands.send_referral(actor=request.user, referral=referral, share=form.plan(), now=now, asked=asked)
        except ValidationError as error:
            add_errors(form, error)
            return self.show(request, referral, form, status=400)
        messages.success(request, "The referral is sent. Its answer is on your list.")
        return redirect("referral", referral.reference)

    def is_as_shown(self, request: SignedIn, referral: Referral) -> bool:
        """Whether the categories that were shown with the form, whatever is ticked now, still hold the same."""
        authorize(request.user, self.permission, referral)
        shown = [name for name in request.POST.get("previewed", "").split() if name in Category.values]
        sections = queries.previewed(referral, shown, timezone.now()).sections
        body = serializers.lasting(serializers.preview_body(referral, sections))
        return is_version(request.POST.get("version", ""), request.user, body)

    def show(self, request: SignedIn, referral: Any, form: SendForm, status: int = 200) -> HttpResponse:
        drafted, now = referral.asked, timezone.now()
        preview = queries.preview(
            actor=request.user, referral=referral, categories=form.chosen(), now=now, asked=form.typed()
        )
        referral.asked = drafted  # whoever types other words over it changes nothing that anybody else saw
        body = serializers.lasting(serializers.preview_body(referral, preview.sections))
        context = {
            "form": form,
            "referral": referral,
            "preview": preview,
            "proposals": json.dumps({purpose: {"basis": b, "categories": c} for purpose, (b, c) in PROPOSED.items()}),
            "previewed": " ".join(form.chosen()),
            "version": version_of(request.user, body),
            "back_url": reverse("referral", args=[referral.reference]),
        }
        return render(request, "referrals/send.html", context, status=status)


class Answer(Page):
    """A verb upon a referral: with a form, or with none when the button says it all."""

    form_class: type[forms.Form] = forms.Form
    needs_version = False  # what was sent stands still, and the state says whether it can still be answered
    words: ClassVar[dict[str, str]] = {}
    done = ""

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        return self.show(request, queries.get_referral(request.user, reference), self.form_class())

    def post(self, request: SignedIn, reference: str) -> HttpResponse:
        referral = held(lambda: queries.get_referral(request.user, reference))
        form = self.form_class(request.POST)
        if form.is_valid():
            try:
                self.act(request, referral, form.cleaned_data)
            except ValidationError as error:
                add_errors(form, error)
            else:
                messages.success(request, self.done)
                return redirect("referral", referral.reference)
        return self.show(request, referral, form, status=400)

    def act(self, request: SignedIn, referral: Any, said: dict[str, Any]) -> None:
        raise NotImplementedError

    def show(self, request: SignedIn, referral: Any, form: forms.Form, status: int = 200) -> HttpResponse:
        back = reverse("referral", args=[referral.reference])
        context = {"form": form, "back_url": back, **self.words}
        return render(request, "casework/form.html", context, status=status)


class AcceptReferral(Answer):
    permission = ACCEPT.permission
    words: ClassVar[dict[str, str]] = {"heading": "Accept this referral?", "submit": "Accept"}
    done = "You accepted the referral. It is yours now, and the case is open to your agency."

    def act(self, request: SignedIn, referral: Any, said: dict[str, Any]) -> None:
        commands.accept_referral(actor=request.user, referral=referral, now=timezone.now())


class DeclineReferral(Answer):
    permission = DECLINE.permission
    form_class = DeclineForm
    words: ClassVar[dict[str, str]] = {"heading": "Decline this referral", "submit": "Decline"}
    done = "You declined the referral. It went back to the agency that sent it."

    def act(self, request: SignedIn, referral: Any, said: dict[str, Any]) -> None:
        commands.decline_referral(actor=request.user, referral=referral, now=timezone.now(), **said)


class WithdrawReferral(Answer):
    permission = WITHDRAW.permission
    form_class = WithdrawForm
    words: ClassVar[dict[str, str]] = {"heading": "Take this referral back", "submit": "Take it back"}
    done = "The referral is taken back, and what was shared with it has ended."

    def act(self, request: SignedIn, referral: Any, said: dict[str, Any]) -> None:
        commands.withdraw_referral(actor=request.user, referral=referral, now=timezone.now(), **said)


class CompleteReferral(Answer):
    permission = COMPLETE.permission
    form_class = CompleteForm
    words: ClassVar[dict[str, str]] = {"heading": "Complete this referral", "submit": "Complete"}
    done = "The referral is complete. Your agency no longer sees the case."

    def act(self, request: SignedIn, referral: Any, said: dict[str, Any]) -> None:
        commands.complete_referral(actor=request.user, referral=referral, now=timezone.now(), **said)


class ResubmitReferral(Answer):
    permission = RESUBMIT.permission
    form_class = ResubmitForm
    words: ClassVar[dict[str, str]] = {"heading": "Add what they ask", "submit": "Add it, and send it back to them"}
    done = "It is back with them, and their clock goes on."

    def act(self, request: SignedIn, referral: Any, said: dict[str, Any]) -> None:
        commands.resubmit_referral(actor=request.user, referral=referral, now=timezone.now(), **said)
