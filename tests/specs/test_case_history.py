"""Case history: whoever is entitled to ask finds out who saw a case, what of it, when, for whom, why, and who tried."""

import csv
import io
from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.authorization import NotVisible
from accounts.middleware import record_refusal
from accounts.models import User
from audit.acting import acting_as
from audit.log import record_many
from audit.models import AuditEvent
from casework.commands import judge_risk, link_person
from casework.models import new_reference
from casework.queries import cases_for, read_case
from oversight.pages import FILE_COLUMNS
from oversight.queries import HistoryFilter, export_history, read_days, read_history
from referrals.commands import withdraw_referral
from tests import factories
from tests.conftest import events, outcome_of
from tests.factories import TOKENS, at


def history(actor, case, **chosen):
    return read_history(actor=actor, reference=case.reference, chosen=HistoryFilter(**chosen)).lines


def read(actor, case, purpose="casework"):
    return read_case(actor=actor, reference=case.reference, purpose=purpose)


def attempt(actor, case):
    """What a page does when somebody asks for a case that they may not see."""
    with pytest.raises(NotVisible) as refusal, transaction.atomic():
        read(actor, case)
    record_refusal(actor, refusal.value)


@pytest.fixture
def watched(world, accepted):
    """A case that a colleague and a partner read, that stood in a list, and that an outsider asked for in vain."""
    read(world.colleague, accepted.case)
    read(world.partner, accepted.case, "referral")
    cases_for(actor=world.partner_supervisor)
    attempt(world.outsider, accepted.case)
    return accepted.case


def told(lines, **wanted):
    return [line for line in lines if all(getattr(line, name) == value for name, value in wanted.items())]


def test_it_says_who_for_which_agency_what_for_and_which_categories(world, watched):
    (line,) = told(history(world.supervisor, watched), who="Partner Person", action="View case")
    assert (line.agency, line.purpose, line.outcome, line.how) == ("Harbour Advocacy", "Referral", "Allowed", "Read")
    assert line.categories == ("How to reach them", "Who it is about", "What was said", "Risk")


def test_it_says_where_the_case_only_stood_in_a_list(world, watched):
    (line,) = told(history(world.supervisor, watched), who="Partner Supervisor Person")
    assert (line.action, line.how, line.categories) == ("View case", "Shown in a list", ())


def test_it_says_who_tried_in_vain(world, watched):
    (line,) = told(history(world.supervisor, watched), refused=True)
    assert (line.who, line.agency, line.outcome) == (
        "Outsider Person",
        "Elsewhere Housing",
        "Refused: not visible to them",
    )


def test_changes_stand_beside_readings_newest_first(world, watched):
    judge_risk(actor=world.colleague, case=watched, level="medium", why="Calmer", now=at())
    lines = history(world.supervisor, watched)
    assert len(told(lines, action="Judge risk")) == 2
    assert [line.at for line in lines] == sorted((line.at for line in lines), reverse=True)


def test_reading_the_history_stands_in_the_history(world, watched):
    (line,) = told(history(world.supervisor, watched), action="View case history")
    assert (line.who, line.purpose) == ("Supervisor Person", "Supervision")
    assert len(told(history(world.auditor, watched), action="View case history")) == 2


def test_no_value_of_the_case_stands_in_it(world, watched):
    lines = history(world.auditor, watched)
    assert len(lines) > 5
    assert not [token for token in vars(TOKENS).values() if token in repr(lines)]


@pytest.mark.parametrize(
    ("who", "becomes"),
    {
        "supervisor": "done",
        "auditor": "done",
        "caseworker": "Denied",
        "colleague": "Denied",
        "partner": "Denied",
        "partner_supervisor": "done",
        "officer": "NotVisible",
        "outsider": "NotVisible",
    }.items(),
)
def test_supervisors_and_auditors_of_agencies_that_may_know_the_case_read_it(world, watched, who, becomes):
    actor, nothing = world.people[who], HistoryFilter()
    assert outcome_of(lambda: history(actor, watched)) == becomes
    exported = outcome_of(lambda: export_history(actor=actor, reference=watched.reference, chosen=nothing))
    assert exported == becomes


def test_a_partners_supervisor_sees_only_what_their_own_agency_did(world, watched):
    lines = history(world.partner_supervisor, watched)
    assert {line.agency for line in lines} == {"Harbour Advocacy"}
    assert len(told(lines, who="Partner Person", action="View case")) == 1


