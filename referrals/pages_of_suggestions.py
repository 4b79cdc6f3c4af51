"""The page that refers to partners, with what is suggested, and the page of what nobody offers."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.gate import Page, SignedIn
from casework.forms_of_sharing import add_errors
from casework.models import Case, Need
from casework.queries import get_case
from referrals import commands, queries
from referrals.forms_of_suggestions import DraftForm, SearchForm, known_of
from referrals.plans import AS_KNOWN, Search
from referrals.routing import FIRST


class DraftReferrals(Page):
    """Look, choose one service or several, and begin a draft to each; or note that nobody fits.

    To look again is a reading, by POST, so that nothing of a case stands in an address.
    """

    permission = "referrals.draft_referral"
    needs_version = False

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        case = get_case(request.user, reference, self.permission)
        return self.show(request, case, AS_KNOWN)

    def post(self, request: SignedIn, reference: str) -> HttpResponse:
        case = get_case(request.user, reference, self.permission)
        looked = SearchForm(request.POST, areas=self.areas(request, case))
        if not looked.is_valid():
            return self.show(request, case, AS_KNOWN, looked=looked, status=400)
        search = looked.search()
        if "look" in request.POST:
            return self.show(request, case, search, looked=looked)
        if "nobody" in request.POST:
            commands.note_gaps(actor=request.user, case=case, search=search, now=timezone.now())
            messages.success(request, "It is noted that nobody fits. To go on looking is a next step of the case.")
            return redirect("case_referrals", case.reference)
        return self.draft(request, case, looked)

    def draft(self, request: SignedIn, case: Case, looked: SearchForm) -> HttpResponse:
        search = looked.search()
        form = DraftForm(request.POST, services=queries.services_for_case(request.user, case))
        if not form.is_valid():
            return self.show(request, case, search, looked=looked, form=form, status=400)
        try:
            drafted = commands.draft_referrals(
                actor=request.user, case=case, plans=form.plans(), search=search, now=timezone.now()
            )
        except ValidationError as error:
            add_errors(form, error)
            return self.show(request, case, search, looked=looked, form=form, status=400)
        if len(drafted) == 1:
            return redirect("send_referral", drafted[0].reference)
        messages.success(request, f"{len(drafted)} drafts are begun. Decide for each what to share, and send it.")
        return redirect("case_referrals", case.reference)

    def areas(self, request: SignedIn, case: Case) -> list[str]:
        """The partnership's own area, and those that a service names."""
        named = queries.services_for_case(request.user, case).values_list("areas", flat=True)
        return sorted({case.partnership.name, *(area for areas in named for area in areas)})

    def show(self, request: SignedIn, case: Case, search: Search, **more: Any) -> HttpResponse:
        services = queries.services_for_case(request.user, case)
        found = queries.suggestions_for(actor=request.user, case=case, search=search, now=timezone.now())
        looked = more.get("looked")
        if looked is None or (search == AS_KNOWN and looked.is_valid()):
            looked = SearchForm(areas=self.areas(request, case), initial=known_of(found.sought))
        form = more.get("form") or DraftForm(services=services)
        context = {
            "case": case,
            "found": found,
            "unmet_needs": ", ".join(str(Need(each.need).label) for each in found.unmet if each.need),
            "looked": looked,
            "form": form,
            "first": form.rows(found.suggested[:FIRST]),
            "rest": list(form.rows(found.suggested[FIRST:])),
            "excluded": list(form.rows(found.excluded)),
            "back_url": reverse("case_referrals", args=[case.reference]),
        }
        return render(request, "referrals/draft.html", context, status=more.get("status", 200))


class Gaps(Page):
    """What nobody offered, by month, need and reason: for who pays for services. It names no case."""

    permission = "referrals.view_gaps"

    def get(self, request: SignedIn) -> HttpResponse:
        return render(request, "referrals/gaps.html", {"missing": queries.gaps_for(actor=request.user)})
