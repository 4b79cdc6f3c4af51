"""The pages of a contact while it is being taken: to write it, to have it kept, to call 999, to end it at once."""

from collections.abc import Iterable
from typing import Any, Protocol

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.authorization import NotPossibleNow, authorize
from accounts.contested import Standing
from accounts.fields import MomentWidget, day_parts
from accounts.gate import Page, SignedIn
from accounts.models import AgencyKind
from accounts.versions import held, is_version, version_of
from casework import commands, queries, serializers
from casework.forms import EmergencyCallForm, EqualityForm, HubForm
from casework.forms_of_contacts import ContactForm
from casework.forms_of_people import said_so_far
from casework.forms_of_routes import ROUTES, fields_of_route
from casework.models import Caller, CaseKind, Channel, Contact, CutOff, Danger, StepKind
from casework.notes import moved
from casework.pages import CasePage
from casework.states import ContactStatus

IDLE_AT_HUB = 3 * 60  # seconds without a request after which one signs in again; a local default
AT_HUB, HIDDEN = "hub", "hidden"  # in the session: at which hub, and which contact the screen was hidden from
STEP = ("step_kind", "step_due", "step_owner", "step_note", "handed_to")
# Boxes that mean nothing without each other.
ADDRESS = tuple(name for name in ContactForm.base_fields if name.startswith(("address_", "postcode", "known_to_")))
TOGETHER = (STEP, ADDRESS, *(tuple(fields_of_route(route)) for route in ROUTES))
OPINION, NOT_READ, MOST_TRIES = 5_000, "Could not be read: ", 4
WHEREABOUTS = ("where_they_are", "address_lines", "address_organisation", "postcode")
# What comes next when they had to hang up, by what was agreed. Nothing agreed is not an agreement to be rung.
HUNG_UP = {
    CutOff.CALL_BACK: (StepKind.CALL_BACK, "They had to hang up, and agreed to be rung back."),
    CutOff.WAIT: (StepKind.DECIDE_WHAT_NEXT, "They had to hang up, and meant to call again. Have they?"),
    CutOff.EMERGENCY: (StepKind.DECIDE_WHAT_NEXT, "They had to hang up, and wanted 999 to be called. Was it?"),
    "": (StepKind.DECIDE_WHAT_NEXT, "They had to hang up before it was agreed how to reach them."),
}


class StartContact(Page):
    """On a case of the agency, or a new intake; or, by the code that somebody without a name was given, on theirs."""

    permission = "casework.start_contact"
    needs_version = False

    def post(self, request: SignedIn) -> HttpResponse:
        reference, code = request.POST.get("case", ""), request.POST.get("code", "").strip()
        case = queries.get_case(request.user, reference) if reference else None
        if code:
            case = queries.get_logged_contact(request.user, code).case
        contact = commands.start_contact(actor=request.user, case=case, now=timezone.now())
        return redirect("contact", contact.reference)


class ContactPage(Page):
    """What is common to the pages that write in a draft: what another window saved is never written over unseen."""

    permission = "casework.save_draft"
    needs_version = True

    def is_contested(self, request: SignedIn, contact: Contact, form: ContactForm) -> bool:
        """Whether to save or to log what was typed would write over what the form was not made of; it then says so."""
        if contact.status == ContactStatus.LOGGED:
            form.refuse("This contact was logged after you opened it. What you wrote is below, and is not saved.")
            return True
        version = request.POST.get("version", "")
        if not contact.draft or is_version(version, request.user, serializers.draft_body(contact)):
            return False
        by, at = contact.saved_by or contact.started_by, contact.saved_at or contact.started_at
        return form.contest(Standing(contact.draft, by, at))

    def draft(self, contact: Contact, posted: QueryDict) -> dict[str, Any]:
        return ContactForm.unasked(contact.draft) | ContactForm.typed(posted)

    def hub_of(self, request: SignedIn) -> Any:
        return queries.hub_of(request.user, request.session.get(AT_HUB, ""))


