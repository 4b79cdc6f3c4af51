"""Workers join, move and leave: an administrator looks after them, and whoever leaves loses everything at once."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import ProgrammingError, connection, transaction
from django.test import Client

from accounts import commands
from accounts.authorization import Denied, NotPossibleNow
from accounts.links import token_of
from accounts.models import INVITED_FOR, Invitation, OnceOnly, User
from accounts.roles import Role
from audit.acting import acting_as
from audit.models import AuditEvent
from casework.commands import bar_from_case, seal_case
from casework.models import EmergencyAccess, NextStep, SealMember
from casework.policy import visible_cases, visible_contacts
from config.lock.roles import WEB
from referrals.models import Referral
from tests import factories
from tests.as_the_web import become
from tests.conftest import as_a_worker, events, outcome_of
from tests.factories import at
from tests.world import World, administrator_of

NEW_PASSWORD = "four plain quiet bridges"
GOES_ON = {"caseworker", "colleague", "supervisor", "auditor", "partner_supervisor", "officer", "outsider", "manager"}


def end(world: World, who: str, by: str = "administrator") -> User:
    return commands.end_worker(actor=world.people[by], worker=world.people[who], now=at())


def link(invitation: Invitation) -> str:
    return f"/invitations/{invitation.public_id}/join/{token_of(invitation)}/"


# Inviting


def test_whoever_is_invited_gets_a_neutral_mail_and_joins_with_a_password_of_their_own(world: World):
    answer = world.page("administrator").post(
        "/workers/", {"name": "New Person", "email": "New@Harbour.example", "role": "partner_worker"}
    )
    assert answer.status_code == 302
    invitation = Invitation.objects.get()
    as_a_worker(commands.send_invitation, actor=world.system, invitation=invitation, now=at())
    (sent,) = mail.outbox
    assert sent.to == ["new@harbour.example"]
    said = sent.subject + sent.body
    assert not any(word in said for word in ["New Person", "Harbour Advocacy", "artner worker", "Administrator"])
    address = re.search(r"http://localhost:\d+(/invitations/\S+)", sent.body).group(1)
    client = Client()
    assert client.get(address).status_code == 200
    assert client.post(address, {"password": "short"}).status_code == 400
    assert client.post(address, {"password": NEW_PASSWORD}).headers["Location"] == "/sign-in/"
    signed_in = client.post("/sign-in/", {"login": "new@harbour.example", "password": NEW_PASSWORD})
    assert (signed_in.status_code, client.get("/inbox/").status_code) == (302, 200)
    joined = User.objects.get(email="new@harbour.example")
    assert (joined.agency, joined.role, list(joined.groups.all())) == (
        world.agencies["harbour"],
        "partner_worker",
        [world.agencies["harbour"].group],
    )
    assert [event.actor_id for event in events("accounts.accept_invitation")] == [joined.pk]
    assert Client().post(address, {"password": NEW_PASSWORD}).status_code == 409


def spoilt(world: World, invitation: Invitation, how: str) -> str:
    """The address of a link that no longer opens, or never did."""
    before = link(invitation)
    if how == "taken back":
        commands.take_back_invitation(actor=world.administrator, invitation=invitation, now=at())
    if how == "sent again":
        commands.send_invitation_again(actor=world.administrator, invitation=invitation, now=at())
    if how == "too late":
        sent_at = invitation.sent_at - INVITED_FOR - timedelta(seconds=1)
        Invitation.objects.filter(pk=invitation.pk).update(sent_at=sent_at)
        invitation.refresh_from_db()
        return link(invitation)
    if how == "of another":
        other = factories.invited(world, email="other@harbour.example")
        return f"/invitations/{invitation.public_id}/join/{token_of(other)}/"
    if how == "its inviter has left":
        end(world, "administrator", by="manager")
    return before


@pytest.mark.parametrize("how", ["taken back", "sent again", "too late", "of another", "its inviter has left"])
def test_a_link_does_not_open_when_it_is(world: World, how: str):
    address = spoilt(world, factories.invited(world), how)
    answers = [Client().get(address), Client().post(address, {"password": NEW_PASSWORD})]
    nothing = Client().get(f"/invitations/{world.partner.public_id}/join/wrong/")
    assert [answer.status_code for answer in answers] == [409, 409]
    assert answers[0].content == answers[1].content == nothing.content
    assert not User.objects.filter(email="invited@harbour.example").exists()


def test_the_database_keeps_nothing_that_opens_a_link(world: World):
    invitation = factories.invited(world)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i::text, (SELECT string_agg(j.args::text, '') FROM procrastinate_jobs j) FROM accounts_invitation i"
        )
        kept = str(cursor.fetchall())
    assert token_of(invitation) not in kept
    assert token_of(invitation).partition("-")[2][:16] not in kept


@pytest.mark.parametrize("email", ["outsider@elsewhere.example", "stranger@far.example"])
@pytest.mark.usefixtures("stranger")
def test_whether_an_address_is_known_elsewhere_its_owner_learns_and_nobody_else(world: World, email: str):
    said = {"name": "X", "role": "partner_worker"}
    known = world.api("administrator").post("/api/v1/workers/", {**said, "email": email}, format="json")
    new = world.api("administrator").post("/api/v1/workers/", {**said, "email": "n@n.example"}, format="json")
    alike = ("id", "email", "open_until")
    assert known.status_code == new.status_code == 201
    assert {k: v for k, v in known.json().items() if k not in alike} == {
        k: v for k, v in new.json().items() if k not in alike
    }
    address = link(Invitation.objects.get(email=email))
    before = User.objects.filter(email=email).values().get()
    assert "has an account already" in Client().post(address, {"password": NEW_PASSWORD}).content.decode()
    assert User.objects.filter(email=email).values().get() == before


@pytest.mark.parametrize(
    ("who", "role", "becomes"),
    [
        ("administrator", Role.SUPERVISOR, "done"),
        ("administrator", Role.AGENCY_ADMINISTRATOR, "done"),
        ("administrator", Role.PARTNERSHIP_MANAGER, "Denied"),
        ("administrator", Role.AUDIT_LEAD, "Denied"),
        ("administrator", Role.SYSTEM, "Denied"),
        ("manager", Role.AGENCY_ADMINISTRATOR, "done"),
        ("manager", Role.AUDIT_LEAD, "done"),
        ("manager", Role.PARTNER_WORKER, "Denied"),
        ("manager", Role.SYSTEM, "Denied"),
        ("partner_supervisor", Role.PARTNER_WORKER, "Denied"),
    ],
)
def test_nobody_gives_a_role_that_is_not_theirs_to_give(world: World, who: str, role: Role, becomes: str):
    assert outcome_of(lambda: factories.invited(world, actor=world.people[who], role=role)) == becomes
    assert Invitation.objects.exists() == (becomes == "done")
    if who in {"administrator", "manager"} and role != Role.SYSTEM:
        worker = world.partner if who == "administrator" else world.administrator
        wanted = "NotPossibleNow" if worker.role == role else becomes
        change = lambda: commands.change_role(actor=world.people[who], worker=worker, role=role, now=at())  # noqa: E731
        assert outcome_of(change) == wanted


def test_nobody_is_invited_twice_or_where_they_work_or_to_another_agency(world: World):
    factories.invited(world)
    for email in ("invited@harbour.example", "PARTNER@harbour.example"):
        with pytest.raises(ValidationError):
            commands.invite_worker(
                actor=world.administrator,
                agency=world.agencies["harbour"],
                email=email,
                name="X",
                role="partner_worker",
                now=at(),
            )
    with pytest.raises(Denied):
        factories.invited(world, email="x@y.example", agency=world.agencies["elsewhere"])


# Leaving


def test_who_leaves_loses_everything_in_that_transaction(world: World, accepted: Referral):
    page, api = world.page("partner"), world.api("partner")
    key = {"HTTP_IDEMPOTENCY_KEY": "once"}
    address = f"/api/v1/referrals/{accepted.reference}/complete"
    assert page.get(f"/cases/{accepted.case.reference}/").status_code == 200
    assert (
        api.post(
            address, {"outcome_code": "supported", "as_wanted": "yes", "outcome": "Well"}, format="json", **key
        ).status_code
        == 200
    )
    assert OnceOnly.objects.filter(user=world.partner).exists()
    end(world, "partner")
    assert not OnceOnly.objects.filter(user=world.partner).exists()
    assert (
        api.post(
            address, {"outcome_code": "supported", "as_wanted": "yes", "outcome": "Well"}, format="json", **key
        ).status_code
        == 403
    )
    assert page.get(f"/cases/{accepted.case.reference}/").headers["Location"].startswith("/sign-in/")
    again = Client().post("/sign-in/", {"login": world.partner.email, "password": factories.PASSWORD})
    assert again.status_code == 200
    gone = User.objects.get(pk=world.partner.pk)
    assert (gone.is_active, gone.has_usable_password(), gone.groups.count()) == (False, False, 0)
    assert gone.left_by == world.administrator
    assert [event.actor_id for event in events("accounts.end_worker")] == [world.administrator.pk]


@pytest.mark.parametrize("loses", ["end", "release", "role"])
def test_a_request_that_begins_after_that_gets_nothing_although_it_knew_its_user_before(world: World, accepted, loses):
    """Who it was, a request finds out first; what they may see, the database asks when the transaction begins."""
    knew = User.objects.select_related("agency").get(pk=world.partner.pk)
    lose(world, loses)
    with become(WEB), acting_as(knew):
        assert visible_cases(knew).count() == (1 if loses == "role" else 0)
    assert world_sessions(world, knew) == {302}


def world_sessions(world: World, knew: User) -> set[int]:
    """What a session answers that was begun as this record of them, before anything changed."""
    client = Client()
    session = client.session
    session["_auth_user_id"], session["_auth_user_hash"] = str(knew.pk), knew.get_session_auth_hash()
    session["_auth_user_backend"] = "accounts.adapter.Workers"
    session.save()
    client.cookies["sessionid"] = session.session_key
    return {client.get(address).status_code for address in ("/inbox/", "/cases/", "/password/")}


def lose(world: World, how: str) -> None:
    given = {"actor": world.administrator, "worker": world.partner, "now": at()}
    if how == "end":
        commands.end_worker(**given)
    elif how == "release":
        commands.release_worker(**given, to=world.agencies["elsewhere"])
    else:
        commands.change_role(**given, role="supervisor")


def test_only_they_lose_anything(world: World):
    pages = {who: world.page(who) for who in GOES_ON}
    end(world, "partner")
    assert {who for who, page in pages.items() if page.get("/password/").status_code != 200} == set()


def test_what_waits_for_them_passes_to_the_duty_queue(world: World, accepted: Referral, case):
    step = NextStep.objects.filter(case=case, done_at=None).first()
    NextStep.objects.filter(pk=step.pk).update(owner=world.caseworker)
    case.refresh_from_db()
    assert (case.owner, accepted.owner) == (world.caseworker, world.partner)
    administrator_of(world, "front_door")
    end(world, "caseworker", by="other_administrator")
    end(world, "partner")
    accepted.refresh_from_db()
    case.refresh_from_db()
    assert (case.owner, accepted.owner) == (None, None)
    assert not NextStep.objects.filter(done_at=None, owner__is_active=False).exists()
    duty = world.page("colleague").get("/my-work/?whose=duty").content.decode()
    assert case.reference in duty
    assert accepted.reference in world.page("partner_supervisor").get("/inbox/").content.decode()
    assert {event.actor_id for event in events("casework.hand_over_work", case_id=case.pk)} == {world.system.pk}


def test_their_emergency_access_ends_and_is_still_reviewed(world: World, case):
    said = {
        "reason": "life_at_risk",
        "words": "He is at her door.",
        "categories": ["risk"],
        "reference": case.reference,
    }
    assert world.api("partner").post("/api/v1/emergency", said, format="json").status_code == 201
    end(world, "partner")
    access = EmergencyAccess.objects.get(worker=world.partner)
    assert access.closed_at is not None
    listed = world.page("supervisor").get("/reviews/").content.decode()
    assert str(access.public_id) in listed


def test_their_drafts_go_to_their_colleagues_and_not_with_them(world: World):
    draft = factories.draft(world.caseworker)
    administrator_of(world, "front_door")
    assert not visible_contacts(world.colleague).filter(pk=draft.pk).exists()
    commands.release_worker(
        actor=world.other_administrator, worker=world.caseworker, to=world.agencies["harbour"], now=at()
    )
    join_harbour(world, world.caseworker.email)
    for loses in (User.objects.get(pk=world.colleague.pk), User.objects.get(pk=world.supervisor.pk)):
        with become(WEB), acting_as(loses):
            assert visible_contacts(loses).filter(pk=draft.pk).exists()
    moved = User.objects.get(pk=world.caseworker.pk)
    assert not visible_contacts(moved).filter(pk=draft.pk).exists()


def join_harbour(world: World, email: str, **more: object) -> User:
    invitation = factories.invited(world, email=email, **more)
    return commands.accept_invitation(
        actor=None, name=invitation.public_id, token=token_of(invitation), password=NEW_PASSWORD, now=at()
    )


def test_who_gives_them_work_at_that_moment_gives_it_to_the_duty_queue(world: World, case):
    """As a request does that looked before the end, and writes after it."""
    administrator_of(world, "front_door")
    end(world, "caseworker", by="other_administrator")
    step = NextStep.objects.filter(case=case, done_at=None).first()
    NextStep.objects.filter(pk=step.pk).update(owner=world.caseworker)
    connection.check_constraints()
    step.refresh_from_db()
    assert step.owner is None


# Seals


def sealed(world: World, case, *named: User) -> None:
    seal_case(actor=world.supervisor, case=case, reason="honour_based", workers=[world.supervisor, *named], now=at())


def live(case) -> list[str]:
    return sorted(SealMember.objects.filter(case=case, ended_at=None).values_list("worker__email", flat=True))


def test_a_seal_stays_lawful_and_keeps_its_work_when_somebody_whom_it_names_leaves(world: World, case):
    sealed(world, case, world.caseworker)
    administrator_of(world, "front_door")
    end(world, "caseworker", by="other_administrator")
    connection.check_constraints()
    assert live(case) == [world.senior.email, world.supervisor.email]
    case.refresh_from_db()
    assert case.owner == world.supervisor
    assert set(case.steps.filter(done_at=None).values_list("owner", flat=True)) <= {world.supervisor.pk}


def test_another_supervisor_who_is_not_barred_stands_in_for_one_who_leaves(world: World, case):
    sealed(world, case, world.caseworker)
    barred, free = (second_supervisor(world, name) for name in ("barred", "free"))
    bar_from_case(actor=world.supervisor, case=case, who=barred, reason="knows_them", now=at())
    administrator_of(world, "front_door")
    end(world, "supervisor", by="other_administrator")
    connection.check_constraints()
    assert live(case) == [world.caseworker.email, free.email]


def second_supervisor(world: World, name: str) -> User:
    return commands.add_worker(
        actor=world.system,
        agency=world.agencies["front_door"],
        email=f"{name}@front-door.example",
        name=name,
        role=Role.SUPERVISOR,
        password="",
    )


@pytest.mark.parametrize("is_sealed", [True, False])
def test_the_front_door_keeps_a_supervisor_sealed_cases_or_not(world: World, case, is_sealed: bool):
    if is_sealed:
        sealed(world, case, world.caseworker)
    administrator_of(world, "front_door")
    address = f"/workers/{world.supervisor.public_id}/"
    page = world.page("other_administrator")
    answers = [page.post(f"{address}end/"), page.post(address, {"role": "caseworker"})]
    assert [answer.status_code for answer in answers] == [409, 409]
    assert "Somebody must be able to stand in" in answers[0].content.decode()
    assert User.objects.get(pk=world.supervisor.pk).is_active


@pytest.mark.parametrize("is_sealed", [True, False])
def test_whoever_ends_an_account_cannot_tell_whether_a_case_was_sealed(world: World, case, is_sealed: bool):
    if is_sealed:
        sealed(world, case, world.caseworker)
    administrator_of(world, "front_door")
    page = world.page("other_administrator")
    address = f"/workers/{world.caseworker.public_id}/end/"
    shown, done = page.get(address).content.decode(), page.post(address, follow=True).content.decode()
    assert not any(word in shown + done for word in ("seal", case.reference))
    theirs = AuditEvent.objects.filter(actor_id=world.other_administrator.pk)
    assert {(event.action, event.case_id) for event in theirs} == {("accounts.end_worker", None)}


def test_work_of_any_agency_that_holds_cases_passes_to_its_own_duty_queue(world: World, case):
    """Not of the front door's only, as whose worker the system is: those behind the wall too."""
    behind = commands.add_agency(actor=world.system, name="Change", kind="behaviour")
    named = {"agency": behind, "password": "", "role": "caseworker"}
    worker = commands.add_worker(actor=world.system, email="w@change.example", name="W", **named)
    administrator = commands.add_worker(
        actor=world.system, email="a@change.example", name="A", **named | {"role": "agency_administrator"}
    )
    behaviour = factories.opened(worker, kind="behaviour", address=None, alleged_name="")
    assert behaviour.owner == worker
    commands.end_worker(actor=administrator, worker=worker, now=at())
    behaviour.refresh_from_db()
    assert behaviour.owner is None
    assert not NextStep.objects.filter(done_at=None, owner=worker).exists()


