"""Who has looked at my file? A victim is told, by a safe way and in plain words: which agencies, when, why, what."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection

from accounts.authorization import NotPossibleNow
from audit.acting import acting_as
from audit.models import AuditEvent
from casework.categories import Category
from casework.commands import bar_from_case, seal_case
from casework.models import ContactRoute
from casework.queries import cases_for, read_case, reveal_address
from casework.serializers.bodies import PURPOSES
from config.lock.roles import WEB
from oversight.commands import decide_naming
from oversight.models import GivenAnswer
from oversight.queries import found, in_plain_words
from oversight.queries.looked import ANOTHER_KIND, KINDS, REASONS
from tests.as_the_web import become
from tests.conftest import events, outcome_of
from tests.factories import TOKENS, at
from tests.factories import answered as answer


def victim(case):
    return case.parties.get(role="victim")


def text(told):
    return "\n".join(str(each) for each in [*told.looks, *told.lists])


@pytest.fixture
def watched(world, accepted):
    """A case that two of Harbour read, that stood in Harbour's list, and at which somebody tried in vain."""
    for who in ("partner", "partner_supervisor", "partner"):
        read_case(actor=world.people[who], reference=accepted.case.reference, purpose="referral")
    cases_for(actor=world.partner)
    assert world.page("outsider").get(f"/cases/{accepted.case.reference}/").status_code == 404
    return accepted.case


def test_it_says_in_plain_words_which_agency_when_why_and_what(world, watched):
    told = in_plain_words(answer(world, watched))
    (line,) = [look for look in told.looks if look.agency == "Harbour Advocacy" and len(look.seen) > 1]
    assert str(line).startswith(f"On {line.on:%-d %B %Y}, 2 workers of Harbour Advocacy looked at your file because ")
    assert str(line).endswith(
        "because they were asked to help you. They saw: who you are, how to reach you safely, how much danger you may "
        "be in and what you told us."
    )
    assert [(each.agency, each.days) for each in told.lists] == [("Harbour Advocacy", 1)]


def test_it_holds_nothing_of_what_stands_in_the_case_nor_of_anybody_else_in_it(world, watched):
    said = text(in_plain_words(answer(world, watched)))
    assert not [token for token in vars(TOKENS).values() if token in said]
    assert "Person" not in said
    assert "perpetrator" not in said.lower()


def test_it_says_nothing_of_attempts_bars_and_seals(world, watched):
    before = found(world.supervisor, watched)
    bar_from_case(actor=world.supervisor, case=watched, who=world.officer, reason="knows_them", now=at())
    named = [world.supervisor, world.caseworker, world.partner]
    seal_case(actor=world.supervisor, case=watched, workers=named, reason="honour_based", now=at())
    assert world.page("supervisor").get(f"/cases/{watched.reference}/bars/").status_code == 200
    assert world.page("officer").get(f"/cases/{watched.reference}/").status_code == 404
    assert found(world.supervisor, watched) == before
    assert "Elsewhere" not in text(in_plain_words(answer(world, watched)))


def test_days_are_londons(world, watched):
    event = AuditEvent(at=datetime(2026, 6, 1, 23, 30, tzinfo=UTC), agency_id=world.agencies["harbour"].pk)
    event.actor_id, event.case_id, event.purpose, event.is_deliberate = world.partner.pk, watched.pk, "referral", True
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("oversight.queries.looked._readings", lambda actor, case: [event])
        (look,) = found(world.supervisor, watched)["looks"]
    assert look["on"] == "2026-06-02"


def test_workers_are_named_only_where_their_agency_says_so_and_what_was_told_stays(world, watched):
    first = answer(world, watched)
    decide_naming(actor=world.administrator, is_named=True, now=at())
    second = answer(world, watched)
    decide_naming(actor=world.administrator, is_named=False, now=at())
    assert "Partner Person and Partner Supervisor Person of Harbour" in text(in_plain_words(second))
    for each in (first, answer(world, watched)):
        assert "Person" not in text(in_plain_words(each))
    assert sorted(event.detail["named"] for event in events("oversight.decide_naming")) == [False, True]


def test_who_decides_for_their_agency_is_its_administrator(world):
    for who in ("supervisor", "manager", "partner", "auditor"):
        decide = {"actor": world.people[who], "is_named": True, "now": at()}
        assert outcome_of(lambda decide=decide: decide_naming(**decide)) == "Denied"


def test_only_a_supervisor_of_the_agency_that_holds_the_case_answers(world, watched):
    may = dict.fromkeys(("caseworker", "auditor", "partner", "partner_supervisor"), "Denied") | {
        "outsider": "NotVisible"
    }
    for who, becomes in (may | {"supervisor": "done"}).items():
        act = {"actor": world.people[who]}
        assert (who, outcome_of(lambda act=act: answer(world, watched, **act))) == (who, becomes)