def test_nor_do_the_names_to_choose_from_tell_them_who_else_was_there(world, watched):
    shown = read_history(actor=world.partner_supervisor, reference=watched.reference, chosen=HistoryFilter())
    assert [agency.name for agency in shown.among.agencies] == ["Harbour Advocacy"]
    assert {person.agency.name for person in shown.among.people} == {"Harbour Advocacy"}


def test_when_the_share_ends_their_history_of_it_is_gone_too(world, watched, accepted):
    withdraw_referral(actor=world.caseworker, referral=accepted, reason="not_needed", now=at())
    assert outcome_of(lambda: history(world.partner_supervisor, watched)) == "NotVisible"


def test_the_auditor_sees_the_acts_and_nothing_of_the_content(world, watched):
    assert history(world.auditor, watched) != []
    assert outcome_of(lambda: read(world.auditor, watched)) == "Denied"
    assert outcome_of(lambda: cases_for(actor=world.auditor)) == "Denied"


def test_another_case_has_a_history_of_its_own(world, watched):
    other = factories.opened(world.colleague)
    lines = history(world.supervisor, other)
    assert {line.who for line in lines} == {"Colleague Person", "Supervisor Person"}


NARROWED = [
    (lambda w: {"person": w.partner.pk}, {"Partner Person"}),
    (lambda w: {"agency": w.agencies["harbour"].pk}, {"Partner Person", "Partner Supervisor Person"}),
    (lambda w: {"outcome": "not_found"}, {"Outsider Person"}),
    (lambda w: {"outcome": "not_found", "agency": w.agencies["harbour"].pk}, set()),
    (lambda w: {"person": w.officer.pk}, set()),
    (lambda w: {"since": timezone.localdate() + timedelta(days=1)}, set()),
    (lambda w: {"kind": "listed"}, {"Partner Supervisor Person"}),
    (lambda w: {"kind": "opened", "agency": w.agencies["harbour"].pk}, {"Partner Person"}),
    (lambda w: {"purpose": "referral", "category": "risk"}, {"Partner Person"}),
    (lambda w: {"purpose": "gossip"}, set()),
    (lambda w: {"category": "location", "agency": w.agencies["harbour"].pk}, set()),
    (lambda w: {"door": "page"}, set()),
    (lambda w: {"network": "n00000000000"}, set()),
    (lambda w: {"until": timezone.localdate() - timedelta(days=1)}, set()),
    (
        lambda w: {"since": timezone.localdate(), "until": timezone.localdate(), "person": w.colleague.pk},
        {"Colleague Person"},
    ),
]


def test_it_can_be_narrowed_to_all_that_it_says(world, watched):
    for narrowed, who in NARROWED:
        chosen = narrowed(world)
        assert (chosen, {line.who for line in history(world.supervisor, watched, **chosen)}) == (chosen, who)


def test_a_partners_supervisor_cannot_widen_it_by_narrowing(world, watched):
    assert history(world.partner_supervisor, watched, person=world.colleague.pk) == []
    assert history(world.partner_supervisor, watched, agency=world.agencies["front_door"].pk) == []


def test_pages_follow_one_another_without_a_gap_or_a_repeat(world, case):
    record_many(actor=world.colleague, action="casework.view_case", subjects=[case] * 60)
    chosen = HistoryFilter(person=world.colleague.pk)
    first = read_history(actor=world.supervisor, reference=case.reference, chosen=chosen)
    rest = read_history(actor=world.supervisor, reference=case.reference, chosen=chosen, before=first.before)
    assert (len(first.lines), len(rest.lines), rest.before) == (50, 10, None)
    assert len({line.id for line in [*first.lines, *rest.lines]}) == 60


def test_taking_it_away_as_a_file_is_recorded_with_how_much(world, watched):
    exported = export_history(actor=world.auditor, reference=watched.reference, chosen=HistoryFilter())
    (event,) = events("oversight.export_case_history")
    assert (event.actor_id, event.case_id, event.detail["count"]) == (
        world.auditor.pk,
        watched.pk,
        len(exported.lines),
    )


def test_what_was_asked_is_recorded_by_the_names_of_the_criteria(world, watched):
    history(world.supervisor, watched, person=world.partner.pk, outcome="allowed")
    (event,) = events("oversight.view_case_history")
    assert event.detail == {"criteria": ["person", "outcome"]}


def test_a_hidden_case_and_one_that_never_was_are_refused_alike(world, watched):
    with pytest.raises(NotVisible) as hidden:
        history(world.outsider, watched)
    with pytest.raises(NotVisible) as nothing:
        read_history(actor=world.outsider, reference=new_reference(), chosen=HistoryFilter())
    assert str(hidden.value) == str(nothing.value)


