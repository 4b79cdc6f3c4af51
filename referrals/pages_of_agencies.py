"""The pages on which a manager sees the agencies of the partnership, and ends the part of one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.commands import end_agency
from accounts.gate import Page, SignedIn
from accounts.queries import agencies_for, get_agency
from accounts.versions import held, is_version, version_of
from referrals import queries, serializers


class Agencies(Page):
    permission = "accounts.end_agency"

    def get(self, request: SignedIn) -> HttpResponse:
        return render(request, "referrals/agencies.html", {"agencies": agencies_for(request.user)})


class EndAgency(Page):
    """What would end with it, in numbers; ended as it was shown, or shown again."""

    permission = "accounts.end_agency"
    needs_version = True

    def get(self, request: SignedIn, number: int) -> HttpResponse:
        return self.show(request, number)

    def post(self, request: SignedIn, number: int) -> HttpResponse:
        agency = held(lambda: get_agency(request.user, number))
        ends = queries.what_ends_with(request.user, agency)
        if not is_version(request.POST.get("version", ""), request.user, serializers.EndsOut(ends).data):
            return self.show(request, number, status=409)
        end_agency(actor=request.user, agency=agency, now=timezone.now())
        messages.success(request, f"{agency.name} has left. What was shared with it has ended.")
        return redirect("agencies")

    def show(self, request: SignedIn, number: int, status: int = 200) -> HttpResponse:
        ends = queries.what_ends_with(request.user, get_agency(request.user, number))
        context = {
            "ends": ends,
            "version": version_of(request.user, serializers.EndsOut(ends).data),
            "has_changed": status != 200,
            "back_url": reverse("agencies"),
        }
        return render(request, "referrals/end_agency.html", context, status=status)
