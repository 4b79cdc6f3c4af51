"""The directory of partner services."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.authorization import NotVisible, authorize, visible
from accounts.models import Agency, AgencyKind, User
from audit.log import command, record
from casework.models import CaseKind
from casework.queries import ACROSS
from referrals import entries
from referrals.models import Service, ServiceStatus
from referrals.plans import CapacityPlan, ServicePlan


@command
def add_service(*, actor: User, agency: Agency, plan: ServicePlan) -> Service:
    """Add a partner service to the directory."""
    authorize(actor, "referrals.add_service")
    if not visible(actor, agency):
        raise NotVisible("referrals.add_service", agency)
    check_kinds(agency, plan.kinds)
    public = {name: value for name, value in plan.more.items() if name in entries.SAYS}
    described = {"name": plan.name, "description": plan.what_for, "status": ServiceStatus.ACTIVE.value} | public
    entry = public_words(agency, entries.written({"id": str(uuid4())}, described))
    service = Service.objects.create(
        agency=agency,
        kinds=list(plan.kinds),
        purpose=plan.purpose,
        usual_categories=list(plan.usual_categories),
        answers_within_hours=plan.answers_within_hours,
        entry=entry,
        **entries.columns_of(entry),
        **{name: value for name, value in plan.more.items() if name not in public},
    )
    record(actor=actor, action="referrals.add_service", subject=service)
    return service


@command
def edit_service(*, actor: User, service: Service, said: Mapping[str, Any], now: datetime) -> Service:
    """Let it say something else: what is public is written into its entry, what is not stands beside it.

    Raises `ValidationError` by field. That all of it is right, is said by `assure_service`.
    """
    authorize(actor, "referrals.edit_service", service)
    check_kinds(service.agency, said.get("kinds", service.kinds))
    public = {name: value for name, value in said.items() if name in entries.SAYS}
    private = {name: value for name, value in said.items() if name not in entries.SAYS}
    entry = public_words(service.agency, entries.written(service.entry, public))
    if problems := entries.problems_of(entry, timezone.localdate(now)):
        raise ValidationError(problems)
    secret = private.get("secure_contact", service.secure_contact)
    if secret and secret.casefold() in str(entry).casefold():
        raise ValidationError({"secure_contact": "This stands in the public description too. Take it out there."})
    write(service, {"entry": entry, **entries.columns_of(entry), **private})
    record(actor=actor, action="referrals.edit_service", subject=service)
    return service


@command
def say_capacity(*, actor: User, service: Service, plan: CapacityPlan, now: datetime) -> Service:
    """Say how many places there are now, as the service itself. What was said before gives way."""
    authorize(actor, "referrals.say_capacity", service)
    write(service, vars(plan) | {"capacity_at": now})
    record(actor=actor, action="referrals.say_capacity", subject=service, places=plan.capacity_now)
    return service


@command
def assure_service(*, actor: User, service: Service, now: datetime) -> Service:
    """Say that everything in its entry is right today. Its age is counted from then."""
    authorize(actor, "referrals.assure_service", service)
    today = timezone.localdate(now)
    write(service, {"entry": entries.written(service.entry, {"assured_on": today}), "assured_on": today})
    record(actor=actor, action="referrals.assure_service", subject=service)
    return service


def write(service: Service, said: Mapping[str, Any]) -> None:
    """These fields of it, a part of commands. Raises `ValidationError` where its agency has another so called."""
    for name, value in said.items():
        setattr(service, name, value)
    try:
        with transaction.atomic():
            service.save(update_fields=list(said) if service.pk else None)
    except IntegrityError as refused:
        if "service_is_named_once_per_agency" not in str(refused):
            raise
        raise ValidationError({"name": "must not be that of another service of this agency"}) from None


def check_kinds(agency: Agency, kinds: Any) -> None:
    """That a service keeps to its side of the wall: a part of commands. Raises `ValidationError`."""
    if any((kind == CaseKind.BEHAVIOUR) != (agency.kind == AgencyKind.BEHAVIOUR) for kind in kinds):
        raise ValidationError({"kinds": ACROSS})


def public_words(agency: Agency, entry: entries.Entry) -> entries.Entry:
    """The entry as it may be kept, a part of commands: of a refuge without where it is. Raises `ValidationError`."""
    if agency.kind != AgencyKind.REFUGE:
        return entry
    if wrong := entries.says_where(entry):
        raise ValidationError(dict.fromkeys(wrong, "This looks like an address, and nobody is told where a refuge is."))
    return entries.without_its_place(entry)