class KeepTyping(ContactPage):
    """What a script sends at each pause. Answers with the version that the next one must carry, and what is out of
    place in a note. Without a script there is the button "Save draft"."""

    def post(self, request: SignedIn, reference: str) -> HttpResponse:
        contact = held(lambda: queries.get_contact(request.user, reference))
        authorize(request.user, self.permission, contact)
        form = ContactForm(request.POST)
        if self.is_contested(request, contact, form):
            return JsonResponse({"why": str(form.non_field_errors()[0])}, status=409)
        draft = self.draft(contact, request.POST)
        kept = commands.keep_typing(actor=request.user, contact=contact, draft=draft, now=timezone.now())
        return JsonResponse(
            {
                "version": version_of(request.user, serializers.draft_body(kept)),
                "at": f"{timezone.localtime(kept.saved_at):%H:%M}",
                "out_of_place": sorted({found.words for found in form.out_of_place}),
            }
        )


class WriteContact(ContactPage):
    """A draft, to go on with, to save, or to log."""

    permission = "casework.log_contact"

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        contact = queries.read_draft(actor=request.user, reference=reference)
        if contact.status == ContactStatus.LOGGED:
            return redirect("case", contact.case.reference)
        return self.show(request, contact, self.unbound(request, contact))

    def post(self, request: SignedIn, reference: str) -> HttpResponse:
        contact = held(lambda: queries.get_contact(request.user, reference))
        form = self.bound(request, request.POST)
        if self.is_contested(request, contact, form):
            contact = queries.read_draft(actor=request.user, reference=reference)
            return self.show(request, contact, form, status=409)
        for name, act in BUTTONS.items():
            if name in request.POST:
                return act(self, request, contact)
        return self.log(request, contact, form)

    def log(self, request: SignedIn, contact: Contact, form: ContactForm) -> HttpResponse:
        logged = self.try_to_log(request, contact, form)
        return logged or self.show(request, self.keep(request, contact), form, status=400)

    def try_to_log(self, request: SignedIn, contact: Contact, form: ContactForm) -> HttpResponse | None:
        """Where to go on; None where the form says what is wrong."""
        if not form.is_valid():
            return None
        try:
            report = form.report(request.user)
            contact = commands.log_contact(actor=request.user, contact=contact, report=report, now=timezone.now())
        except ValidationError as error:
            form.add_error(None, error)
            return None
        return self.go_on(request, contact)

    def save(self, request: SignedIn, contact: Contact) -> HttpResponse:
        self.keep(request, contact)
        messages.success(request, "The draft is saved. It waits on this page until you log it.")
        return redirect("work")

    def danger_now(self, request: SignedIn, contact: Contact) -> HttpResponse:
        self.keep(request, contact, danger=Danger.YES)
        return redirect("call_police", contact.reference)

    def hide(self, request: SignedIn, contact: Contact) -> HttpResponse:
        self.keep(request, contact)
        request.session[HIDDEN] = contact.reference
        return redirect("hub_screen")

    def known(self, request: SignedIn, contact: Contact) -> HttpResponse:
        """Who may be known already, on the page again, for whoever has no script that asks by itself."""
        kept = self.keep(request, contact)
        found = queries.known_so_far(actor=request.user, contact=kept, probe=said_so_far(request.POST))
        return self.show(request, kept, self.unbound(request, kept), known=found)

    def move(self, request: SignedIn, contact: Contact) -> HttpResponse:
        """Out of the note what the button names by its number, and into its place."""
        kept = self.keep(request, contact)
        found = ContactForm.from_draft(kept.draft, timezone.now()).out_of_place
        number = request.POST["move"]
        if number.isdecimal() and 1 <= int(number) <= len(found):
            draft = moved(kept.draft, found[int(number) - 1], ROUTES)
            commands.save_draft(actor=request.user, contact=kept, draft=draft, now=timezone.now())
        return redirect("contact", contact.reference)

    def hang_up(self, request: SignedIn, contact: Contact) -> HttpResponse:
        """Log at once what there is. A box that cannot be read is left out, and what was typed in it kept as a note."""
        posted = self._cut_short(request, request.POST)
        for _ in range(MOST_TRIES):
            form = self.bound(request, posted)
            if logged := self.try_to_log(request, contact, form):
                return logged
            posted = self._cut_short(request, without_what_is_wrong(form, posted))
        return self.show(request, self.keep(request, contact), form, status=400)

    def _cut_short(self, request: SignedIn, typed: QueryDict) -> QueryDict:
        """What was typed, and for what must be said and was not: what is usual of who has to hang up."""
        posted = typed.copy()
        agreed = posted.get("if_cut_off", "")
        kind, note = HUNG_UP[agreed if agreed in CutOff.values else ""]
        is_rung = posted.get("step_kind") == StepKind.CALL_BACK
        if is_rung and posted.get("caller") == Caller.SILENT and agreed != CutOff.CALL_BACK:
            drop(posted, STEP)
        by = Channel.WALK_IN if self.hub_of(request) else Channel.PHONE
        usual = {"channel": by, "danger": Danger.UNKNOWN, "step_kind": kind, "step_note": note, "step_owner": "me"}
        now = timezone.localtime()
        if not any(posted.get(f"happened_at_{part}") for part in MomentWidget.parts):
            usual |= {f"happened_at_{part}": value for part, value in day_parts(now).items()}
            usual["happened_at_time"] = f"{now:%H:%M}"
        for name, value in usual.items():
            posted[name] = posted.get(name) or value
        posted["cut_short"], posted["no_step_reason"] = "on", ""
        return posted

    def go_on(self, request: SignedIn, contact: Contact) -> HttpResponse:
        """To the case, unless it is behind the wall by now; but first to 999, where that was agreed."""
        if contact.cut_short and contact.if_cut_off == CutOff.EMERGENCY:
            return redirect("call_police", contact.reference)
        if contact.kind != CaseKind.BEHAVIOUR or request.user.agency.kind == AgencyKind.BEHAVIOUR:
            return redirect("case", contact.case.reference)
        messages.success(request, "The contact is logged. The service that helps people to change has it now, not you.")
        return redirect("work")

    def keep(self, request: SignedIn, contact: Contact, **more: str) -> Contact:
        draft = self.draft(contact, request.POST) | more
        return commands.save_draft(actor=request.user, contact=contact, draft=draft, now=timezone.now())

    def unbound(self, request: SignedIn, contact: Contact) -> ContactForm:
        hub = self.hub_of(request)
        form = ContactForm.from_draft(contact.draft, timezone.now(), actor=request.user, at_hub=bool(hub))
        if hub and not contact.draft:
            form.initial.update(channel=Channel.WALK_IN, hub=hub.pk)
        return form

    def bound(self, request: SignedIn, posted: QueryDict) -> ContactForm:
        return ContactForm(posted, actor=request.user, at_hub=AT_HUB in request.session)

    def show(
        self, request: SignedIn, contact: Contact, form: ContactForm, status: int = 200, known: Any = None
    ) -> HttpResponse:
        version = version_of(request.user, serializers.draft_body(contact))
        context = {"contact": contact, "form": form, "version": version, "hub": self.hub_of(request), "known": known}
        return render(request, "casework/contact.html", context, status=status)


