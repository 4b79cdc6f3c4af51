"""The pages that say who somebody is: whether they are known already, and that two parties are one person."""

from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.authorization import NotPossibleNow, NotVisible, authorize
from accounts.gate import Page, SignedIn
from accounts.models import User
from accounts.versions import held, is_version, version_of
from casework import commands, queries
from casework.forms_of_people import AnswerAskForm, ProbeForm, UndoForm, WhyForm, said_so_far
from casework.models import ABOUT, Party, PersonJudgement, QuietAsk
from casework.pages import read_id
from casework.pages_of_bars import OfBars


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
    """That somebody found is the same person: asked for on one page, and why, on this."""

    permission = "casework.link_person"
    needs_version = True
    words: ClassVar[dict[str, str]] = {
        "heading": "Why are they the same person?",
        "submit": "Link them as one person",
    }
    done = "They are linked as one person. Nothing that is known of them moved."

    def post(self, request: SignedIn, reference: str) -> HttpResponse:
        case = held(lambda: queries.get_case(request.user, reference, self.permission))
        authorize(request.user, self.permission, case)
        party = queries.get_party(request.user, request.POST.get("party", ""))
        other = queries.get_party(request.user, request.POST.get("same_as", ""))
        if party.case_id != case.pk:
            raise NotVisible(self.permission, case)
        version = request.POST.get("version", "")
        if self.needs_version and not is_version(version, request.user, link_seen(party)):
            raise NotPossibleNow("Somebody said who this person is after you looked. Look again before you link them.")
        form = WhyForm(request.POST if "reason" in request.POST else None, initial=request.POST.dict())
        if not form.is_valid():
            back = {"back_url": reverse("known_already", args=[case.reference]), "version": version}
            status = 400 if form.is_bound else 200
            return render(request, "casework/form.html", {"form": form, **self.words, **back}, status=status)
        self.act(request.user, party, other, form.cleaned_data["reason"])
        messages.success(request, self.done)
        return redirect("people", case.reference)

    def act(self, actor: User, party: Party, other: Party, reason: str) -> None:
        commands.link_person(actor=actor, party=party, to=other, reason=reason, now=timezone.now())


class TellApart(LinkPerson):
    """That somebody found is another person, however alike."""

    permission = "casework.tell_apart"
    needs_version = False  # it is added to what was said, and moves nobody
    words: ClassVar[dict[str, str]] = {
        "heading": "Why are they different people?",
        "submit": "Remember that they are different people",
    }
    done = "It is remembered that they are different people."

    def act(self, actor: User, party: Party, other: Party, reason: str) -> None:
        commands.tell_apart(actor=actor, party=party, other=other, reason=reason, now=timezone.now())


class People(Page):
    """Who was said to be whom in a case, what holds of that, and what was taken back."""

    permission = "casework.view_people"

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        case = queries.get_case(request.user, reference, self.permission)
        ledger = queries.read_ledger(actor=request.user, case=case)
        return render(request, "casework/people.html", {"case": case, "ledger": ledger})


class UndoJudgement(OfBars):
    """Taking back what was said of two people."""

    permission = "casework.undo_judgement"
    form_class = UndoForm
    words: ClassVar[dict[str, str]] = {
        "heading": "Take back what was said?",
        "about": "Everybody stands again where they would without it, whatever was said since. That it was said, and "
        "taken back, stays written in both cases.",
        "submit": "Take it back",
    }
    done = "It is taken back."

    def find(self, actor: User, **named: Any) -> PersonJudgement:
        return queries.get_judgement(actor, named["public_id"])

    def judged(self, record: Any) -> Any:
        return record

    def back(self, record: Any) -> str:
        return reverse("people", args=[record.case.reference])

    def shown(self, actor: User, record: Any) -> None:
        queries.ledger_is_shown(actor=actor, case=record.case, judgements=[record])

    def act(self, actor: User, record: PersonJudgement, form: Any) -> None:
        reason = form.cleaned_data["reason"]
        commands.undo_judgement(actor=actor, judgement=record, reason=reason, now=timezone.now())


class AskHolders(Page):
    """Having whoever may know somebody asked; the answer is the same for nobody."""

    permission = "casework.ask_holders"
    needs_version = False

    def post(self, request: SignedIn, reference: str) -> HttpResponse:
        case = queries.get_case(request.user, reference, self.permission)
        commands.have_holders_asked(actor=request.user, case=case)
        messages.success(
            request, "If somebody else knows this person, they are asked. You hear only what they choose to say."
        )
        return redirect("case", case.reference)


class Asks(Page):
    """What one's agency is quietly asked, the oldest first."""

    permission = "casework.view_asks"

    def get(self, request: SignedIn) -> HttpResponse:
        page = queries.asks_for(actor=request.user, after=read_id(request.GET.get("after", "")))
        next_url = f"{request.path}?after={page.after}" if page.after else ""
        return render(request, "casework/asks.html", {"asks": page.asks, "next_url": next_url})


class AnswerAsk(OfBars):
    """Whether somebody else hears that we know a person."""

    permission = "casework.answer_ask"
    form_class = AnswerAskForm
    words: ClassVar[dict[str, str]] = {
        "heading": "Should they hear that you know this person?",
        "about": "Somebody at another desk spoke with somebody who may be the person of this case. They do not know "
        "that you are asked, and hear nothing unless you say so.",
        "submit": "Answer",
    }
    done = "It is answered."

    def find(self, actor: User, **named: Any) -> QuietAsk:
        return queries.get_ask(actor, named["public_id"])

    def judged(self, record: Any) -> Any:
        return record

    def back(self, record: Any) -> str:
        return reverse("asks")

    def shown(self, actor: User, record: Any) -> None:
        queries.ask_is_shown(actor=actor, ask=record)

    def act(self, actor: User, record: QuietAsk, form: Any) -> None:
        said = {name: form.cleaned_data[name] for name in ("answer", "reason", "words")}
        commands.answer_ask(actor=actor, ask=record, now=timezone.now(), **said)


class KnownSoFar(Page):
    """Whom a contact may be about, while it is being typed: a part of its page, and nothing of it is kept."""

    permission = "casework.find_person"
    needs_version = False

    def post(self, request: SignedIn, reference: str) -> HttpResponse:
        contact = queries.get_contact(request.user, reference)
        known = queries.known_so_far(actor=request.user, contact=contact, probe=said_so_far(request.POST))
        return render(request, "casework/_known.html", {"known": known})


def link_seen(party: Party) -> Any:
    """Whom a party was known to be when it was looked at, and how often somebody had said so."""
    return [str(party.public_id), party.person_id, queries.times_judged(party)]
