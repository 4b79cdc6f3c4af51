"""The pages of contacts and cases: each fetches through queries, checks the shape, and calls one command."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.authorization import NotPossibleNow, NotVisible, can
from accounts.gate import Page, SignedIn
from casework import commands, queries
from casework.forms import CompleteStepForm, ContactForm, ProbeForm, RiskForm, StepForm
from casework.models import CaseKind, PartyRole, StepKind
from casework.states import CaseStatus, ContactStatus


def read_id(text: str) -> UUID | None:
    """A public id that came in an address; None when it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


class Work(Page):
    """What waits for this worker: their drafts, and next steps, their own or their agency's duty queue's."""

    permission = "casework.start_contact"

    def get(self, request: SignedIn) -> HttpResponse:
        of_duty = request.GET.get("whose") == "duty"
        page = queries.steps_for(request.user, read_id(request.GET.get("after", "")), of_duty=of_duty)
        whose = "whose=duty&" if of_duty else ""
        context = {
            "steps": page.steps,
            "drafts": queries.drafts_for(request.user),
            "of_duty": of_duty,
            "next_url": f"{request.path}?{whose}after={page.after}" if page.after else "",
            "now": timezone.now(),
        }
        return render(request, "casework/work.html", context)


class StartContact(Page):
    permission = "casework.start_contact"

    def post(self, request: SignedIn) -> HttpResponse:
        reference = request.POST.get("case", "")
        case = queries.get_case(request.user, reference) if reference else None
        contact = commands.start_contact(actor=request.user, case=case, now=timezone.now())
        return redirect("contact", contact.reference)


class WriteContact(Page):
    """A draft, to go on with, to save, or to log."""

    permission = "casework.log_contact"

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        contact = queries.read_draft(actor=request.user, reference=reference)
        if contact.status == ContactStatus.LOGGED:
            return redirect("case", contact.case.reference)
        return self.show(request, contact, ContactForm.from_draft(contact.draft, timezone.now()))

    def post(self, request: SignedIn, reference: str) -> HttpResponse:
        contact = queries.get_contact(request.user, reference)
        if "save" in request.POST:
            self.keep(request, contact)
            messages.success(request, "The draft is saved. It waits on this page until you log it.")
            return redirect("work")
        form = ContactForm(request.POST)
        if form.is_valid():
            try:
                report = form.report(request.user)
                contact = commands.log_contact(actor=request.user, contact=contact, report=report, now=timezone.now())
                return redirect("case", contact.case.reference)
            except ValidationError as error:
                form.add_error(None, error)
        self.keep(request, contact)
        return self.show(request, contact, form, status=400)

    def keep(self, request: SignedIn, contact: Any) -> None:
        commands.save_draft(actor=request.user, contact=contact, draft=ContactForm.typed(request.POST))

    def show(self, request: SignedIn, contact: Any, form: ContactForm, status: int = 200) -> HttpResponse:
        return render(request, "casework/contact.html", {"contact": contact, "form": form}, status=status)


class Cases(Page):
    permission = "casework.view_case"

    def get(self, request: SignedIn) -> HttpResponse:
        kind = request.GET.get("kind", "")
        page = queries.cases_for(actor=request.user, after=request.GET.get("after", ""), kind=kind)
        next_url = f"{request.path}?after={page.after}&kind={kind}" if page.after else ""
        context = {"cases": page.cases, "next_url": next_url, "kind": kind, "kinds": CaseKind.choices}
        return render(request, "casework/cases.html", context)


class ShowCase(Page):
    permission = "casework.view_case"

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        view = queries.read_case(actor=request.user, reference=reference, purpose=queries.purpose_of(request.user))
        return render(
            request,
            "casework/case.html",
            {
                "view": view,
                "case": view.case,
                "may_open": view.case.status == CaseStatus.INTAKE
                and can(request.user, "casework.open_case", view.case),
                "may_judge": can(request.user, "casework.judge_risk", view.case),
                "may_log": view.is_held and can(request.user, "casework.start_contact"),
                "now": timezone.now(),
            },
        )


