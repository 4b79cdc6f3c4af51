"""Starting, keeping and logging contacts: the story told once."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import vault
from accounts.authorization import NotPossibleNow, authorize
from accounts.models import User
from accounts.transitions import move
from audit.log import command, record
from casework.categories import Category
from casework.commands.asks import ask_quietly
from casework.commands.callers import answer_to_professional, problems_of_caller, write_caller
from casework.commands.cases import add_step, hurry, offer_visit_once
from casework.commands.marac import look_for_repeats
from casework.commands.people import add_aliases, keep_keys
from casework.commands.proposals import propose_bars
from casework.commands.reviews import pull_review
from casework.commands.routes import add_route
from casework.commands.sides import look_for_two_sides
from casework.commands.wall import check_side, hand_over
from casework.models import (
    Address,
    AddressKind,
    Caller,
    Case,
    CaseKey,
    CaseKind,
    Channel,
    Contact,
    Danger,
    GroupGrant,
    KnownToAlleged,
    Level,
    Party,
    PartyRole,
    Person,
    RouteKind,
)
from casework.plans import CHANGED, AddressReport, ChildReport, ContactReport, RouteReport, VictimReport
from casework.queries import fold, workers_alike
from casework.states import LOG_CONTACT, CaseStatus, ContactStatus

HOLDER_PERMISSIONS = ("view_case", "hold_case")
SAID = (
    *("channel", "happened_at", "caller", "danger", "kind", "cut_short", "safe_to_talk", "alone", "if_cut_off"),
    *("said", "opinion", "wanted", "hub"),
)
NEEDS = ("access_needs", "support_needs")  # what may be added to; a name or a birthday cannot be two things
LONGEST_NEEDS = 500
TOO_MUCH = "With what this case says already this is too long. Say it more shortly."
NOT_WHERE_IT_IS = (
    "Never write where a refuge is. Enter the organisation that runs it, and its PO box if it has one, without a "
    "postcode. For its office, choose “For letters” instead."
)
PO_BOX = re.compile(r"\s*P\.?\s*O\.?\s*Box\s*\d", re.IGNORECASE)
OTHERWISE = "This case already says otherwise. Leave it empty, or log a contact of its own for another person."


@command
def start_contact(*, actor: User, case: Case | None, now: datetime) -> Contact:
    """Begin a draft: on a case that the actor's agency holds, or on a new intake case of the front door."""
    if case is None:
        authorize(actor, "casework.start_contact")
        case = begin_intake(actor, now)
    else:
        authorize(actor, "casework.start_contact", case)
    contact = Contact.objects.create(case=case, started_at=now, started_by=actor)
    record(actor=actor, action="casework.start_contact", subject=contact)
    return contact


@command
def save_draft(*, actor: User, contact: Contact, draft: dict[str, Any], now: datetime) -> Contact:
    """Keep what is typed so far, as it is typed: a draft may hold anything or nothing. Raises `NotPossibleNow`."""
    fresh = _draft(actor, contact)
    fresh.draft, fresh.saved_at, fresh.saved_by = draft, now, actor
    fresh.save(update_fields=["draft", "saved_at", "saved_by"])
    record(actor=actor, action="casework.save_draft", subject=fresh)
    return fresh


def keep_typing(*, actor: User, contact: Contact, draft: dict[str, Any], now: datetime) -> Contact:
    """The same for whoever goes on typing in a draft that they saved last: no event for each pause between two words,
    for that they opened the draft is written. The first time it is `save_draft`, which the database demands."""
    if contact.saved_by_id != actor.pk:
        return save_draft(actor=actor, contact=contact, draft=draft, now=now)
    with transaction.atomic():
        fresh = _draft(actor, contact)
        fresh.draft, fresh.saved_at = draft, now
        fresh.save(update_fields=["draft", "saved_at"])
    return fresh


def _draft(actor: User, contact: Contact) -> Contact:
    authorize(actor, "casework.save_draft", contact)
    fresh = Contact.objects.select_for_update().get(pk=contact.pk)
    if fresh.status != ContactStatus.DRAFT:
        raise NotPossibleNow("This contact is logged already. Log another one to add to it.")
    return fresh


