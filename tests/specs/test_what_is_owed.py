"""What the Victims' Code and other laws owe somebody in a case: what, by when, by whom, and what became of it."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.authorization import Denied, NotPossibleNow, NotVisible
from audit.models import AuditEvent
from casework import commands, queries
from casework.clocks import Unit, due_at
from casework.models import CaseClock, CodeRule, NextStep, Party
from casework.plans import ClockPlan, SettlePlan
from tests import factories
from tests.factories import at


@pytest.fixture
def burglary(world):
    return factories.opened(world.caseworker, kind="burglary")


def started(world, case, event, **more):
    plan = ClockPlan(event=event, **{"event_at": at(-3)} | more)
    return commands.start_clocks(actor=world.caseworker, case=case, plan=plan, now=at())


def settled(world, clock, outcome="not_owed", **more):
    plan = SettlePlan(outcome=outcome, **more)
    return commands.settle_clock(actor=world.caseworker, clock=clock, plan=plan, now=at())


def reached(world, case):
    attempt = factories.reaching(world, case)
    return commands.end_attempt(actor=world.caseworker, attempt=attempt, outcome="reached", now=at())


def codes(clocks):
    return {clock.rule.code: clock for clock in clocks}


def test_one_event_starts_all_that_is_owed_from_it(world, case):
    made = codes(started(world, case, "reported"))
    assert list(made) == ["VC-1", "VC-2", "VC-3", "VC-4", "VC-5", "VC-6-update"]
    assert {clock.level for clock in made.values()} == {"enhanced"}
    assert made["VC-3"].due_at == due_at(made["VC-3"].event_at, 1, Unit.WORKING_DAY)
    assert made["VC-2"].due_at == made["VC-2"].event_at


def test_somebody_with_standard_rights_is_owed_the_same_later(world, burglary):
    clock = codes(started(world, burglary, "reported"))["VC-3"]
    assert (clock.level, clock.due_at) == ("standard", due_at(clock.event_at, 5, Unit.WORKING_DAY))


def test_it_does_not_run_twice(world, case):
    when = at(-3)
    started(world, case, "complaint", event_at=when)
    with pytest.raises(NotPossibleNow):
        started(world, case, "complaint", event_at=when)


@pytest.mark.parametrize(
    ("plan", "field"),
    [
        ({"event": "weather"}, "event"),
        ({"event": "reported", "event_at": timezone.now() + timedelta(days=1)}, "event_at"),
        ({"event": "order"}, "due_at"),
        ({"event": "complaint", "due_at": timezone.now() + timedelta(days=9)}, "due_at"),
    ],
    ids=["unknown", "in the future", "without its date", "with a date that the rule gives"],
)
def test_what_cannot_be_is_refused_at_its_field(world, case, plan, field):
    with pytest.raises(ValidationError) as refusal:
        started(world, case, **plan)
    assert list(refusal.value.message_dict) == [field]
    assert not CaseClock.objects.exists()


def test_an_order_ends_on_the_day_that_was_set_and_is_pointed_out_before(world, case):
    (clock,) = started(world, case, "order", due_at=at(24 * 20), note="Not within 100 metres.")
    assert clock.code_right is None
    shown = queries.late_clocks(actor=world.caseworker, now=at())
    assert [(each.clock, each.is_soon) for each in shown] == [(clock, True)]
    assert shown[0].left == "in 20 days"


@pytest.mark.parametrize(
    ("kind", "party", "because"),
    [
        ("domestic_abuse", {}, ["Domestic abuse is one of the most serious crimes"]),
        ("burglary", {}, []),
        ("burglary", {"date_of_birth": date(timezone.localdate().year - 17, 1, 1)}, ["They are under 18"]),
        ("burglary", {"date_of_birth": date(timezone.localdate().year - 40, 1, 1)}, []),
        ("burglary", {"age_said": 17}, ["They are under 18"]),
        ("burglary", {"enhanced_for": ["none"]}, []),
        ("burglary", {"enhanced_for": ["hate"]}, ["It was a hate crime"]),
    ],
)
def test_enhanced_rights_are_computed_and_explained(world, kind, party, because):
    case = factories.opened(world.caseworker, kind=kind)
    Party.objects.filter(case=case, role="victim").update(**party)
    rights = queries.rights_of(case, at())
    assert (list(rights.because), rights.is_enhanced) == (because, bool(because))
    assert rights.is_asked == ("enhanced_for" in party)


def judged(world, case, reasons, words=""):
    commands.judge_entitlement(actor=world.caseworker, case=case, reasons=reasons, words=words, now=at())


def test_a_reason_makes_what_runs_due_sooner_and_nothing_takes_it_away(world, burglary):
    clock = codes(started(world, burglary, "reported"))["VC-3"]
    judged(world, burglary, ["none"])
    judged(world, burglary, ["targeted"])
    judged(world, burglary, ["none"])
    clock.refresh_from_db()
    assert (clock.level, clock.due_at) == ("enhanced", due_at(clock.event_at, 1, Unit.WORKING_DAY))
    assert burglary.parties.get(role="victim").enhanced_for == ["targeted"]


@pytest.mark.parametrize(("reasons", "words"), [([], ""), (["luck"], ""), (["judgement"], " ")])
def test_a_reason_is_a_known_one_and_a_judgement_says_why(world, burglary, reasons, words):
    with pytest.raises(ValidationError):
        judged(world, burglary, reasons, words)
    judged(world, burglary, ["judgement"], "She is the only witness.")
    assert queries.rights_of(burglary, at()).is_enhanced


def test_what_the_police_told_says_when_and_how(world, case):
    clock = factories.owed(world.caseworker, case)
    for lacking in ({"told_by": ""}, {"told_at": None}, {"told_at": at(-4)}, {"told_at": at(1)}, {"how": ""}):
        with pytest.raises(ValidationError):
            settled(world, clock, "told", **{"told_by": "police", "told_at": at(-1), "how": "phone"} | lacking)
    done = settled(world, clock, "told", told_by="police", told_at=at(-1), how="phone")
    assert (done.outcome, done.told_by, done.how, done.ended_by) == ("told", "police", "phone", world.caseworker)


def test_we_told_only_by_a_way_that_the_gate_let_through(world, case):
    clock = factories.owed(world.caseworker, case)
    under_way = factories.reaching(world, case)
    for attempt in (None, uuid4(), under_way.public_id):
        with pytest.raises(ValidationError) as refusal:
            settled(world, clock, "told", told_by="us", told_at=at(-1), how="phone", attempt=attempt)
        assert list(refusal.value.message_dict) == ["attempt"]
    attempt = reached(world, case)
    elsewhere = factories.owed(world.caseworker, factories.opened(world.caseworker))
    with pytest.raises(ValidationError):
        settled(world, elsewhere, "told", told_by="us", attempt=attempt.public_id)
    done = settled(world, clock, "told", told_by="us", attempt=attempt.public_id)
    assert (done.how, done.told_at, done.attempt) == ("phone", attempt.ended_at, attempt)


def test_she_may_ask_not_to_be_told(world, case):
    done = settled(world, factories.owed(world.caseworker, case), "asked_not", words="She wants to hear nothing.")
    assert (done.outcome, done.told_at) == ("asked_not", None)
    with pytest.raises(NotPossibleNow):
        settled(world, done)


def test_updates_that_are_owed_every_month_begin_anew(world, case):
    first = codes(started(world, case, "reported"))["VC-6-update"]
    told = settled(world, first, "told", told_by="police", told_at=at(-1), how="phone").told_at
    again = CaseClock.objects.get(rule=first.rule, ended_at=None)
    assert (again.event_at, again.due_at) == (told, due_at(told, 1, Unit.MONTH))


def test_a_clock_keeps_the_rule_that_made_it_and_a_new_code_makes_the_next(world, case):
    old = factories.owed(world.caseworker, case)
    today = timezone.localdate()
    new = CodeRule.objects.get(pk=old.rule_id)
    CodeRule.objects.filter(pk=new.pk).update(valid_until=today)
    new.pk, new.standard, new.valid_from, new.source = None, 3, today, "A new Code"
    new.save()
    (again,) = started(world, case, "complaint", event_at=at(-2))
    old.refresh_from_db()
    assert (old.rule.standard, again.rule.standard, again.rule.source) == (10, 3, "A new Code")
    assert again.due_at == due_at(again.event_at, 3, Unit.WORKING_DAY)


def test_chasing_it_is_one_click_and_somebodys_next_step_without_a_name(world, case):
    clock = factories.owed(world.caseworker, case)
    world.page("caseworker").post(f"/clocks/{clock.public_id}/chase/")
    step = NextStep.objects.latest("pk")
    assert (step.owner, step.note) == (
        world.caseworker,
        "Chase what is owed. The service complained of: Complaint acknowledged",
    )
    with pytest.raises(NotPossibleNow):
        commands.chase_clock(actor=world.colleague, clock=clock, now=at())


def test_one_page_says_what_is_late_what_is_to_come_and_what_was_delivered(world, case):
    made = codes(started(world, case, "reported"))
    settled(world, made["VC-5"], "told", told_by="police", told_at=at(-1), how="letter")
    clocks = queries.read_clocks(actor=world.caseworker, case=case, now=at())
    assert [each.clock.rule.code for each in clocks.late] == ["VC-1", "VC-2"]
    assert {each.clock.rule.code for each in clocks.to_come} == {"VC-3", "VC-4", "VC-6-update"}
    assert [(each.clock.rule.code, each.was_late) for each in clocks.settled] == [("VC-5", True)]
    assert clocks.late[0].left == "4 hours late"
    page = world.page("caseworker").get(f"/cases/{case.reference}/clocks/").content.decode()
    assert "Domestic abuse is one of the most serious crimes" in page
    assert "Written acknowledgement with the crime reference" in page


@pytest.mark.parametrize(
    ("who", "sees_case", "sees_late"),
    [("colleague", 200, 1), ("supervisor", 200, 1), ("partner", 200, 1), ("officer", 404, 0), ("auditor", 403, None)],
)
def test_who_sees_what_happened_sees_what_the_code_owes(world, case, who, sees_case, sees_late):
    factories.accepted(
        world.caseworker, world.partner, case, world.services["harbour"], categories=("identity", "incident")
    )
    started(world, case, "complaint", event_at=at(-24 * 60))
    (own,) = started(world, case, "order", due_at=at(24), note="Not within 100 metres.")
    answer = world.page(who).get(f"/cases/{case.reference}/clocks/")
    assert answer.status_code == sees_case
    holds = who in {"colleague", "supervisor"}
    assert (b"The order ends" in answer.content, b"100 metres" in answer.content) == (holds, holds)
    late = world.api(who).get("/api/v1/clocks/")
    found = [each["code"] for each in late.json()["clocks"] if each["id"] != str(own.public_id)] if sees_late else []
    assert found == ["VC-12"] * (sees_late or 0)


def test_who_does_not_see_what_happened_sees_none_of_it(world, case):
    factories.accepted(world.caseworker, world.partner, case, world.services["harbour"], categories=("identity",))
    clock = factories.owed(world.caseworker, case, event_at=at(-24 * 60))
    with pytest.raises(Denied):
        queries.read_clocks(actor=world.partner, case=case, now=at())
    with pytest.raises(NotVisible):
        queries.get_clock(world.partner, clock.public_id, "casework.settle_clock")
    assert queries.late_clocks(actor=world.partner, now=at()) == []


def test_nobody_but_the_holder_settles_starts_or_judges(world, case):
    factories.accepted(world.caseworker, world.partner, case, world.services["harbour"], categories=("incident",))
    clock = factories.owed(world.caseworker, case)
    for actor in (world.partner, world.outsider, world.auditor, world.partner_supervisor):
        with pytest.raises((Denied, NotVisible)):
            commands.settle_clock(actor=actor, clock=clock, plan=SettlePlan("not_owed"), now=at())
        with pytest.raises((Denied, NotVisible)):
            commands.start_clocks(actor=actor, case=case, plan=ClockPlan("complaint", at(-1)), now=at())
        with pytest.raises((Denied, NotVisible)):
            commands.judge_entitlement(actor=actor, case=case, reasons=["hate"], words="", now=at())


def test_who_is_barred_finds_none_of_it(world, case):
    clock = factories.owed(world.caseworker, case, event_at=at(-24 * 60))
    commands.bar_from_case(actor=world.supervisor, case=case, who=world.colleague, reason="knows_them", now=at())
    assert queries.late_clocks(actor=world.colleague, now=at()) == []
    assert world.page("colleague").get(f"/cases/{case.reference}/clocks/").status_code == 404
    assert world.page("colleague").get(f"/clocks/{clock.public_id}/").status_code == 404


def test_the_api_does_the_same(world, case):
    api = world.api("caseworker")
    said = {"event": "complaint", "event_at": at(-1).isoformat()}
    made = api.post(f"/api/v1/cases/{case.reference}/clocks", said, format="json")
    (clock,) = made.json()["ids"]
    assert api.post(f"/api/v1/clocks/{clock}/chase").status_code == 204
    shown = api.get(f"/api/v1/cases/{case.reference}/clocks").json()["to_come"]
    assert [(each["id"], each["left"], each["is_chased"]) for each in shown] == [(clock, "in 10 working days", True)]
    settle = {"outcome": "asked_not"}
    assert api.post(f"/api/v1/clocks/{clock}/settle", settle, format="json").status_code == 204
    assert api.post(f"/api/v1/clocks/{clock}/settle", settle, format="json").status_code == 409


def test_each_act_and_each_reading_is_recorded(world, case):
    clock = factories.owed(world.caseworker, case)
    queries.read_clocks(actor=world.caseworker, case=case, now=at())
    settled(world, clock)
    actions = list(
        AuditEvent.objects.filter(case_id=case.pk, action__contains="clock").values_list("action", flat=True)
    )
    assert sorted(actions) == ["casework.settle_clock", "casework.start_clock", "casework.view_clocks"]


def test_no_list_asks_more_for_more(world, case, django_assert_num_queries):
    started(world, case, "reported", event_at=at(-24 * 60))
    queries.late_clocks(actor=world.caseworker, now=at())
    for _ in range(2):
        with django_assert_num_queries(3):
            queries.late_clocks(actor=world.caseworker, now=at())
        started(world, factories.opened(world.caseworker), "reported", event_at=at(-24 * 60))
