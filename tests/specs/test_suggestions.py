"""Suggestions: who refers sees which services suit a case and why, asks several at once, and says where nobody fits."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.authorization import NotPossibleNow
from accounts.commands import add_agency, add_worker
from accounts.models import AgencyKind
from accounts.roles import Role
from casework import commands as casework
from casework.models import Case, EqualityAnswer, Party, PartyRole
from casework.queries import standing_row
from referrals.commands import decline_referral, draft_referrals, note_gaps
from referrals.models import Gap, Referral, Service, SuggestionRule
from referrals.plans import AS_KNOWN, Choice, DraftPlan, Search
from referrals.queries import next_suggestions, suggestions_for
from tests import factories
from tests.conftest import events, outcome_of
from tests.factories import at
from tests.pressing import reads
from tests.world import World

TODAY = timezone.localdate


def said(service: Service, **more: Any) -> None:
    Service.objects.filter(pk=service.pk).update(**more)


@pytest.fixture
def needing(world: World, case: Case) -> Case:
    """Her case: she speaks Polish and needs another home and somebody to talk to."""
    Party.objects.filter(case=case, role="victim").update(language="Polish", needs=["housing", "counselling"])
    return case


def found(world: World, case: Case, search: Search = AS_KNOWN) -> dict[str, tuple[str, list[str]]]:
    """Of each service whether it is suggested, and all that is said of it."""
    seen = suggestions_for(actor=world.caseworker, case=case, search=search, now=at())
    listed = [("suggested", each) for each in seen.suggested] + [("excluded", each) for each in seen.excluded]
    return {
        each.service.name: (where, [why.words for why in (*each.reasons, *each.ask_first, *each.but, *each.excluded)])
        for where, each in listed
    }


def test_each_service_comes_with_its_reasons_and_what_does_not_suit_with_its_own(world: World, needing: Case):
    full = timezone.now() - timedelta(days=9)
    said(world.services["harbour"], languages=["Polish"], capacity_now=2, capacity_at=timezone.now())
    said(world.services["elsewhere"], capacity_now=0, capacity_at=full)
    seen = found(world, needing)
    where, words = seen["Harbour advocates"]
    assert (where, {"takes high risk", "speaks Polish", "has 2 places", "somebody to talk to"} - set(words)) == (
        "suggested",
        set(),
    )
    where, words = seen["Housing options"]
    assert (where, f"full since {full.day} {full:%B}" in words) == ("excluded", True)
    assert seen["Burglary visits"][0] == "excluded"
    page = reads(world.page("caseworker").get(f"/cases/{needing.reference}/referrals/new/"))
    assert all(words in page for words in ("Speaks Polish", "Has 2 places", "Nobody fits for: Housing", "Full since"))
    assert page.index("Speaks Polish") < page.index("Services that do not suit") < page.index("Another one")


def test_to_look_is_a_reading_of_the_case_by_category(world: World, needing: Case):
    api = world.api("caseworker").get(f"/api/v1/cases/{needing.reference}/suggestions?needs=health&wheelchair=true")
    (event,) = events("referrals.view_suggestions")
    assert (event.case_id, event.categories) == (needing.pk, ["household", "identity", "needs", "risk"])
    assert (api.json()["needs"], [each["need"] for each in api.json()["unmet"]]) == (["health"], ["health"])
    assert Party.objects.get(case=needing, role="victim").needs == ["housing", "counselling"]


def test_what_is_known_of_the_case_is_looked_for_without_asking_again(world: World, needing: Case):
    victim = Party.objects.get(case=needing, role="victim")
    Party.objects.filter(pk=victim.pk).update(access_needs="Uses a wheelchair", age_said=17)
    for age, sex in ((15, "male"), (13, "female"), (14, "")):
        child = Party.objects.create(case=needing, person=_person(needing), role=PartyRole.CHILD, age_said=age)
        if sex:
            about = {"question": "sex", "answer": sex, "noted_at": at(), "noted_by": world.caseworker}
            EqualityAnswer.objects.create(case=needing, party=child, **about)
    sought = suggestions_for(actor=world.caseworker, case=needing, now=at()).sought
    assert (sought.wheelchair, sought.age, sought.risk, sought.area) == (True, 17, "high", "Redbridge")
    assert (sought.sons, sought.children, sought.gender) == ((15,), (14,), "")
    said(world.services["harbour"], minimum_age=18, takes_men=False)
    assert "only for ages 18 and over" in found(world, needing)["Harbour advocates"][1]
    assert found(world, needing, Search(gender="man"))["Harbour advocates"][0] == "excluded"


def _person(case: Case) -> Any:
    return case.parties.get(role="victim").person.__class__.objects.create(partnership=case.partnership)


# --- who must not be seen


def answers(world: World, case: Case, who: str) -> tuple[str, str, str, int]:
    """What somebody gets by page and by API, word for word but for what is new each time, what a referral to Harbour is
    answered with, and in how many statements."""
    with CaptureQueriesContext(connection) as asked:
        page = world.page(who).get(f"/cases/{case.reference}/referrals/new/").content.decode()
        api = world.api(who).get(f"/api/v1/cases/{case.reference}/suggestions").content.decode()
    body = {"service": world.services["hidden"].pk, "asked": "Please call."}
    draft = world.api(who).post(f"/api/v1/cases/{case.reference}/referrals", body, format="json")
    fresh = re.compile(r'(name="(?:csrfmiddlewaretoken|once)" value=)"[^"]*"|nonce="[^"]*"')
    return fresh.sub("", page), api, f"{draft.status_code} {draft.content.decode()}", len(asked)


def bar_agency(world: World, case: Case) -> None:
    who = world.services["hidden"].agency
    casework.bar_from_case(actor=world.supervisor, case=case, who=who, reason="knows_them", now=at())


def bar_everybody(world: World, case: Case) -> None:
    for who in (world.partner, world.partner_supervisor):
        casework.bar_from_case(actor=world.supervisor, case=case, who=who, reason="knows_them", now=at())


def nothing(world: World, case: Case) -> None:
    """The wall stands without anybody's doing."""


