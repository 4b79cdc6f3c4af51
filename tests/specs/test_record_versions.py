"""Record versions: what a record held before a change and after it, kept by the database, and seen as the record is."""

import json

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from accounts.vault import NotGenuine
from audit.acting import acting_as
from audit.models import AuditEvent
from casework.commands import bar_from_case, judge_risk
from casework.models import Case, Contact, GroupGrant, Incident, NextStep, RecordVersion
from casework.models.sealed import Mark
from config.guards import IN_NO_VERSION, LEAVES_VERSION, TYPED, make_guards, versioned_models
from config.lock.roles import WEB
from referrals.commands import withdraw_referral
from referrals.models import Referral
from tests import factories
from tests.as_the_web import become
from tests.factories import TOKENS, at
from tests.world import World

VERSIONS = "casework_recordversion"
# What goes to a partner with a referral, and the step that waits for its answer.
SENT_ALONG = {"Referral", "SharingDecision", "ConsentRecord", "NextStep"}


def versions(record):
    """What is kept of one record, the first first."""
    kept = RecordVersion.objects.filter(record=record._meta.db_table, row_id=record.pk)
    return list(kept.order_by("pk"))


def seen_by(user, role=WEB):
    """The versions that the second lock alone shows to a user, by model and act."""
    with become(role), acting_as(user):
        return [(version.model, version.act) for version in RecordVersion.objects.order_by("pk")]


def values(record):
    """All but what is looked up by, what is only being typed, and files: no version holds these."""
    kept = [f for f in record._meta.concrete_fields if not isinstance(f, Mark)]
    left_out = {*TYPED.get(type(record), ()), *IN_NO_VERSION.get(type(record), ())}
    return {f.attname: getattr(record, f.attname) for f in kept if f.attname not in left_out}


@pytest.fixture
def everything(world, accepted):
    """A record of every kind, some changed, with values that are easily read back otherwise than they were."""
    case = accepted.case
    Incident.objects.create(
        case=case, partnership=case.partnership, month="2026-08-01", longitude="0.07", latitude="51.5"
    )
    factories.saved(world.caseworker, factories.draft(world.caseworker), {"said": TOKENS.said})
    bar_from_case(actor=world.supervisor, case=case, who=world.officer, reason="knows_them", now=at())
    factories.emergency(world, case)
    factories.proposed(world, case)
    factories.finished(world, case)
    factories.to_be_erased(world, case)
    factories.held(world, case)
    factories.told(world, case)
    case.parties.earliest("pk").aliases.create(case=case, name="Ann", folded_name="ann")
    factories.reaching(world, case)
    factories.overridden_way(world, case)
    factories.by_a_neighbour(world)
    factories.noted(world, case)
    factories.neighboured(world, case)
    factories.called_999(world)
    factories.owed(world.caseworker, case)
    factories.planned(world.caseworker, case)
    factories.attached(world.caseworker, case)
    factories.handed_in(world, case)
    return case


def test_the_newest_version_of_each_record_holds_what_the_record_holds(everything):
    newest = {(version.model, version.row_id): version for version in RecordVersion.objects.order_by("pk")}
    records = {(model, row.pk): row for model in versioned_models() for row in model._default_manager.all()}
    missing = {model.__name__ for model in versioned_models()} - {model.__name__ for model, _ in records}
    assert missing <= {
        "Alias",
        "BarProposal",
        "InformationRequest",
        "MaracReferral",
        "RiskAssessment",
        "Closing",
        "Note",
        "PersonJudgement",
        "PublishedOutcome",
        "QuietAsk",
        "SealMember",
    }
    assert {key: values(version.as_it_stood()) for key, version in newest.items()} == {
        key: values(record) for key, record in records.items()
    }


def test_a_change_leaves_what_was_before_and_what_is_after(world, case):
    step = case.steps.filter(done_at=None).first()
    NextStep.objects.filter(pk=step.pk).update(owner=world.colleague)
    added, *_, changed = versions(step)
    assert (added.act, added.as_it_stood().owner_id) == ("added", step.owner_id)
    assert (changed.act, changed.as_it_stood().owner_id) == ("changed", world.colleague.pk)
    assert (added.case_id, changed.case_id) == (case.pk, case.pk)


def test_what_changes_nothing_leaves_nothing(case):
    Case.objects.filter(pk=case.pk).update(kind=case.kind)
    kinds = [version.held["kind"] for version in versions(case)]
    assert (len(kinds), kinds[-1]) == (3, case.kind)


def test_what_is_removed_is_kept_as_it_was(world, accepted):
    grant = GroupGrant.objects.filter(sharing=accepted.decision).first()
    pk, group = grant.pk, grant.group_id
    grant.delete()
    added, removed = RecordVersion.objects.filter(record="casework_groupgrant", row_id=pk).order_by("pk")
    assert (added.act, removed.act, removed.held["group_id"]) == ("added", "removed", group)


def test_what_is_sealed_stands_in_its_versions_sealed(world, case):
    route, address = case.routes.get(), case.addresses.get()
    held = json.dumps([version.held for each in (route, address) for version in versions(each)])
    sealed = (TOKENS.route, TOKENS.when_safe, TOKENS.note, TOKENS.lines, TOKENS.postcode)
    assert [token for token in sealed if token in held] == []
    assert versions(address)[-1].as_it_stood().lines == TOKENS.lines


