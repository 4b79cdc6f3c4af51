"""The gate: nobody is reached in a way that is not safe at that moment, and each use of one is written down."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.authorization import NotPossibleNow
from casework import commands
from casework.models import ContactAttempt, ContactRoute, RouteKind, Safety
from casework.plans import Confirmation, RouteReport
from casework.queries import reveal_address
from casework.safe_contact import may_use
from casework.windows import LONDON, read_windows
from tests import factories
from tests.conftest import events, outcome_of
from tests.factories import TOKENS, at

WORDS = {"code_word": "Marmalade", "our_word": "Ladybird"}


def logged(world, **more):
    said = {"kind": RouteKind.PHONE, "value": TOKENS.route, "safety": Safety.SAFE} | more
    return factories.logged(world.caseworker, routes=(RouteReport(**said),)).case.routes.get()


# The gate: what may be used, and when.


def may(route, now=None):
    return may_use(route, now or at())


def usable(world, **more):
    return logged(world, **{"windows": "any time", "monitored": "no"} | more)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({}, "yes"),
        ({"monitored": ""}, "yes"),  # to ring is not to leave something behind
        ({"safety": Safety.UNKNOWN}, "unknown"),
        ({"safety": Safety.UNSAFE}, "unsafe"),
        ({"monitored": "yes"}, "monitored"),
        ({"initiator": "victim_only"}, "victim_only"),
        ({"windows": ""}, "no_times"),
        ({"never_times": "daily any time"}, "no_times"),
        ({"kind": RouteKind.EMAIL, "value": "a@b.example"}, "yes"),
        ({"kind": RouteKind.EMAIL, "value": "a@b.example", "monitored": ""}, "left_behind"),
        ({"kind": RouteKind.SMS, "monitored": "unknown"}, "left_behind"),
        ({"kind": RouteKind.LETTER, "value": ""}, "no_letters"),
        ({"kind": RouteKind.LETTER, "value": "", "letters": "never"}, "no_letters"),
        ({"kind": RouteKind.LETTER, "value": "", "letters": "collect_at_hub"}, "yes"),
        ({"kind": RouteKind.VIA_TRUSTED_PERSON, "value": "Her aunt", "monitored": ""}, "yes"),
        ({"kind": RouteKind.NONE, "value": ""}, "no_contact"),
    ],
)
def test_what_is_not_known_is_no(world, said, code):
    verdict = may(usable(world, **said))
    assert (verdict.code, verdict.may) == (code, code == "yes")
    assert verdict.why


def test_who_wants_no_contact_is_reached_in_no_way_until_they_say_otherwise(world):
    way = RouteReport(RouteKind.PHONE, TOKENS.route, Safety.SAFE, windows="any time")
    case = factories.logged(world.caseworker, routes=(way, RouteReport(RouteKind.NONE))).case
    phone, none = case.routes.order_by("pk")
    assert may(phone).code == "no_contact"
    assert attempt_of(world, phone) == "NotPossibleNow"
    commands.confirm_route(actor=world.caseworker, route=none, said=Confirmation(Safety.UNKNOWN), now=at())
    assert may(phone).may


def test_the_alleged_perpetrators_number_is_never_ours_whatever_anybody_says_of_it(world):
    case = factories.logged(world.caseworker, alleged_telephone="020 7946 0999").case
    theirs = case.routes.get(party__role="alleged")
    said = Confirmation(Safety.SAFE, windows="any time", monitored="no")
    again = commands.confirm_route(actor=world.caseworker, route=theirs, said=said, now=at())
    assert may(again).code == "alleged"
    with pytest.raises(NotPossibleNow, match="never ours"):
        override(world, again)
    assert attempt_of(world, again) == "NotPossibleNow"


def test_inside_its_times_until_they_end_and_outside_not_before_they_begin(world):
    route = usable(world, windows="mon 9:30-15:00", expires_at=None)
    monday = route.confirmed_at + timedelta(days=(7 - route.confirmed_at.weekday()))
    local = monday.astimezone(LONDON).replace(hour=9, minute=30, second=0, microsecond=0)
    before, inside, after = (local + timedelta(minutes=minutes) for minutes in (-1, 0, 330))
    assert [may(route, moment).code for moment in (before, inside, after)] == ["not_now", "yes", "not_now"]
    assert (may(route, before).opens, may(route, inside).until) == (local, after)


def test_it_is_over_at_the_second_at_which_it_must_be_confirmed_again(world):
    route = usable(world, expires_at=at(5))
    assert may(route, route.expires_at - timedelta(seconds=1)).until == route.expires_at
    assert may(route, route.expires_at).code == "expired"


def test_what_cannot_be_read_is_open_at_no_time(world):
    route = usable(world)
    route.windows = "whenever"
    route.save(update_fields=["windows"])
    assert may(route).code == "no_times"


@pytest.mark.parametrize("change", ["moved", "separated"])
def test_who_moved_or_separated_is_asked_again_before_anything_of_before_is_used(world, change):
    said = {"safety": Safety.SAFE, "windows": "any time"}
    ways = [
        RouteReport(RouteKind.PHONE, TOKENS.route, **said),
        RouteReport(RouteKind.PHONE, "020 7946 0999", monitored="no", **said),
        RouteReport(RouteKind.LETTER, letters="plain_envelope", **said),
        RouteReport(RouteKind.VIA_PROFESSIONAL, "The midwife", **said),
    ]
    case = factories.logged(world.caseworker, routes=tuple(ways)).case
    assert commands.report_change(actor=world.caseworker, case=case, change=change, now=at()) == 3
    found = [may(route).code for route in case.routes.order_by("pk")]
    assert found == ["doubted", "yes", "doubted", "yes"]
    assert case.addresses.get().doubted_at
    first = case.routes.earliest("pk")
    said = Confirmation(Safety.SAFE, windows="any time", monitored="no")
    again = commands.confirm_route(actor=world.caseworker, route=first, said=said, now=at())
    assert (may(again).code, may(first).code) == ("yes", "superseded")
    assert (again.e164, again.confirmed_by) == (first.e164, world.caseworker)


def test_two_who_confirm_at_once_do_not_write_over_each_other(world):
    route = usable(world)
    said = Confirmation(Safety.UNSAFE)
    commands.confirm_route(actor=world.colleague, route=route, said=said, now=at())
    with pytest.raises(NotPossibleNow):
        commands.confirm_route(actor=world.caseworker, route=route, said=said, now=at())


def test_a_letter_needs_somebody_who_agreed_to_letters_and_an_address_that_is_still_theirs(world, case):
    address = case.addresses.get()
    reveal = {"actor": world.caseworker, "public_id": address.public_id, "reason": "letter"}
    with pytest.raises(NotPossibleNow, match="Nobody has said that a letter is safe"):
        reveal_address(**reveal)
    contact = commands.start_contact(actor=world.caseworker, case=case, now=at())
    letter = RouteReport(RouteKind.LETTER, safety=Safety.SAFE, windows="any time", letters="plain_envelope")
    report = factories.report(routes=(letter,), address=None)
    commands.log_contact(actor=world.caseworker, contact=contact, report=report, now=at())
    assert reveal_address(**reveal).lines == TOKENS.lines
    type(address).objects.filter(pk=address.pk).update(known_to_alleged="yes")
    with pytest.raises(NotPossibleNow, match="knows this address"):
        reveal_address(**reveal)


# Using a way, and what came of it.


def attempt_of(world, route, who="caseworker", now=None):
    return outcome_of(lambda: commands.use_route(actor=world.people[who], route=route, now=now or at()))


def override(world, route, who="supervisor", **more):
    said = {"reason": "life_at_risk", "words": "He has a key.", "hours": 1, "asked_by": None, "now": at()} | more
    return commands.override_route(actor=world.people[who], route=route, **said)


USES = dict.fromkeys(("caseworker", "colleague", "senior", "supervisor"), "done")
USES |= {"partner": "done", "partner_supervisor": "done", "officer": "NotVisible", "outsider": "NotVisible"}
USES |= dict.fromkeys(("auditor", "audit_lead", "manager"), "Denied") | {"administrator": "Denied"}


@pytest.mark.parametrize(("who", "becomes"), USES.items())
def test_who_sees_how_to_reach_them_uses_a_safe_way_and_nobody_else_does(world, accepted, who, becomes):
    found = attempt_of(world, accepted.case.routes.get(), who)
    assert found in {becomes, "NotVisible"} if becomes == "Denied" else found == becomes
    made = [(attempt.worker, attempt.agency) for attempt in accepted.case.attempts.all()]
    assert made == ([(world.people[who], world.people[who].agency)] if becomes == "done" else [])


def test_the_number_is_shown_to_who_uses_it_while_it_is_safe_and_each_time_it_is_recorded(world, case):
    route, client = case.routes.get(), world.page("caseworker")
    page = client.get(f"/cases/{case.reference}/").text
    assert TOKENS.route not in page
    assert ("ending 123" in page, f"/routes/{route.public_id}/use/" in page) == (True, True)
    address = client.post(f"/routes/{route.public_id}/use/")["Location"]
    for times in (1, 2):
        assert 'href="tel:14102079460123"' in client.get(address).text  # our number is withheld
        assert [event.categories for event in events("casework.view_attempt")] == [["contact"]] * times
    assert world.page("colleague").get(address).status_code == 403
    assert world.page("outsider").get(address).status_code == 404
    type(route).objects.filter(pk=route.pk).update(expires_at=route.confirmed_at + timedelta(microseconds=1))
    text = client.get(address).text
    assert ("tel:" in text, TOKENS.route in text, "too long ago" in text) == (False, False, True)
    [event] = events("casework.use_route")
    assert (event.case_id, event.reason, event.categories) == (case.pk, "yes", ["contact"])


def test_a_way_that_is_not_safe_has_no_button_and_is_refused_by_page_api_and_database(world, case):
    route = case.routes.get()
    type(route).objects.filter(pk=route.pk).update(safety="unknown")
    page, address = world.page("caseworker"), f"/routes/{route.public_id}/use"
    assert address not in page.get(f"/cases/{case.reference}/").text
    assert page.post(f"{address}/").status_code == world.api("caseworker").post(f"/api/v1{address}").status_code == 409
    said = {"agency": world.caseworker.agency, "worker": world.caseworker, "started_at": at()}
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        ContactAttempt.objects.create(case=case, route=route, **said)
    assert refused.value.__cause__.diag.constraint_name == "attempt_is_by_a_way_that_may_be_used"


@pytest.mark.parametrize(
    ("outcome", "is_doubted"),
    {"reached": False, "no_answer": False, "somebody_else": True, "wrong_number": True, "word_failed": True}.items(),
)
def test_what_a_partner_finds_out_holds_for_everybody(world, accepted, outcome, is_doubted):
    route = accepted.case.routes.get()
    attempt = commands.use_route(actor=world.partner, route=route, now=at())
    assert attempt_of(world, route, "partner") == "NotPossibleNow"
    commands.end_attempt(actor=world.partner, attempt=attempt, outcome=outcome, now=at())
    assert may(route).code == ("doubted" if is_doubted else "yes")
    assert attempt_of(world, route) == ("NotPossibleNow" if is_doubted else "done")
    with pytest.raises(NotPossibleNow):
        commands.end_attempt(actor=world.partner, attempt=attempt, outcome="reached", now=at())


@pytest.mark.parametrize(
    ("whose", "word", "passed"),
    [("theirs", " marmalade", True), ("theirs", "Ladybird", False), ("ours", "LADYBIRD", True), ("ours", "", False)],
)
def test_an_agreed_word_passes_or_fails_and_is_never_shown(world, whose, word, passed):
    route = usable(world, **WORDS)
    attempt = commands.use_route(actor=world.caseworker, route=route, now=at())
    assert commands.check_word(actor=world.caseworker, attempt=attempt, whose=whose, word=word) is passed
    said = {"check": "check", "whose": whose, "word": word or "x"}
    text = world.page("caseworker").post(f"/reaching/{attempt.public_id}/", said).text
    assert [word for word in WORDS.values() if word in text] == []
    assert ("That is the agreed word" in text) is passed
    assert [event.detail["passed"] for event in events("casework.view_attempt") if "passed" in event.detail] == [
        passed
    ] * 2


def test_a_word_that_was_never_agreed_passes_nobody(world, case):
    attempt = factories.reaching(world, case)
    assert commands.check_word(actor=world.caseworker, attempt=attempt, whose="theirs", word="") is False


# A supervisor's word that one way may be used all the same.


@pytest.mark.parametrize(
    ("who", "becomes"),
    {"supervisor": "done", "caseworker": "Denied", "senior": "Denied", "partner_supervisor": "Denied"}.items(),
)
def test_only_a_supervisor_of_the_holder_overrides(world, accepted, who, becomes):
    route = accepted.case.routes.get()
    assert outcome_of(lambda: override(world, route, who)) == becomes


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"reason": "because"}, "reason"),
        ({"words": " "}, "words"),
        ({"hours": 5}, "hours"),
        ({"asked_by": "supervisor"}, "asked_by"),
        ({"asked_by": "outsider"}, "asked_by"),
    ],
)
def test_an_override_says_why_is_short_and_never_at_ones_own_request(world, case, wrong, field):
    wrong = {name: world.people.get(value, value) if name == "asked_by" else value for name, value in wrong.items()}
    with pytest.raises(ValidationError) as refused:
        override(world, case.routes.get(), **wrong)
    assert set(refused.value.message_dict) == {field}


def test_an_override_opens_one_way_until_it_ends_and_is_named_by_the_attempt(world, case):
    route = usable(world, safety=Safety.UNKNOWN)
    given = override(world, route, asked_by=world.caseworker)
    verdict = may(route)
    assert (verdict.code, verdict.until) == ("overridden", given.until)
    assert may(route, given.until).code == "unknown"
    attempt = commands.use_route(actor=world.caseworker, route=route, now=at())
    assert attempt.override == given
    commands.end_override(actor=world.supervisor, override=given, now=at())
    assert attempt_of(world, route, "colleague") == "NotPossibleNow"
    [event] = events("casework.override_route")
    assert (event.reason, event.detail["against"]) == ("life_at_risk", "unknown")


# No sequence of acts reaches anybody in a way that is not safe at that moment.


ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "confirm",
                "confirm",
                "doubt",
                "moved",
                "overridden",
                "override_ends",
                "high_risk",
                "no_contact",
            ]
        ),
        st.integers(1, 9 * 24 * 60),
        st.sampled_from(["any time", "mon-fri 9:30-15:00", "sat, sun 0:30-03:00", ""]),
        st.sampled_from(["", "sun 01:15-01:45", "daily 12-13"]),
        st.sampled_from(["yes", "no", ""]),
    ),
    min_size=3,
    max_size=9,
)


@given(acts=ACTS, start=st.sampled_from([datetime(2026, 3, 27, tzinfo=UTC), datetime(2026, 10, 23, tzinfo=UTC)]))
@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_unsafe_route_never_produces_an_outbound_action(world, acts, start):
    """Told by what was said, and not by the gate: after each act somebody tries, by every way there is."""
    with transaction.atomic():
        story = Story(world, start)
        for act, minutes, *said in acts:
            story.now += timedelta(minutes=minutes)
            story.happens(act, *said)
            story.somebody_tries()
        transaction.set_rollback(True)


class Story:
    """What was said of one telephone, kept apart from the records; and every attempt held against it."""

    def __init__(self, world, now):
        self.world, self.now, self.until, self.override = world, now, None, None
        self.windows = self.never = self.monitored = ""
        self.is_safe = self.is_shunned = False
        self.case = factories.logged(world.caseworker, routes=(RouteReport(RouteKind.PHONE, TOKENS.route),)).case

    @property
    def route(self):
        return self.case.routes.filter(kind="phone").latest("pk")

    def happens(self, act, *said):
        getattr(self, act)({"actor": self.world.supervisor, "now": self.now}, *said)

    def confirm(self, by, windows, never, monitored):
        said = Confirmation(Safety.SAFE, windows=windows, never_times=never, monitored=monitored)
        commands.confirm_route(route=self.route, said=said, **by)
        self.is_safe, self.windows, self.never, self.monitored = True, windows, never, monitored
        self.until = self.now + timedelta(days=14 if self.case.risk_levels.exists() else 28)
        self.override = None

    def doubt(self, by, *said):
        commands.confirm_route(route=self.route, said=Confirmation(Safety.UNSAFE), **by)
        self.is_safe, self.override = False, None

    def moved(self, by, *said):
        commands.report_change(case=self.case, change="moved", **by)
        self.is_safe = self.is_safe and self.monitored == "no"

    def high_risk(self, by, *said):
        commands.judge_risk(case=self.case, level="high", why="x", **by)
        if self.is_safe:
            self.until = min(self.until, self.route.confirmed_at + timedelta(days=14))

    def no_contact(self, by, *said):
        if not self.is_shunned:
            ContactRoute.objects.create(case=self.case, party=self.case.parties.get(role="victim"), kind="none")
        self.is_shunned = True

    def overridden(self, by, *said):
        if not self.is_shunned:
            override(self.world, self.route, hours=4, now=self.now)
            self.override = self.now + timedelta(hours=4)

    def override_ends(self, by, *said):
        for each in self.case.route_overrides.filter(until__gt=self.now, ended_at=None):
            commands.end_override(override=each, **by)
        self.override = None

    def somebody_tries(self):
        if attempt_of(self.world, self.route, now=self.now) == "done":
            assert self.may
            made = self.case.attempts.get(ended_at=None)
            commands.end_attempt(actor=self.world.caseworker, attempt=made, outcome="no_answer", now=self.now)
        else:
            assert not self.surely

    @property
    def may(self):
        return not self.is_shunned and (bool(self.override and self.now < self.override) or self.is_inside)

    @property
    def is_inside(self):
        told = self.is_safe and self.monitored != "yes" and self.until and self.now < self.until
        return bool(told) and self.by_the_clock(self.windows) and not self.by_the_clock(self.never)

    @property
    def surely(self):
        """Also where nobody could read a turned clock otherwise."""
        turning = self.now.astimezone(LONDON).weekday() == 6 and self.now.astimezone(LONDON).hour < 4
        return self.may and not turning

    def by_the_clock(self, line):
        local = self.now.astimezone(LONDON)
        minute = local.hour * 60 + local.minute
        return any(local.weekday() in w.days and w.start <= minute < w.end for w in read_windows(line))