@pytest.mark.parametrize("shut", [bar_agency, bar_everybody, nothing])
def test_who_must_not_find_the_case_is_absent_without_a_trace(world: World, needing: Case, shut):
    hidden = world.services["harbour"]
    if shut is nothing:
        behind = add_agency(actor=world.system, name="Turning Point", kind=AgencyKind.BEHAVIOUR)
        who = {"email": "f@turning.example", "name": "F", "role": Role.SUPERVISOR, "password": ""}
        add_worker(actor=world.system, agency=behind, **who)
        hidden = factories.another_service(world, "harbour")
        said(hidden, agency=behind, kinds=["behaviour"])
    world.services["hidden"] = hidden
    Service.objects.filter(pk=hidden.pk).update(status="defunct", entry=dict(hidden.entry, status="defunct"))
    answers(world, needing, "caseworker")
    absent = answers(world, needing, "caseworker")
    Service.objects.filter(pk=hidden.pk).update(status="active", entry=hidden.entry)
    if shut is not nothing:
        assert answers(world, needing, "colleague")[1] != absent[1]
        Referral.objects.all().delete()
    shut(world, needing)
    assert answers(world, needing, "caseworker") == absent


# --- several at once


def plans(world: World, **more: Any) -> list[DraftPlan]:
    return [DraftPlan(world.services[name], f"Please {name}.", **more) for name in ("harbour", "elsewhere")]


def test_several_services_are_asked_in_one_act_each_for_its_own(world: World, needing: Case):
    page = world.page("caseworker")
    harbour, housing = (world.services[name].pk for name in ("harbour", "elsewhere"))
    typed = {
        "tick": [harbour, housing],
        "asked": "Please call.",
        f"asked_{housing}": "A new home.",
        "urgency": "routine",
    }
    key = {"once": "k" * 20}
    first, again = (page.post(f"/cases/{needing.reference}/referrals/new/", typed | key) for _ in range(2))
    assert (first["Location"], again["Location"]) == (f"/cases/{needing.reference}/referrals/",) * 2
    drafted = Referral.objects.filter(case=needing).order_by("asked").values_list("service", "asked", "status")
    assert list(drafted) == [(housing, "A new home.", "draft"), (harbour, "Please call.", "draft")]
    body = {"service": harbour, "asked": "a", "also": [{"service": world.services["police"].pk, "asked": "b"}]}
    wrong = world.api("caseworker").post(f"/api/v1/cases/{needing.reference}/referrals", body, format="json")
    assert (wrong.status_code, Referral.objects.count()) == (400, 2)


def test_all_of_them_are_begun_or_none(world: World, needing: Case):
    factories.drafted(world.caseworker, needing, world.services["elsewhere"])
    why = Choice("their_wish", "She asked for them.")
    act = lambda: draft_referrals(actor=world.caseworker, case=needing, plans=plans(world, choice=why), now=at())  # noqa: E731
    assert (outcome_of(act), Referral.objects.count()) == ("NotPossibleNow", 1)


def test_a_choice_against_the_suggestion_says_why_and_only_the_holder_reads_it(world: World, needing: Case):
    said(world.services["harbour"], takes_nrpf=False, capacity_now=0, capacity_at=timezone.now())
    api, address = world.api("caseworker"), f"/api/v1/cases/{needing.reference}/referrals"
    body = {"service": world.services["harbour"].pk, "asked": "Please call."}
    assert set(re.findall("chosen_[a-z]+", api.post(address, body, format="json").text)) == {
        "chosen_against",
        "chosen_because",
    }
    why = {"chosen_against": "service_says_so", "chosen_because": "They rang: a place is free."}
    assert api.post(address, body | why, format="json").status_code == 201
    referral = Referral.objects.get()
    assert (referral.chosen_against, referral.chosen_because) == tuple(why.values())
    referral = factories.send(world.caseworker, referral)
    readers = {"caseworker": True, "partner": False}
    for who, is_shown in readers.items():
        page = reads(world.page(who).get(f"/referrals/{referral.reference}/"))
        told = world.api(who).get(f"/api/v1/referrals/{referral.reference}/").json()["chosen_against"]
        assert (why["chosen_because"] in page, told is not None) == (is_shown, is_shown)


