"""What changes matters: whoever works with a case that was shared is told once, and of no more than is theirs."""

import pytest

from accounts.models import Notice, NoticeKind
from accounts.notices import WORDS
from casework import commands
from casework.models import RouteKind, Safety
from casework.plans import ClockPlan, Confirmation, EmergencyCallReport, RouteReport
from casework.queries import read_case
from referrals.queries import changed_for
from tests import factories
from tests.factories import TOKENS, at

ALL = ("identity", "contact", "location", "incident", "risk", "narrative", "alleged")


def told(world, who="partner"):
    return Notice.objects.filter(kind=NoticeKind.CHANGED, recipient=world.people[who]).count()


def a_way(case):
    return case.routes.filter(superseded_at=None, kind="phone").earliest("pk")


def again(world, case, **said):
    contact = commands.start_contact(actor=world.caseworker, case=case, now=at())
    report = factories.report(victim=None, address=None, alleged_name="", **said)
    commands.log_contact(actor=world.caseworker, contact=contact, report=report, now=at())


def risk_goes_up(world, case):
    commands.judge_risk(actor=world.caseworker, case=case, level="medium", why="x", now=at())
    lower = case.risk_levels.latest("pk")
    commands.countersign_risk(actor=world.supervisor, level=lower, now=at())


def way_is_withdrawn(world, case):
    said = Confirmation(Safety.UNSAFE)
    commands.confirm_route(actor=world.caseworker, route=a_way(case), said=said, now=at())


def times_change(world, case):
    said = Confirmation(Safety.SAFE, windows="mon-fri 9-12", monitored="no")
    commands.confirm_route(actor=world.caseworker, route=a_way(case), said=said, now=at())


def way_is_added(world, case):
    again(world, case, routes=(RouteReport(RouteKind.SMS, "020 7946 0999"),))


def somebody_else_answers(world, case):
    attempt = commands.use_route(actor=world.caseworker, route=a_way(case), now=at())
    commands.end_attempt(actor=world.caseworker, attempt=attempt, outcome="somebody_else", now=at())


def they_moved(world, case):
    commands.report_change(actor=world.caseworker, case=case, change="moved", now=at())


def bail_changes(world, case):
    commands.start_clocks(actor=world.caseworker, case=case, plan=ClockPlan("suspect", at(-1)), now=at())


def order_is_made(world, case):
    plan = ClockPlan("order", at(-1), due_at=at(24 * 90))
    commands.start_clocks(actor=world.caseworker, case=case, plan=plan, now=at())


def they_rang_999(world, case):
    call = EmergencyCallReport(at(-0.05), said_where=True)
    contact = commands.start_contact(actor=world.caseworker, case=case, now=at())
    commands.call_police(actor=world.caseworker, contact=contact, call=call, now=at())


CHANGES = {
    "risk": risk_goes_up,
    "contact: withdrawn": way_is_withdrawn,
    "contact: times": times_change,
    "contact: added": way_is_added,
    "contact: in doubt": somebody_else_answers,
    "contact: moved": they_moved,
    "incident: bail": bail_changes,
    "alleged: order": order_is_made,
    "incident: 999": they_rang_999,
}


@pytest.mark.parametrize(("category", "change"), [(name.partition(":")[0], act) for name, act in CHANGES.items()])
def test_who_may_know_it_is_told_once_and_nobody_else(world, case, category, change):
    held = factories.accepted(world.caseworker, world.partner, case, world.services["harbour"], categories=ALL)
    others = tuple(name for name in ALL if name not in {category, "location"})
    factories.accepted(world.caseworker, world.outsider, case, world.services["elsewhere"], categories=others)
    change(world, case)
    assert (told(world), told(world, "outsider"), told(world, "caseworker")) == (1, 0, 0)
    held.refresh_from_db()
    assert category in changed_for(world.partner, held)
    assert changed_for(world.caseworker, held) == []


def test_page_and_api_say_in_what_until_the_case_is_read(world, accepted):
    times_change(world, accepted.case)
    address = f"/api/v1/referrals/{accepted.reference}/"
    assert world.api("partner").get(address).json()["changed"] == ["contact"]
    page = world.page("partner").get(f"/referrals/{accepted.reference}/").text
    assert ("Changed since you last read the case: How to reach them" in page, TOKENS.route in page) == (True, False)
    read_case(actor=world.partner, reference=accepted.case.reference, purpose="referral")
    accepted.refresh_from_db()
    assert changed_for(world.partner, accepted) == ["contact"]  # by the log's clock that was before
    accepted.changes = dict.fromkeys(accepted.changes, at(-1).isoformat())
    assert (changed_for(world.partner, accepted), changed_for(world.partner_supervisor, accepted)) == ([], ["contact"])


def test_many_changes_of_one_act_make_one_notice_and_say_nothing(world, accepted):
    again(world, accepted.case, routes=(RouteReport(RouteKind.SMS, "020 7946 0999"),), markers=("strangulation",))
    assert told(world) == 1
    words = WORDS[NoticeKind.CHANGED]
    assert (words.subject, words.sentence) == ("You have something to read", "You have something to read.")


def test_who_has_not_accepted_yet_or_no_longer_works_with_it_is_told_nothing(world, case):
    sent = factories.sent(world.caseworker, case, world.services["harbour"])
    risk_goes_up(world, case)
    assert (told(world), told(world, "partner_supervisor")) == (0, 0)
    sent.refresh_from_db()
    assert sent.changes == {}


def test_what_a_partner_finds_out_reaches_the_others_but_not_themselves(world, case):
    factories.accepted(world.caseworker, world.partner, case, world.services["harbour"], categories=ALL)
    factories.accepted(world.caseworker, world.outsider, case, world.services["elsewhere"], categories=ALL)
    attempt = commands.use_route(actor=world.partner, route=a_way(case), now=at())
    commands.end_attempt(actor=world.partner, attempt=attempt, outcome="not_safe", now=at())
    assert (told(world), told(world, "outsider")) == (0, 1)


def test_whoever_is_barred_is_told_nothing(world, accepted):
    commands.bar_from_case(actor=world.supervisor, case=accepted.case, who=world.partner, reason="knows_them", now=at())
    risk_goes_up(world, accepted.case)
    assert (told(world), told(world, "partner_supervisor")) == (0, 1)