def test_a_version_that_is_moved_to_another_row_does_not_open(case):
    route = case.routes.get()
    other = case.parties.get(role="victim").routes.create(case=case, kind="email", value="a@b.test")
    moved = versions(route)[0]
    moved.held["public_id"] = str(other.public_id)
    with pytest.raises(NotGenuine):
        str(moved.as_it_stood().value)


def test_what_a_value_is_looked_up_by_is_kept_of_none(case):
    assert "mark" not in versions(case.routes.get())[0].held
    assert versions(case.routes.get())[0].as_it_stood().mark is None


def test_of_the_key_of_a_case_no_version_is_kept(case):
    assert versions(case.key) == []


def test_a_column_that_came_later_reads_as_what_it_began_with(case):
    version = versions(case)[0]
    del version.held["kind"]
    assert version.as_it_stood().kind == ""


def test_a_version_is_of_its_events_transaction_and_moment(for_real: None, world: World, case: Case):
    level = judge_risk(actor=world.colleague, case=case, level="medium", why="Calmer", now=at())
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT e.action FROM audit_event e JOIN {VERSIONS} v USING (xid, at, case_id) "  # noqa: S608
            "WHERE v.record = 'casework_risklevel' AND v.row_id = %s",
            [level.pk],
        )
        assert cursor.fetchall() == [("casework.judge_risk",)]
    with transaction.atomic():
        judge_risk(actor=world.colleague, case=case, level="high", why="Worse", now=at())
        transaction.set_rollback(True)
    assert RecordVersion.objects.filter(record="casework_risklevel").count() == 2
    assert AuditEvent.objects.filter(action="casework.judge_risk").count() == 2


@pytest.mark.parametrize("act", ["UPDATE {} SET held = '{{}}'", "DELETE FROM {}", "TRUNCATE {}"])
def test_not_even_the_owner_changes_removes_or_empties_them(case, act):
    connection.check_constraints()
    with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act.format(VERSIONS))


def test_a_version_says_what_was_done(case):
    statement = f"INSERT INTO {VERSIONS} (act, record, row_id, case_id, held) VALUES ('x', 'x', 1, 1, '{{}}')"  # noqa: S608
    with pytest.raises(IntegrityError, match="version_says_what_was_done"), connection.cursor() as cursor:
        cursor.execute(statement)


def test_what_was_there_before_has_a_first_version(case):
    with connection.cursor() as cursor:
        connection.check_constraints()
        cursor.execute(f"DROP TRIGGER {LEAVES_VERSION} ON casework_incident")
        incident = Incident.objects.create(case=case, partnership=case.partnership, crime_id="ab" * 32)
        assert versions(incident) == []
        connection.check_constraints()
        make_guards()
        make_guards()
    (version,) = versions(incident)
    assert (version.act, values(version.as_it_stood())) == ("found", values(Incident.objects.get()))


def test_who_sees_no_record_sees_no_version(world, sent):
    assert seen_by(world.outsider) == []
    assert seen_by(world.officer) == []
    assert len(seen_by(world.supervisor)) > 15


def test_before_it_accepts_a_partner_sees_what_was_sent_and_not_how_it_was_drafted(world, sent):
    assert {model.__name__ for model, _ in seen_by(world.partner)} <= SENT_ALONG
    assert [act for model, act in seen_by(world.partner) if model is Referral] == ["changed"]


def test_a_partner_sees_the_versions_of_what_it_sees_now_and_of_nothing_else(world, accepted):
    seen = {model.__name__ for model, _ in seen_by(world.partner)}
    assert {"Case", "Party", "ContactRoute", "RiskLevel", "Contact", "Referral"} <= seen
    assert seen & {"Address", "Incident", "Bar"} == set()
    withdraw_referral(actor=world.caseworker, referral=accepted, reason="not_needed", now=at())
    left = {model.__name__ for model, _ in seen_by(world.partner)}
    assert left & {"Case", "Party", "ContactRoute", "RiskLevel", "Contact"} == set()


def test_a_referral_that_was_recalled_is_gone_with_its_versions(world, sent):
    withdraw_referral(actor=world.caseworker, referral=sent, reason="not_needed", now=at())
    assert Referral not in {model for model, _ in seen_by(world.partner)}


def test_a_bar_shuts_the_versions_too(world, accepted):
    bar_from_case(
        actor=world.supervisor, case=accepted.case, who=world.agencies["harbour"], reason="knows_them", now=at()
    )
    bar_from_case(actor=world.supervisor, case=accepted.case, who=world.colleague, reason="knows_them", now=at())
    assert (seen_by(world.partner), seen_by(world.colleague)) == ([], [])


def test_what_was_drafted_is_its_writers_alone(world, case):
    draft = factories.saved(world.caseworker, factories.draft(world.caseworker), {"said": TOKENS.said})
    mine, theirs = (seen_by(who).count((Contact, "changed")) for who in (world.caseworker, world.supervisor))
    assert (mine, theirs) == (2, 1)
    assert versions(draft)[-1].case_id == draft.case_id