def test_what_was_suggested_first_needs_no_reason_and_keeps_none(world: World, needing: Case):
    why = Choice("other", "No reason.")
    (first, second) = draft_referrals(actor=world.caseworker, case=needing, plans=plans(world, choice=why), now=at())
    assert {(each.chosen_against, each.chosen_because) for each in (first, second)} == {("", "")}
    with pytest.raises(ValidationError):
        draft_referrals(actor=world.caseworker, case=needing, plans=[], now=at())


def test_who_declined_or_is_asked_is_not_suggested_next(world: World, needing: Case):
    more = factories.another_service(world, "harbour")
    other = factories.another_service(world, "elsewhere")
    said(other, purpose="safety_support")
    declined = factories.sent(world.caseworker, needing, world.services["harbour"])
    names = lambda: [each.service.name for each in next_suggestions(declined, at())]  # noqa: E731
    assert names() == [more.name, other.name]
    decline_referral(actor=world.partner, referral=declined, reason="no_capacity", note="", now=at())
    assert needing.referrals.get(status="draft").service == more  # to which it went on by itself
    assert names() == [other.name]
    casework.bar_from_case(actor=world.supervisor, case=needing, who=other.agency, reason="knows_them", now=at())
    assert names() == []


# --- where nobody fits


def test_what_nobody_offers_is_noted_once_and_somebody_goes_on_looking(world: World, needing: Case):
    said(world.services["elsewhere"], areas=["Barking"], takes_nrpf=False)
    address = f"/cases/{needing.reference}/referrals/new/"
    for _ in range(2):
        assert world.page("caseworker").post(address, {"nobody": "nobody"}).status_code == 302
    gap = Gap.objects.get()
    assert (gap.need, gap.kind, gap.area, gap.risk, gap.excluded) == (
        "housing",
        "domestic_abuse",
        "Redbridge",
        "high",
        ["area"],
    )
    assert gap.month == TODAY().replace(day=1)
    (step,) = needing.steps.filter(kind="find_another_service", done_at=None)
    assert step.owner == world.caseworker
    said(world.services["elsewhere"], areas=[])
    with pytest.raises(NotPossibleNow):
        note_gaps(actor=world.caseworker, case=needing, now=at())
    one, looked = [DraftPlan(world.services["harbour"], "Please call.")], Search(needs=("health", "counselling"))
    draft_referrals(actor=world.caseworker, case=needing, plans=one, search=looked, now=at())
    assert sorted(Gap.objects.values_list("need", "excluded")) == [("health", ["need"]), ("housing", ["area"])]


def test_the_manager_reads_numbers_of_five_and_more_and_of_no_case(world: World):
    for number in range(9):
        said = ("housing", ["capacity", *(["area"] if number < 4 else [])]) if number < 5 else ("pets", ["pets"])
        factories.gap(world, once=bytes([number]), need=said[0], excluded=said[1])
    reasons = [{"code": "area", "count": None}, {"code": "capacity", "count": 5}]
    assert world.api("manager").get("/api/v1/gaps/").json() == {
        "gaps": [
            {"month": "2026-09-01", "need": "housing", "count": 5, "reasons": reasons},
            {"month": "2026-09-01", "need": "pets", "count": None, "reasons": []},
        ]
    }
    page = reads(world.page("manager").get("/gaps/"))
    assert all(words in page for words in ("September 2026", "Full: 5", "Fewer than five"))
    assert world.page("caseworker").get("/gaps/").status_code == 403


def test_a_partnership_changes_a_rule_for_itself(world: World, needing: Case):
    said(world.services["harbour"], capacity_now=0, capacity_at=timezone.now() - timedelta(days=20))
    assert found(world, needing)["Harbour advocates"][0] == "suggested"
    row = standing_row(SuggestionRule, "capacity", TODAY(), needing.partnership_id)
    rule = {"days": 30, "source": "Decided by us."}
    casework.change_reference(actor=world.manager, row=row, said=rule, valid_from=TODAY(), now=at())
    assert found(world, needing)["Harbour advocates"][0] == "excluded"
    assert "suggestion-rules" in reads(world.page("manager").get("/reference/"))
    said(world.services["elsewhere"], assured_on=TODAY() - timedelta(days=181))
    assert "nobody has confirmed its entry for 180 days" in found(world, needing)["Housing options"][1]
