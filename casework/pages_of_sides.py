"""The pages of two-sided cases, for the one named senior practitioner; and the page that names her."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.authorization import authorize, can
from accounts.gate import Page, SignedIn
from casework import commands, queries
from casework.forms_of_sharing import add_errors
from casework.forms_of_sides import JudgeSidesForm, NameSeniorForm


class Pairs(Page):
    """The two-sided cases, the newest first."""

    permission = "casework.view_two_sides"

    def get(self, request: SignedIn) -> HttpResponse:
        page = queries.pairs_for(actor=request.user, after=request.GET.get("after", ""))
        next_url = f"{request.path}?after={page.after}" if page.after else ""
        return render(request, "casework/pairs.html", {"pairs": page.pairs, "next_url": next_url})


class ShowPair(Page):
    """One pair: why it was found, what leads to each case, and what is judged of it."""

    permission = "casework.view_two_sides"
    needs_version = False  # a judgement is added to those before

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        return self.show(request, queries.read_pair(actor=request.user, reference=reference), JudgeSidesForm())

    def post(self, request: SignedIn, reference: str) -> HttpResponse:
        pair = queries.get_pair(request.user, reference)
        form = JudgeSidesForm(request.POST)
        if form.is_valid():
            try:
                commands.judge_two_sides(actor=request.user, pair=pair, now=timezone.now(), **form.cleaned_data)
                messages.success(request, "It is written down. Only you can read it here.")
                return redirect("two_sides", pair.reference)
            except ValidationError as error:
                add_errors(form, error)
        return self.show(request, queries.read_pair(actor=request.user, reference=reference), form, status=400)

    def show(self, request: SignedIn, view: queries.PairView, form: JudgeSidesForm, status: int = 200) -> HttpResponse:
        context = {"view": view, "form": form, "back_url": reverse("pairs")}
        return render(request, "casework/pair.html", context, status=status)


class Senior(Page):
    """Who the named senior practitioner is; for whoever may, the form that names another."""

    permission = "casework.view_senior_practitioner"
    needs_version = False

    def get(self, request: SignedIn) -> HttpResponse:
        return self.show(request, NameSeniorForm(able=queries.who_can_be_named(request.user)))

    def post(self, request: SignedIn) -> HttpResponse:
        authorize(request.user, "casework.name_senior_practitioner")
        form = NameSeniorForm(request.POST, able=queries.who_can_be_named(request.user))
        if not form.is_valid():
            return self.show(request, form, status=400)
        worker = form.cleaned_data["worker"]
        commands.name_senior_practitioner(actor=request.user, worker=worker, now=timezone.now())
        messages.success(request, f"{worker} is the named senior practitioner.")
        return redirect("senior_practitioner")

    def show(self, request: SignedIn, form: NameSeniorForm, status: int = 200) -> HttpResponse:
        may_name = can(request.user, "casework.name_senior_practitioner")
        context = {"senior": queries.senior_of(request.user), "form": form if may_name else None}
        return render(request, "casework/senior.html", context, status=status)