# Moving


def test_a_worker_moves_when_one_administrator_releases_and_the_other_takes_on(world: World, case):
    other = administrator_of(world, "elsewhere")
    bar_from_case(actor=world.supervisor, case=case, who=world.outsider, reason="knows_them", now=at())
    to = world.agencies["harbour"].pk
    address = f"/api/v1/workers/{world.outsider.public_id}/release"
    assert world.api("administrator").post(address, {"to": to}, format="json").status_code == 404
    early = factories.invited(world, email=world.outsider.email)
    assert "has an account already" in Client().post(link(early), {"password": NEW_PASSWORD}).content.decode()
    assert world.api("other_administrator").post(address, {"to": to}, format="json").status_code == 200
    assert world.outsider.email in world.page("administrator").get("/workers/").content.decode()
    assert Client().post(link(early), {"password": NEW_PASSWORD}).status_code == 302
    moved = User.objects.get(email=world.outsider.email)
    assert (moved.pk, moved.agency, moved.goes_to, moved.left_at) == (
        world.outsider.pk,
        world.agencies["harbour"],
        None,
        None,
    )
    assert list(moved.groups.all()) == [world.agencies["harbour"].group]
    factories.accepted(world.caseworker, world.partner, case, world.services["harbour"])
    assert (visible_cases(world.partner).count(), visible_cases(moved).count()) == (1, 0)  # barred as before
    assert other.agency_id != moved.agency_id


