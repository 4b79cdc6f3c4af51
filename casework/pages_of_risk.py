"""The pages of risk: to assess it, why it is what it is, to countersign what lowers it, to note a MARAC referral."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.authorization import NotPossibleNow, authorize, can
from accounts.contested import Standing
from accounts.gate import Page, SignedIn
from accounts.versions import held, is_version, version_of
from casework import commands, queries, serializers
from casework.forms_of_risk import AssessmentForm, BeginForm, MaracForm, form_of
from casework.forms_of_sharing import add_errors
from casework.models import Case, Party, RiskAssessment, RiskLevel, standing_level
from casework.pages import CasePage, read_id, risk_seen, version_in


class WhyThisGrade(Page):
    """Why the risk is what it is, how old that is, and how it came about."""

    permission = "casework.view_case"

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        now = timezone.now()
        view = queries.read_why(actor=request.user, reference=reference, now=now)
        context = {
            "view": view,
            "case": view.case,
            "now": now,
            "may_assess": can(request.user, "casework.assess_risk", view.case),
            "may_note": can(request.user, "casework.note_marac", view.case),
            "may_countersign": bool(view.waiting) and can(request.user, "casework.countersign_risk", view.waiting),
        }
        return render(request, "casework/why.html", context)


class StartAssessment(Page):
    """With which tool and about whom; or, from a signed one, the correction of it."""

    permission = "casework.assess_risk"
    needs_version = False

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        case = self.find(request, reference)
        return self.show(request, case, self.form(request, case))

    def post(self, request: SignedIn, reference: str) -> HttpResponse:
        case = self.find(request, reference)
        if corrected := read_id(request.POST.get("corrects", "")):
            signed = queries.get_assessment(request.user, corrected)
            return self.begin(request, case, signed.instrument, signed.alleged, signed)
        form = self.form(request, case, request.POST)
        if not form.is_valid():
            return self.show(request, case, form, status=400)
        code, chosen = form.cleaned_data["instrument"], form.cleaned_data.get("alleged")
        instrument = next(each for each in queries.instruments_for(case, timezone.now()) if each.code == code)
        try:
            return self.begin(request, case, instrument, party_of(case, chosen), None)
        except ValidationError as error:
            add_errors(form, error)
            return self.show(request, case, form, status=400)

    def begin(
        self, request: SignedIn, case: Any, instrument: Any, alleged: Any, corrected: RiskAssessment | None
    ) -> HttpResponse:
        about = {"instrument": instrument, "alleged": alleged, "supersedes": corrected}
        begun = commands.start_assessment(actor=request.user, case=case, now=timezone.now(), **about)
        return redirect("assessment", begun.public_id)

    def find(self, request: SignedIn, reference: str) -> Case:
        case = queries.get_case(request.user, reference, self.permission)
        authorize(request.user, self.permission, case)
        return case

    def form(self, request: SignedIn, case: Case, *data: Any) -> BeginForm:
        parties = queries.alleged_in(case)
        initial = {"alleged": str(parties[0].public_id)} if len(parties) == 1 else {}
        tools = queries.instruments_for(case, timezone.now())
        return BeginForm(*data, instruments=tools, parties=parties, initial=initial)

    def show(self, request: SignedIn, case: Any, form: BeginForm, status: int = 200) -> HttpResponse:
        queries.names_are_shown(request.user, case)
        words = {"heading": "Assess the risk", "submit": "Begin"}
        back = reverse("why_this_grade", args=[case.reference])
        return render(request, "casework/form.html", {"form": form, "back_url": back, **words}, status=status)


class Assess(Page):
    """A draft, to go on with, to save, or to sign; once it is signed, what it said."""

    permission = "casework.assess_risk"
    needs_version = True

    def get(self, request: SignedIn, public_id: UUID) -> HttpResponse:
        assessment = queries.read_assessment(actor=request.user, public_id=public_id, names=True)
        if assessment.signed_at:
            return self.show_signed(request, assessment)
        return self.show(request, assessment, form_of(assessment.instrument)(initial=assessment.draft))

    def post(self, request: SignedIn, public_id: UUID) -> HttpResponse:
        assessment = held(lambda: queries.get_assessment(request.user, public_id))
        authorize(request.user, self.permission, assessment)
        form = form_of(assessment.instrument)(request.POST)
        if self.is_contested(request, assessment, form):
            return self.show(request, assessment, form, status=409)
        draft = form.typed(request.POST)
        if "sign" in request.POST and form.is_valid() and self.sign(request, assessment, form):
            return redirect("why_this_grade", assessment.case.reference)
        saved = commands.save_assessment(actor=request.user, assessment=assessment, draft=draft, now=timezone.now())
        if "sign" in request.POST:
            return self.show(request, saved, form, status=400)
        messages.success(request, "The draft is saved. Nothing of it is graded yet.")
        return redirect("assessment", assessment.public_id)

    def sign(self, request: SignedIn, assessment: RiskAssessment, form: AssessmentForm) -> bool:
        """Whether it is signed; if not, the form says what is wrong."""
        try:
            plan = form.plan(request.user)
            commands.sign_assessment(actor=request.user, assessment=assessment, plan=plan, now=timezone.now())
        except ValidationError as error:
            problems = error.update_error_dict({}).items()
            items = {item["code"] for item in assessment.instrument.content["items"]}
            add_errors(form, ValidationError({f"q_{n}" if n in items else n: words for n, words in problems}))
            return False
        return True

    def is_contested(self, request: SignedIn, assessment: RiskAssessment, form: AssessmentForm) -> bool:
        """Whether to save what was typed would write over what the form was not made of; it then says so."""
        if assessment.signed_at:
            form.refuse("This was signed after you opened it. What you typed is below, and is not saved.")
            return True
        if not assessment.draft or is_version(version_in(request), request.user, assessment_seen(assessment)):
            return False
        by, at = assessment.saved_by or assessment.started_by, assessment.saved_at or assessment.started_at
        return form.contest(Standing(assessment.draft, by, at))

    def show(self, request: SignedIn, assessment: Any, form: AssessmentForm, status: int = 200) -> HttpResponse:
        if request.method == "POST":
            queries.assessment_is_shown(request.user, assessment, names=True)
        context = {
            "assessment": assessment,
            "form": form,
            "version": version_of(request.user, assessment_seen(assessment)),
            "back_url": reverse("why_this_grade", args=[assessment.case.reference]),
        }
        return render(request, "casework/assess.html", context, status=status)

    def show_signed(self, request: SignedIn, assessment: RiskAssessment) -> HttpResponse:
        back = reverse("why_this_grade", args=[assessment.case.reference])
        entry = queries.Entry(assessment, queries.SHOWN_OF_ASSESSMENT)
        context = {"assessment": assessment, "rows": entry.rows, "back_url": back}
        return render(request, "casework/assessment.html", context)


class CountersignRisk(Page):
    """A second person looks at a lower level, and agrees; who does not, judges anew."""

    permission = "casework.countersign_risk"
    needs_version = True

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        return self.show(request, self.find(request, reference))

    def post(self, request: SignedIn, reference: str) -> HttpResponse:
        waiting = held(lambda: self.find(request, reference))
        if not is_version(version_in(request), request.user, risk_seen(waiting)):
            raise NotPossibleNow("The risk was judged anew after you opened this. Look at it again.")
        commands.countersign_risk(actor=request.user, level=waiting, now=timezone.now())
        messages.success(request, "The lower level stands from now on.")
        return redirect("why_this_grade", waiting.case.reference)

    def find(self, request: SignedIn, reference: str) -> RiskLevel:
        return queries.get_waiting_level(request.user, reference)

    def show(self, request: SignedIn, waiting: RiskLevel) -> HttpResponse:
        queries.level_is_shown(request.user, waiting)
        context = {
            "waiting": waiting,
            "stands": standing_level(waiting.case),
            "version": version_of(request.user, risk_seen(waiting)),
            "back_url": reverse("why_this_grade", args=[waiting.case.reference]),
        }
        return render(request, "casework/countersign.html", context)


class NoteMarac(CasePage):
    permission = "casework.note_marac"
    form_class = MaracForm
    heading = "Note a referral to MARAC"
    submit = "Note it"
    back = "why_this_grade"

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        case = queries.get_case(request.user, reference, self.permission)
        authorize(request.user, self.permission, case)
        return self.show(request, case, self.form(case))

    def post(self, request: SignedIn, reference: str) -> HttpResponse:
        case = queries.get_case(request.user, reference, self.permission)
        form = self.form(case, request.POST)
        if form.is_valid():
            said = form.cleaned_data
            about = {"alleged": party_of(case, said.get("alleged")), "gate": said["gate"]}
            try:
                commands.note_marac(
                    actor=request.user, case=case, referred_on=said["referred_on"], now=timezone.now(), **about
                )
                return redirect("why_this_grade", case.reference)
            except ValidationError as error:
                add_errors(form, error)
        return self.show(request, case, form, status=400)

    def form(self, case: Case, *data: Any) -> MaracForm:
        return MaracForm(*data, parties=queries.alleged_in(case))

    def show(self, request: SignedIn, case: Any, form: Any, status: int = 200) -> HttpResponse:
        queries.names_are_shown(request.user, case)
        return super().show(request, case, form, status)


def party_of(case: Case, public_id: str | None) -> Party | None:
    return next((p for p in queries.alleged_in(case) if str(p.public_id) == public_id), None)


def assessment_seen(assessment: RiskAssessment) -> Any:
    return serializers.assessment_body(assessment)
