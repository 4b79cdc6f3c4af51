"""A partner's notes in a case that was shared with it stay its own: nobody else reads them, or that there are any."""

import pytest
from django.core.exceptions import ValidationError

from casework import commands
from casework.models import Note
from casework.queries import Wanted, get_note, read_case, timeline_of
from oversight.queries import HistoryFilter, read_history
from referrals.commands import complete_referral
from tests import factories
from tests.conftest import outcome_of
from tests.factories import at

WORDS = "She told us about the Zembrook letters."
OURS = ("partner", "partner_supervisor")


def wrote(world, case, who="partner"):
    return commands.write_note(actor=world.people[who], case=case, words=WORDS, disclosable="no", now=at())


@pytest.fixture
def noted(world, accepted):
    """A note of Harbour's, in a case that is shared with the police and with Elsewhere too, with what was said."""
    for who, agency in (("officer", "police"), ("outsider", "elsewhere")):
        said = {"categories": ("identity", "narrative", "incident")}
        factories.accepted(world.caseworker, world.people[who], accepted.case, world.services[agency], **said)
    return wrote(world, accepted.case)


def notes_seen(world, who, case):
    page = timeline_of(actor=world.people[who], case=case, wanted=Wanted())
    return [entry.values["words"] for entry in page.entries if entry.kind.code in {"note", "own_note"}]


@pytest.mark.parametrize("who", ["partner", "partner_supervisor", "caseworker", "supervisor", "officer", "outsider"])
def test_only_workers_of_the_agency_that_wrote_it_read_it(world, noted, who):
    assert notes_seen(world, who, noted.case) == [WORDS] * (who in OURS)
    case = noted.case.reference
    answers = [world.page(who).get(f"/cases/{case}/{tail}") for tail in ("", "timeline/")]
    answers += [world.api(who).get(f"/api/v1/cases/{case}/{tail}") for tail in ("", "timeline")]
    found = ["Zembrook" in answer.content.decode() for answer in answers]
    assert found == ([False, True] * 2 if who in OURS else [False] * 4)
    assert outcome_of(lambda: replaced(world, noted, who)) == ("done" if who in OURS else "NotVisible")


def replaced(world, note, who):
    found = get_note(world.people[who], note.public_id)
    return commands.replace_note(actor=world.people[who], note=found, words="Others.", disclosable="no", now=at())


def test_neither_history_nor_replay_nor_a_file_of_them_says_that_there_is_one(world, noted):
    case = noted.case.reference
    lines = read_history(actor=world.supervisor, reference=case, chosen=HistoryFilter()).lines
    assert "Write note" not in {line.action for line in lines}
    client = world.page("supervisor")
    agency = world.agencies["harbour"].pk
    for tail in ("history/", "history/export/", f"replay/?agency={agency}", "changes/"):
        assert "Zembrook" not in client.get(f"/cases/{case}/{tail}").content.decode()
    mine = read_history(actor=world.partner_supervisor, reference=case, chosen=HistoryFilter()).lines
    assert "Write note" in {line.action for line in mine}


def test_the_holders_notes_are_shared_with_what_was_said_and_nobody_else_acts_on_them(world, noted):
    wrote(world, noted.case, "caseworker")
    assert notes_seen(world, "officer", noted.case) == [WORDS]
    assert notes_seen(world, "partner", noted.case) == [WORDS, WORDS]
    theirs = Note.objects.get(agency=noted.case.agency)
    assert outcome_of(lambda: replaced(world, theirs, "partner")) == "NotVisible"


def test_without_what_was_said_they_read_their_own_alone_and_the_log_claims_no_more(world, case):
    only = {"categories": ("identity",)}
    factories.accepted(world.caseworker, world.partner, case, world.services["harbour"], **only)
    wrote(world, case, "caseworker")
    wrote(world, case)
    assert notes_seen(world, "partner", case) == [WORDS]


def test_it_needs_a_share_that_runs_and_ends_with_it(world, noted, accepted):
    said = {"outcome_code": "supported", "as_wanted": "yes", "outcome": "She has a plan."}
    complete_referral(actor=world.partner, referral=accepted, now=at(), **said)
    case = noted.case
    assert outcome_of(lambda: wrote(world, case)) == "NotVisible"
    assert outcome_of(lambda: replaced(world, noted, "partner")) == "NotVisible"
    commands.open_in_emergency(
        actor=world.partner,
        reference=case.reference,
        reason="life_at_risk",
        words="x",
        categories=["identity", "narrative"],
        now=at(),
    )
    read_case(actor=world.partner, reference=case.reference, purpose="emergency")
    assert notes_seen(world, "partner", case) == []
    assert outcome_of(lambda: wrote(world, case)) == "Denied"


def test_what_would_give_somebody_away_stands_in_no_note_of_theirs_either(world, accepted):
    with pytest.raises(ValidationError):
        commands.write_note(
            actor=world.partner, case=accepted.case, words="Ring 020 7946 0123", disclosable="no", now=at()
        )