@command
def log_contact(*, actor: User, contact: Contact, report: ContactReport, now: datetime) -> Contact:
    """Log a draft: who, how, what was said, and what happens next or why nothing does.

    What the caller said of the victim becomes records of the case, each in its category. Raises `ValidationError`
    for times in the future, for both or neither of step and reason, and for a telephone number that is none.
    """
    authorize(actor, "casework.log_contact", contact)
    _check(report, now)
    case = Case.objects.select_for_update().get(pk=contact.case_id)
    check_side(actor, case, report)
    if not case.kind:
        case.kind = report.kind
        case.save(update_fields=["kind"])
    _write_people(actor, case, report, now)
    keep_keys(case, now)
    alike = workers_alike(case)
    if report.kind == CaseKind.BURGLARY and case.status == CaseStatus.OPEN:
        offer_visit_once(actor, case, now)
    look_for_two_sides(actor, [case])
    ask_quietly(actor, case)
    step = add_step(actor, case, report.step, now) if report.step else None
    if report.caller == Caller.PROFESSIONAL and not report.is_told:
        add_step(actor, case, answer_to_professional(case, now), now)
    if report.kind == CaseKind.DOMESTIC_ABUSE:
        look_for_repeats(actor, case, now)
        if report.channel != Channel.CALL_BACK:
            pull_review(actor, case, "A new contact", now)
    logged = move(
        contact,
        LOG_CONTACT,
        actor=actor,
        detail={"channel": report.channel, "kind": report.kind},
        **{name: getattr(report, name) for name in SAID},
        markers=list(report.markers),
        draft={},
        next_step=step,
        no_step_reason=report.no_step_reason,
        logged_at=now,
        logged_by=actor,
    )
    logged.case = case
    if report.danger == Danger.YES:
        hurry(case, Level.HIGH, now)
    write_caller(logged, report.of_caller)
    if case.kind == CaseKind.BEHAVIOUR:
        hand_over(actor, case)
    propose_bars(actor, case, alike, now)
    CHANGED(case=case, what=_changed_by(report), actor=actor, now=now)
    return logged


def _changed_by(report: ContactReport) -> set[Category]:
    """The categories in which a contact says something that others who work with its case must hear of."""
    alleged = (report.alleged_name, report.alleged_date_of_birth, report.alleged_telephone, report.where_alleged_is)
    said = {
        Category.CONTACT: report.routes,
        Category.LOCATION: report.address,
        Category.ALLEGED: any(alleged),
        Category.RISK: report.markers or report.danger == Danger.YES,
        Category.INCIDENT: report.kind == CaseKind.BURGLARY,
    }
    return {category for category, is_said in said.items() if is_said}


def begin_intake(actor: User, now: datetime) -> Case:
    """Part of a command, never one by itself: a new intake case, held by who takes the contact."""
    agency = actor.agency
    case = Case.objects.create(partnership_id=agency.partnership_id, agency=agency, received_at=now)
    GroupGrant.objects.bulk_create(
        GroupGrant(content_object=case, group_id=agency.group_id, permission=permission)
        for permission in case_permissions(HOLDER_PERMISSIONS)
    )
    make_keys([case], now)
    return case


def make_keys(cases: Iterable[Case], now: datetime) -> None:
    """Part of a command, never one by itself: a data key for each new case."""
    wrapped = [(case, *vault.new_data_key(case.pk)) for case in cases]
    CaseKey.objects.bulk_create(
        CaseKey(case=case, wrapped=key, version=version, made_at=now) for case, key, version in wrapped
    )


def case_permissions(codenames: tuple[str, ...]) -> list[Permission]:
    return list(Permission.objects.filter(content_type__app_label="casework", codename__in=codenames).order_by("pk"))


def _check(report: ContactReport, now: datetime) -> None:
    if report.happened_at > now:
        raise ValidationError({"happened_at": "The time of the contact cannot be in the future."})
    if (report.step is None) == (not report.no_step_reason):
        raise ValidationError({"step_kind": "Say what happens next, or give a reason why nothing does, not both."})
    if problems := problems_of_caller(report):
        raise ValidationError(problems)
    if report.address:
        _check_address(report.address)