class Act(Protocol):
    def __call__(self, page: WriteContact, request: SignedIn, contact: Contact, /) -> HttpResponse: ...


# What each button of the page does; any other logs the contact.
BUTTONS: dict[str, Act] = {
    "save": WriteContact.save,
    "danger_now": WriteContact.danger_now,
    "hang_up": WriteContact.hang_up,
    "hide": WriteContact.hide,
    "known": WriteContact.known,
    "move": WriteContact.move,
}


class Call999(Page):
    """What to say to 999, and where to, large: also after they had to hang up. Then the call is written down."""

    permission = "casework.call_police"
    needs_version = False

    def get(self, request: SignedIn, reference: str) -> HttpResponse:
        return self.show(request, reference, EmergencyCallForm(initial={"called_at": timezone.now()}))

    def post(self, request: SignedIn, reference: str) -> HttpResponse:
        contact = queries.get_contact(request.user, reference)
        form = EmergencyCallForm(request.POST)
        if not form.is_valid():
            return self.show(request, reference, form, status=400)
        try:
            commands.call_police(actor=request.user, contact=contact, call=form.report(), now=timezone.now())
        except ValidationError as error:
            form.add_error(None, error)
            return self.show(request, reference, form, status=400)
        messages.success(request, "The call to 999 is written down.")
        return redirect("contact", contact.reference)

    def show(self, request: SignedIn, reference: str, form: EmergencyCallForm, status: int = 200) -> HttpResponse:
        contact = queries.read_draft(actor=request.user, reference=reference)
        calls = queries.calls_of(actor=request.user, contact=contact)
        context = {"contact": contact, "form": form, "where": self.where(request, contact), "calls": calls}
        return render(request, "casework/danger.html", context, status=status)

    def where(self, request: SignedIn, contact: Contact) -> list[str]:
        """As it was typed in the draft; of a contact that is logged already, what became of that."""
        if contact.status == ContactStatus.DRAFT:
            return [str(contact.draft[name]) for name in WHEREABOUTS if contact.draft.get(name)]
        places = queries.reveal_for_999(actor=request.user, contact=contact)
        return [", ".join(filter(None, [place.lines, place.organisation, place.postcode])) for place in places]


