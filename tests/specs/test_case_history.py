"""Case history: whoever is entitled to ask finds out who saw a case, what of it, when, for whom, why, and who tried."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.authorization import NotVisible
from accounts.middleware import record_refusal
from audit.log import record_many
from casework.commands import judge_risk, link_person
from casework.models import new_reference
from casework.queries import cases_for, read_case
from oversight.queries import HistoryFilter, export_history, read_history
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
    assert [agency.name for agency in shown.agencies] == ["Harbour Advocacy"]
    assert {person.agency.name for person in shown.people} == {"Harbour Advocacy"}


def test_when_the_share_ends_their_history_of_it_is_gone_too(world, watched, accepted):
    factories.referral_commands.withdraw_referral(actor=world.caseworker, referral=accepted, now=at())
    assert outcome_of(lambda: history(world.partner_supervisor, watched)) == "NotVisible"


def test_the_auditor_sees_the_acts_and_nothing_of_the_content(world, watched):
    assert history(world.auditor, watched) != []
    assert outcome_of(lambda: read(world.auditor, watched)) == "Denied"
    assert outcome_of(lambda: cases_for(actor=world.auditor)) == "Denied"


def test_another_case_has_a_history_of_its_own(world, watched):
    other = factories.opened(world.colleague)
    lines = history(world.supervisor, other)
    assert {line.who for line in lines} == {"Colleague Person", "Supervisor Person"}


@pytest.mark.parametrize(
    ("chosen", "who"),
    [
        (lambda w: {"person": w.partner.pk}, {"Partner Person"}),
        (lambda w: {"agency": w.agencies["harbour"].pk}, {"Partner Person", "Partner Supervisor Person"}),
        (lambda w: {"outcome": "not_found"}, {"Outsider Person"}),
        (lambda w: {"outcome": "not_found", "agency": w.agencies["harbour"].pk}, set()),
        (lambda w: {"person": w.officer.pk}, set()),
        (lambda w: {"since": timezone.localdate() + timedelta(days=1)}, set()),
        (lambda w: {"until": timezone.localdate() - timedelta(days=1)}, set()),
        (
            lambda w: {"since": timezone.localdate(), "until": timezone.localdate(), "person": w.colleague.pk},
            {"Colleague Person"},
        ),
    ],
)
def test_it_can_be_narrowed_to_a_person_an_agency_an_outcome_and_days(world, watched, chosen, who):
    assert {line.who for line in history(world.supervisor, watched, **chosen(world))} == who


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
    link_person(actor=world.caseworker, party=victims[0], to=victims[1])
    read_case(actor=world.colleague, reference=other.reference, purpose="casework")
    (line,) = [line for line in history(world.supervisor, case) if line.who == "Colleague Person"]
    assert (line.how, line.categories) == ("Shown in a list", ())
    (line,) = [line for line in history(world.supervisor, other) if line.who == "Colleague Person"]
    assert (line.how, bool(line.categories)) == ("Read", True)
