"""Both locks: what the code lets through and what the database lets through are the same, whatever happens.

The first lock is asked as the owner, whom the database shows everything; the second is asked for bare tables, as
the web's role, without any filter of ours.
"""

import random
from collections.abc import Callable

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction
from django.db.models import F
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import path
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts import authorization
from accounts.gate import signed_in as for_everybody
from accounts.models import OnceOnly, User
from audit.acting import acting_as
from audit.log import record
from audit.models import AuditEvent
from casework.commands import bar_from_case, lift_bar, seal_case, unseal_case
from casework.models import (
    Address,
    Bar,
    Case,
    Contact,
    ContactRoute,
    GroupGrant,
    NextStep,
    Party,
    RiskLevel,
    SharingDecision,
)
from casework.policy import categories_for, visible_cases, visible_contacts, visible_decisions, visible_steps
from casework.queries import project
from config.lock.policies import ROWS
from config.lock.roles import JOBS, WEB
from referrals.commands import accept_referral, complete_referral, decline_referral, withdraw_referral
from referrals.models import Referral
from referrals.policy import visible_referrals
from tests import factories
from tests.as_the_web import become
from tests.conftest import World, outcome_of
from tests.factories import at
from tests.logins import signed_in

pytestmark = pytest.mark.django_db
REACH = {
    Case: visible_cases,
    NextStep: visible_steps,
    SharingDecision: visible_decisions,
    Referral: visible_referrals,
}
CATEGORIES = ("identity", "contact", "location", "incident", "risk", "narrative", "household", "alleged", "needs")
WATCHERS = ("caseworker", "colleague", "supervisor", "auditor", "partner", "officer", "outsider", "police_system")
OF_THE_VICTIM = {"identity", "contact", "location", "needs"}  # each of them shows the victim's row, not all of it


@for_everybody
def streamed(request):
    return StreamingHttpResponse(iter(["a body that is read when the transaction is over"]))


@for_everybody
def counted(request):
    return HttpResponse(f"{Case.objects.count()} {Party.objects.count()}")


urlpatterns = [path("streamed/", streamed), path("counted/", counted)]


def bare(user, model, *, role=WEB, case_id=None):
    """The ids that the second lock alone shows to a user."""
    with become(role), acting_as(user, case_id):
        return set(model.objects.values_list("pk", flat=True))


def seen(user, case, categories):
    """The entries of these categories that the second lock alone shows to a user."""
    with become(WEB), acting_as(user):
        return [entry for section in project(case, categories) for entry in section.entries]


def of_granted_rows(entry, categories, granted):
    """Whether a row may be visible all the same, because it has fields of a category that was granted, too."""
    return entry.item in granted or (isinstance(entry.item, Party) and categories & OF_THE_VICTIM)


def agree(world: World) -> None:
    """For everybody, every record and every category."""
    for who in WATCHERS:
        user = User.objects.select_related("agency").get(pk=world.people[who].pk)
        for model, reach in REACH.items():
            assert bare(user, model) == set(reach(user).values_list("pk", flat=True)), (who, model.__name__)
        if user.agency == world.agencies["front_door"]:
            assert bare(user, Contact) == set(visible_contacts(user).values_list("pk", flat=True)), who
        for case in visible_cases(user):
            categories = categories_for(user, case)
            entries = [entry for section in project(case, categories) for entry in section.entries]
            assert seen(user, case, categories) == entries, (who, categories)
            granted = {entry.item for entry in entries}
            for entry in seen(user, case, [name for name in CATEGORIES if name not in categories]):
                assert of_granted_rows(entry, categories, granted), (who, categories, type(entry.item).__name__)