class CasePage(Page):
    """A form about one case: subclasses say which form, which words, and what to do with it."""

    form_class: Any = None
    heading = ""
    submit = "Save"

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        return self.show(request, queries.get_case(request.user, reference, self.permission), self.form_class())

    def post(self, request: SignedIn, reference: str) -> HttpResponse:
        case = queries.get_case(request.user, reference, self.permission)
        form = self.form_class(request.POST)
        if not form.is_valid():
            return self.show(request, case, form, status=400)
        try:
            self.act(request, case, form)
        except NotPossibleNow as refusal:
            form.add_error(None, str(refusal))
            return self.show(request, case, form, status=409)
        return redirect("case", case.reference)

    def act(self, request: SignedIn, case: Any, form: Any) -> None:
        raise NotImplementedError

    def show(self, request: SignedIn, case: Any, form: Any, status: int = 200) -> HttpResponse:
        words = {"heading": self.heading, "submit": self.submit}
        back = reverse("case", args=[case.reference])
        return render(request, "casework/form.html", {"form": form, "back_url": back, **words}, status=status)


class OpenCase(CasePage):
    """The next step that the contact left may stand; another may be added."""

    permission = "casework.open_case"
    form_class = StepForm
    heading = "Open the case"
    submit = "Open the case"

    def act(self, request: SignedIn, case: Any, form: StepForm) -> None:
        commands.open_case(actor=request.user, case=case, step=form.plan(request.user), now=timezone.now())


class JudgeRisk(CasePage):
    permission = "casework.judge_risk"
    form_class = RiskForm
    heading = "Judge the risk"

    def act(self, request: SignedIn, case: Any, form: RiskForm) -> None:
        commands.judge_risk(actor=request.user, case=case, now=timezone.now(), **form.cleaned_data)


class CompleteStep(Page):
    """How a next step ended, and what comes after it."""

    permission = "casework.complete_step"

    def get(self, request: SignedIn, public_id: UUID) -> HttpResponse:
        step = queries.get_step(request.user, public_id)
        return self.show(request, step, CompleteStepForm(kind=step.kind))

    def post(self, request: SignedIn, public_id: UUID) -> HttpResponse:
        step = queries.get_step(request.user, public_id)
        form = CompleteStepForm(request.POST, kind=step.kind)
        if not form.is_valid():
            return self.show(request, step, form, status=400)
        try:
            commands.complete_step(
                actor=request.user,
                step=step,
                outcome=form.cleaned_data["outcome"],
                then=form.plan(request.user),
                now=timezone.now(),
            )
        except NotPossibleNow as refusal:
            form.add_error(None, str(refusal))
            return self.show(request, step, form, status=409)
        return redirect("case", step.case.reference)

    def show(self, request: SignedIn, step: Any, form: CompleteStepForm, status: int = 200) -> HttpResponse:
        back = reverse("case", args=[step.case.reference])
        heading = f"{StepKind(step.kind).label}: how did it end?"
        words = {"heading": heading, "submit": "Settle this step", "back_url": back}
        return render(request, "casework/form.html", {"form": form, **words}, status=status)


class KnownAlready(Page):
    """Is this person known already? What is searched for travels in the body, never in the address."""

    permission = "casework.find_person"

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        case, said = queries.read_probe(actor=request.user, reference=reference)
        return self.show(request, case, ProbeForm(initial=said))

    def post(self, request: SignedIn, reference: str) -> HttpResponse:
        case = queries.get_case(request.user, reference, self.permission)
        form = ProbeForm(request.POST)
        if not form.is_valid():
            return self.show(request, case, form, status=400)
        matches = queries.find_person(actor=request.user, probe=form.probe(), besides=case)
        return self.show(request, case, form, matches=matches)

    def show(
        self, request: SignedIn, case: Any, form: ProbeForm, matches: Any = None, status: int = 200
    ) -> HttpResponse:
        victim = case.parties.filter(role=PartyRole.VICTIM).order_by("pk").first()
        context = {"case": case, "form": form, "matches": matches, "victim": victim}
        return render(
            request,
            "casework/known.html",
            context | {"back_url": reverse("case", args=[case.reference])},
            status=status,
        )


class LinkPerson(Page):
    permission = "casework.link_person"

    def post(self, request: SignedIn, reference: str) -> HttpResponse:
        case = queries.get_case(request.user, reference, self.permission)
        party = queries.get_party(request.user, request.POST.get("party", ""))
        same = queries.get_party(request.user, request.POST.get("same_as", ""))
        if party.case_id != case.pk:
            raise NotVisible(self.permission, case)
        commands.link_person(actor=request.user, party=party, to=same)
        return redirect("case", case.reference)
