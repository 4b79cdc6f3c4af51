"""Notices: a worker learns by mail that something waits for them, and nothing else; one mail, one person, one gate."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from accounts.adapter import AccountAdapter
from accounts.commands import notify, send_notice
from accounts.models import Notice, NoticeKind
from accounts.notices import WORDS
from accounts.roles import Role
from casework.commands import bar_from_case, seal_case
from referrals.commands import accept_referral, decline_referral
from tests import factories
from tests.conftest import as_a_worker, events, outcome_of, worked
from tests.factories import TOKENS, at


def told(kind: str) -> set[str]:
    return set(Notice.objects.filter(kind=kind).values_list("recipient__name", flat=True))


def deliver_all(world) -> None:
    for notice in Notice.objects.filter(sent_at=None, dropped_at=None).order_by("pk"):
        as_a_worker(send_notice, actor=world.system, notice=notice, now=at())


def test_a_referral_that_is_sent_is_told_to_everybody_who_may_answer_it(world, sent):
    assert told("referral_sent") == {"Partner Person", "Partner Supervisor Person"}


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": Role.AGENCY_ADMINISTRATOR}], ids=str)
def test_who_has_left_or_may_not_answer_is_not_told(world, case, change):
    for name, value in change.items():
        setattr(world.partner, name, value)
    world.partner.save(update_fields=list(change))
    factories.sent(world.caseworker, case, world.services["harbour"])
    assert told("referral_sent") == {"Partner Supervisor Person"}


def test_an_acceptance_is_told_to_whoever_follows_the_referral(world, sent):
    accept_referral(actor=world.partner, referral=sent, now=at())
    assert told("referral_accepted") == {sent.follow_up.owner.name} == {"Caseworker Person"}


def test_a_refusal_too(world, sent):
    decline_referral(actor=world.partner, referral=sent, reason="no_capacity", note="", now=at())
    assert told("referral_declined") == {"Caseworker Person"}


def test_who_was_barred_since_is_not_told_but_whoever_has_their_step_now(world, sent):
    bar_from_case(actor=world.supervisor, case=sent.case, who=world.caseworker, reason="knows_them", now=at())
    world.api("partner").post(f"/api/v1/referrals/{sent.reference}/accept")
    assert told("referral_accepted") == {"Supervisor Person"}


def test_where_owner_and_sender_are_shut_out_the_supervisors_who_find_the_case_are_told(world, sent):
    sent.follow_up.owner = None
    sent.follow_up.save(update_fields=["owner"])
    bar_from_case(actor=world.supervisor, case=sent.case, who=world.caseworker, reason="knows_them", now=at())
    world.api("partner").post(f"/api/v1/referrals/{sent.reference}/accept")
    assert told("referral_accepted") == {"Supervisor Person"}


def test_the_sender_is_told_by_the_web_as_well(world, sent):
    """As its role, to which the holder's grants are hidden while the partner acts."""
    world.api("partner").post(f"/api/v1/referrals/{sent.reference}/accept")
    assert told("referral_accepted") == {"Caseworker Person"}


def test_while_nobody_owns_that_step_it_is_the_worker_who_sent_it(world, sent):
    sent.follow_up.owner = None
    sent.follow_up.save(update_fields=["owner"])
    decline_referral(actor=world.partner, referral=sent, reason="no_capacity", note="", now=at())
    assert told("referral_declined") == {sent.sent_by.name}


def test_each_goes_to_one_person_and_says_what_is_fixed_and_where(world, sent, settings):
    settings.SITE_URL = "https://frontdoor.example"
    deliver_all(world)
    assert [message.recipients() for message in mail.outbox] == [
        [world.partner.email],
        [world.partner_supervisor.email],
    ]
    assert {(message.subject, message.body, message.from_email) for message in mail.outbox} == {
        (
            "Front Door: A referral is waiting for an answer",
            "A referral to your agency is waiting for an answer.\n\nSign in to see it:\n"
            f"https://frontdoor.example/referrals/{sent.reference}/\n",
            settings.EMAIL_FROM,
        )
    }
    assert {message.message().get_content_type() for message in mail.outbox} == {"text/plain"}


def test_no_mail_tells_of_whom_or_of_what_kind(world, sent):
    accept_referral(actor=world.partner, referral=sent, now=at())
    deliver_all(world)
    text = "".join(message.message().as_string() for message in mail.outbox).lower()
    assert len(mail.outbox) == 3
    given_away = [*vars(TOKENS).values(), sent.asked, sent.case.reference, "domestic", "abuse", "burglary", "urgent"]
    assert [word for word in given_away if word.lower() in text] == []


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_kind_has_its_words_and_none_of_them_names_a_kind_of_case(kind):
    words = WORDS[kind]
    said = f"{words.subject} {words.sentence}"
    assert not re.search(r"abuse|burgl|crime|victim|domestic|[{}%]", said, re.IGNORECASE)
    assert words.sentence.endswith(".")


@pytest.mark.parametrize(
    "leave",
    [
        {"is_active": False},
        {"agency": "elsewhere"},
    ],
    ids=["has left", "works elsewhere"],
)
def test_whoever_has_gone_by_then_gets_nothing(world, sent, leave):
    for name, value in leave.items():
        setattr(world.partner, name, world.agencies[value] if name == "agency" else value)
    world.partner.save()
    deliver_all(world)
    assert [message.to for message in mail.outbox] == [[world.partner_supervisor.email]]
    dropped = Notice.objects.get(recipient=world.partner)
    assert (dropped.sent_at, dropped.dropped_at is None) == (None, False)
    assert sorted(event.detail["result"] for event in events("accounts.send_notice")) == ["dropped", "sent"]


