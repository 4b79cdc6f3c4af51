"""The pages that say who somebody is: whether they are known already, and that two parties are one person."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.authorization import NotPossibleNow, NotVisible, authorize
from accounts.gate import Page, SignedIn
from accounts.versions import held, is_version, version_of
from casework import commands, queries
from casework.forms_of_people import ProbeForm, said_so_far
from casework.models import ABOUT, Party


class KnownAlready(Page):
    """Is this person known already? What is searched for travels in the body, never in the address."""

    permission = "casework.find_person"
    needs_version = False

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        case, said = queries.read_probe(actor=request.user, reference=reference)
        return self.show(request, case, ProbeForm(initial=said))

    def post(self, request: SignedIn, reference: str) -> HttpResponse:
        case = queries.get_case(request.user, reference, self.permission)
        queries.is_shown(actor=request.user, subject=case)
        form = ProbeForm(request.POST)
        if not form.is_valid():
            return self.show(request, case, form, status=400)
        matches = queries.find_person(actor=request.user, probe=form.probe(), besides=case)
        return self.show(request, case, form, matches=matches)

    def show(
        self, request: SignedIn, case: Any, form: ProbeForm, matches: Any = None, status: int = 200
    ) -> HttpResponse:
        victim = case.parties.filter(role__in=ABOUT).order_by("pk").first()
        version = version_of(request.user, link_seen(victim)) if victim else ""
        context = {"case": case, "form": form, "matches": matches, "victim": victim, "version": version}
        return render(
            request,
            "casework/known.html",
            context | {"back_url": reverse("case", args=[case.reference])},
            status=status,
        )


class LinkPerson(Page):
    permission = "casework.link_person"
    needs_version = True

    def post(self, request: SignedIn, reference: str) -> HttpResponse:
        case = held(lambda: queries.get_case(request.user, reference, self.permission))
        authorize(request.user, self.permission, case)
        party = queries.get_party(request.user, request.POST.get("party", ""))
        same = queries.get_party(request.user, request.POST.get("same_as", ""))
        if party.case_id != case.pk:
            raise NotVisible(self.permission, case)
        if not is_version(request.POST.get("version", ""), request.user, link_seen(party)):
            raise NotPossibleNow("Somebody said who this person is after you looked. Look again before you link them.")
        commands.link_person(actor=request.user, party=party, to=same)
        return redirect("case", case.reference)


class KnownSoFar(Page):
    """Whom a contact may be about, while it is being typed: a part of its page, and nothing of it is kept."""

    permission = "casework.find_person"
    needs_version = False

    def post(self, request: SignedIn, reference: str) -> HttpResponse:
        contact = queries.get_contact(request.user, reference)
        known = queries.known_so_far(actor=request.user, contact=contact, probe=said_so_far(request.POST))
        return render(request, "casework/_known.html", {"known": known})


def link_seen(party: Party) -> Any:
    """Whom a party was known to be when it was looked at."""
    return [str(party.public_id), party.person_id]