def test_a_role_that_may_do_less_loses_its_work_and_one_that_may_do_more_keeps_it(world: World, accepted: Referral):
    commands.change_role(actor=world.administrator, worker=world.partner, role="supervisor", now=at())
    accepted.refresh_from_db()
    assert accepted.owner == world.partner
    commands.change_role(actor=world.administrator, worker=world.partner, role="auditor", now=at())
    accepted.refresh_from_db()
    assert accepted.owner is None


# Who may


@pytest.mark.parametrize("verb", ["end", "release", "role"])
def test_only_their_own_administrator_does_it_and_nobody_to_themself(world: World, verb: str):
    administrator_of(world, "elsewhere")
    body = {"end": {}, "release": {"to": world.agencies["police"].pk}, "role": {"role": "auditor"}}[verb]

    def tried(who: str, worker: User) -> int:
        address = f"/api/v1/workers/{worker.public_id}/{verb}"
        return int(world.api(who).post(address, body, format="json").status_code)

    others = [who for who in world.people if who not in {"administrator", "manager", "other_administrator"}]
    assert {who: tried(who, world.partner) for who in others} == dict.fromkeys(others, 403)
    assert [tried(who, world.partner) for who in ("manager", "other_administrator")] == [404, 404]
    assert [tried(who, world.people[who]) for who in ("administrator", "manager")] == [403, 403]
    assert tried("administrator", world.system) == 404
    assert tried("administrator", world.partner) == 200


