"""Bringing Open Referral's documents into the directory, one service at a time."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.authorization import authorize
from accounts.commands import add_agency
from accounts.models import Agency, User
from audit.log import command, record
from referrals import entries
from referrals.commands.services import check_kinds, public_words, write
from referrals.models import Service
from referrals.plans import ImportPlan

HOURS = 48  # until somebody agrees on how soon it answers: the time that most of ours have
ADDED, CHANGED, SAME = "added", "changed", "same"


@command
def import_service(*, actor: User, document: Any, plan: ImportPlan, now: datetime) -> str:
    """Bring one service to what its document says; what came of it, as a code. What is private of it stays.

    A document that is what it was when it was last read changes nothing, whatever was written here since. Raises
    `ValidationError` with what is wrong, each with its field.
    """
    authorize(actor, "referrals.import_service")
    if problems := entries.problems_of(document, timezone.localdate(now)):
        raise ValidationError(problems)
    digest, partnership = entries.digest_of(document), actor.agency.partnership_id
    there = Service.objects.select_for_update(of=("self",)).filter(agency__partnership=partnership)
    service = there.filter(entry__id=document["id"]).select_related("agency").first()
    if service and service.imported == digest:
        record(actor=actor, action="referrals.import_service", subject=service, outcome_code=SAME)
        return SAME
    service, came = (service, CHANGED) if service else (_new(actor, document, plan), ADDED)
    entry = public_words(service.agency, document)
    write(service, {"entry": entry, "imported": digest, **entries.columns_of(entry)})
    record(actor=actor, action="referrals.import_service", subject=service, outcome_code=came)
    return came


def _new(actor: User, document: entries.Entry, plan: ImportPlan) -> Service:
    agency = _agency(actor, document, plan)
    check_kinds(agency, plan.kinds)
    return Service(
        agency=agency,
        kinds=list(plan.kinds),
        purpose=plan.purpose,
        usual_categories=[],
        answers_within_hours=HOURS,
    )


def _agency(actor: User, document: entries.Entry, plan: ImportPlan) -> Agency:
    """Whose service it is: by the organization's id in what was imported before, or by its name."""
    organization = document.get("organization") or {"id": document.get("organization_id")}
    name, there = organization.get("name"), Agency.objects.filter(partnership=actor.agency.partnership_id)
    known = there.filter(services__entry__organization__id=organization.get("id")) if organization.get("id") else None
    agency = (known and known.order_by("pk").first()) or there.filter(name=name).first()
    if agency and agency.left_at:
        raise ValidationError({"organization": f"{agency} has left the partnership"})
    if agency:
        return agency
    if not isinstance(name, str) or not 0 < len(name.strip()) <= 100:
        raise ValidationError({"organization": "must have a name of at most 100 characters, or an id known here"})
    if not plan.new_agencies:
        raise ValidationError({"organization": f"no agency here is called {name}; add it, or say --new-agencies KIND"})
    return add_agency(actor=actor, name=name, kind=plan.new_agencies)
