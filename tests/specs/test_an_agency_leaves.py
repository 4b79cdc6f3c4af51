"""An agency leaves the partnership: all that was shared with it ends, what waited for it comes back, nobody stays."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client

from accounts import commands
from accounts.authorization import NotPossibleNow
from accounts.links import token_of
from accounts.models import Agency, AgencyKind, User
from casework.commands import add_agreement, decide_sharing, end_sharing, seal_case
from casework.models import Case, LiveGroupGrant, NextStep, SharingAgreement, SharingDecision
from referrals.models import Referral, Service
from referrals.states import LIVE
from tests import factories
from tests.conftest import events, outcome_of
from tests.factories import at
from tests.forms import hidden
from tests.world import World, agreed


def leaves(world: World, key: str = "harbour", by: str = "manager") -> Agency:
    return commands.end_agency(actor=world.people[by], agency=world.agencies[key], now=at())


@pytest.fixture
def four(world: World, case: Case) -> list[Referral]:
    """Referrals to Harbour in every live state, one of them accepted after its share was given up."""
    others = [factories.opened(world.caseworker) for _ in range(3)]
    given_up = factories.accepted(world.caseworker, world.partner, others[2], world.services["harbour"])
    end_sharing(actor=world.partner, decision=given_up.decision, now=at())
    return [
        factories.accepted(world.caseworker, world.partner, case, world.services["harbour"]),
        factories.sent(world.caseworker, others[0], world.services["harbour"]),
        factories.drafted(world.caseworker, others[1], world.services["harbour"]),
        given_up,
    ]


def test_every_share_with_it_ends_and_every_referral_comes_back_with_an_owned_step(world: World, four: list[Referral]):
    page = world.page("partner")
    leaves(world)
    connection.check_constraints()
    harbour = world.agencies["harbour"]
    assert not SharingDecision.objects.filter(recipient=harbour, ended_at=None).exists()
    assert not LiveGroupGrant.objects.filter(group=harbour.group).exists()
    assert not Referral.objects.filter(service__agency=harbour, status__in=LIVE).exists()
    assert not NextStep.objects.filter(done_at=None, waits_for=harbour).exists()
    for referral in four:
        if referral.sent_at:
            back = referral.case.steps.filter(kind="decide_what_next", done_at=None).get()
            assert (back.owner, back.waits_for) == (world.caseworker, None)
    assert page.get("/inbox/").headers["Location"].startswith("/sign-in/")
    assert {event.actor_id for event in events("casework.end_sharing", subject_id=four[0].decision_id)} == {
        world.system.pk
    }


def test_a_case_that_the_manager_may_not_know_of_is_taken_back_too_and_not_counted(world: World, four: list[Referral]):
    named = [world.supervisor, world.caseworker, world.partner]
    seal_case(actor=world.supervisor, case=four[0].case, reason="honour_based", workers=named, now=at())
    counted = world.api("manager").get(f"/api/v1/agencies/{world.agencies['harbour'].pk}/end").json()
    assert (counted["shares"], counted["referrals"]) == (1, 3)
    leaves(world)
    connection.check_constraints()
    four[0].refresh_from_db()
    assert four[0].status == "withdrawn"
    assert not SharingDecision.objects.filter(recipient=world.agencies["harbour"], ended_at=None).exists()


def test_its_workers_leave_and_nobody_comes(world: World):
    invitation = factories.invited(world)
    address = f"/invitations/{invitation.public_id}/join/{token_of(invitation)}/"
    leaves(world)
    assert not User.objects.filter(agency=world.agencies["harbour"], is_active=True).exists()
    assert Client().get(address).status_code == 409
    assert world.page("administrator").get("/workers/").status_code == 302
    with pytest.raises(ValidationError):
        commands.release_worker(
            actor=other_administrator(world), worker=world.outsider, to=world.agencies["harbour"], now=at()
        )


def other_administrator(world: World) -> User:
    return commands.add_worker(
        actor=world.system,
        agency=world.agencies["elsewhere"],
        email="administrator@elsewhere.example",
        name="Other",
        role="agency_administrator",
        password="",
    )


def test_its_services_are_offered_no_more_and_nothing_new_is_shared_with_it(world: World, case: Case):
    leaves(world)
    listed = world.api("caseworker").get("/api/v1/services/").json()["services"]
    assert {service["agency"] for service in listed} == {"East Area Police", "Elsewhere Housing"}
    assert outcome_of(lambda: factories.drafted(world.caseworker, case, world.services["harbour"])) == "NotVisible"
    plan = factories.share(Service.objects.get(pk=world.services["harbour"].pk))
    with pytest.raises(ValidationError) as refusal:
        decide_sharing(actor=world.caseworker, case=case, plan=plan, now=at())
    assert "recipient" in refusal.value.message_dict


def test_an_agreement_goes_on_without_it_and_ends_with_one_party_left(world: World):
    two = (world.agencies["front_door"], world.agencies["harbour"])
    alone = add_agreement(actor=world.manager, plan=agreed(world, name="Two", parties=two), now=at())
    leaves(world)
    alone.refresh_from_db()
    assert alone.ended_by == world.manager
    (of_all,) = SharingAgreement.objects.filter(ended_at=None)
    listed = world.api("caseworker").get("/api/v1/agreements/").json()["agreements"]
    parties = {each["reference"]: each["parties"] for each in listed}
    assert "Harbour Advocacy" not in parties[of_all.reference]
    assert "Lantern Refuge" in parties[of_all.reference]


@pytest.mark.parametrize("key", ["front_door", "harbour"])
def test_one_that_holds_cases_stays_and_is_told_what_to_do(world: World, case: Case, key: str):
    if key == "harbour":
        Case.objects.filter(pk=case.pk).update(agency=world.agencies["harbour"])
    with pytest.raises(NotPossibleNow, match="cannot leave" if key == "front_door" else "passed to another agency"):
        leaves(world, key)
    assert not Agency.objects.filter(left_at__isnull=False).exists()


def test_it_leaves_once(world: World):
    leaves(world)
    assert outcome_of(lambda: leaves(world)) == "NotVisible"


def test_only_the_partnerships_manager_ends_its_part(world: World, stranger: User):
    elsewhere = world.agencies["elsewhere"].pk
    found = {who: world.api(who).post(f"/api/v1/agencies/{elsewhere}/end").status_code for who in world.people}
    manager = found.pop("manager")
    assert (manager, set(found.values())) == (204, {403})
    stranger.role = "partnership_manager"
    stranger.save()
    assert "Elsewhere Housing" not in world.page("stranger").get("/workers/").content.decode()
    assert world.api("stranger").post(f"/api/v1/agencies/{world.agencies['police'].pk}/end").status_code == 404


def test_the_page_shows_what_ends_and_shows_it_again_when_that_changed(world: World, accepted: Referral):
    address = f"/agencies/{world.agencies['harbour'].pk}/end/"
    page = world.page("manager")
    shown = page.get(address)
    text = shown.content.decode()
    assert all(words in text for words in ("1 share", "1 referral", "1 service", "1 agreement", "3 accounts"))
    version = hidden(shown)
    factories.sent(world.caseworker, factories.opened(world.caseworker), world.services["harbour"])
    again = page.post(address, version)
    assert (again.status_code, "2 referrals" in again.content.decode()) == (409, True)
    assert page.post(address, hidden(again)).status_code == 302
    assert Agency.objects.get(pk=world.agencies["harbour"].pk).left_by == world.manager
    assert [event.actor_id for event in events("accounts.end_agency")] == [world.manager.pk]


def test_the_database_gives_it_nobody_and_nothing(world: World, accepted: Referral):
    """In a moment in which the program had looked before."""
    leaves(world)
    decision = SharingDecision.objects.get(pk=accepted.decision_id)
    decision.pk, decision.public_id, decision.ended_at, decision.ended_by = None, world.partner.public_id, None, None
    for act in (
        lambda: decision.save(force_insert=True),
        lambda: User.objects.filter(pk=world.outsider.pk).update(agency=world.agencies["harbour"]),
        lambda: User.objects.filter(pk=world.partner.pk).update(is_active=True, left_at=None, left_by=None),
    ):
        with pytest.raises(IntegrityError) as refusal, transaction.atomic():
            act()
        assert refusal.value.__cause__.diag.constraint_name == "agency_that_has_left_gets_nothing_new"


def test_an_agency_that_has_left_is_not_named_among_those_that_take_part(world: World):
    leaves(world)
    listed = world.api("manager").get("/api/v1/agencies/").json()["agencies"]
    assert {agency["name"] for agency in listed} == {
        "East Area Police",
        "Elsewhere Housing",
        "Lantern Refuge",
        "Redbridge Front Door",
    }
    assert AgencyKind.SUPPORT not in {agency["kind"] for agency in listed}
