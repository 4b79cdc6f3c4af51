"""No referral is lost: whatever its sender, its receivers, time and mishaps do to it in whatever order, while it lives
somebody owns it and a clock runs, when it has ended it says how, and what is shared is what its state allows."""

import os
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.authorization import Denied, NotPossibleNow, NotVisible
from accounts.commands import end_worker
from accounts.models import User
from casework.commands import bar_from_case, end_attempt, end_sharing, judge_risk, lift_bar, shorten_sharing, use_route
from casework.models import AttemptStandard, Bar, NextStep
from casework.policy import visible_cases
from referrals import commands
from referrals.models import Referral
from referrals.states import IN_EFFECT, LIVE, WITH_SENDER
from tests import factories
from tests.conftest import as_a_worker
from tests.factories import at
from tests.world import administrator_of

REFUSED = (Denied, NotPossibleNow, NotVisible, ValidationError)
STORIES = int(os.environ.get("WORLDS", "12"))
ROLES = ["caseworker", "supervisor", "partner", "partner_supervisor"]
SAYS = {"outcome_code": "supported", "as_wanted": "partly", "outcome": ""}


class Story:
    """A case with one live referral or none, and what the clock on the wall says, in hours."""

    def __init__(self, world, case):
        self.world, self.case, self.hours = world, case, 0

    @property
    def now(self):
        return at(self.hours)

    @property
    def referral(self):
        return Referral.objects.filter(case=self.case).order_by("-pk").first()


def does(name, **more):
    """Whoever this is does that to the newest referral."""

    def act(story, who, n):
        said = {key: value(story) if callable(value) else value for key, value in more.items()}
        if story.referral:
            getattr(commands, name)(actor=who, referral=story.referral, now=story.now, **said)

    return act


def refers(story, who, n):
    service = story.world.services["harbour"]
    draft = commands.draft_referral(
        actor=who, case=story.case, service=service, asked="Please call.", urgency="routine", now=story.now
    )
    if n % 4:
        share = factories.share(service, until=at(24 * 200))
        commands.send_referral(actor=who, referral=draft, share=share, now=story.now)


def tries(story, who, n):
    attempt = use_route(actor=who, route=story.case.routes.get(), now=story.now)
    end_attempt(actor=who, attempt=attempt, outcome=["no_answer", "reached", "not_tried"][n % 3], now=story.now)


def time_passes(story, who, n):
    """And the worker does what is due; one time in three it dies before that is written."""
    story.hours += [1, 5, 30, 24 * 8][n % 4]
    for job in (commands.climb_referrals, commands.expire_waits):
        with transaction.atomic():
            as_a_worker(job, actor=story.world.system, now=story.now)
            transaction.set_rollback(n % 3 == 0)
        as_a_worker(job, actor=story.world.system, now=story.now)


def bars(story, who, n):
    barred = story.world.people[ROLES[n % 4]]
    standing = Bar.objects.select_related("case").filter(case=story.case, worker=barred, lifted_at=None).first()
    if standing:
        lift_bar(actor=who, bar=standing, now=story.now)
    else:
        bar_from_case(actor=who, case=story.case, who=barred, reason="knows_them", now=story.now)


def ends_the_share(story, who, n):
    if story.referral and (decision := story.referral.decision):
        if n % 2:
            end_sharing(actor=who, decision=decision, now=story.now)
        else:
            shorten_sharing(actor=who, decision=decision, until=story.now + timedelta(hours=2), now=story.now)


ACTS = {
    "refers": refers,
    "acknowledges": does("acknowledge_referral"),
    "asks": does("ask_about_referral", question="How many?"),
    "adds": does("resubmit_referral", added="Two."),
    "lets wait": does("put_on_waiting_list", until=lambda story: story.now + timedelta(days=3)),
    "accepts": does("accept_referral"),
    "declines": does("decline_referral", reason="no_capacity", note=""),
    "tries": tries,
    "is in touch": does("engage"),
    "gives up": does("give_up", alternative="gp"),
    "completes": does("complete_referral", **SAYS),
    "withdraws": does("withdraw_referral", reason="not_needed"),
    "recalls": does("withdraw_referral", reason="wrong_person"),
    "judges the risk": lambda story, who, n: judge_risk(
        actor=who, case=story.case, level=["standard", "high"][n % 2], why="So it is.", now=story.now
    ),
    "ends the share": ends_the_share,
    "bars": bars,
    "leaves": lambda story, who, n: end_worker(
        actor=story.world.other_administrator if n % 2 else story.world.administrator,
        worker=story.world.caseworker if n % 2 else story.world.partner,
        now=story.now,
    ),
    "time passes": time_passes,
}
ACTS_OF_ALL = st.lists(
    st.tuples(st.sampled_from(sorted(ACTS)), st.sampled_from(ROLES), st.integers(0, 11)), min_size=1, max_size=16
)


def nothing_is_lost(story):
    connection.check_constraints()
    referrals = list(Referral.objects.filter(case=story.case).select_related("owner", "follow_up", "decision"))
    for each in referrals:
        if each.status in LIVE:
            assert (each.due_at is None, each.climbs_at is None, each.due_source == "") == (False, False, False)
            with_sender = each.status in WITH_SENDER
            assert each.owner_agency_id == (each.sender_id if with_sender else each.service.agency_id)
            assert each.owner is None or (each.owner.is_active and each.owner.agency_id == each.owner_agency_id)
            assert each.follow_up is None or each.follow_up.done_at is None
        else:
            assert each.climbs_at is None
            how = each.decline_reason or each.outcome_code or each.withdraw_reason
            assert how or each.status in ("unable", "expired")
            assert each.decision is None or each.decision.ended_at
    assert NextStep.objects.filter(case=story.case, done_at=None).exists()
    shows = [each for each in referrals if each.status in IN_EFFECT and not each.decision.ended_at]
    assert all(each.decision.began_at is None for each in referrals if each.decision and not each.answered_at)
    seen = visible_cases(story.world.partner_supervisor).filter(pk=story.case.pk).exists()
    barred = Bar.objects.filter(case=story.case, worker=story.world.partner_supervisor, lifted_at=None).exists()
    assert seen == (bool(shows) and not barred)


@given(story=ACTS_OF_ALL)
@settings(max_examples=STORIES, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_happens_in_whatever_order(world, case, story):
    with transaction.atomic():
        administrator_of(world, "front_door")
        AttemptStandard.objects.update(attempts=1, days=0, ways=1)
        told = Story(world, case)
        refers(told, User.objects.get(pk=world.caseworker.pk), 1)
        for act, who, n in story:
            try:
                with transaction.atomic():
                    ACTS[act](told, User.objects.get(pk=world.people[who].pk), n)
            except REFUSED:
                pass
            nothing_is_lost(told)
        transaction.set_rollback(True)
