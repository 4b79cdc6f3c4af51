"""The pages of workers: each fetches through queries, checks the shape, and calls one command."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from accounts import commands, queries
from accounts.authorization import NotPossibleNow, authorize
from accounts.commands.invitations import CLOSED, invitation_of
from accounts.forms import InviteForm, JoinForm, ReleaseForm, RoleForm
from accounts.gate import Page, SignedIn
from accounts.links import opens
from accounts.models import Invitation, User


class Workers(Page):
    """Whom the actor looks after: there, invited, on the way and ended; and the form that invites."""

    permission = "accounts.invite_worker"
    needs_version = False

    def get(self, request: SignedIn) -> HttpResponse:
        return self.show(request, InviteForm(actor=request.user))

    def post(self, request: SignedIn) -> HttpResponse:
        form = InviteForm(request.POST, actor=request.user)
        if not form.is_valid():
            return self.show(request, form, status=400)
        try:
            commands.invite_worker(actor=request.user, now=timezone.now(), **form.said())
        except ValidationError as error:
            form.add_error(None, error)
            return self.show(request, form, status=400)
        messages.success(request, "They are invited: a mail with a link is on its way to them.")
        return redirect("workers")

    def show(self, request: SignedIn, form: InviteForm, status: int = 200) -> HttpResponse:
        now = timezone.now()
        context = {
            "workers": queries.workers_for(request.user),
            "invitations": [(each, each.is_open(now)) for each in queries.invitations_for(request.user)],
            "coming": queries.coming_to(request.user),
            "form": form,
        }
        return render(request, "accounts/workers.html", context, status=status)


class OfInvitation(Page):
    """What is done to one invitation, by a button beside it."""

    permission = "accounts.invite_worker"
    needs_version = False
    done = ""

    def post(self, request: SignedIn, public_id: UUID) -> HttpResponse:
        self.act(request.user, queries.get_invitation(request.user, public_id))
        messages.success(request, self.done)
        return redirect("workers")

    def act(self, actor: User, invitation: Invitation) -> None:
        raise NotImplementedError


class SendInvitationAgain(OfInvitation):
    done = "It is sent again, with another link. The one before no longer works."

    def act(self, actor: User, invitation: Invitation) -> None:
        commands.send_invitation_again(actor=actor, invitation=invitation, now=timezone.now())


class TakeBackInvitation(OfInvitation):
    done = "It is taken back: its link no longer works."

    def act(self, actor: User, invitation: Invitation) -> None:
        commands.take_back_invitation(actor=actor, invitation=invitation, now=timezone.now())


class OfWorker(Page):
    """What is done to one worker: the page says what will happen, and the form does it."""

    needs_version = False
    template = "accounts/worker.html"
    done = ""

    def get(self, request: SignedIn, public_id: UUID) -> HttpResponse:
        worker = self.find(request, public_id)
        return self.show(request, worker, self.form(actor=request.user, worker=worker))

    def post(self, request: SignedIn, public_id: UUID) -> HttpResponse:
        worker = self.find(request, public_id)
        form = self.form(request.POST, actor=request.user, worker=worker)
        if not form.is_valid():
            return self.show(request, worker, form, status=400)
        self.act(actor=request.user, worker=worker, now=timezone.now(), **form.cleaned_data)
        messages.success(request, self.done)
        return redirect("workers")

    def find(self, request: SignedIn, public_id: UUID) -> User:
        worker = queries.get_worker(request.user, public_id)
        authorize(request.user, self.permission, worker)
        return worker

    def show(self, request: SignedIn, worker: User, form: forms.Form, status: int = 200) -> HttpResponse:
        context = {"worker": worker, "form": form, "back_url": reverse("workers")}
        return render(request, self.template, context, status=status)

    def form(self, *args: Any, **options: Any) -> forms.Form:
        raise NotImplementedError

    def act(self, **given: Any) -> None:
        raise NotImplementedError


class ChangeRole(OfWorker):
    permission = "accounts.change_role"
    done = "They have their new role. They must sign in again."

    def form(self, *args: Any, **options: Any) -> forms.Form:
        return RoleForm(*args, **options)

    def act(self, **given: Any) -> None:
        commands.change_role(**given)


class EndWorker(OfWorker):
    permission = "accounts.end_worker"
    template = "accounts/end_worker.html"
    done = "Their account is ended. What waited for them has passed on."

    def form(self, *args: Any, actor: User, worker: User) -> forms.Form:
        return forms.Form(*args)

    def act(self, **given: Any) -> None:
        commands.end_worker(**given)


class ReleaseWorker(OfWorker):
    permission = "accounts.release_worker"
    template = "accounts/release_worker.html"
    done = "They are released. The administrator of the other agency can invite them now."

    def form(self, *args: Any, **options: Any) -> forms.Form:
        return ReleaseForm(*args, **options)

    def act(self, **given: Any) -> None:
        commands.release_worker(**given)


class Join(View):
    """By the link of an invitation, for whoever has it. A link that does not open says so, and nothing else."""

    def get(self, request: HttpRequest, public_id: UUID, token: str) -> HttpResponse:
        invitation = invitation_of(public_id)
        if invitation is None or not opens(token, invitation, timezone.now()):
            return self.refuse(request, CLOSED)
        return self.show(request, JoinForm(invitation=invitation))

    def post(self, request: HttpRequest, public_id: UUID, token: str) -> HttpResponse:
        invitation, now = invitation_of(public_id), timezone.now()
        if invitation is None or not opens(token, invitation, now):
            return self.refuse(request, CLOSED)
        form = JoinForm(request.POST, invitation=invitation)
        if not form.is_valid():
            return self.show(request, form, status=400)
        password = form.cleaned_data["password"]
        try:
            commands.accept_invitation(actor=None, name=public_id, token=token, password=password, now=now)
        except NotPossibleNow as refusal:
            return self.refuse(request, str(refusal))
        messages.success(request, "Your password is kept. Sign in with it.")
        return redirect("account_login")

    def show(self, request: HttpRequest, form: JoinForm, status: int = 200) -> HttpResponse:
        return render(request, "accounts/join.html", {"form": form}, status=status)

    def refuse(self, request: HttpRequest, words: str) -> HttpResponse:
        return render(request, "409.html", {"message": words}, status=409)
