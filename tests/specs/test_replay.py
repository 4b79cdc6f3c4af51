"""Replay: what an agency could know of a case at a past moment, and what it had seen, is what it was shown then."""

import csv
import io
import random

from django.core.exceptions import ValidationError
from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.authorization import NotVisible
from accounts.models import User
from audit.acting import acting_as
from casework import commands
from casework.models import Bar, EmergencyAccess, SharingDecision
from casework.queries import Past, cases_for, reach_then, read_case, reveal_address, versions_of
from config.lock.roles import WEB
from oversight.queries import read_replay
from referrals.commands import accept_referral, complete_referral, decline_referral, withdraw_referral
from referrals.models import Referral
from referrals.policy import visible_referrals
from referrals.queries import summary
from tests import factories
from tests.as_the_web import become
from tests.conftest import events, outcome_of
from tests.factories import TOKENS, at
from tests.page_calls import moment as boxes_of
from tests.world import World

WATCHERS = ("partner", "officer", "outsider")
CATEGORIES = ("identity", "contact", "location", "risk", "narrative", "alleged", "needs")


def plain(sections):
    """Categories and values, to compare."""
    return {section.category: [entry.values for entry in section.entries] for section in sections}


def database_clock():
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


class Story:
    """One case in which things happen by the dice of one number, and what everybody was shown after each."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.dice = world, random.Random(seed)
        self.case = factories.opened(world.caseworker)
        self.moments, self.readings = [], {}

    def referral(self, *statuses: str) -> Referral:
        return self.dice.choice(list(Referral.objects.filter(case=self.case, status__in=statuses).order_by("pk")))

    def addressee(self, referral: Referral) -> User:
        people = {
            self.world.people[who].agency_id: self.world.people[who] for who in ("partner", "officer", "outsider")
        }
        return people[referral.service.agency_id]

    def judge(self) -> None:
        level, why = self.dice.choice(["standard", "medium", "high"]), f"Because {self.dice.random()}"
        commands.judge_risk(actor=self.world.colleague, case=self.case, level=level, why=why, now=at())

    def say_more(self) -> None:
        contact = commands.start_contact(actor=self.world.caseworker, case=self.case, now=at())
        said = {"said": f"More {self.dice.random()}", "danger": self.dice.choice(["yes", "no"])}
        commands.log_contact(actor=self.world.caseworker, contact=contact, report=factories.report(**said), now=at())

    def send(self) -> None:
        service = self.world.services[self.dice.choice(["harbour", "police", "elsewhere"])]
        chosen = tuple(self.dice.sample(CATEGORIES, self.dice.randint(1, 4)))
        factories.sent(self.world.caseworker, self.case, service, categories=chosen)

    def accept(self) -> None:
        referral = self.referral("sent")
        accept_referral(actor=self.addressee(referral), referral=referral, now=at())

    def decline(self) -> None:
        referral = self.referral("sent")
        decline_referral(actor=self.addressee(referral), referral=referral, reason="other", note="", now=at())

    def complete(self) -> None:
        referral = self.referral("accepted")
        complete_referral(
            actor=self.addressee(referral),
            referral=referral,
            outcome_code="supported",
            as_wanted="yes",
            outcome="Done.",
            now=at(),
        )

    def withdraw(self) -> None:
        withdraw_referral(
            actor=self.world.caseworker, referral=self.referral("sent", "accepted"), reason="not_needed", now=at()
        )

    def shorten(self) -> None:
        decision = self.dice.choice(list(SharingDecision.objects.filter(case=self.case, ended_at=None)))
        commands.shorten_sharing(actor=self.world.caseworker, decision=decision, until=at(24), now=at())

    def bar(self) -> None:
        who = self.dice.choice([self.world.partner, self.world.officer, self.world.agencies["elsewhere"]])
        commands.bar_from_case(actor=self.world.supervisor, case=self.case, who=who, reason="knows_them", now=at())

    def lift(self) -> None:
        bar = self.dice.choice(list(Bar.objects.filter(case=self.case, lifted_at=None)))
        commands.lift_bar(actor=self.world.supervisor, bar=bar, now=at())

    def seal(self) -> None:
        named = [self.world.supervisor, self.world.caseworker, self.world.partner]
        commands.seal_case(actor=self.world.supervisor, case=self.case, workers=named, reason="honour_based", now=at())

    def unseal(self) -> None:
        commands.unseal_case(actor=self.world.supervisor, case=self.case, now=at())

    def open_in_emergency(self) -> None:
        chosen = tuple(self.dice.sample(CATEGORIES, 2))
        said = {"reason": "missing", "words": "She did not come home.", "categories": chosen}
        who = self.dice.choice([self.world.officer, self.world.outsider])
        commands.open_in_emergency(actor=who, reference=self.case.reference, now=at(), **said)

    def review_emergency(self) -> None:
        access = EmergencyAccess.objects.filter(case=self.case, reviewed_at=None).earliest("pk")
        said = {"finding": "justified", "review": "It was right."}
        commands.review_emergency(actor=self.world.supervisor, access=access, now=at(), **said)

    def end(self) -> None:
        """So that the next story can have emergencies of the same workers."""
        while EmergencyAccess.objects.filter(case=self.case, reviewed_at=None):
            self.review_emergency()

    def watch(self) -> None:
        """Ask for everybody what they may see now, and keep it."""
        answers = {who: self.shown_to(self.world.people[who]) for who in WATCHERS}
        self.moments.append((database_clock(), answers))

    def shown_to(self, user: User):
        with become(WEB), acting_as(user):
            sent = visible_referrals(user).filter(case=self.case, service__agency=user.agency_id).order_by("pk")
            summaries = [summary(each) for each in sent]
            try:
                view = read_case(actor=user, reference=self.case.reference, purpose="referral")
            except NotVisible:
                return None, summaries
        event = events("casework.view_case", actor_id=user.pk)[-1]
        self.readings[event.pk] = (user.agency_id, plain(view.sections))
        return plain(view.sections), summaries


ACTS = [
    *(Story.judge, Story.say_more, Story.send, Story.send, Story.accept, Story.accept, Story.decline, Story.complete),
    *(Story.withdraw, Story.shorten, Story.bar, Story.lift, Story.seal, Story.unseal),
    *(Story.open_in_emergency, Story.review_emergency),
]
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


def replayed(story, who, moment):
    world = story.world
    with become(WEB), acting_as(world.supervisor):
        agency = world.people[who].agency
        return read_replay(
            actor=world.supervisor, reference=story.case.reference, agency=agency, moment=moment, whole=True
        )


def agree(story, who, moment, shown):
    """The answer for this moment is what this worker was shown at it; a bar or a seal kept out some, not who."""
    world, (sections, summaries) = story.world, shown
    user, known = world.people[who], replayed(story, who, moment).known
    if user.pk in reach_then(Past(versions_of(story.case), moment), user.agency).shut_out:
        assert (sections, summaries) == (None, [])
        assert known.is_shut or known.some_shut_out
        return
    opened = [plain(each.shown.sections) for each in known.emergencies if each.worker == user.name]
    could = plain(known.shown.sections) | {name: values for each in opened for name, values in each.items()}
    assert could == (sections or {})
    assert (sections is None) == (not known.shown.categories and not opened)
    assert list(known.shown.summaries) == summaries


@example(seed=1, acts=[Story.send, Story.accept, Story.judge, Story.shorten, Story.withdraw, Story.send])
@example(seed=2, acts=[Story.open_in_emergency, Story.say_more, Story.bar, Story.lift, Story.review_emergency])
@example(seed=3, acts=[Story.send, Story.accept, Story.seal, Story.judge, Story.unseal])
@settings(max_examples=3, deadline=None, suppress_health_check=QUIET)
@given(seed=st.integers(0, 10_000), acts=st.lists(st.sampled_from(ACTS), min_size=3, max_size=7))
def test_it_equals_what_everybody_was_shown_at_each_moment(for_real: None, world: World, seed, acts):
    story = Story(world, seed)
    for act in acts:
        try:
            outcome_of(lambda act=act: act(story))
        except (IndexError, ValidationError, EmergencyAccess.DoesNotExist):
            continue  # there is nothing yet to do it to
        story.watch()
    story.end()
    for moment, answers in story.moments:
        for who, shown in answers.items():
            agree(story, who, moment, shown)
    seen = {}
    for who in WATCHERS:
        lines = replayed(story, who, database_clock()).seen
        seen |= {each.line.id: (world.people[who].agency_id, plain(each.shown.sections)) for each in lines}
    assert {pk: shown for pk, shown in seen.items() if pk in story.readings} == story.readings


def asked(world, case, who="supervisor", agency="harbour", moment=None, **more):
    actor = world.people[who]
    with become(WEB), acting_as(actor):
        return read_replay(
            actor=actor, reference=case.reference, agency=world.agencies[agency], moment=moment or at(), **more
        )


def test_a_grant_ends_at_its_second_and_what_came_later_was_not_known(world, accepted):
    past = Past(versions_of(accepted.case), at(24 * 31))
    assert reach_then(past, world.agencies["harbour"]).categories == frozenset()
    assert reach_then(past, world.agencies["front_door"]).exists
    before = asked(world, accepted.case, moment=at(-1))
    assert (before.known.exists, before.known.shown.categories, before.known.shown.summaries) == (False, (), ())
    assert asked(world, accepted.case, "supervisor", "elsewhere").known.exists is False


def test_what_is_older_than_the_keeping_of_versions_is_said_not_to_be_known(world, accepted):
    assert asked(world, accepted.case).unknown_before is None
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE casework_recordversion DISABLE TRIGGER versions_are_kept")
        cursor.execute("UPDATE casework_recordversion SET act = 'found' WHERE act = 'added'")
    text = world.page("supervisor").get(f"/cases/{accepted.case.reference}/history/replay/", boxes_of("moment", -1))
    assert "It is not known" in text.content.decode()


def test_before_it_accepts_an_agency_knows_the_summary_and_no_more(world, sent):
    known = asked(world, sent.case).known
    assert (known.exists, known.shown.categories, known.shown.sections) == (True, (), ())
    assert dict(known.shown.summaries[0])["What is asked"] == "Please call."
    assert TOKENS.name not in repr(known.shown.summaries)


def test_readings_say_who_what_and_whether_in_a_list_with_what_stood_there(world, accepted):
    read_case(actor=world.partner, reference=accepted.case.reference, purpose="referral")
    cases_for(actor=world.partner)
    reveal = factories.accepted(world.caseworker, world.officer, accepted.case, world.services["police"])
    reveal_address(actor=world.officer, public_id=accepted.case.addresses.get().public_id, reason="visit")
    lines = {(seen.line.action, seen.line.how): seen for seen in asked(world, accepted.case).seen}
    read, listed = lines["View case", "Read"], lines["View case", "Shown in a list"]
    assert (read.line.who, TOKENS.said in repr(plain(read.shown.sections))) == ("Partner Person", True)
    assert (listed.shown.sections, listed.shown.summaries) == ((), ())
    (revealed,) = asked(world, reveal.case, agency="police").seen
    assert (revealed.line.action, revealed.line.categories) == ("Reveal address", ("Addresses and places",))
    assert [token for token in (TOKENS.lines, TOKENS.postcode) if token in repr(plain(revealed.shown.sections))] == []


def test_an_auditor_gets_categories_and_times_and_no_content(world, accepted):
    read_case(actor=world.partner, reference=accepted.case.reference, purpose="referral")
    found = asked(world, accepted.case, "auditor")
    assert len(found.known.shown.categories) == 4
    assert [bool(seen.line.categories) for seen in found.seen] == [True]
    assert found.known.shown.sections + found.known.shown.summaries == ()
    assert [seen.shown.sections + seen.shown.summaries for seen in found.seen] == [()]
    for address in ("history/replay/", "history/replay/export/"):
        text = world.page("auditor").get(f"/cases/{accepted.case.reference}/{address}").content.decode()
        assert [token for token in vars(TOKENS).values() if token in text] == []


def test_asking_is_recorded_and_for_the_holder_alone(world, accepted):
    case = accepted.case
    asked(world, case, moment=at(-1))
    asked(world, case, whole=True)
    (seen,), (taken,) = events("oversight.view_replay"), events("oversight.export_replay")
    assert (seen.case_id, seen.purpose, seen.detail["of_agency"]) == (
        case.pk,
        "supervision",
        world.agencies["harbour"].pk,
    )
    assert (seen.categories, taken.categories) == ([], ["contact", "identity", "narrative", "risk"])
    for who, becomes in {"partner_supervisor": "Denied", "caseworker": "Denied", "outsider": "NotVisible"}.items():
        assert outcome_of(lambda who=who: asked(world, case, who)) == becomes


def test_the_page_the_file_and_the_api_say_the_same(world, case):
    case.parties.filter(role="victim").update(name="=Formula")
    factories.accepted(world.caseworker, world.partner, case, world.services["harbour"])
    agency, now = world.agencies["harbour"].pk, at(0.02)
    read_case(actor=world.partner, reference=case.reference, purpose="referral")
    address, boxes = f"/cases/{case.reference}/history/replay/", {"agency": agency, **boxes_of("moment", 0)}
    page = world.page("supervisor").get(address)
    assert "It could know that the case exists" in page.content.decode()
    rows = list(
        csv.reader(io.StringIO(world.page("supervisor").get(f"{address}export/", {"agency": agency}).content.decode()))
    )
    assert rows[0] == ["Part", "When", "Who", "What", "How", "Category", "Field", "Value"]
    names = [row for row in rows if row[6] == "Name"]
    assert {(row[0], row[2], row[7]) for row in names} == {
        ("Could know", "Harbour Advocacy", "'=Formula"),
        ("Had seen", "Partner Person", "'=Formula"),
    }
    body = world.api("supervisor").get(f"/api/v1/cases/{case.reference}/replay", {"agency": agency}).json()
    assert body["known"]["shown"]["sections"]["identity"]["parties"][0]["name"] == "=Formula"
    assert body["seen"][0]["shown"]["sections"]["risk"]["levels"][0]["why"] == TOKENS.why
    for wrong in ({"agency": 10**9}, {"moment": now.isoformat()}):
        assert world.api("supervisor").get(f"/api/v1/cases/{case.reference}/replay", wrong).status_code == 400
    for wrong in (
        {**boxes, "agency": 10**9},
        {**boxes, **boxes_of("moment", 1)},
        {"agency": agency, "moment_day": "x"},
    ):
        assert world.page("supervisor").get(address, wrong).status_code == 400
