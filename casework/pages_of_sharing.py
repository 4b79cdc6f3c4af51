"""The pages of consent, shares and agreements: each fetches through queries, checks the shape, calls one command."""

from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.authorization import authorize, can
from accounts.gate import Page, SignedIn
from accounts.queries import agencies_for
from accounts.versions import held, is_version, version_of
from casework import commands, queries, serializers
from casework.categories import Category, labels
from casework.forms_of_sharing import AgreementForm, ConsentForm, ShareForm, ShortenForm, add_errors
from casework.models import Consent, SharingDecision

AGAIN = "Somebody changed this share after it was shown to you, and nothing was done. Look at it, and decide again."


def agencies_of(request: SignedIn) -> Any:
    return agencies_for(request.user)


class ShowSharing(Page):
    """What the victim said to being shared about, and what is shared of a case."""

    permission = "casework.decide_sharing"

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        case = queries.get_case(request.user, reference, self.permission)
        sharing = queries.read_sharing(actor=request.user, case=case)
        now = timezone.now()
        context = {
            "case": case,
            "sharing": sharing,
            "consents": [(each, labels(each.categories)) for each in sharing.consents],
            "now": now,
            "reach": sharing.reach(now),
            "categories": Category,
        }
        return render(request, "casework/sharing.html", context)


class RecordConsent(Page):
    permission = "casework.record_consent"
    needs_version = False

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        case = queries.get_case(request.user, reference, self.permission)
        authorize(request.user, self.permission, case)
        return self.show(request, case, ConsentForm(agencies=agencies_of(request)))

    def post(self, request: SignedIn, reference: str) -> HttpResponse:
        case = queries.get_case(request.user, reference, self.permission)
        form = ConsentForm(request.POST, agencies=agencies_of(request))
        if not form.is_valid():
            return self.show(request, case, form, status=400)
        try:
            commands.record_consent(actor=request.user, case=case, plan=form.plan(), now=timezone.now())
        except ValidationError as error:
            add_errors(form, error)
            return self.show(request, case, form, status=400)
        messages.success(request, "It is written down what they said.")
        return redirect("case_sharing", case.reference)

    def show(self, request: SignedIn, case: Any, form: ConsentForm, status: int = 200) -> HttpResponse:
        words = {"heading": "What did they say to being shared about?", "submit": "Write it down"}
        back = reverse("case_sharing", args=[case.reference])
        return render(request, "casework/form.html", {"form": form, "back_url": back, **words}, status=status)


class WithdrawConsent(Page):
    """Who saw what already, and the button that records that somebody no longer agrees."""

    permission = "casework.withdraw_consent"
    needs_version = False  # withdrawn is withdrawn, whatever else was said meanwhile

    def get(self, request: SignedIn, public_id: UUID) -> HttpResponse:
        consent = queries.read_consent(actor=request.user, public_id=public_id)
        seen = queries.who_saw(request.user, consent)
        context = {
            "consent": consent,
            "seen": [(each, labels(each.categories)) for each in seen],
            "may_withdraw": consent.stands == Consent.GIVEN,
            "back_url": reverse("case_sharing", args=[consent.case.reference]),
        }
        return render(request, "casework/consent.html", context)

    def post(self, request: SignedIn, public_id: UUID) -> HttpResponse:
        consent = queries.get_consent(request.user, public_id)
        commands.withdraw_consent(actor=request.user, consent=consent, now=timezone.now())
        messages.success(request, "They no longer agree. What rested on it has ended; below is who saw what already.")
        return redirect("withdraw_consent", public_id)


class OfShare(Page):
    """A change to a share: its form, and the one command that it leads to."""

    form_class: type[forms.Form] = forms.Form
    needs_version = True
    words: ClassVar[dict[str, str]] = {}
    done = ""

    def get(self, request: SignedIn, public_id: UUID) -> HttpResponse:
        share = queries.get_share(request.user, public_id)
        authorize(request.user, self.permission, share)
        return self.show(request, share, self.form(request, share))

    def post(self, request: SignedIn, public_id: UUID) -> HttpResponse:
        share = held(lambda: queries.get_share(request.user, public_id))
        authorize(request.user, self.permission, share)
        form = self.form(request, share, request.POST)
        if not is_version(request.POST.get("version", ""), request.user, seen(share)):
            form.add_error(None, AGAIN)
            return self.show(request, share, form, status=409)
        if not form.is_valid() or "preview" in request.POST:
            return self.show(request, share, form, status=200 if "preview" in request.POST else 400)
        try:
            self.act(request, share, form)
        except ValidationError as error:
            add_errors(form, error)
            return self.show(request, share, form, status=400)
        messages.success(request, self.done)
        return redirect("case_sharing", share.case.reference)

    def form(self, request: SignedIn, share: Any, *data: Any) -> Any:
        return self.form_class(*data)

    def act(self, request: SignedIn, share: Any, form: Any) -> None:
        raise NotImplementedError

    def more(self, request: SignedIn, share: Any, form: Any) -> dict[str, Any]:
        """What the page shows besides."""
        return {}

    def show(self, request: SignedIn, share: Any, form: Any, status: int = 200) -> HttpResponse:
        queries.is_shown(actor=request.user, subject=share, purpose="sharing")
        context = {
            "form": form,
            "share": share,
            "categories": labels(share.categories),
            "version": version_of(request.user, seen(share)),
            "back_url": reverse("case_sharing", args=[share.case.reference]),
            **self.words,
            **self.more(request, share, form),
        }
        return render(request, "casework/share.html", context, status=status)