def test_the_database_itself_lets_nobody_else_change_who_works_where(world: World):
    """As the web's own login, past every check of the program."""
    acts = {
        "ends a worker": ("worker_leaves", [world.outsider.pk, None, at()]),
        "ends themself": ("worker_leaves", [world.administrator.pk, None, at()]),
        "gives a role": ("worker_changes_role", [world.partner.pk, "partnership_manager"]),
        "ends an agency": ("agency_leaves", [world.agencies["elsewhere"].pk, at()]),
    }
    for function, given in acts.values():
        with (
            become(WEB),
            acting_as(world.administrator),
            pytest.raises(ProgrammingError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.callproc(function, given)
    assert User.objects.filter(is_active=True).count() == len(world.people) + 1


def test_the_list_shows_ones_own_people_in_every_state(world: World):
    factories.invited(world)
    end(world, "partner")
    for shown in (
        world.page("administrator").get("/workers/").content.decode(),
        world.api("administrator").get("/api/v1/workers/").content.decode(),
    ):
        assert all(world.people[who].email in shown for who in ("partner", "partner_supervisor", "administrator"))
        assert "invited@harbour.example" in shown
        assert world.outsider.email not in shown


def test_an_ended_worker_cannot_be_ended_again(world: World):
    end(world, "partner")
    with pytest.raises(NotPossibleNow):
        end(world, "partner")
