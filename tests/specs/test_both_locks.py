"""Both locks: each holds by itself, whoever acts and whatever is forgotten. That they agree: `test_random_worlds`.

The first lock is asked as the owner, whom the database shows everything; the second is asked for bare tables, as
the web's role, without any filter of ours.
"""

import psycopg
import pytest
from django.db import ProgrammingError, connection, transaction
from django.db.models import F
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import path

from accounts import authorization
from accounts.gate import signed_in as for_everybody
from accounts.models import OnceOnly, User
from audit.acting import acting_as
from audit.models import AuditEvent
from casework.models import (
    Address,
    Case,
    Contact,
    ContactRoute,
    GroupGrant,
    NextStep,
    Party,
    RiskLevel,
    SharingDecision,
)
from config.lock.policies import ROWS
from config.lock.roles import JOBS, WEB
from referrals.models import Referral
from tests import factories
from tests.as_the_web import become
from tests.factories import at
from tests.logins import signed_in
from tests.world import World

pytestmark = pytest.mark.django_db


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