class EndSharing(OfShare):
    permission = "casework.end_sharing"
    words: ClassVar[dict[str, str]] = {"heading": "End this share?", "submit": "End it now"}
    done = "The share has ended, and a referral that it came with is taken back."

    def act(self, request: SignedIn, share: Any, form: Any) -> None:
        commands.end_sharing(actor=request.user, decision=share, now=timezone.now())


class ShortenSharing(OfShare):
    permission = "casework.shorten_sharing"
    form_class = ShortenForm
    words: ClassVar[dict[str, str]] = {"heading": "Let this share end earlier", "submit": "Shorten it"}
    done = "The share ends earlier."

    def form(self, request: SignedIn, share: Any, *data: Any) -> Any:
        return ShortenForm(next(iter(data), None), initial={"until": share.until})

    def act(self, request: SignedIn, share: Any, form: Any) -> None:
        until, now = form.cleaned_data["until"], timezone.now()
        commands.shorten_sharing(actor=request.user, decision=share, until=until, now=now)


class WidenSharing(OfShare):
    """More, or for longer: a decision of its own, beside the one that stands."""

    permission = "casework.widen_sharing"
    words: ClassVar[dict[str, str]] = {"heading": "Share more, or for longer", "submit": "Share it now"}
    done = "The wider share is in effect."

    def form(self, request: SignedIn, share: Any, *data: Any) -> Any:
        usual = {
            "purpose": share.purpose,
            "basis": share.basis.code,
            "categories": share.categories,
            "until": share.until,
        }
        about = {"actor": request.user, "case": share.case, "recipient": share.recipient, "now": timezone.now()}
        return ShareForm(*data, **about, initial=usual)

    def more(self, request: SignedIn, share: Any, form: Any) -> dict[str, Any]:
        chosen = form.chosen()
        return {"preview": queries.preview_sharing(actor=request.user, share=share, categories=chosen), "shows": True}

    def act(self, request: SignedIn, share: Any, form: Any) -> None:
        commands.widen_sharing(actor=request.user, decision=share, plan=form.plan(), now=timezone.now())


def seen(share: SharingDecision) -> Any:
    """The share as its form shows it."""
    return serializers.ShareOut(share).data


class Agreements(Page):
    """The information-sharing agreements of the partnership; for whoever may, the form that adds one."""

    permission = "casework.view_agreement"
    needs_version = False

    def get(self, request: SignedIn) -> HttpResponse:
        return self.show(request, AgreementForm(agencies=agencies_of(request)))

    def post(self, request: SignedIn) -> HttpResponse:
        authorize(request.user, "casework.add_agreement")
        form = AgreementForm(request.POST, agencies=agencies_of(request))
        if not form.is_valid():
            return self.show(request, form, status=400)
        try:
            commands.add_agreement(actor=request.user, plan=form.plan(), now=timezone.now())
        except ValidationError as error:
            add_errors(form, error)
            return self.show(request, form, status=400)
        messages.success(request, "The agreement is added.")
        return redirect("agreements")

    def show(self, request: SignedIn, form: AgreementForm, status: int = 200) -> HttpResponse:
        context = {
            "agreements": [(each, each.parties.all()) for each in queries.agreements_for(request.user)],
            "form": form if can(request.user, "casework.add_agreement") else None,
            "today": timezone.localdate(),
        }
        return render(request, "casework/agreements.html", context, status=status)


class ShowAgreement(Page):
    """One agreement; for whoever may, the button that ends it."""

    permission = "casework.view_agreement"
    needs_version = False

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        agreement = queries.get_agreement(request.user, reference)
        context = {
            "agreement": agreement,
            "parties": ", ".join(party.agency.name for party in agreement.parties.select_related("agency")),
            "categories": labels(agreement.categories),
            "may_end": not agreement.ended_at and can(request.user, "casework.end_agreement", agreement),
            "back_url": reverse("agreements"),
        }
        return render(request, "casework/agreement.html", context)

    def post(self, request: SignedIn, reference: str) -> HttpResponse:
        agreement = queries.get_agreement(request.user, reference)
        commands.end_agreement(actor=request.user, agreement=agreement, now=timezone.now())
        messages.success(request, "The agreement has ended. Nothing new is shared under it.")
        return redirect("agreements")