def _check_address(address: AddressReport) -> None:
    """Raise `ValidationError` for a refuge that says where it is, and for an address that says nothing."""
    if address.kind == AddressKind.REFUGE and (
        not address.organisation or address.postcode or (address.lines and not PO_BOX.match(address.lines))
    ):
        raise ValidationError({"address_lines": NOT_WHERE_IT_IS})
    if not address.lines and not address.organisation:
        raise ValidationError({"address_lines": "Enter the address."})
    if address.kind == AddressKind.SHARED and address.known_to_alleged != KnownToAlleged.YES:
        raise ValidationError({"known_to_alleged": "They share this address, so the alleged perpetrator knows it."})


def _write_people(actor: User, case: Case, report: ContactReport, now: datetime) -> None:
    if report.victim not in {None, VictimReport()} or report.routes or report.address or report.where_they_are:
        role = PartyRole.PARTICIPANT if report.kind == CaseKind.BEHAVIOUR else PartyRole.VICTIM
        victim = _whom_it_is_about(case, role, report.victim or VictimReport())
        add_aliases(victim, report.victim.aliases if report.victim else ())
        for route in report.routes:
            add_route(actor, victim, route, now)
        if report.address:
            Address.objects.create(case=case, party=victim, **vars(report.address))
        _add_whereabouts(victim, report.where_they_are, now)
    for child in _children_of(report):
        _add_child(case, child, now)
    if report.alleged_name or report.alleged_date_of_birth or report.alleged_telephone or report.where_alleged_is:
        said = VictimReport(name=report.alleged_name, date_of_birth=report.alleged_date_of_birth)
        alleged = _party(case, PartyRole.ALLEGED, said)
        _add_whereabouts(alleged, report.where_alleged_is, now)
        if report.alleged_telephone:
            add_route(actor, alleged, RouteReport(RouteKind.PHONE, report.alleged_telephone), now)


def _whom_it_is_about(case: Case, role: PartyRole, report: VictimReport) -> Party:
    """The case's victim, or who wants to change.

    What is newly said is added; what was said before stays, and is never written over.
    """
    victim = case.parties.filter(role=role).order_by("pk").first()
    if victim is None:
        return _party(case, role, report)
    said = {name: value for name, value in report.of_party.items() if value not in ("", None, [])}
    said |= {"needs": list(dict.fromkeys([*victim.needs, *report.needs]))} if report.needs else {}
    other = {n: v for n, v in said.items() if n != "needs" and getattr(victim, n) not in ("", None, v)}
    said |= {name: f"{getattr(victim, name)}; {other[name]}" for name in NEEDS if name in other}
    problems = {name: OTHERWISE for name in other if name not in NEEDS}
    problems |= {name: TOO_MUCH for name in NEEDS if len(said.get(name, "")) > LONGEST_NEEDS}
    if problems:
        raise ValidationError(problems)
    for name, value in said.items():
        setattr(victim, name, value)
    victim.folded_name = fold(victim.name)
    victim.save(update_fields=[*said, "folded_name"])
    return victim


def _children_of(report: ContactReport) -> tuple[ChildReport, ...]:
    """Those who were named; and where nobody was, one of whom is known where they were."""
    if not report.where_children_are:
        return report.children
    first, *rest = report.children or (ChildReport(),)
    return (replace(first, where=report.where_children_are), *rest)


def _add_child(case: Case, child: ChildReport, now: datetime) -> None:
    """Each child is a person of their own, and the school a place where they can be found."""
    said = vars(child) | {"folded_name": fold(child.name)}
    school, where = said.pop("school"), said.pop("where")
    person = Person.objects.create(partnership_id=case.partnership_id)
    party = Party.objects.create(case=case, person=person, role=PartyRole.CHILD, **said)
    if school:
        Address.objects.create(case=case, party=party, kind=AddressKind.SCHOOL, organisation=school)
    _add_whereabouts(party, where, now)


def _add_whereabouts(party: Party, where: str, now: datetime) -> None:
    """Where somebody was when they called is a place like any other, of that day."""
    if where:
        today = timezone.localdate(now)
        kind = AddressKind.WHEREABOUTS
        Address.objects.create(
            case_id=party.case_id, party=party, kind=kind, lines=where, valid_from=today, valid_until=today
        )


def _party(case: Case, role: PartyRole, report: VictimReport) -> Party:
    person = Person.objects.create(partnership_id=case.partnership_id)
    return Party.objects.create(case=case, person=person, role=role, folded_name=fold(report.name), **report.of_party)