class Story:
    """A world of two cases in which things happen by the dice of one number."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.dice = world, random.Random(seed)
        self.cases = [factories.opened(world.caseworker) for _ in range(2)]
        self.workers = {world.people[who].agency_id: world.people[who] for who in ("partner", "officer", "outsider")}

    @property
    def case(self) -> Case:
        return self.dice.choice(self.cases)

    @property
    def referral(self) -> Referral:
        return self.dice.choice(list(Referral.objects.order_by("pk")) or [None])

    @property
    def somebody(self) -> User:
        return self.world.people[self.dice.choice(["colleague", "partner", "officer", "outsider"])]

    def send(self) -> None:
        service = self.world.services[self.dice.choice(["harbour", "police", "elsewhere"])]
        chosen = tuple(self.dice.sample(CATEGORIES, self.dice.randint(1, 5)))
        factories.sent(self.world.caseworker, self.case, service, categories=chosen)

    def draft(self) -> None:
        factories.draft(self.world.colleague)
        factories.drafted(self.world.caseworker, self.case, self.world.services["police"])

    def accept(self) -> None:
        referral = self.referral
        accept_referral(actor=self.addressee(referral), referral=referral, now=at())

    def decline(self) -> None:
        referral = self.referral
        decline_referral(actor=self.addressee(referral), referral=referral, reason="other", note="", now=at())

    def complete(self) -> None:
        referral = self.referral
        complete_referral(actor=self.addressee(referral), referral=referral, outcome="Done.", now=at())

    def withdraw(self) -> None:
        withdraw_referral(actor=self.world.caseworker, referral=self.referral, now=at())

    def bar_somebody(self) -> None:
        bar_from_case(actor=self.world.supervisor, case=self.case, who=self.somebody, reason="knows_them", now=at())

    def bar_an_agency(self) -> None:
        agency = self.world.agencies[self.dice.choice(["harbour", "police", "elsewhere"])]
        bar_from_case(actor=self.world.supervisor, case=self.case, who=agency, reason="alleged_works_there", now=at())

    def lift(self) -> None:
        bar = self.dice.choice(list(Bar.objects.order_by("pk")) or [None])
        lift_bar(actor=self.world.supervisor, bar=bar, now=at())

    def seal(self) -> None:
        named = [self.world.supervisor, self.somebody]
        seal_case(actor=self.world.supervisor, case=self.case, workers=named, reason="honour_based", now=at())

    def unseal(self) -> None:
        unseal_case(actor=self.world.supervisor, case=self.case, now=at())

    def time_passes(self) -> None:
        begun = SharingDecision.objects.filter(live_grants__isnull=False).order_by("pk")[:1]
        GroupGrant.objects.filter(sharing__in=begun, valid_until__gt=at()).update(valid_until=at(-1))
        record(actor=self.world.system, action="casework.end_sharing", case_id=self.case.pk)

    def addressee(self, referral: Referral) -> User:
        return self.workers[referral.service.agency_id]


ACTS: list[Callable[[Story], None]] = [
    Story.send,
    Story.send,
    Story.draft,
    Story.accept,
    Story.accept,
    Story.decline,
    Story.complete,
    Story.withdraw,
    Story.bar_somebody,
    Story.bar_an_agency,
    Story.lift,
    Story.seal,
    Story.unseal,
    Story.time_passes,
]


@example(seed=1, acts=[Story.send, Story.withdraw, Story.send, Story.withdraw])
@example(seed=2, acts=[Story.draft, Story.seal])
@example(seed=3, acts=[Story.bar_somebody, Story.bar_an_agency, Story.lift, Story.unseal])
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000), acts=st.lists(st.sampled_from(ACTS), max_size=7))
def test_they_agree_after_any_story(world: World, seed, acts):
    with transaction.atomic():
        story = Story(world, seed)
        for act in [Story.send, Story.accept, *acts]:
            try:
                outcome_of(lambda act=act: act(story))
            except AttributeError:
                continue  # there is nothing yet to do it to
        agree(world)
        transaction.set_rollback(True)


NOT_THEIRS = [Party, ContactRoute, Address, RiskLevel, Contact, NextStep, SharingDecision, Referral, GroupGrant]


@pytest.mark.parametrize("model", [*NOT_THEIRS, Case], ids=lambda model: model.__name__)
def test_a_partner_adds_nothing_to_a_case_that_it_was_let_into(world: World, accepted: Referral, model):
    """Whatever it can see, and whatever a forgotten check of ours would let it write."""
    row = model.objects.earliest("pk")
    row.pk, row._state.adding = None, True
    with pytest.raises(ProgrammingError, match="row-level security"):
        as_the_web(world.partner, row.save)


@pytest.mark.parametrize("model", [Case, Party, ContactRoute, NextStep], ids=lambda model: model.__name__)
def test_a_partner_changes_nothing_of_a_case_that_it_was_let_into(world: World, accepted: Referral, model):
    column = {Case: "kind", Party: "name", ContactRoute: "superseded_at", NextStep: "outcome"}[model]
    assert bare(world.partner, model) != set()
    assert as_the_web(world.partner, lambda: model.objects.update(**{column: F(column)})) == 0


def test_a_partner_ends_no_grant_of_others(world: World, accepted: Referral):
    live = GroupGrant.objects.exclude(group=world.agencies["harbour"].group)
    assert as_the_web(world.partner, lambda: live.update(valid_until=at())) == 0
    assert bare(world.officer, GroupGrant) == set()


def test_who_held_a_case_and_holds_it_no_longer_sees_nothing_of_what_others_have_of_it(
    world: World, accepted: Referral
):
    own = GroupGrant.objects.filter(group=world.agencies["front_door"].group)
    own.update(valid_until=at(-1))
    assert bare(world.caseworker, GroupGrant) == set(own.values_list("pk", flat=True))
    assert bare(world.partner, GroupGrant) != set()


def test_nobody_sees_or_removes_the_answers_kept_for_others(world: World, case: Case):
    key = {"Idempotency-Key": "one"}
    world.api("caseworker").post("/api/v1/contacts/", headers=key)
    assert len(bare(world.caseworker, OnceOnly)) == 1
    assert bare(world.colleague, OnceOnly) == bare(world.supervisor, OnceOnly) == set()


def test_of_the_log_an_agency_sees_what_it_did_and_what_was_done_to_its_cases(world: World, accepted: Referral):
    factories.opened(world.caseworker)
    world.page("partner").get("/cases/")
    acted, log = world.partner.agency_id, AuditEvent.objects
    assert bare(world.partner, AuditEvent) == set(log.filter(agency_id=acted).values_list("pk", flat=True))
    assert bare(world.outsider, AuditEvent) == set(
        log.filter(agency_id=world.outsider.agency_id).values_list("pk", flat=True)
    )
    listed = log.get(agency_id=acted, case_id=None, shown_ids__contains=[accepted.case_id])
    assert listed.pk in bare(world.caseworker, AuditEvent)


def as_the_web(user, act):
    with transaction.atomic(), become(WEB), acting_as(user):
        return act()


@pytest.mark.parametrize("model", ROWS, ids=lambda model: model.__name__)
def test_without_somebody_who_acts_there_are_no_rows(world: World, accepted: Referral, model):
    for nobody in (None, User(pk=0)):
        assert bare(nobody, model) == set()


def test_who_has_left_sees_nothing(world: World, case: Case):
    User.objects.filter(pk=world.caseworker.pk).update(is_active=False)
    assert bare(world.caseworker, Case) == set()


def test_a_job_sees_the_one_case_that_it_is_about(world: World, accepted: Referral):
    factories.opened(world.caseworker)
    about = accepted.case_id
    assert bare(world.system, Case, role=JOBS, case_id=about) == {about}
    assert bare(world.system, Referral, role=JOBS, case_id=about) == {accepted.pk}
    assert bare(world.system, Case, role=JOBS) == set()
    with pytest.raises(ProgrammingError, match="permission denied"):
        bare(world.system, Party, role=JOBS, case_id=about)


@pytest.mark.urls(__name__)
def test_a_page_that_forgets_every_filter_shows_nothing_foreign(world: World, case: Case):
    """The code's own lock taken away: the database's alone."""
    assert world.page("caseworker").get("/counted/").content == b"1 2"
    assert world.page("outsider").get("/counted/").content == b"0 0"


def test_with_the_first_lock_taken_away_the_second_still_shuts(world: World, case: Case, monkeypatch):
    monkeypatch.setitem(authorization._reaches, Case, lambda user: Case.objects.all())
    monkeypatch.setattr("casework.queries.cases.visible_cases", lambda user: Case.objects.all())
    for who in ("outsider", "partner", "officer"):
        assert world.page(who).get(f"/cases/{case.reference}/").status_code == 404
    assert world.page("caseworker").get(f"/cases/{case.reference}/").status_code == 200


def test_with_the_second_lock_taken_away_the_first_still_shuts(world: World, case: Case):
    connection.check_constraints()
    with connection.cursor() as cursor:
        for model in ROWS:
            cursor.execute(f"ALTER TABLE {model._meta.db_table} DISABLE ROW LEVEL SECURITY")
    for who in ("outsider", "partner", "officer"):
        assert world.page(who).get(f"/cases/{case.reference}/").status_code == 404
    assert world.page("caseworker").get(f"/cases/{case.reference}/").status_code == 200


def test_who_acted_is_forgotten_when_the_inner_act_ends(world: World, case: Case):
    with become(WEB), acting_as(world.caseworker):
        with acting_as(world.outsider):
            assert not Case.objects.exists()
        assert Case.objects.exists()
    with become(WEB):
        assert not Case.objects.exists()


def test_who_acted_is_forgotten_when_the_inner_act_fails(world: World, case: Case):
    with become(WEB), acting_as(world.outsider):
        with pytest.raises(ZeroDivisionError), acting_as(world.caseworker):
            1 / 0  # noqa: B018
        assert not Case.objects.exists()


@pytest.mark.urls(__name__)
def test_a_body_that_would_be_read_after_the_transaction_is_not_sent(world: World):
    client = world.page("caseworker")
    client.raise_request_exception = False
    assert client.get("/streamed/").status_code == 500


def test_a_connection_used_again_takes_nothing_along(for_real: None, world: World, case: Case):
    """As the real login, on one connection that a pool would hand from caller to caller."""
    act = "SELECT act_as(%s, NULL)"
    count = "SELECT count(*) FROM casework_case"
    with signed_in(WEB) as server:
        assert server.execute(count).fetchone() == (0,)
        with server.transaction():
            server.execute(act, [world.caseworker.pk])
            assert server.execute(count).fetchone() == (1,)
        assert server.execute(count).fetchone() == (0,)  # the settings now read '', not NULL
        with server.transaction():
            server.execute(act, [world.outsider.pk])
            assert server.execute(count).fetchone() == (0,)
        with server.transaction(force_rollback=True):
            server.execute("SELECT set_config('app.agency_id', 'all', true)")
            with pytest.raises(psycopg.DataError):  # nonsense opens nothing
                server.execute(count)
