"""The database guards records: no change without its event, and no status but along its table, even from a shell."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import User
from audit.acting import acting_as
from audit.log import record
from casework.models import (
    Address,
    Case,
    CaseKey,
    Contact,
    GroupGrant,
    MatchKey,
    NextStep,
    Party,
    Person,
    SharingDecision,
    SidesJudgement,
    TwoSided,
)
from casework.states import CaseStatus
from config.guards import (
    LEAVES_VERSION,
    MACHINES,
    ONCE,
    WITHOUT_VERSIONS,
    case_column,
    guarded_models,
    make_guards,
    of_event,
    pairs,
)
from config.lock.roles import WEB
from referrals.commands import accept_referral, decline_referral, withdraw_referral
from referrals.models import Referral
from tests import factories
from tests.architecture.test_every_field_has_a_category import records_of_cases
from tests.as_the_web import become
from tests.world import World

# Rows that belong to no case: any event of the transaction is enough for them.
OF_NO_CASE = {
    "accounts_agency",
    "accounts_invitation",
    "accounts_notice",
    "accounts_onceonly",
    "accounts_partnership",
    "accounts_user",
    "casework_agreementparty",
    "casework_attemptstandard",
    "casework_coderule",
    "casework_absence",
    "casework_ladderstandard",
    "casework_riskinstrument",
    "casework_riskrule",
    "casework_handovernote",
    "casework_agreementwarning",
    "casework_hub",
    "casework_lawfulbasis",
    "casework_listedaddress",
    "casework_visitrule",
    "casework_namedsenior",
    "casework_person",
    "casework_sidesjudgement",
    "casework_staffmark",
    "casework_twosided",
    "oversight_alert",
    "oversight_alertevent",
    "casework_publishedoutcome",
    "casework_servicestandard",
    "casework_sharingagreement",
    "oversight_auditquestion",
    "oversight_staffnaming",
    "referrals_gap",
    "referrals_referralstandard",
    "referrals_suggestionrule",
    "referrals_service",
}


def triggers(name: str) -> dict[str, str]:
    """The tables that carry a trigger of this name, and the arguments it was made with."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, encode(tgargs, 'escape') FROM pg_trigger"
            " WHERE tgname = %s AND tgenabled = 'O'",
            [name],
        )
        return {table: args.replace("\\000", " ").strip() for table, args in cursor.fetchall()}


@pytest.mark.django_db
def test_every_table_of_ours_has_the_guard_and_names_its_case():
    tables = {model._meta.db_table: case_column(model) for model in guarded_models()}
    asked = {model._meta.db_table: " ".join(of_event(model)) for model in guarded_models()}
    assert triggers("change_needs_its_event") == asked
    assert {table for table, column in tables.items() if not column} == OF_NO_CASE


@pytest.mark.django_db
def test_every_record_of_a_case_leaves_a_version_of_each_change():
    """Whatever is added, whoever adds it: only what is named as being without versions has none."""
    records = records_of_cases() - WITHOUT_VERSIONS
    assert set(triggers(LEAVES_VERSION)) == {model._meta.db_table for model in records}
    assert {CaseKey, MatchKey, SidesJudgement, TwoSided} == WITHOUT_VERSIONS


@pytest.mark.django_db
def test_the_statuses_that_the_database_allows_are_those_of_the_tables():
    allowed = {model._meta.db_table: " ".join(pairs(moves)) for model, moves in MACHINES.items()}
    assert triggers("status_changes_along_its_table") == allowed
    with_status = {m._meta.db_table for m in guarded_models() if "status" in {f.name for f in m._meta.fields}}
    assert with_status - {"referrals_service"} == set(allowed)  # a service says what the standard calls its status


@pytest.mark.django_db
def test_making_the_guards_again_changes_nothing():
    before = triggers("change_needs_its_event")
    make_guards()
    assert triggers("change_needs_its_event") == before


# Changes behind the log's back, as from a shell.
UNSEEN = {
    "a case is changed": lambda case: Case.objects.filter(pk=case.pk).update(owner=None),
    "a party is added": lambda case: Party.objects.create(
        case=case, person=Person.objects.create(partnership_id=case.partnership_id), role="witness"
    ),
    "an address is changed": lambda case: Address.objects.filter(case=case).update(known_to_alleged="no"),
    "a step is moved": lambda case: NextStep.objects.filter(case=case).update(
        due_at=timezone.now() + timedelta(days=300)
    ),
    "a grant is removed": lambda case: GroupGrant.objects.filter(content_object=case).delete(),
    "somebody is made a supervisor": lambda case: User.objects.filter(role="caseworker").update(role="supervisor"),
}


