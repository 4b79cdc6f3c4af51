"""Referrals get an answer: a clock runs in every state, a late one climbs until somebody moves it, and whoever sent it
stays responsible until somebody else is in touch."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Notice
from casework.commands import bar_from_case, end_attempt, use_route
from casework.models import AttemptStandard, StepKind
from casework.policy import visible_cases
from referrals import commands
from referrals.models import DeclineReason, Referral, ReferralStandard, Service, Told
from referrals.plans import ServicePlan
from referrals.queries import levels_of, scorecards, times_referred
from referrals.queries.feedback import CAPACITY, INAPPROPRIATE, NOT_TAKEN, REASON_CLASS
from tests import factories
from tests.conftest import as_a_worker, events, outcome_of
from tests.factories import at

MONDAY = datetime(2026, 6, 1, 14, 0, tzinfo=UTC)  # three in the afternoon in London
BEDS = ServicePlan("Beds", "Somewhere safe", ("domestic_abuse",), "safe_accommodation", ("identity",), 1)
WELL = {"outcome_code": "supported", "as_wanted": "yes", "outcome": ""}
# By urgency, agency and level of risk: when it is taken note of, and when they are first tried, after it was sent or
# accepted on that Monday.
LEVELS = [
    ("now", "harbour", "standard", timedelta(minutes=15), timedelta(hours=1)),
    ("routine", "harbour", "high", timedelta(hours=2), timedelta(hours=24)),
    ("routine", "harbour", "medium", timedelta(days=1), timedelta(hours=48)),
    ("routine", "harbour", "standard", timedelta(days=1), timedelta(days=7)),
    ("routine", "refuge", "high", timedelta(hours=1), timedelta(days=1)),
    ("routine", "police", "burglary", timedelta(hours=4), timedelta(hours=24)),
    ("routine", "police", "burglary_vulnerable", timedelta(hours=1), timedelta(hours=8)),
]


def fresh(referral):
    return Referral.objects.get(pk=referral.pk)


def climb(world, hours):
    as_a_worker(commands.climb_referrals, actor=world.system, now=at(hours))


def told(referral):
    """To whom mails went that it is late, in their order, and those are then forgotten."""
    late = Notice.objects.filter(kind="referral_late", reference=referral.reference).order_by("pk")
    readers = [notice.recipient.email.partition("@")[0] for notice in late.select_related("recipient")]
    late.delete()
    return readers


@pytest.mark.parametrize(("urgency", "agency", "level", "acknowledge", "first"), LEVELS)
def test_how_soon_it_is_taken_note_of_goes_by_danger_kind_and_risk(
    world, case, urgency, agency, level, acknowledge, first
):
    service = world.services.get(agency) or commands.add_service(
        actor=world.system, agency=world.agencies[agency], plan=BEDS
    )
    front_door = world.caseworker.agency
    found = levels_of(Referral(case=case, sender=front_door, urgency=urgency, level=level, service=service), MONDAY)
    assert found.acknowledge_by(MONDAY) == MONDAY + acknowledge
    assert found.first_contact_by(MONDAY) == MONDAY + first


def agreed_with(world, service, code, **said):
    """The manager lets this service alone have other times."""
    page = f"/reference/rows/referral-standards/{code}-{service.pk}/"
    today, client = timezone.localdate(), world.page("manager")
    day = {"valid_from_day": today.day, "valid_from_month": today.month, "valid_from_year": today.year}
    form = said | day | {"source": "Agreed in May"}
    (confirmed,) = re.findall('name="confirmed" value="([^"]+)"', client.post(page, form).text)
    return client.post(page, form | {"confirmed": confirmed})


def test_a_service_may_have_agreed_to_other_times_than_the_standard(world, sent):
    code, other = levels_of(sent, at()).code, factories.another_service(world, "harbour")
    escalate = levels_of(sent, at()).escalate
    times = {"acknowledge": 30, "acknowledge_in": "minute", "first_contact": 2, "first_contact_in": "hour"}
    times |= {"escalate": escalate[0], "escalate_in": escalate[1]}
    assert agreed_with(world, sent.service, code, **times).status_code == 302
    found = levels_of(sent, at())
    assert found.acknowledge_by(MONDAY) == MONDAY + timedelta(minutes=30)
    assert found.escalate == escalate
    sent.service = other
    assert levels_of(sent, at()).acknowledge_by(MONDAY) != MONDAY + timedelta(minutes=30)
    assert f"{code}, {Service.objects.get(pk=fresh(sent).service_id)}" in world.page("manager").get("/reference/").text


def test_by_the_api_the_manager_agrees_to_other_times_as_well(world, sent):
    code = levels_of(sent, at()).code
    path = f"/api/v1/reference/rows/referral-standards/{code}-{sent.service_id}"
    body = {"says": {"acknowledge": 45, "acknowledge_in": "minute", "source": "Agreed in May"}, "preview": False}
    body["valid_from"] = timezone.localdate().isoformat()
    assert world.api("caseworker").post(path, body, format="json").status_code == 403
    assert world.api("manager").post(path, body, format="json").status_code == 200
    assert levels_of(sent, at()).acknowledge_by(MONDAY) == MONDAY + timedelta(minutes=45)


def test_who_refers_and_the_service_itself_see_by_when_it_answers(world, sent):
    link = f"/directory/{sent.service.entry['id']}/"
    for who, is_told in {"caseworker": True, "partner": True, "manager": True, "outsider": False}.items():
        assert ("By when it answers" in world.page(who).get(link).content.decode()) == is_told
        assert ("/reference/rows/" in world.page(who).get(link).content.decode()) == (who == "manager")


def test_times_are_agreed_only_with_a_service_of_the_partnership(world, sent, stranger):
    theirs = factories.another_service(world, "harbour")
    theirs.agency.partnership_id = stranger.agency.partnership_id
    theirs.agency.save(update_fields=["partnership"])
    ours = sent.service_id
    wrong = (f"high-{theirs.pk}", "high-999999", f"high-{9**30}", "high-moon", f"moon-{ours}", f"high-0{ours}")
    for code in wrong:
        assert world.page("manager").get(f"/reference/rows/referral-standards/{code}/").status_code == 404


def test_a_partnership_changes_a_standard_for_what_is_sent_from_then_on(world, sent):
    code = levels_of(sent, at()).code
    row = ReferralStandard.objects.get(code=code)
    row.pk, row.partnership, row.acknowledge, row.acknowledge_in = None, world.caseworker.agency.partnership, 3, "hour"
    row.save()
    assert levels_of(sent, MONDAY).acknowledge_by(MONDAY) == MONDAY + timedelta(hours=3)
    assert fresh(sent).acknowledge_by == sent.acknowledge_by


def test_received_and_accepted_the_clock_is_that_of_the_next_thing(world, sent):
    now = at(1)
    received = commands.acknowledge_referral(actor=world.partner, referral=sent, now=now)
    assert (received.owner, received.due_at) == (world.partner, sent.answer_by)
    accepted = commands.accept_referral(actor=world.partner_supervisor, referral=received, now=now)
    assert (accepted.owner, accepted.due_at) == (
        world.partner_supervisor,
        levels_of(sent, now).first_contact_by(now),
    )
    assert (accepted.acknowledged_at, accepted.acknowledged_by) == (now, world.partner)


def test_while_more_is_asked_the_clock_stands_still_and_the_sender_has_the_next_move(world, sent):
    now, later = at(1), at(20)
    left = sent.answer_by - now
    asked = commands.ask_about_referral(actor=world.partner, referral=sent, question="How many children?", now=now)
    assert (asked.owner_agency, asked.owner, asked.answer_left) == (sent.sender, world.caseworker, left)
    back = commands.resubmit_referral(actor=world.caseworker, referral=asked, added="Two.", now=later)
    assert (back.status, back.owner_agency) == ("acknowledged", sent.service.agency)
    assert back.due_at == back.answer_by == later + left
    assert world.api("partner").get(f"/api/v1/referrals/{sent.reference}/").json()["added"] == "Two."


def test_what_is_added_gives_away_no_more_than_what_is_asked(world, sent):
    asked = commands.ask_about_referral(actor=world.partner, referral=sent, question="Where?", now=at(1))
    with pytest.raises(ValidationError):
        commands.resubmit_referral(actor=world.caseworker, referral=asked, added=factories.TOKENS.route, now=at(2))
    page = world.page("caseworker").post(f"/referrals/{sent.reference}/resubmit/", {"added": factories.TOKENS.route})
    assert (page.status_code, factories.TOKENS.route in page.content.decode()) == (400, True)
    api = world.api("caseworker").post(
        f"/api/v1/referrals/{sent.reference}/resubmit", {"added": factories.TOKENS.route}, format="json"
    )
    assert (api.status_code, api.json()["errors"][0]["pointer"]) == (400, "#/added")
    assert fresh(sent).status == "asked"


def test_late_it_climbs_until_somebody_moves_it_and_never_ends_by_itself(world, sent):
    late = (sent.due_at - at()) // timedelta(hours=1) + 1
    climbed = []
    for hours in range(late, late + 24 * 6, 24):
        climb(world, hours)
        climbed.append((fresh(sent).told, told(sent)))
    harbour = ["partner", "partner_supervisor"]
    assert climbed == [
        ("owner", harbour),
        ("duty", harbour),
        ("supervisor", ["partner_supervisor"]),
        ("sender", ["supervisor"]),
        ("sender", ["supervisor"]),
        ("sender", ["supervisor"]),
    ]
    assert fresh(sent).status == "sent"
    recorded = [event.detail["after"] for event in events("referrals.climb_referrals") if event.subject_id == sent.pk]
    assert sorted(recorded) == sorted(rung for rung, _ in climbed)
    accepted = commands.accept_referral(actor=world.partner, referral=sent, now=at(late + 24 * 7))
    assert (accepted.told, accepted.climbs_at) == (Told.NOBODY, accepted.due_at)
    climb(world, late + 24 * 7)
    assert told(sent) == []


def test_in_time_nobody_is_told_and_twice_at_the_same_moment_only_once(world, sent):
    climb(world, 0)
    assert told(sent) == []
    late = (sent.due_at - at()) // timedelta(hours=1) + 1
    climb(world, late)
    climb(world, late)
    assert told(sent) == ["partner", "partner_supervisor"]


def test_whoever_is_shut_out_is_not_told_and_where_nobody_is_left_the_senders_supervisors_are(world, sent):
    bar_from_case(actor=world.supervisor, case=sent.case, who=world.partner, reason="knows_them", now=at())
    climb(world, (sent.due_at - at()) // timedelta(hours=1) + 1)
    assert told(sent) == ["partner_supervisor"]


def test_a_wait_for_a_place_ends_by_going_back_to_the_sender(world, sent):
    until = at(24 * 30)
    waits = commands.put_on_waiting_list(actor=world.partner, referral=sent, until=until, now=at(1))
    assert (waits.owner, waits.due_at, list(visible_cases(world.partner))) == (world.partner, until, [])
    as_a_worker(commands.expire_waits, actor=world.system, now=until - timedelta(hours=1))
    assert fresh(sent).status == "waitlisted"
    as_a_worker(commands.expire_waits, actor=world.system, now=until)
    ended = fresh(sent)
    assert (ended.status, ended.climbs_at, ended.follow_up.kind) == ("expired", None, StepKind.FIND_ANOTHER_SERVICE)
    assert ended.follow_up.owner == world.caseworker


@pytest.mark.parametrize("until", [-1, 0, 24 * 400])
def test_a_wait_has_an_end_that_is_to_come(world, sent, until):
    with pytest.raises(ValidationError) as error:
        commands.put_on_waiting_list(actor=world.partner, referral=sent, until=at(until), now=at())
    assert set(error.value.message_dict) == {"until"}


def try_them(world, referral, now):
    """The partner tries to reach them by a safe way, in vain."""
    route = referral.case.routes.get()
    attempt = use_route(actor=world.partner, route=route, now=now)
    end_attempt(actor=world.partner, attempt=attempt, outcome="no_answer", now=now)
    return fresh(referral)


def test_attempts_are_counted_and_spread_and_the_next_one_is_always_due(world, accepted):
    asked = AttemptStandard.objects.get(code=accepted.level)
    begun, between = at(1), timedelta(days=asked.days) / asked.attempts
    for number in range(asked.attempts):
        moment = begun + number * (between + timedelta(hours=1))
        tried = try_them(world, accepted, moment)
        assert (tried.status, tried.due_at) == ("contacting", moment + between)
    too_early = lambda: commands.give_up(actor=world.partner_supervisor, referral=tried, alternative="gp", now=at(24))  # noqa: E731
    assert outcome_of(too_early) == "NotPossibleNow"
    late = at(24 * (asked.days + 1))
    gone = commands.give_up(actor=world.partner_supervisor, referral=tried, alternative="gp", now=late)
    assert (gone.status, gone.follow_up.kind) == ("unable", StepKind.DECIDE_WHAT_NEXT)
    assert list(visible_cases(world.partner)) == []


def test_at_high_risk_a_supervisor_says_it_after_another_way_to_them_was_considered(world, accepted):
    Referral.objects.filter(pk=accepted.pk).update(level="high")
    AttemptStandard.objects.update(attempts=0, days=0, ways=0)
    high = fresh(accepted)
    say = lambda who, other: commands.give_up(actor=who, referral=high, alternative=other, now=at(1))  # noqa: E731
    assert outcome_of(lambda: say(world.partner, "gp")) == "NotPossibleNow"
    with pytest.raises(ValidationError):
        say(world.partner_supervisor, "")
    with pytest.raises(IntegrityError, match="referral_at_high_risk_considers"), transaction.atomic():
        Referral.objects.filter(pk=accepted.pk).update(
            status="unable", ended_at=at(1), ended_by=world.partner, climbs_at=None
        )
    assert say(world.partner_supervisor, "welfare_check").status == "unable"


def test_the_sender_stays_responsible_until_they_are_in_touch(world, accepted):
    watching = accepted.follow_up
    assert (watching.kind, watching.owner, watching.due_at) == (
        StepKind.FOLLOW_UP_REFERRAL,
        world.caseworker,
        accepted.due_at,
    )
    now = at(3)
    engaged = commands.engage(actor=world.partner, referral=accepted, now=now)
    assert (engaged.engaged_at, engaged.follow_up.due_at) == (now, engaged.due_at)
    again = commands.engage(actor=world.partner, referral=engaged, now=at(24 * 20))
    assert (again.engaged_at, again.due_at > engaged.due_at) == (now, True)


def test_what_was_sent_wrongly_is_found_by_them_no_more_and_they_are_told(world, accepted):
    recalled = commands.withdraw_referral(actor=world.caseworker, referral=accepted, reason="wrong_person", now=at(1))
    assert recalled.status == "recalled"
    assert world.api("partner").get(f"/api/v1/referrals/{accepted.reference}/").status_code == 404
    assert list(visible_cases(world.partner)) == []
    notice = Notice.objects.get(kind="referral_recalled")
    assert notice.recipient == world.partner
    withdrawn = [event.detail["reason_code"] for event in events("referrals.withdraw_referral")]
    assert withdrawn == ["wrong_person"]


def test_what_was_sent_twice_names_the_other(world, sent):
    other = factories.sent(world.caseworker, sent.case, factories.another_service(world, "harbour"))
    aside = commands.set_aside_duplicate(actor=world.partner, referral=other, of=sent.reference, now=at(1))
    assert (aside.status, aside.duplicate_of, aside.follow_up.kind) == ("duplicate", sent, StepKind.DECIDE_WHAT_NEXT)
    assert (
        outcome_of(
            lambda: commands.set_aside_duplicate(actor=world.partner, referral=sent, of="0000-0000-000", now=at())
        )
        == "NotVisible"
    )
    with pytest.raises(ValidationError):
        commands.set_aside_duplicate(actor=world.partner, referral=sent, of=sent.reference, now=at())


def test_declined_it_goes_on_to_whoever_suits_next_as_a_draft_that_somebody_owns(world, sent):
    other = factories.another_service(world, "harbour")
    commands.decline_referral(actor=world.partner, referral=sent, reason="no_capacity", note="", now=at(1))
    (draft,) = Referral.objects.filter(status="draft")
    assert (draft.service, draft.previous, draft.asked) == (other, sent, sent.asked)
    assert (draft.owner, draft.owner_agency, draft.decision) == (world.caseworker, sent.sender, None)
    assert fresh(sent).follow_up.kind == StepKind.FIND_ANOTHER_SERVICE
    page = world.page("caseworker").get(f"/referrals/{draft.reference}/").text
    assert f"because {sent.service} did not take it on" in page
    commands.withdraw_referral(actor=world.caseworker, referral=draft, reason="not_needed", now=at(2))
    assert list(visible_cases(world.partner)) == []


def test_declined_and_nobody_else_suits_it_is_a_step_alone(world, sent):
    Service.objects.exclude(pk=sent.service_id).update(kinds=[])
    commands.decline_referral(actor=world.partner, referral=sent, reason="no_capacity", note="", now=at(1))
    assert not Referral.objects.filter(status="draft").exists()
    assert fresh(sent).follow_up.owner == world.caseworker


def test_sent_again_it_knows_what_was_before_and_how_often(world, sent):
    commands.decline_referral(actor=world.partner, referral=sent, reason="no_capacity", note="", now=at(1))
    again = factories.drafted(world.caseworker, sent.case, sent.service)
    assert "did not take it on" not in world.page("caseworker").get(f"/referrals/{again.reference}/").text
    again = factories.send(world.caseworker, again)
    assert (again.previous, times_referred(again)) == (sent, 1)
    assert world.api("partner").get(f"/api/v1/referrals/{again.reference}/").json()["times_before"] == 1


def test_each_reason_for_declining_counts_in_the_national_classes():
    assert {REASON_CLASS[reason] for reason in DeclineReason} == {CAPACITY, NOT_TAKEN, INAPPROPRIATE}


def test_a_scorecard_counts_what_became_of_what_a_service_was_sent(world, case):
    harbour = world.services["harbour"]
    first = factories.sent(world.caseworker, case, harbour)
    commands.decline_referral(actor=world.partner, referral=first, reason="no_capacity", note="", now=at(1))
    second = factories.accepted(world.caseworker, world.partner, case, harbour)
    commands.complete_referral(
        actor=world.partner,
        referral=commands.engage(actor=world.partner, referral=second, now=at(5)),
        now=at(6),
        **WELL,
    )
    factories.sent(world.caseworker, case, harbour)
    (card,) = scorecards(actor=world.supervisor, now=at(24 * 30))
    assert (card.service, card.sent, card.accepted, card.fed_back) == (harbour.name, 3, 0.5, 1.0)
    assert card.acknowledged_in_time == pytest.approx(2 / 3)
    assert (card.declined, card.hours_to_safe_contact) == ({"No capacity": 1}, pytest.approx(5, abs=0.1))
    assert scorecards(actor=world.partner_supervisor, now=at(24 * 30)) == [card]
    assert outcome_of(lambda: scorecards(actor=world.partner, now=at())) == "Denied"


def test_what_is_taken_back_in_time_was_not_late_and_silence_is_no_news(world, case):
    harbour = world.services["harbour"]
    sent = factories.sent(world.caseworker, case, harbour)
    commands.withdraw_referral(actor=world.caseworker, referral=sent, reason="not_needed", now=at())
    (card,) = scorecards(actor=world.supervisor, now=at(24 * 30))
    assert (card.sent, card.acknowledged_in_time, card.fed_back) == (1, None, None)
    taken = factories.accepted(world.caseworker, world.partner, case, harbour)
    commands.engage(actor=world.partner, referral=taken, now=at(1))
    (card,) = scorecards(actor=world.supervisor, now=at(24))
    assert (card.acknowledged_in_time, card.fed_back) == (1.0, None)
    (card,) = scorecards(actor=world.supervisor, now=at(24 * 60))
    assert card.fed_back == 0.0


def test_on_pages_and_by_api_each_says_the_same(world, sent):
    page, api = world.page("partner"), world.api("partner")
    address, root = f"/referrals/{sent.reference}/say/", f"/api/v1/referrals/{sent.reference}/progress"
    assert "We have received it" in page.get(f"/referrals/{sent.reference}/").content.decode()
    assert page.post(f"{address}acknowledge/").status_code == 302
    assert page.get(f"{address}ask/").status_code == 200
    assert page.post(f"{address}ask/", {"question": ""}).status_code == 400
    assert page.post(f"{address}ask/", {"question": "How many?"}).status_code == 302
    assert fresh(sent).status == "asked"
    sender = world.page("caseworker").post(f"/referrals/{sent.reference}/resubmit/", {"added": "Two."})
    assert (sender.status_code, fresh(sent).status) == (302, "acknowledged")
    assert page.get(f"{address}dance/").status_code == 404
    for body, field in (
        ({"verb": "wait"}, "until"),
        ({"verb": "engage", "of": "x"}, "of"),
        ({"verb": "dance"}, "verb"),
    ):
        refused = api.post(root, body, format="json")
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, f"#/{field}")
    waits = api.post(root, {"verb": "wait", "until": at(24 * 10).isoformat()}, format="json")
    assert (waits.status_code, waits.json()["status"]) == (200, "waitlisted")
    assert api.post(root, {"verb": "engage"}, format="json").status_code == 409
    assert "How partners answer" in world.page("supervisor").get("/scorecards/").content.decode()