def test_without_a_way_that_is_confirmed_as_safe_nothing_is_handed_over(world, watched):
    for safety in ("unknown", "unsafe"):
        ContactRoute.objects.filter(case=watched).update(safety=safety)
        with pytest.raises(NotPossibleNow):
            answer(world, watched)
    page = world.page("supervisor").get(f"/cases/{watched.reference}/who-looked/")
    assert (page.status_code, "no answer can be handed over" in page.text) == (200, True)
    assert GivenAnswer.objects.count() == 0


def test_nor_by_another_way_to_somebody_else_or_unasked(world, watched):
    other = watched.parties.get(role="alleged")
    for spoilt in ({"by": "email"}, {"party": other}, {"still_safe": False}, {"how": "posted"}):
        with pytest.raises((NotPossibleNow, ValidationError)):
            answer(world, watched, **spoilt)
    assert events("oversight.give_answer") == []


def test_nor_to_who_is_not_to_be_contacted_at_all_nor_aloud_by_mail(world, watched):
    route = watched.routes.get(kind="phone", party=victim(watched))
    ContactRoute.objects.filter(pk=route.pk).update(kind="email")
    assert answer(world, watched, by="email", how="printed").how == "printed"
    with pytest.raises(NotPossibleNow):
        answer(world, watched, by="email", how="read_aloud")
    victim(watched).routes.create(case=watched, kind="none", safety="unknown")
    with pytest.raises(NotPossibleNow):
        answer(world, watched, by="email", how="printed")


def test_the_database_takes_no_answer_without_a_safe_way(world, watched):
    given = answer(world, watched)
    ContactRoute.objects.filter(case=watched).update(safety="unknown")
    columns = "case_id, route_id, how, said, given_at, given_by_id"
    with (
        pytest.raises(DatabaseError, match="row-level security"),
        become(WEB),
        acting_as(world.supervisor),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            f"INSERT INTO oversight_givenanswer (public_id, {columns}) "  # noqa: S608
            f"SELECT gen_random_uuid(), {columns} FROM oversight_givenanswer WHERE id = %s",
            [given.pk],
        )


def test_giving_it_and_reading_it_again_are_recorded(world, watched):
    given = answer(world, watched)
    page = world.page("supervisor").get(f"/answers/{given.public_id}/")
    assert "Harbour Advocacy" in page.text
    told, looked = sorted(events("oversight.give_answer"), key=lambda event: "looked" in event.detail)
    assert (told.case_id, told.subject_type, told.detail["how"]) == (watched.pk, "givenanswer", "read_aloud")
    assert looked.detail == {"looked": True}


def test_page_and_api_do_the_same(world, watched):
    body = {"party": str(victim(watched).public_id), "by": "phone", "how": "in_person", "still_safe": True}
    by_api = world.api("supervisor").post(f"/api/v1/cases/{watched.reference}/answers", body, format="json")
    assert by_api.status_code == 201
    form = {"way": f"{victim(watched).public_id}.phone", "how": "in_person", "still_safe": "on"}
    by_page = world.page("supervisor").post(f"/cases/{watched.reference}/who-looked/", form)
    first, second = GivenAnswer.objects.order_by("pk")
    assert by_page["Location"] == f"/answers/{second.public_id}/"
    assert [look for look in second.said["looks"] if look["agency"] != watched.agency_id] == [
        look for look in first.said["looks"] if look["agency"] != watched.agency_id
    ]
    assert by_api.json()["text"] == [str(each) for each in in_plain_words(first).looks + in_plain_words(first).lists]
    unasked = world.page("supervisor").post(f"/cases/{watched.reference}/who-looked/", form | {"still_safe": ""})
    assert (unasked.status_code, "Without their word it is not" in unasked.text) == (400, True)


def test_every_reason_for_which_a_case_is_read_has_words():
    """As the source has them: a new purpose is noticed."""
    sources = [path for app in ("casework", "referrals", "oversight") for path in Path(app).rglob("*.py")]
    said = {code for path in sources for code in re.findall(r'\bpurpose="([a-z_]+)"', path.read_text())}
    assert {code for code, _ in PURPOSES} | said == set(REASONS)
    assert set(Category) - set(KINDS) == {Category.ALLEGED}


def test_where_somebody_else_lives_is_not_said_to_be_where_she_does(world, watched):
    other = watched.parties.get(role="alleged")
    other.addresses.create(case=watched, lines="1 Elsewhere")
    reveal_address(actor=world.colleague, public_id=other.addresses.get().public_id, reason="visit")
    said = text(in_plain_words(answer(world, watched)))
    assert (KINDS["location"] in said, ANOTHER_KIND in said) == (False, True)
