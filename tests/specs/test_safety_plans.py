"""A safety plan is made with whom it is for, version after version; what is given away of it tells nobody anything."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from accounts.authorization import Denied, NotPossibleNow, NotVisible
from audit.models import AuditEvent
from casework import commands, queries
from casework.models import RecordVersion
from casework.neutral import gives_away, gives_away_in
from tests import factories
from tests.factories import TOKENS, at

NOTES = "Keys by the door.\nBag with my sister's neighbour."


def written(world, case, after=0, who="caseworker", **more):
    said = {"parts": {"going": "Through the garden."}, "present": "She and I", "notes": NOTES} | more
    return commands.write_plan(actor=world.people[who], case=case, after=after, now=at(), **said)


def way(case):
    return case.routes.get(kind="phone", party__role="victim")


def given(world, plan, who="caseworker", route=None):
    return commands.give_plan(actor=world.people[who], plan=plan, route=route or way(plan.case), now=at())


def test_a_new_version_takes_the_place_of_the_one_it_was_written_upon_and_changes_none(world, case):
    first, second = written(world, case), written(world, case, after=1, parts={"going": "By the front."})
    plans = queries.read_plan(actor=world.caseworker, case=case)
    assert (plans.standing, plans.before) == (second, [first])
    assert (first.parts, second.parts) == ({"going": "Through the garden."}, {"going": "By the front."})
    with pytest.raises(NotPossibleNow):
        written(world, case, after=1)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"parts": {"going": " "}}, "parts"),
        ({"parts": {"elsewhere": "x"}}, "parts"),
        ({"present": ""}, "present"),
        ({"notes": f"Go to {TOKENS.lines}"}, "notes"),
    ],
)
def test_a_plan_says_something_and_who_was_there(world, case, wrong, field):
    with pytest.raises(ValidationError) as refusal:
        written(world, case, **wrong)
    assert list(refusal.value.message_dict) == [field]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Keys by the door. Medicine. Her blue bag.", None),
        (f"meet at {TOKENS.lines.upper()}", "an address"),
        (f"near {TOKENS.postcode.replace(' ', '')}", "a postcode"),
        ("anywhere in E6 1AA", "a postcode"),
        ("ring 020 7946 0555", "a telephone number"),
        (f"if {TOKENS.alleged} comes", "a name from the case"),
        ("B r o v i k is back", "a name from the case"),
        ("ask Lantern Refuge", "the name of an organisation"),
        ("ask at East-Area Police", "the name of an organisation"),
        ("Redbridge front door", "the name of an organisation"),
        ("call the Police", "a word that says what it is about"),
        ("If he gets violent", "a word that says what it is about"),
        ("my safety plan", "a word that says what it is about"),
        ("dial 999", "a word that says what it is about"),
        ("the women's refuge", "a word that says what it is about"),
    ],
)
def test_notes_say_neither_where_nor_who_nor_what(world, case, words, kind):
    found = gives_away_in(case, words)
    assert (kind in found) if kind else found == []


def test_words_that_only_look_alike_are_let_through():
    assert gives_away("Policy papers, courtesy car, crimson bag", [], ["Harbour Advocacy"]) == []


def test_the_notes_are_given_by_a_safe_way_and_at_no_other_moment(world, case):
    plan = written(world, case)
    assert given(world, plan) == NOTES
    route = way(case)
    for field, value in (("windows", ""), ("safety", "unsafe"), ("doubted_at", at())):
        before = getattr(route, field)
        setattr(route, field, value)
        route.save()
        with pytest.raises(NotPossibleNow):
            given(world, plan)
        if field != "doubted_at":
            setattr(route, field, before)
            route.save()


def test_they_are_given_by_no_way_of_somebody_else_and_no_older_version_is(world, case):
    plan = written(world, case)
    other = way(factories.opened(world.caseworker))
    his = case.parties.get(role="alleged").routes.create(case=case, kind="phone", value="020 7946 0666")
    for route in (other, his):
        with pytest.raises(NotPossibleNow):
            given(world, plan, route=route)
    written(world, case, after=1, notes="")
    with pytest.raises(NotPossibleNow, match="newer"):
        given(world, plan)
    with pytest.raises(NotPossibleNow, match="no notes"):
        given(world, case.plans.get(version=2))


def test_they_are_looked_through_again_when_they_are_given_also_for_who_sees_less(world, case):
    plan = written(world, case)
    shared = ("identity", "contact", "narrative")
    factories.accepted(world.caseworker, world.partner, case, world.services["harbour"], categories=shared)
    assert given(world, plan, who="partner") == NOTES
    case.parties.filter(role="alleged").update(name="Neighbour Keys")
    for who in ("caseworker", "partner"):
        with pytest.raises(NotPossibleNow, match="a name from the case"):
            given(world, plan, who=who)


@pytest.mark.parametrize("form", ["print", "text"])
def test_what_is_printed_or_sent_holds_the_notes_and_nothing_of_ours(world, case, form):
    plan, route = written(world, case), way(case)
    said = {"way": route.public_id, "form": form}
    answer = world.page("caseworker").post(f"/plans/{plan.public_id}/give/", said)
    text = answer.content.decode()
    assert "Keys by the door." in text
    assert "Notes" in text
    for telling in ("Front Door", "Redbridge", "Safety", "plan", case.reference, TOKENS.name, "csrf", "frontend"):
        assert telling not in text
    assert "Through the garden" not in text


def test_who_sees_what_was_said_sees_the_plan_and_nobody_else(world, case):
    factories.accepted(
        world.caseworker, world.partner, case, world.services["harbour"], categories=("identity", "narrative")
    )
    factories.accepted(world.caseworker, world.outsider, case, world.services["elsewhere"], categories=("identity",))
    plan = written(world, case)
    answers = {who: world.page(who).get(f"/cases/{case.reference}/plan/") for who in world.people}
    sees = {who for who, answer in answers.items() if "Through the garden" in answer.content.decode()}
    assert sees == {"caseworker", "colleague", "senior", "supervisor", "partner", "partner_supervisor"}
    for who in ("outsider", "officer", "auditor", "administrator"):
        with pytest.raises((Denied, NotVisible)):
            commands.write_plan(
                actor=world.people[who], case=case, parts={"going": "x"}, present="x", notes="", after=1, now=at()
            )
        assert world.page(who).get(f"/plans/{plan.public_id}/give/").status_code in {403, 404}


def test_who_is_barred_finds_none(world, case):
    plan = written(world, case)
    commands.bar_from_case(actor=world.supervisor, case=case, who=world.colleague, reason="knows_them", now=at())
    with pytest.raises(NotVisible):
        queries.get_plan(world.colleague, plan.public_id, "casework.give_plan")


def test_it_stands_sealed_in_the_database_and_in_its_versions(world, case):
    plan = written(world, case)
    with connection.cursor() as cursor:
        cursor.execute("SELECT parts, present, notes FROM casework_safetyplan")
        row = b"".join(map(bytes, cursor.fetchone()))
    held = str(RecordVersion.objects.get(record="casework_safetyplan").held)
    for words in ("garden", "Keys", "She and I"):
        assert words.encode() not in row
        assert words.encode().hex() not in held
    assert plan.parts


def test_each_act_and_each_reading_is_recorded(world, case):
    plan = written(world, case)
    queries.read_plan(actor=world.caseworker, case=case)
    given(world, plan)
    events = AuditEvent.objects.filter(case_id=case.pk, action__endswith="_plan")
    assert sorted(events.values_list("action", flat=True)) == [
        "casework.give_plan",
        "casework.view_plan",
        "casework.write_plan",
    ]


def test_the_api_does_the_same(world, case):
    api, address = world.api("caseworker"), f"/api/v1/cases/{case.reference}/plan"
    said = {"parts": {"going": "By bus."}, "present": "She and I", "notes": "Keys.", "after": 0}
    made = api.post(address, said, format="json")
    assert (made.status_code, made.json()["version"]) == (201, 1)
    assert api.post(address, said, format="json").status_code == 409
    assert api.get(address).json()["standing"]["parts"] == {"going": "By bus."}
    give = {"route": str(way(case).public_id)}
    assert api.post(f"/api/v1/plans/{made.json()['id']}/give", give, format="json").json() == {
        "title": "Notes",
        "notes": "Keys.",
    }
