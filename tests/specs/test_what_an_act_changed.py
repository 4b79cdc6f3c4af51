"""What an act changed: the fields of each record, and the values before and after for who may see them now."""

import pytest

from accounts.authorization import NotVisible
from audit.acting import acting_as
from casework.commands import judge_risk, link_person
from casework.models import Case
from config.lock.roles import WEB
from oversight.queries import read_changes
from referrals.models import Referral
from tests import factories
from tests.as_the_web import become
from tests.conftest import events, outcome_of
from tests.factories import TOKENS, at
from tests.world import World


def changes(actor, case, event=None):
    """The changes: record, act, field, and the values before and after, None where they are not shown."""
    with become(WEB), acting_as(actor):
        found = read_changes(actor=actor, reference=case.reference, event=event)
    return [
        (change.what, change.act, field.name, *((field.before, field.after) if field.is_shown else (None, None)))
        for change in found.changes
        for field in change.fields
    ]


def test_each_act_shows_what_it_changed_and_no_other(for_real: None, world: World, accepted: Referral):
    case = accepted.case
    judge_risk(actor=world.colleague, case=case, level="medium", why="Calmer now", now=at())
    (first, second), (logged,) = events("casework.judge_risk"), events("casework.log_contact")
    assert ("Risk level", "Added", "why", "", "Calmer now") in changes(world.supervisor, case, second.pk)
    assert ("Risk level", "Added", "why", "", TOKENS.why) in changes(world.supervisor, case, first.pk)
    assert changes(world.supervisor, case) == changes(world.supervisor, case, second.pk)

    of_contact = changes(world.supervisor, case, logged.pk)
    assert {
        ("Party", "Added", "name", "", TOKENS.name),
        ("Contact route", "Added", "value", None, None),
        ("Address", "Added", "lines", None, None),
        ("Contact", "Changed", "status", "", "Logged"),  # how it was drafted is its writer's
    } <= set(of_contact)
    assert {name for _, _, name, *_ in of_contact} & {"id", "case", "folded_name", "e164", "mark", "code_word"} == set()

    auditors = changes(world.auditor, case, logged.pk)
    assert [change[:3] for change in auditors] == [change[:3] for change in of_contact]
    assert {change[3:] for change in auditors} == {(None, None)}
    only_their_own(world, case, logged)


def only_their_own(world: World, case: Case, of_the_holder) -> None:
    """A partner's supervisor sees what their own agency changed, in what they see now."""
    (accepted,) = events("referrals.accept_referral")
    assert outcome_of(lambda: changes(world.partner_supervisor, case, of_the_holder.pk)) == "NotVisible"
    theirs = changes(world.partner_supervisor, case, accepted.pk)
    assert ("Referral", "Changed", "status", "Sent", "Accepted") in theirs
    assert ("Sharing decision", "Changed", "began_at") in {change[:3] for change in theirs}
    assert {change[3:] for change in theirs if change[0] == "Next step"} <= {(None, None)}
    assert {what for what, *_ in theirs} <= {"Referral", "Sharing decision", "Next step"}


def test_of_another_case_nothing_is_shown(world, case):
    other = factories.opened(world.caseworker)
    (event, *_) = events("casework.judge_risk", case_id=other.pk)
    with pytest.raises(NotVisible):
        changes(world.supervisor, case, event.pk)
    assert outcome_of(lambda: changes(world.caseworker, case)) == "Denied"
    assert outcome_of(lambda: changes(world.outsider, case)) == "NotVisible"


def test_what_was_drafted_is_shown_to_nobody(world, case):
    contact = factories.draft(world.caseworker)
    factories.saved(world.caseworker, contact, {"said": TOKENS.said})
    found = read_changes(actor=world.supervisor, reference=contact.case.reference)  # past the second lock
    named = {field.name for change in found.changes for field in change.fields}
    assert (named & {"draft", "saved_by"}) == {"saved_by"}  # that somebody saved it, and never what


def test_looking_is_recorded_with_what_was_shown(world, case):
    shown = changes(world.supervisor, case)
    (event,) = events("oversight.view_changes")
    assert (event.case_id, event.actor_id, event.purpose) == (case.pk, world.supervisor.pk, "supervision")
    assert {"identity", "contact", "risk", "narrative"} <= set(event.categories)
    assert event.detail["act"].startswith("event:")
    assert shown
    changes(world.auditor, case)
    assert [event.categories for event in events("oversight.view_changes", actor_id=world.auditor.pk)] == [[]]


def test_the_page_and_the_api_say_the_same(world, case):
    victim, other = case.parties.get(role="victim"), factories.opened(world.caseworker).parties.get(role="victim")
    link_person(actor=world.caseworker, party=victim, to=other, reason="She says so.", now=at())
    history = world.page("supervisor").get(f"/cases/{case.reference}/history/").content.decode()
    (event,) = events("casework.judge_risk", case_id=case.pk)
    assert f'href="changes/?event={event.pk}"' in history
    page = world.page("supervisor").get(f"/cases/{case.reference}/history/changes/", {"event": event.pk})
    body = world.api("supervisor").get(f"/api/v1/cases/{case.reference}/changes", {"event": event.pk}).json()
    assert TOKENS.why in page.content.decode()
    assert TOKENS.lines not in page.content.decode() + str(body)
    assert body["event"]["action"] == "Judge risk"
    why = [field for change in body["changes"] for field in change["fields_changed"] if field["name"] == "why"]
    assert why == [{"name": "why", "is_shown": True, "before": "", "after": TOKENS.why}]
    nothing = world.page("supervisor").get(f"/cases/{case.reference}/history/changes/", {"event": "no id"})
    assert nothing.status_code == 404
    auditors = world.page("auditor").get(f"/cases/{case.reference}/history/changes/").content.decode()
    assert "Not shown to you" in auditors
    assert [token for token in vars(TOKENS).values() if token in auditors] == []