def test_a_case_that_only_stood_beside_another_is_not_said_to_have_been_read(world, case):
    other = factories.opened(world.caseworker)
    victims = [each.parties.get(role="victim") for each in (case, other)]
    link_person(actor=world.caseworker, party=victims[0], to=victims[1], reason="She says so.", now=at())
    read_case(actor=world.colleague, reference=other.reference, purpose="casework")
    (line,) = [line for line in history(world.supervisor, case) if line.who == "Colleague Person"]
    assert (line.how, line.categories) == ("Shown in a list", ())
    (line,) = [line for line in history(world.supervisor, other) if line.who == "Colleague Person"]
    assert (line.how, bool(line.categories)) == ("Read", True)


def test_it_says_from_where_by_a_code_that_is_the_same_for_the_same_network(world, watched):
    places = ["192.0.2.7", "192.0.2.99", "198.51.100.7", "2001:db8:1:2::7", "2001:db8:1:ffff::9", "nowhere"]
    for place in places:
        world.page("colleague").get(f"/cases/{watched.reference}/", REMOTE_ADDR=place)
    found = [line.network for line in history(world.supervisor, watched, door="page")][::-1]
    codes = dict(zip(places, found, strict=True)) if len(found) == len(places) else {}
    assert sorted(Counter(found).values()) == [1, 1, 2, 2]
    assert "" in found
    assert {line.network for line in history(world.supervisor, watched, network=max(found))} == {max(found)}
    log = " ".join(str(vars(event)) for event in AuditEvent.objects.filter(door="page"))
    assert not [place for place in codes or places[:-1] if place in log]


def test_it_says_for_which_agency_the_system_acted(world, watched):
    with acting_as(world.partner):
        record_many(actor=world.system, action="casework.hand_over_work", subjects=[watched])
    (line,) = told(history(world.supervisor, watched), action="Hand over work")
    assert (line.agency, line.acting_for) == ("Redbridge Front Door", "Harbour Advocacy")


def days(actor, case, before="", **chosen):
    return read_days(actor=actor, reference=case.reference, chosen=HistoryFilter(**chosen), before=before)


def test_by_day_and_person_it_says_how_often_each_opened_saw_did_and_was_refused(world, watched):
    found = {line.who: line for line in days(world.supervisor, watched).lines}
    counts = {who: (line.opened, line.listed, line.done, line.refused) for who, line in found.items()}
    assert counts["Partner Supervisor Person"] == (0, 1, 0, 0)
    assert counts["Outsider Person"] == (0, 0, 0, 1)
    assert counts["Partner Person"] == (1, 0, 3, 0)
    assert {line.on for line in found.values()} == {timezone.localdate()}
    assert {line.who for line in days(world.partner_supervisor, watched).lines} == {
        "Partner Person",
        "Partner Supervisor Person",
    }
    (one,) = days(world.supervisor, watched, kind="listed").lines
    assert (one.who, one.opened, one.listed) == ("Partner Supervisor Person", 0, 1)


def test_pages_of_days_follow_one_another_without_a_gap_or_a_repeat(world, watched):
    whole = [line.who for line in days(world.auditor, watched).lines]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("oversight.queries.days.PAGE", 2)
        before, found = "", []
        while before is not None:
            page = days(world.auditor, watched, before=before)
            found += [line.who for line in page.lines]
            before = page.before
    assert found == whole
    assert [line.who for line in days(world.auditor, watched, before="9999-99-99.1.1").lines] == whole
    assert events("oversight.view_case_history")[-1].detail.keys() == {"criteria", "by"}


def test_the_file_says_it_all_and_no_cell_of_it_is_a_formula(world, watched):
    User.objects.filter(pk=world.partner.pk).update(name=" =cmd|calc")
    file = world.page("auditor").get(f"/cases/{watched.reference}/history/export/?purpose=referral")
    rows = list(csv.DictReader(io.StringIO(file.content.decode())))
    assert {row["Who"] for row in rows} == {"' =cmd|calc"}
    assert set(FILE_COLUMNS) == set(rows[0])
    assert all(row["From"] and row["For"] == "Referral" for row in rows)
    page = world.page("auditor").get(f"/cases/{watched.reference}/history/days/?purpose=referral")
    assert (page.status_code, "=cmd|calc" in page.text) == (200, True)
