"""Both texts are shown: on a page, what somebody saved after the form was opened stands beside what was typed."""

import re
from typing import Any

import pytest

from accounts.models import User
from casework import commands
from casework.models import Case, Contact, PartyRole, RiskLevel
from casework.states import ContactStatus
from referrals.models import Referral
from referrals.states import ReferralStatus
from tests import factories
from tests.conftest import events
from tests.factories import TOKENS, at
from tests.forms import hidden
from tests.world import World


@pytest.fixture
def draft(world: World) -> Contact:
    """A draft of the caseworker's, in which something is saved already."""
    return factories.saved(world.caseworker, factories.draft(world.caseworker), {"said": "First words", "name": "A"})


def left(worker: User) -> None:
    """They work here no longer, so that colleagues go on with their drafts."""
    User.objects.filter(pk=worker.pk).update(is_active=False)


def readings_of_risk(reader: User) -> int:
    return [e.categories for e in events("casework.view_case", actor_id=reader.pk)].count(["risk"])


def reads(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


# --- a draft


def test_a_draft_that_another_window_saved_is_not_written_over_and_both_texts_are_shown(world: World, draft: Contact):
    client, address = world.page("caseworker"), f"/contacts/{draft.reference}/"
    first, second = hidden(client.get(address)), hidden(client.get(address))
    typed = {"save": "save", "name": "A"}
    assert client.post(address, typed | first | {"said": "In the first window\r\nand more"}).status_code == 302
    answer = client.post(address, typed | second | {"said": "In the second <window>"})
    draft.refresh_from_db()
    assert answer.status_code == 409
    assert draft.draft["said"] == "In the first window\r\nand more"
    page = reads(answer)
    assert "<title>Error: Log a contact" in page
    assert "Nothing is written over yet: both texts are below." in page
    assert '<a href="#id_said">“What was said, in their words” is something else now</a>' in page
    assert "In the second &lt;window&gt;</textarea>" in page
    assert "In the first window<br>and more" in page
    assert f"Saved by {world.caseworker.name}, " in page
    assert page.count("What is there now<") == 1


def test_sending_it_again_is_a_decision_against_the_newer_version(world: World, draft: Contact):
    client, address = world.page("caseworker"), f"/contacts/{draft.reference}/"
    shown = hidden(client.get(address))
    factories.saved(world.caseworker, draft, {"said": "Newer"})
    mine = {"save": "save", "said": "Mine"}
    told = client.post(address, mine | shown)
    factories.saved(world.caseworker, draft, {"said": "Newest"})
    told_again = client.post(address, mine | hidden(told))
    assert (told.status_code, told_again.status_code) == (409, 409)
    assert "Newest" in reads(told_again)
    assert client.post(address, mine | hidden(told_again)).status_code == 302
    draft.refresh_from_db()
    assert draft.draft == {"said": "Mine"}


def test_a_colleagues_name_stands_at_what_the_colleague_wrote_and_its_showing_is_recorded(world: World, draft: Contact):
    left(world.caseworker)
    client, address = world.page("colleague"), f"/contacts/{draft.reference}/"
    shown = hidden(client.get(address))
    factories.saved(world.supervisor, draft, {"said": TOKENS.said})
    before = len(events("casework.view_contact", actor_id=world.colleague.pk))
    answer = client.post(address, {"save": "save", "said": "Mine", **shown})
    assert answer.status_code == 409
    assert f"Saved by {world.supervisor.name}, " in reads(answer)
    assert TOKENS.said in reads(answer)
    assert len(events("casework.view_contact", actor_id=world.colleague.pk)) == before + 1
    assert {event.actor_id for event in events("casework.save_draft")} == {world.caseworker.pk, world.supervisor.pk}


def test_a_draft_is_not_logged_over_what_another_window_saved(world: World, draft: Contact):
    client, address = world.page("caseworker"), f"/contacts/{draft.reference}/"
    shown = hidden(client.get(address))
    factories.saved(world.caseworker, draft, {"said": "Newer", "alleged_name": TOKENS.alleged})
    answer = client.post(address, {"log": "log", "said": "Mine", **shown})
    draft.refresh_from_db()
    assert (answer.status_code, draft.status, draft.draft["said"]) == (409, ContactStatus.DRAFT, "Newer")
    assert TOKENS.alleged in reads(answer)
    assert "needs an answer" not in reads(answer)


def test_a_form_without_a_version_writes_over_nothing(world: World, draft: Contact):
    answer = world.page("caseworker").post(f"/contacts/{draft.reference}/", {"save": "save", "said": "Mine"})
    draft.refresh_from_db()
    assert (answer.status_code, draft.draft["said"]) == (409, "First words")


def test_whoever_wrote_the_same_is_not_asked(world: World, draft: Contact):
    client, address = world.page("caseworker"), f"/contacts/{draft.reference}/"
    shown = hidden(client.get(address))
    factories.saved(world.caseworker, draft, {"said": "The same\nwords"})
    assert client.post(address, {"save": "save", "said": "The same\r\nwords", **shown}).status_code == 302


def test_what_another_window_emptied_is_shown_as_empty_but_a_box_nobody_touched_is_not_asked_about(
    world: World, draft: Contact
):
    factories.saved(world.caseworker, draft, {"route_kind": "phone", "route_value": TOKENS.route})
    client, address = world.page("caseworker"), f"/contacts/{draft.reference}/"
    shown = hidden(client.get(address))
    factories.saved(world.caseworker, draft, {"route_kind": "phone"})
    mine = {"route_kind": "phone", "route_value": TOKENS.route, "route_safety": "unknown"}
    page = reads(client.post(address, mine | {"save": "save", **shown}))
    assert "“Telephone number or email address” is something else now" in page
    assert (page.count("Left empty"), page.count("What is there now<")) == (1, 1)


def test_a_mistake_is_saved_and_the_next_attempt_goes_on_from_there(world: World, draft: Contact):
    client, address = world.page("caseworker"), f"/contacts/{draft.reference}/"
    wrong = client.post(address, hidden(client.get(address)) | {"log": "log", "said": "Mine"})
    assert wrong.status_code == 400
    assert client.post(address, hidden(wrong) | {"save": "save", "said": "Mine, put right"}).status_code == 302


def test_what_was_typed_is_not_lost_when_another_window_logged_the_contact(world: World, draft: Contact):
    client, address = world.page("caseworker"), f"/contacts/{draft.reference}/"
    shown = hidden(client.get(address))
    commands.log_contact(actor=world.caseworker, contact=draft, report=factories.report(), now=at())
    answer = client.post(address, {"save": "save", "said": "Typed for ten minutes", **shown})
    assert answer.status_code == 409
    assert "Typed for ten minutes</textarea>" in reads(answer)
    assert "logged after you opened it" in reads(answer)
    assert f'href="/cases/{draft.case.reference}/"' in reads(answer)
    assert "Save draft" not in reads(answer)


def test_what_another_system_put_into_a_draft_outlives_the_form(world: World, draft: Contact):
    factories.saved(world.caseworker, draft, {"said": "Words", "x-callback": "7"})
    client, address = world.page("caseworker"), f"/contacts/{draft.reference}/"
    client.post(address, hidden(client.get(address)) | {"save": "save", "said": "Mine"})
    draft.refresh_from_db()
    assert draft.draft == {"said": "Mine", "x-callback": "7"}


@pytest.mark.parametrize(
    ("who", "status"), [("colleague", 404), ("supervisor", 404), ("partner", 403), ("outsider", 403)]
)
def test_nobody_else_is_shown_what_is_there(world: World, draft: Contact, who: str, status: int):
    answer = world.page(who).post(f"/contacts/{draft.reference}/", {"save": "save", "said": "Mine"})
    assert (answer.status_code, "First words" in answer.text) == (status, False)


# --- what else is decided upon what was shown


def test_a_judgement_of_risk_does_not_overtake_one_that_was_not_seen(world: World, case: Case):
    client, address = world.page("caseworker"), f"/cases/{case.reference}/risk/"
    mine = hidden(client.get(address)) | {"level": "standard", "why": "Quiet since May."}
    commands.judge_risk(actor=world.colleague, case=case, level="medium", why="A new threat.", now=at())
    before = readings_of_risk(world.caseworker)
    answer = client.post(address, mine)
    page = reads(answer)
    assert answer.status_code == 409
    assert "Quiet since May.</textarea>" in page
    assert "A new threat." in page
    assert f"Saved by {world.colleague.name}, " in page
    assert readings_of_risk(world.caseworker) == before + 1
    assert client.post(address, mine | hidden(answer)).status_code == 302
    assert [level.why for level in RiskLevel.objects.order_by("pk")] == [
        TOKENS.why,
        "A new threat.",
        "Quiet since May.",
    ]


def test_who_may_not_judge_the_risk_gets_no_form_and_so_no_version_of_it(world: World, accepted: Referral):
    assert world.page("partner_supervisor").get(f"/cases/{accepted.case.reference}/risk/").status_code == 403


def sending(world: World, drafted: Referral) -> tuple[Any, str, dict[str, Any]]:
    client, address = world.page("caseworker"), f"/referrals/{drafted.reference}/send/"
    until = at(24 * 30)
    typed = {
        **{
            "purpose": "safety_support",
            "basis": "6-e",
            "consent": "given",
            "asked": "Please call.",
            "necessity": "They cannot help without it.",
        },
        **{"until_day": until.day, "until_month": until.month, "until_year": until.year, "until_time": "12:00"},
    }
    return client, address, typed | {"categories": ["identity", "risk"]} | hidden(client.get(address))


def test_a_referral_is_not_sent_when_what_was_shown_is_no_longer_what_they_would_see(world: World, case: Case):
    drafted = factories.drafted(world.caseworker, case, world.services["harbour"])
    client, address, typed = sending(world, drafted)
    commands.judge_risk(actor=world.colleague, case=case, level="medium", why="A new threat.", now=at())
    answer = client.post(address, typed | {"send": "send"})
    drafted.refresh_from_db()
    assert (answer.status_code, drafted.status) == (409, ReferralStatus.DRAFT)
    assert "What they will see changed after it was shown to you" in reads(answer)
    assert "A new threat." in reads(answer)
    assert 'value="They cannot help without it."' in reads(answer)
    assert client.post(address, typed | hidden(answer) | {"send": "send"}).status_code == 302


def test_another_choice_of_categories_needs_no_second_look(world: World, case: Case):
    drafted = factories.drafted(world.caseworker, case, world.services["harbour"])
    client, address, typed = sending(world, drafted)
    assert client.post(address, typed | {"send": "send", "categories": ["identity"]}).status_code == 302


@pytest.mark.parametrize("wrong", [{"version": ""}, {"version": "é"}, {"previewed": "nonsense"}, {"previewed": ""}])
def test_a_referral_is_not_sent_by_a_form_that_does_not_say_what_it_showed(world: World, case: Case, wrong):
    drafted = factories.drafted(world.caseworker, case, world.services["harbour"])
    client, address, typed = sending(world, drafted)
    assert client.post(address, typed | {"send": "send"} | wrong).status_code == 409


def test_a_person_is_not_linked_over_a_link_that_was_not_seen(world: World, case: Case):
    intake, third = factories.logged(world.caseworker).case, factories.opened(world.colleague)
    mine, one, other = (each.parties.get(role=PartyRole.VICTIM) for each in (intake, case, third))
    client = world.page("caseworker")
    found = hidden(client.post(f"/cases/{intake.reference}/known/", {"telephone": TOKENS.route}))
    commands.link_person(actor=world.colleague, party=mine, to=other, reason="She says so.", now=at())
    address, said = f"/cases/{intake.reference}/link/", {"party": mine.public_id, "same_as": one.public_id}
    answers = [client.post(address, said | version) for version in (found, {})]
    mine.refresh_from_db()
    other.refresh_from_db()
    assert [answer.status_code for answer in answers] == [409, 409]
    assert "Look again before you link them" in reads(answers[0])
    assert mine.person == other.person


def test_a_form_that_was_sent_twice_is_still_sent_on_although_its_own_work_changed_the_version(world: World, draft):
    client, address = world.page("caseworker"), f"/contacts/{draft.reference}/"
    form = hidden(client.get(address)) | {"save": "save", "said": "Mine", "once": "key"}
    assert [client.post(address, form).status_code for _ in range(2)] == [302, 302]
    assert len(events("casework.save_draft")) == 2
