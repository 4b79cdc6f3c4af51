"""The pages of case audits: for who audits, and for whose work it is."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.authorization import NotPossibleNow, authorize, can
from accounts.gate import Page, SignedIn
from casework.forms_of_sharing import add_errors
from casework.pages import read_id
from oversight import commands, queries
from oversight.forms_of_audits import AnswerForm, DrawForm, FinishForm, FollowUpForm
from oversight.models import Answer, AuditFinding, CaseAudit
from oversight.states import AuditStatus


class Audits(Page):
    """The audits of the agency, what they found over time, and the drawing of the next."""

    permission = "oversight.audit_case"
    needs_version = False

    def get(self, request: SignedIn) -> HttpResponse:
        return self.show(request, DrawForm())

    def post(self, request: SignedIn) -> HttpResponse:
        form = DrawForm(request.POST)
        if not form.is_valid():
            return self.show(request, form, status=400)
        audit = commands.draw_audit(actor=request.user, now=timezone.now(), **form.cleaned_data)
        return redirect("audit", audit.public_id)

    def show(self, request: SignedIn, form: DrawForm, status: int = 200) -> HttpResponse:
        now = timezone.now()
        figures = queries.audit_figures(actor=request.user, now=now)
        page = queries.audits_for(actor=request.user, after=read_id(request.GET.get("after", "")))
        context = {
            "audits": page.audits,
            "next_url": f"{request.path}?after={page.after}" if page.after else "",
            "figures": figures,
            "most": max((month.total for month in figures.months), default=0),
            "findings": AuditFinding,
            "answers": Answer,
            "form": form,
            "today": timezone.localdate(now),
        }
        return render(request, "oversight/audits.html", context, status=status)


class OfAudit(Page):
    """One audit, with the form of what this person may do with it now, if anything."""

    needs_version = False
    template = "oversight/audit.html"
    done = ""

    def get(self, request: SignedIn, public_id: UUID) -> HttpResponse:
        audit = queries.read_audit(actor=request.user, public_id=public_id, action=self.permission)
        return self.show(request, audit, self.form(request, audit))

    def post(self, request: SignedIn, public_id: UUID) -> HttpResponse:
        audit = queries.get_audit(request.user, public_id, self.permission)
        authorize(request.user, self.permission, audit)
        form = self.form(request, audit, request.POST)
        if form is None:
            raise NotPossibleNow(f"This audit is {audit.get_status_display().lower()}: there is nothing to add to it.")
        if form.is_valid():
            try:
                self.act(request, audit, form)
                messages.success(request, self.done)
                return redirect(request.path)
            except ValidationError as error:
                add_errors(form, error)
        shown = queries.read_audit(actor=request.user, public_id=public_id, action=self.permission)
        return self.show(request, shown, form, status=400)

    def form(self, request: SignedIn, audit: CaseAudit, *data: Any) -> forms.Form | None:
        raise NotImplementedError

    def act(self, request: SignedIn, audit: CaseAudit, form: Any) -> None:
        raise NotImplementedError

    def show(self, request: SignedIn, audit: CaseAudit, form: forms.Form | None, status: int = 200) -> HttpResponse:
        texts = {question.code: question.text for question in questions_of(audit)}
        answered = [(texts.get(code, code), Answer(answer).label) for code, answer in (audit.answers or {}).items()]
        context = {"audit": audit, "form": form, "answered": answered}
        return render(request, self.template, context, status=status)


def questions_of(audit: CaseAudit) -> Any:
    return queries.questions_on(timezone.localdate(audit.drawn_at))


class ShowAudit(OfAudit):
    """For who audits: the checklist until it is finished, then what became of it."""

    permission = "oversight.audit_case"
    done = "It is saved, and the worker is told that something waits for them."

    def form(self, request: SignedIn, audit: CaseAudit, *data: Any) -> forms.Form | None:
        if not can(request.user, self.permission, audit) or audit.status == AuditStatus.FOLLOWED_UP:
            return None
        if audit.status == AuditStatus.DRAWN:
            return FinishForm(*data, questions=questions_of(audit))
        return FollowUpForm(*data)

    def act(self, request: SignedIn, audit: CaseAudit, form: Any) -> None:
        now = timezone.now()
        if isinstance(form, FinishForm):
            commands.finish_audit(actor=request.user, audit=audit, plan=form.plan(), now=now)
        else:
            commands.follow_up_audit(actor=request.user, audit=audit, now=now, **form.cleaned_data)
            self.done = "It is written down what became of it."


class Feedback(Page):
    """What supervisors found of this worker's own work."""

    permission = "oversight.answer_audit"

    def get(self, request: SignedIn) -> HttpResponse:
        page = queries.feedback_for(actor=request.user, after=read_id(request.GET.get("after", "")))
        next_url = f"{request.path}?after={page.after}" if page.after else ""
        return render(request, "oversight/feedback.html", {"audits": page.audits, "next_url": next_url})


class ShowFeedback(OfAudit):
    """One of them, and the answer."""

    permission = "oversight.answer_audit"
    done = "Your answer is saved."

    def form(self, request: SignedIn, audit: CaseAudit, *data: Any) -> forms.Form | None:
        return AnswerForm(*data) if audit.status == AuditStatus.FINISHED else None

    def act(self, request: SignedIn, audit: CaseAudit, form: Any) -> None:
        commands.answer_audit(actor=request.user, audit=audit, now=timezone.now(), **form.cleaned_data)