class WorkAtHub(Page):
    """Say at which hub one works today: contacts begin there, the page is short, and the session ends soon."""

    permission = "casework.work_at_hub"
    needs_version = False

    def get(self, request: SignedIn) -> HttpResponse:
        here = queries.hub_of(request.user, request.session.get(AT_HUB, ""))
        return render(request, "casework/hub.html", {"hubs": queries.hubs_of(request.user), "here": here})

    def post(self, request: SignedIn) -> HttpResponse:
        hub = queries.hub_of(request.user, request.POST.get("hub", ""))
        if hub is None and request.POST.get("hub"):
            raise NotPossibleNow("Nobody works at this hub now. Choose another one.")
        request.session.pop(AT_HUB, None)
        if hub:
            request.session[AT_HUB] = hub.code
        request.session.set_expiry(IDLE_AT_HUB if hub else None)
        return redirect("work")


class Hubs(Page):
    """The hubs of the partnership, for whoever keeps them."""

    permission = "casework.keep_hubs"
    needs_version = False

    def get(self, request: SignedIn) -> HttpResponse:
        return self.show(request, HubForm())

    def post(self, request: SignedIn) -> HttpResponse:
        form = HubForm(request.POST)
        if not form.is_valid():
            return self.show(request, form, status=400)
        try:
            commands.add_hub(actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
            return self.show(request, form, status=400)
        return redirect("hubs")

    def show(self, request: SignedIn, form: HubForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "hubs": queries.hubs_of(request.user)}
        return render(request, "casework/hubs.html", context, status=status)


class CloseHub(Page):
    permission = "casework.keep_hubs"
    needs_version = False

    def post(self, request: SignedIn) -> HttpResponse:
        hub = queries.hub_of(request.user, request.POST.get("hub", ""))
        if hub is None:
            raise NotPossibleNow("This hub is closed already.")
        commands.close_hub(actor=request.user, hub=hub)
        return redirect("hubs")


class NoteEquality(CasePage):
    """The answers that the victim gave; what was answered before stands on the case's page."""

    permission = "casework.note_equality"
    form_class = EqualityForm
    heading = "Equality questions"

    def act(self, request: SignedIn, case: Any, form: EqualityForm) -> None:
        commands.note_equality(actor=request.user, case=case, answers=form.reports(), now=timezone.now())


class HubScreen(Page):
    """What anybody may see who comes to the desk: nothing. It leads back to where the screen was hidden."""

    permission = "casework.work_at_hub"

    def get(self, request: SignedIn) -> HttpResponse:
        return render(request, "casework/screen.html", {"reference": request.session.get(HIDDEN, "")})


def without_what_is_wrong(form: ContactForm, posted: QueryDict) -> QueryDict:
    """What was typed, but for the boxes that cannot be read and those that mean nothing without them: what was typed in
    these stands in the worker's note."""
    wrong = {name for name in form.errors if name in form.fields}
    for together in TOGETHER:
        wrong |= set(together) if wrong & set(together) else set()
    said = {form[name].label: in_words(form[name].value()) for name in form.fields if name in wrong}
    left = "; ".join(f"{label}: {value}" for label, value in said.items() if value.strip())
    fixed = posted.copy()
    drop(fixed, wrong)
    note = f"{NOT_READ}{left}"[:OPINION] if left else ""
    fixed["opinion"] = f"{posted.get('opinion', '')[: OPINION - len(note) - 1]}\n{note}".strip()
    return fixed


def drop(posted: QueryDict, names: Iterable[str]) -> None:
    """Empty these boxes, and the parts of them."""
    for name in names:
        for box in [each for each in posted if each == name or each.startswith(f"{name}_")]:
            del posted[box]


def in_words(value: Any) -> str:
    return " ".join(map(str, value.values())) if isinstance(value, dict) else str(value or "")
