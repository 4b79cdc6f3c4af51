"""The pages of who must not see a case: bars, proposed bars, the seal. What an act does besides is shown before it."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.authorization import NotPossibleNow, authorize
from accounts.gate import Page, SignedIn
from accounts.models import Agency, User
from accounts.versions import held
from casework import commands, queries
from casework.forms_of_bars import (
    AcceptForm,
    BarForm,
    DeclareForm,
    DismissForm,
    LiftForm,
    NameForm,
    SealForm,
    TakeOffForm,
    WarnedForm,
)
from casework.forms_of_sharing import add_errors
from casework.models import Bar, BarProposal, Case
from casework.pages import read_id
from casework.plans import AddressReport


def agencies_of(actor: User) -> Any:
    return Agency.objects.filter(partnership=actor.agency.partnership_id).order_by("name", "pk")


class ShowBars(Page):
    """Who must not see a case: its bars, and whom its seal names."""

    permission = "casework.view_bars"

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        case = queries.get_case(request.user, reference, self.permission)
        shutting = queries.read_shutting(actor=request.user, case=case)
        proposals = queries.open_proposals(request.user, case)
        context = {"case": case, "shutting": shutting, "proposals": proposals}
        return render(request, "casework/bars.html", context)


class OfBars(Page):
    """One change to who may find a case: its form, what it would do besides, and the one command that it leads to."""

    needs_version = False  # it names somebody or a case, and what it does to them does not depend on what was there
    form_class: type[WarnedForm] = LiftForm
    words: ClassVar[dict[str, str]] = {}
    done = ""

    def get(self, request: SignedIn, **named: Any) -> HttpResponse:
        record = self.find(request.user, **named)
        authorize(request.user, self.permission, self.judged(record))
        return self.show(request, record, self.form(request, record))

    def post(self, request: SignedIn, **named: Any) -> HttpResponse:
        record = held(lambda: self.find(request.user, **named))
        authorize(request.user, self.permission, self.judged(record))
        form = self.form(request, record, request.POST)
        if not form.is_valid():
            return self.show(request, record, form, status=400)
        if not form.is_confirmed:
            return self.show(request, record, form, warned=True)
        try:
            self.act(request.user, record, form)
        except (NotPossibleNow, ValidationError) as refusal:
            form.add_error(None, refusal if isinstance(refusal, ValidationError) else str(refusal))
            return self.show(request, record, form, status=409 if isinstance(refusal, NotPossibleNow) else 400)
        messages.success(request, self.done)
        return redirect(self.back(record))

    def find(self, actor: User, **named: Any) -> Any:
        return queries.get_case(actor, named["reference"], self.permission)

    def case_of(self, record: Any) -> Case:
        return record if isinstance(record, Case) else record.case

    def judged(self, record: Any) -> Any:
        """Of which record it is asked whether they may."""
        return self.case_of(record)

    def back(self, record: Any) -> str:
        return reverse("case_bars", args=[self.case_of(record).reference])

    def form(self, request: SignedIn, record: Any, *data: Any) -> WarnedForm:
        return self.form_class(*data, agencies=agencies_of(request.user))

    def act(self, actor: User, record: Any, form: Any) -> None:
        raise NotImplementedError

    def shown(self, actor: User, record: Any) -> None:
        queries.bars_are_shown(actor=actor, case=self.case_of(record))

    def besides(self, actor: User, record: Any, form: Any) -> list[str]:
        """What it would do besides, in sentences."""
        return []

    def show(
        self, request: SignedIn, record: Any, form: WarnedForm, *, status: int = 200, warned: bool = False
    ) -> HttpResponse:
        case = self.case_of(record)
        self.shown(request.user, record)
        context = {
            "form": form,
            "case": case,
            "record": record,
            "besides": self.besides(request.user, record, form) if warned else None,
            "back_url": self.back(record),
            **self.words,
        }
        return render(request, "casework/bar.html", context, status=status)


class BarFromCase(OfBars):
    permission = "casework.bar_from_case"
    form_class = BarForm
    words: ClassVar[dict[str, str]] = {
        "heading": "Who must not see this case?",
        "about": "They find what they would find if there were no such case, whatever was shared with them, in an "
        "emergency too. No mail tells them.",
        "submit": "Bar them from the case",
    }
    done = "They no longer find this case."

    def act(self, actor: User, record: Case, form: Any) -> None:
        said = {"who": form.who, "reason": form.cleaned_data["reason"]}
        commands.bar_from_case(actor=actor, case=record, now=timezone.now(), **said)

    def besides(self, actor: User, record: Case, form: Any) -> list[str]:
        return queries.if_barred(record, form.who)


class LiftBar(OfBars):
    permission = "casework.lift_bar"
    words: ClassVar[dict[str, str]] = {
        "heading": "Lift this bar?",
        "about": "They find the case again as far as their agency holds it, or it is shared with them. What passed to "
        "somebody else does not come back by itself.",
        "submit": "Lift the bar",
    }
    done = "The bar is lifted."

    def find(self, actor: User, **named: Any) -> Bar:
        return queries.get_bar(actor, named["public_id"])

    def act(self, actor: User, record: Bar, form: Any) -> None:
        commands.lift_bar(actor=actor, bar=record, now=timezone.now())


class SealCase(OfBars):
    permission = "casework.seal_case"
    form_class = SealForm
    words: ClassVar[dict[str, str]] = {
        "heading": "Seal this case",
        "about": "Nobody but the workers you name finds it. Two or more must be named, a supervisor among them.",
        "submit": "Seal the case",
    }
    done = "The case is sealed. Nobody but those whom you named finds it."

    def named(self, actor: User, form: Any) -> list[User]:
        return [actor, *(worker for worker in form.cleaned_data["workers_named"] if worker != actor)]

    def act(self, actor: User, record: Case, form: Any) -> None:
        reason, workers = form.cleaned_data["reason"], self.named(actor, form)
        commands.seal_case(actor=actor, case=record, workers=workers, reason=reason, now=timezone.now())

    def besides(self, actor: User, record: Case, form: Any) -> list[str]:
        return queries.if_sealed(record, self.named(actor, form))


class NameInSeal(OfBars):
    permission = "casework.seal_case"
    form_class = NameForm
    words: ClassVar[dict[str, str]] = {"heading": "Who else may see this case?", "submit": "Name them in the seal"}
    done = "The seal names them too."

    def act(self, actor: User, record: Case, form: Any) -> None:
        worker = form.cleaned_data["worker"]
        commands.name_in_seal(actor=actor, case=record, worker=worker, now=timezone.now())

    def besides(self, actor: User, record: Case, form: Any) -> list[str]:
        worker = form.cleaned_data["worker"]
        return [f"{worker}, {worker.agency}, finds this case, as far as their agency holds it or it is shared with it."]


class TakeOffSeal(OfBars):
    permission = "casework.seal_case"
    words: ClassVar[dict[str, str]] = {
        "heading": "Take somebody off the seal",
        "about": "Two workers must stay named, a supervisor and yourself among them.",
        "submit": "Take them off",
    }
    done = "The seal no longer names them, and they no longer find this case."

    def form(self, request: SignedIn, record: Case, *data: Any) -> WarnedForm:
        named = queries.named_in_seal(request.user, record).exclude(pk=request.user.pk)
        return TakeOffForm(*data, agencies=agencies_of(request.user), named=named)

    def act(self, actor: User, record: Case, form: Any) -> None:
        worker = form.cleaned_data["worker"]
        commands.take_off_seal(actor=actor, case=record, worker=worker, now=timezone.now())

    def besides(self, actor: User, record: Case, form: Any) -> list[str]:
        return queries.if_barred(record, form.cleaned_data["worker"])


class UnsealCase(OfBars):
    permission = "casework.unseal_case"
    words: ClassVar[dict[str, str]] = {
        "heading": "Lift the seal?",
        "about": "Everybody of the agency that holds the case finds it again, and whoever it is shared with; who is "
        "barred does not.",
        "submit": "Lift the seal",
    }
    done = "The seal is lifted."

    def act(self, actor: User, record: Case, form: Any) -> None:
        commands.unseal_case(actor=actor, case=record, now=timezone.now())


class Proposals(Page):
    """The bars that are proposed and wait for an answer."""

    permission = "casework.view_proposals"

    def get(self, request: SignedIn) -> HttpResponse:
        page = queries.proposals_for(actor=request.user, after=read_id(request.GET.get("after", "")))
        next_url = f"{request.path}?after={page.after}" if page.after else ""
        context = {"proposals": page.proposals, "next_url": next_url}
        return render(request, "casework/proposals.html", context)


class AcceptProposal(OfBars):
    """One proposed bar, and the form that makes it; another page dismisses it."""

    permission = "casework.answer_proposal"
    words: ClassVar[dict[str, str]] = {"heading": "Must they not see this case?", "submit": "Bar them from the case"}
    done = "They no longer find this case."

    def find(self, actor: User, **named: Any) -> BarProposal:
        return queries.get_proposal(actor, named["public_id"])

    def shown(self, actor: User, record: BarProposal) -> None:
        queries.proposal_is_shown(actor=actor, proposal=record)

    def judged(self, record: BarProposal) -> BarProposal:
        return record

    def back(self, record: BarProposal) -> str:
        return reverse("proposals")

    def form(self, request: SignedIn, record: BarProposal, *data: Any) -> WarnedForm:
        about = {"proposal": record, "own": request.user.agency, "agencies": agencies_of(request.user)}
        return AcceptForm(*data, **about)

    def besides(self, actor: User, record: BarProposal, form: Any) -> list[str]:
        return queries.if_barred(record.case, form.chosen)

    def act(self, actor: User, record: BarProposal, form: Any) -> None:
        said = {"who": form.chosen, "reason": form.cleaned_data["reason"]}
        commands.accept_proposal(actor=actor, proposal=record, now=timezone.now(), **said)


class DismissProposal(AcceptProposal):
    words: ClassVar[dict[str, str]] = {"heading": "Need they not be barred?", "submit": "Dismiss the proposal"}
    done = "The proposal is dismissed. They are barred from nothing."

    def form(self, request: SignedIn, record: BarProposal, *data: Any) -> WarnedForm:
        return DismissForm(*data, agencies=agencies_of(request.user))

    def act(self, actor: User, record: BarProposal, form: Any) -> None:
        because = form.cleaned_data["because"]
        commands.dismiss_proposal(actor=actor, proposal=record, because=because, now=timezone.now())


class Declare(Page):
    """Telephone numbers and addresses of one's own, by which one is found in a new case, and kept from it."""

    permission = "casework.declare_mark"
    needs_version = False

    def get(self, request: SignedIn) -> HttpResponse:
        return self.show(request, DeclareForm())

    def post(self, request: SignedIn) -> HttpResponse:
        form = DeclareForm(request.POST)
        if not form.is_valid():
            return self.show(request, form, status=400)
        said = form.cleaned_data
        address = AddressReport(said["lines"], said["postcode"])
        try:
            commands.declare_mark(actor=request.user, telephone=said["telephone"], address=address, now=timezone.now())
        except ValidationError as error:
            add_errors(form, error)
            return self.show(request, form, status=400)
        messages.success(request, "It is kept, in a form that nobody can read.")
        return redirect("declarations")

    def show(self, request: SignedIn, form: DeclareForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "declared": queries.declared(request.user)}
        return render(request, "casework/declarations.html", context, status=status)


class WithdrawMarks(Page):
    permission = "casework.declare_mark"
    needs_version = False

    def post(self, request: SignedIn) -> HttpResponse:
        commands.withdraw_marks(actor=request.user, now=timezone.now())
        messages.success(request, "What you declared is taken back.")
        return redirect("declarations")
