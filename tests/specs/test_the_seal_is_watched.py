"""The seal is watched: who must know hears of a log that is not sealed, and every mail carries the newest seal."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.commands import notify, send_notice, watch_seal
from accounts.models import Notice, NoticeKind
from accounts.work import defer
from audit.notes import encoded
from audit.seal import newest, unsealed_since
from config.lock.roles import JOBS, SEALER
from tests import factories
from tests.as_the_web import become
from tests.canaries.channels import work
from tests.conftest import as_a_worker, events, outcome_of
from tests.factories import at
from tests.sealing import past_triggers, sealed, sql, write

AGO = "clock_timestamp() - interval '{} seconds'"


@pytest.fixture
def watched(world):
    """Everything is sealed."""
    past_triggers()
    sql("SELECT audit_make_partition((date_trunc('month', now() AT TIME ZONE 'UTC') - interval '1 month')::date)")
    sql("UPDATE audit_event SET xid = '100'")
    sealed(101)
    return world


def watch(world) -> set[str]:
    """The names of those whom it tells."""
    before = set(Notice.objects.values_list("pk", flat=True))
    as_a_worker(watch_seal, actor=world.system, now=timezone.now())
    return set(Notice.objects.exclude(pk__in=before).values_list("recipient__name", flat=True))


def test_nobody_hears_of_a_log_that_is_sealed_or_waits_for_a_minute(watched):
    assert watch(watched) == set()
    write(110, at=AGO.format(110))
    assert watch(watched) == set()
    assert [(e.detail["late"], e.detail["told"]) for e in events("accounts.watch_seal")] == [(False, False)] * 2


def test_who_must_know_hears_once_until_it_was_sealed_again(watched):
    write(110, at=AGO.format(130))
    assert watch(watched) == {"Supervisor Person", "Audit Lead Person"}
    assert watch(watched) == set()
    sql("UPDATE audit_event SET xid = '111' WHERE action = 'accounts.watch_seal'")
    sealed(112)
    write(113, at=AGO.format(130))
    assert watch(watched) == {"Supervisor Person", "Audit Lead Person"}


def test_a_log_that_was_never_sealed_is_heard_of_too(watched):
    sql("DELETE FROM audit_checkpoint")
    sql(f"UPDATE audit_event SET at = {AGO.format(130)}")  # noqa: S608
    assert watch(watched) == {"Supervisor Person", "Audit Lead Person"}
    assert watch(watched) == set()


def test_the_people_of_every_partnership_hear_of_it_for_the_log_is_one(watched, stranger):
    sql("UPDATE audit_event SET xid = '100'")
    write(110, at=AGO.format(130))
    defer("accounts.watch_seal", actor=watched.system, jobs=[{}])
    for _ in ("the job", "what it put off"):
        work()
    told = [recipient for message in mail.outbox for recipient in message.to]
    assert sorted(told) == sorted([watched.supervisor.email, watched.audit_lead.email, stranger.email])


@pytest.mark.parametrize("who", ["supervisor", "auditor", "caseworker"])
def test_nobody_but_the_system_watches(watched, who):
    assert outcome_of(lambda: watch_seal(actor=watched.people[who], now=at())) == "Denied"


def test_each_program_that_may_ask_learns_when_and_nothing_else(watched):
    write(110, at=AGO.format(90))
    for login in (JOBS, SEALER):
        with become(login):
            assert timezone.now() - unsealed_since() > timedelta(seconds=80)


def test_that_mail_names_nothing_and_leads_nowhere(watched):
    sql("DELETE FROM audit_checkpoint")
    sql(f"UPDATE audit_event SET at = {AGO.format(130)}")  # noqa: S608
    watch(watched)
    as_a_worker(send_notice, actor=watched.system, notice=Notice.objects.earliest("pk"), now=at())
    (message,) = mail.outbox
    assert message.subject == "Front Door: The log is not being sealed"
    assert message.body == ("The log has not been sealed for some minutes. Please tell whoever runs the service.\n")


def test_every_mail_ends_with_the_newest_seal(watched, case, settings):
    settings.SITE_URL = "https://frontdoor.example"
    referral = factories.sent(watched.caseworker, case, watched.services["harbour"])
    as_a_worker(send_notice, actor=watched.system, notice=Notice.objects.earliest("pk"), now=at())
    (message,) = mail.outbox
    last = newest()
    assert message.body == (
        "A referral to your agency is waiting for an answer.\n\nSign in to see it:\n"
        f"https://frontdoor.example/referrals/{referral.reference}/\n"
        f"\n-- \nSeal of the log: {last.size} {last.at:%Y-%m-%dT%H:%M:%S.%fZ} {encoded(bytes(last.root))}\n"
    )


@pytest.mark.parametrize("kind", [NoticeKind.REFERRAL_SENT, NoticeKind.AGREEMENT_ENDS])
def test_only_that_notice_has_no_reference(world, kind):
    with pytest.raises(IntegrityError, match="notice_names_a_public_reference"), transaction.atomic():
        notify(actor=world.system, kind=kind, recipients=[world.partner], reference="", now=at())