def test_nobody_is_told_of_what_is_shut_to_them_by_then(world, sent):
    bar_from_case(actor=world.supervisor, case=sent.case, who=world.partner, reason="knows_them", now=at())
    deliver_all(world)
    assert [message.to for message in mail.outbox] == [[world.partner_supervisor.email]]
    named = [world.supervisor, world.caseworker]
    for who in (world.supervisor, world.senior):
        again = {"recipients": [who], "reference": sent.case.reference}
        notify(actor=world.system, kind=NoticeKind.EMERGENCY_OPENED, now=at(), **again)
    seal_case(actor=world.supervisor, case=sent.case, workers=named, reason="honour_based", now=at())
    deliver_all(world)
    assert [message.to for message in mail.outbox[1:]] == [[world.supervisor.email]]


def test_it_is_sent_once_however_often_it_is_asked_for(world, sent):
    deliver_all(world)
    for notice in Notice.objects.all():
        as_a_worker(send_notice, actor=world.system, notice=notice, now=at())
    assert len(mail.outbox) == 2
    assert [event.detail["result"] for event in events("accounts.send_notice")].count("done_before") == 2


def test_each_sending_is_in_the_log_with_codes_and_ids_only(world, sent):
    deliver_all(world)
    found = {event.subject_id: (event.actor_id, event.detail) for event in events("accounts.send_notice")}
    assert found == {
        notice.pk: (
            world.system.pk,
            {"kind": "referral_sent", "recipient": notice.recipient_id, "result": "sent"},
        )
        for notice in Notice.objects.all()
    }


def test_what_the_mail_server_will_not_have_is_not_sent(world, sent, monkeypatch):
    def refuse(*args: object) -> None:
        raise ConnectionRefusedError

    notice = Notice.objects.earliest("pk")
    monkeypatch.setattr("accounts.commands.notices.post", refuse)
    with pytest.raises(ConnectionRefusedError), transaction.atomic():
        as_a_worker(send_notice, actor=world.system, notice=notice, now=at())
    notice.refresh_from_db()
    assert notice.sent_at is None
    assert events("accounts.send_notice") == []


@pytest.mark.parametrize("who", ["caseworker", "supervisor", "partner", "police_system"])
def test_nobody_but_the_system_sends_one(world, sent, who):
    notice = Notice.objects.earliest("pk")
    assert (
        outcome_of(lambda: as_a_worker(send_notice, actor=world.people[who], notice=notice, now=at())) == "NotVisible"
    )
    assert mail.outbox == []


@pytest.mark.parametrize("reference", ["", "Qandeel Vorra", "020 7946 0123", "4kx9-02tb-mwd"])
def test_the_database_takes_no_other_word_than_a_reference(world, reference):
    with pytest.raises(IntegrityError, match="notice_names_a_public_reference_and_nothing_else"), transaction.atomic():
        notify(
            actor=world.system, kind=NoticeKind.REFERRAL_SENT, recipients=[world.partner], reference=reference, now=at()
        )


@pytest.mark.usefixtures("for_real")
@pytest.mark.django_db(transaction=True)
def test_a_worker_sends_them_after_the_referral_is_committed(world):
    case = factories.opened(world.caseworker)
    with transaction.atomic():
        factories.sent(world.caseworker, case, world.services["harbour"])
        transaction.set_rollback(True)
    worked()
    assert mail.outbox == []
    factories.sent(world.caseworker, case, world.services["harbour"])
    assert mail.outbox == []
    worked()
    assert sorted(message.to[0] for message in mail.outbox) == [world.partner.email, world.partner_supervisor.email]


ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ["accounts", "audit", "casework", "config", "oversight", "referrals"]
GATE = "accounts/notices.py"
POSTS = {"django.core.mail", "smtplib", "aiosmtplib"}
BY_NAME = {"EmailMessage", "EmailMultiAlternatives", "send_mail", "send_mass_mail", "mail_admins", "mail_managers"}
# Where the library would send a mail of its own, and is told not to.
REFUSED = {"accounts/adapter.py": {"send_mail"}}


def mailing_in(source: str) -> set[str]:
    """What in a source has to do with sending mail."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            found |= {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.FunctionDef):
            found.add(node.name)
    return found & (POSTS | BY_NAME | {"email_user"})


def sources() -> Iterator[tuple[str, str]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), path.read_text()


def test_nothing_else_sends_mail():
    found = {name: mailing_in(source) for name, source in sources() if name != GATE}
    assert {name: words for name, words in found.items() if words} == REFUSED
    assert mailing_in((ROOT / GATE).read_text()) == {"django.core.mail", "EmailMessage"}


def test_a_mail_of_the_librarys_own_is_refused(world):
    with pytest.raises(NotImplementedError):
        AccountAdapter().send_mail("account/email/password_changed", world.partner.email, {})
    assert mail.outbox == []


@pytest.mark.parametrize(
    "source",
    [
        "from django.core.mail import EmailMessage",
        "from django.core import mail",
        "import smtplib",
        "user.email_user('hello', 'there')",
        "messages.send_mail()",
    ],
)
def test_this_check_notices(source):
    assert mailing_in(source)
