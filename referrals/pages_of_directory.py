"""The pages of the directory: all services, one of them, and what it says of itself."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.authorization import authorize, can
from accounts.gate import Page, SignedIn
from accounts.versions import held, is_version, version_of
from casework.forms_of_sharing import add_errors
from referrals import commands, queries
from referrals.forms_of_directory import CapacityForm, DirectoryForm, ServiceForm
from referrals.models import Freshness, Service
from referrals.policy import knows_what_is_private
from referrals.serializers_of_directory import whole

COLOURS = {Freshness.FRESH: "green", Freshness.AGEING: "yellow", Freshness.STALE: "red"}
CHANGED = "Somebody changed this after you opened it, and nothing is saved. Look at the service, then save again."


class Directory(Page):
    """The worker's own services with the buttons that say whether there are places, then everybody's by name."""

    permission = "referrals.view_service"

    def get(self, request: SignedIn) -> HttpResponse:
        form = DirectoryForm(request.GET)
        said = form.cleaned_data if form.is_valid() else {}
        typed = request.GET.get("page", "")[:5]
        number = max(int(typed), 1) if typed.isascii() and typed.isdecimal() else 1
        page = queries.directory_for(request.user, said, number=number)
        ours = queries.directory_for(request.user, {}, ours=True).services
        chosen = {name: value for name, value in said.items() if value}
        context = {
            "form": form,
            "lines": lines_of(request, page.services),
            "total": page.total,
            "ours": [line for line in lines_of(request, ours) if line["form"]],
            "next_url": f"?{urlencode(chosen | {'page': number + 1})}" if page.has_next else "",
        }
        return render(request, "referrals/directory.html", context)


class ShowService(Page):
    """What everybody may know of it, and below, for those who refer, what only they may."""

    permission = "referrals.view_service"

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        return show(request, queries.get_service(request.user, reference))


class EditService(Page):
    permission = "referrals.edit_service"
    needs_version = True

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        service = self.find(request, reference)
        return self.show(request, service, ServiceForm.of(service))

    def post(self, request: SignedIn, reference: str) -> HttpResponse:
        service, form = held(lambda: self.find(request, reference)), ServiceForm(request.POST)
        if not is_version(request.POST.get("version", ""), request.user, whole(service)):
            form.is_valid()
            form.add_error(None, CHANGED)
            return self.show(request, service, form, status=409)
        if not form.is_valid():
            return self.show(request, service, form, status=400)
        try:
            commands.edit_service(actor=request.user, service=service, said=form.said(), now=timezone.now())
        except ValidationError as error:
            add_errors(form, error)
            return self.show(request, self.find(request, reference), form, status=400)
        messages.success(request, "Saved. If all of it is right now, say so below.")
        return redirect("service", reference)

    def find(self, request: SignedIn, reference: str) -> Service:
        service = queries.get_service(request.user, reference)
        authorize(request.user, self.permission, service)
        return service

    def show(self, request: SignedIn, service: Service, form: ServiceForm, status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "heading": "What this service says of itself",
            "version": version_of(request.user, whole(service)),
            "back_url": reverse("service", args=[service.entry["id"]]),
        }
        return render(request, "casework/form.html", context, status=status)


class SayCapacity(Page):
    """Two clicks: the page of the directory, and a button on it."""

    permission = "referrals.say_capacity"
    needs_version = False  # how it is now, whatever was said before

    def post(self, request: SignedIn, reference: str) -> HttpResponse:
        service = queries.get_service(request.user, reference)
        authorize(request.user, self.permission, service)
        form = CapacityForm(request.POST)
        if not form.is_valid():
            context = {"form": form, "service": service, "id": reference, "back_url": reverse("directory")}
            return render(request, "referrals/capacity.html", context, status=400)
        commands.say_capacity(actor=request.user, service=service, plan=form.plan(), now=timezone.now())
        messages.success(request, f"Everybody who refers to {service} sees it now.")
        return redirect("directory")


class AssureService(Page):
    """One button: all of what was shown is right."""

    permission = "referrals.assure_service"
    needs_version = True

    def post(self, request: SignedIn, reference: str) -> HttpResponse:
        service = held(lambda: queries.get_service(request.user, reference))
        authorize(request.user, self.permission, service)
        if not is_version(request.POST.get("version", ""), request.user, whole(service)):
            return show(request, service, status=409)
        commands.assure_service(actor=request.user, service=service, now=timezone.now())
        messages.success(request, "Confirmed: all of it is right today.")
        return redirect("service", reference)


def show(request: SignedIn, service: Service, status: int = 200) -> HttpResponse:
    (line,) = lines_of(request, [service])
    context = line | {
        "public": queries.described(service),
        "private": queries.private_of(request.user, service),
        "levels": queries.levels_for(service, timezone.localdate()) if line["knows"] else {},
        "may_agree": can(request.user, "casework.keep_reference"),
        "may_edit": can(request.user, "referrals.edit_service", service),
        "may_assure": can(request.user, "referrals.assure_service", service),
        "version": version_of(request.user, whole(service)),
        "has_changed": status != 200,
        "back_url": reverse("directory"),
    }
    return render(request, "referrals/service.html", context, status=status)


def lines_of(request: SignedIn, services: list[Service]) -> list[dict[str, Any]]:
    """Services with how old their entries are, and the form of their places where the reader may say how many."""
    today = timezone.localdate()
    limits = queries.limits_on(today, request.user.agency.partnership_id)
    return [
        {
            "service": service,
            "id": service.entry["id"],
            "freshness": (state := queries.freshness(service, today, limits)).label,
            "colour": COLOURS[state],
            "knows": knows_what_is_private(request.user, service),
            "form": CapacityForm(auto_id=f"s{service.pk}_%s") if may_say(request, service) else None,
        }
        for service in services
    ]


def may_say(request: SignedIn, service: Service) -> bool:
    return service.agency_id == request.user.agency_id and can(request.user, "referrals.say_capacity", service)