@pytest.mark.parametrize("change", UNSEEN.values(), ids=UNSEEN.keys())
def test_a_change_without_an_event_is_refused_at_commit(for_real: None, world: World, case: Case, change):
    with pytest.raises(IntegrityError, match="needs its event"), transaction.atomic():
        change(case)


def disown(case: Case, event_about: Case, world: World) -> None:
    with transaction.atomic():
        record(actor=world.caseworker, action="casework.judge_risk", subject=event_about)
        Case.objects.filter(pk=case.pk).update(owner=None)


def test_the_event_of_another_case_excuses_nothing(for_real: None, world: World, case: Case):
    other = factories.opened(world.caseworker)
    with pytest.raises(IntegrityError, match="needs its event"):
        disown(case, event_about=other, world=world)
    disown(case, event_about=case, world=world)
    case.refresh_from_db()
    assert case.owner is None


def test_an_event_of_an_earlier_transaction_excuses_nothing(for_real: None, world: World, case: Case):
    record(actor=world.caseworker, action="casework.judge_risk", subject=case)
    with pytest.raises(IntegrityError, match="needs its event"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(owner=None)


BY_COMMANDS = {
    "sent": lambda world, sent: sent,
    "accepted": lambda world, sent: accept_referral(actor=world.partner, referral=sent, now=factories.at()),
    "declined": lambda world, sent: decline_referral(
        actor=world.partner, referral=sent, reason="no_capacity", note="", now=factories.at()
    ),
}


@pytest.mark.parametrize(
    ("before", "after"), [("sent", "draft"), ("sent", "completed"), ("accepted", "sent"), ("declined", "sent")]
)
def test_a_status_that_no_verb_leads_to_is_refused_even_in_sql(world: World, sent: Referral, before: str, after: str):
    referral = BY_COMMANDS[before](world, sent)
    with pytest.raises(IntegrityError, match=f"no verb leads from {before} to {after}"), transaction.atomic():
        Referral.objects.filter(pk=referral.pk).update(status=after)


def test_an_open_case_does_not_become_an_intake_again(world: World, case: Case):
    with pytest.raises(IntegrityError, match="no verb leads from open to intake"), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(status=CaseStatus.INTAKE, opened_at=None, opened_by=None)


# What would take a decision back, or give more than was decided, if the database took it.
BACK_AGAIN = {
    "an ended share goes on": lambda ended: SharingDecision.objects.filter(pk=ended.decision_id).update(
        ended_at=None, ended_by=None
    ),
    "an ended share ended later": lambda ended: SharingDecision.objects.filter(pk=ended.decision_id).update(
        ended_at=timezone.now()
    ),
    "a referral was sent at another time": lambda ended: Referral.objects.filter(pk=ended.pk).update(
        sent_at=timezone.now()
    ),
    "a step is open again": lambda ended: NextStep.objects.filter(case=ended.case_id, done_at__isnull=False).update(
        done_at=None, done_by=None, outcome=""
    ),
    "somebody said something else": lambda ended: Contact.objects.filter(case=ended.case_id).update(said="Nothing."),
}


@pytest.mark.parametrize("change", BACK_AGAIN.values(), ids=BACK_AGAIN.keys())
def test_what_was_said_once_is_not_said_otherwise_even_in_sql(world: World, accepted: Referral, change):
    withdraw_referral(actor=world.caseworker, referral=accepted, reason="not_needed", now=factories.at())
    with pytest.raises(IntegrityError, match="is said once"), transaction.atomic():
        change(accepted)


@pytest.mark.django_db
def test_whatever_is_said_once_has_the_guard():
    assert triggers("what_is_said_once_stays") == {m._meta.db_table: " ".join(said) for m, said in ONCE.items()}


@pytest.mark.parametrize("codename", ["hold_case", "view_location", "view_alleged"])
def test_a_partner_gives_itself_no_more_than_was_decided(world: World, accepted: Referral, codename: str):
    with pytest.raises(IntegrityError, match="no more than its sharing decision"), transaction.atomic():
        grant(world, accepted, codename)


def test_a_partner_gives_itself_nothing_before_it_has_accepted(world: World, sent: Referral):
    with pytest.raises(IntegrityError, match="no more than its sharing decision"), transaction.atomic():
        grant(world, sent, "view_case")


def grant(world: World, referral: Referral, codename: str) -> None:
    """As the agency that the case was referred to, past every command."""
    with become(WEB), acting_as(world.partner):
        GroupGrant.objects.create(
            content_object_id=referral.case_id,
            group=world.agencies["harbour"].group,
            permission=Permission.objects.get(codename=codename, content_type__app_label="casework"),
            sharing_id=referral.decision_id,
            valid_until=factories.at(1),
        )
