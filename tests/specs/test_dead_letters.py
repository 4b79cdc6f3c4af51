"""Dead letters: work that used up its attempts is shown to somebody who can see to it, and can be tried again."""

import re
import smtplib

import pytest
from django.core import mail
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts import notices, work
from accounts.commands import add_worker, found_partnership
from accounts.roles import Role
from oversight.commands import retry_work
from tests import factories
from tests.conftest import events, outcome_of, worked
from tests.factories import at

PAGE, RETRY = "/stopped-work/", "/stopped-work/retry/"


def stop(job: ProcrastinateJob, error: str = "smtp_server_disconnected") -> ProcrastinateJob:
    """As it is after a last attempt."""
    with connection.cursor() as cursor:
        for status in ("doing", "failed"):
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = %s, attempts = %s WHERE id = %s",
                [status, work.ATTEMPTS, job.pk],
            )
    job.attempts = work.ATTEMPTS - 1
    work.record_failure(job.task_name, job, work.system_actor(job.args.get("partnership")), error)
    job.refresh_from_db()
    return job


@pytest.fixture
def stopped(world, sent) -> ProcrastinateJob:
    """Of the two notices of a referral, the one that could not be sent."""
    return stop(ProcrastinateJob.objects.filter(task_name="accounts.send_notice").earliest("pk"))


def upkeep() -> ProcrastinateJob:
    """A job that is no partnership's own, as a periodic one is."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args)"
            " VALUES ('default', 'accounts.make_partitions', '{\"timestamp\": 1700000000}') RETURNING id"
        )
        return ProcrastinateJob.objects.get(pk=cursor.fetchone()[0])


def rows(response) -> list[list[str]]:
    """The cells of each row of the page's table."""
    body = re.search(r"<tbody.*?</tbody>", response.content.decode(), re.DOTALL)
    found = re.findall(r"<tr.*?</tr>", body[0], re.DOTALL) if body else []
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)[:4] for row in found]
    return [[re.sub(r"<[^>]+>", "", cell).strip() for cell in row] for row in cells]


def test_the_supervisor_of_the_front_door_sees_what_stopped_when_how_often_tried_and_why(world, stopped):
    (row,) = rows(world.page("supervisor").get(PAGE))
    assert (row[0], row[2], row[3]) == ("Send a notice", "8", "smtp_server_disconnected")
    assert re.fullmatch(r"\d{1,2} \w+ \d{4}, \d\d:\d\d", row[1])


def test_and_not_with_what_nor_for_whom(world, sent, stopped):
    text = world.page("supervisor").get(PAGE).content.decode()
    shown = text[text.index("<main") : text.index("</main>")]
    told = [world.partner.email, world.partner.name, sent.reference, sent.case.reference, "partnership"]
    assert [word for word in told if word in shown] == []


def test_the_longest_ago_comes_first_and_what_only_waits_is_not_there(world, stopped):
    stop(upkeep(), "insufficient_privilege")
    found = [(row[0][:8], row[3]) for row in rows(world.page("supervisor").get(PAGE))]
    assert found == [("Send a n", "smtp_server_disconnected"), ("Make the", "insufficient_privilege")]


def test_with_nothing_stopped_it_says_so(world, sent):
    assert b"No work has stopped." in world.page("supervisor").get(PAGE).content


def test_a_failure_that_nobody_recorded_is_not_known(world, sent):
    job = ProcrastinateJob.objects.earliest("pk")
    with connection.cursor() as cursor:
        for status in ("doing", "failed"):
            cursor.execute("UPDATE procrastinate_jobs SET status = %s WHERE id = %s", [status, job.pk])
    assert rows(world.page("supervisor").get(PAGE))[0][3] == "Not known"


def test_one_that_was_only_marked_as_failed_is_shown_too(world, sent):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE task_name = 'accounts.send_notice'")
    assert len(rows(world.page("supervisor").get(PAGE))) == 2


def test_looking_is_recorded(world, stopped):
    world.page("supervisor").get(PAGE)
    (event,) = events("oversight.view_stopped_work")
    assert (event.actor_id, event.detail) == (world.supervisor.pk, {"count": 1})


@pytest.mark.parametrize("who", ["caseworker", "auditor", "partner", "partner_supervisor", "police_system"])
def test_nobody_else_sees_it_or_has_it_tried_again(world, stopped, who):
    page = world.page(who)
    assert (page.get(PAGE).status_code, page.post(RETRY, {"job": stopped.pk}).status_code) in [(403, 403), (403, 404)]
    assert outcome_of(lambda: retry_work(actor=world.people[who], job=stopped, now=at())) in {"Denied", "NotVisible"}
    stopped.refresh_from_db()
    assert stopped.status == "failed"


@pytest.fixture
def far(world):
    """The supervisor of the front door of another partnership."""
    system = found_partnership(actor=None, name="Faraway", front_door="Far Door", system_email="system@far.example")
    world.people["far"] = add_worker(
        actor=system,
        agency=system.agency,
        email="supervisor@far.example",
        name="Far Supervisor",
        role=Role.SUPERVISOR,
        password=factories.PASSWORD,
    )


@pytest.mark.usefixtures("far")
def test_another_partnership_sees_only_what_is_nobodys_own(world, stopped):
    assert rows(world.page("far").get(PAGE)) == []
    assert world.page("far").post(RETRY, {"job": stopped.pk}).status_code == 404
    stop(upkeep())
    assert len(rows(world.page("far").get(PAGE))) == 1
    assert len(rows(world.page("supervisor").get(PAGE))) == 2


def navigation(response) -> str:
    text = response.content.decode()
    return text[text.index("<header") : text.index("</header>")]


def test_how_much_stopped_stands_where_they_come_by(world, stopped):
    assert "Stopped work (1)" in navigation(world.page("supervisor").get("/my-work/"))
    stop(upkeep())
    assert "Stopped work (2)" in navigation(world.page("supervisor").get("/my-work/"))
    for who, start in {"caseworker": "/my-work/", "partner_supervisor": "/inbox/", "auditor": "/history/"}.items():
        assert "Stopped work" not in navigation(world.page(who).get(start))


def test_with_nothing_stopped_there_is_no_number(world, sent):
    assert re.search(r"Stopped work\s*<", navigation(world.page("supervisor").get("/my-work/")))


def test_it_can_be_tried_again_at_once(world, stopped):
    response = world.page("supervisor").post(RETRY, {"job": stopped.pk}, follow=True)
    assert response.redirect_chain == [(PAGE, 302)]
    assert b"It will be tried again now." in response.content
    assert rows(response) == []
    stopped.refresh_from_db()
    assert stopped.status == "todo"
    assert stopped.scheduled_at <= at()
    (event,) = events("oversight.retry_work")
    assert (event.actor_id, event.subject_type, event.subject_id) == (
        world.supervisor.pk,
        "procrastinatejob",
        stopped.pk,
    )


def test_a_second_click_is_not_a_second_act(world, stopped):
    page = world.page("supervisor")
    answers = [page.post(RETRY, {"job": stopped.pk, "once": "one-click"}).status_code for _ in range(2)]
    assert answers == [302, 302]
    assert len(events("oversight.retry_work")) == 1


def test_what_has_not_stopped_is_not_tried_again(world, stopped):
    page = world.page("supervisor")
    page.post(RETRY, {"job": stopped.pk})
    assert page.post(RETRY, {"job": stopped.pk}).status_code == 409
    assert len(events("oversight.retry_work")) == 1


@pytest.mark.parametrize("job", ["", "0", "999999999", "x", "9" * 30])
def test_what_does_not_exist_is_not_found(world, stopped, job):
    assert world.page("supervisor").post(RETRY, {"job": job}).status_code == 404


@pytest.mark.usefixtures("for_real")
@pytest.mark.django_db(transaction=True)
def test_from_a_mail_server_that_is_away_to_a_mail_that_arrives(world, monkeypatch):
    case = factories.opened(world.caseworker)
    with transaction.atomic():
        factories.sent(world.caseworker, case, world.services["elsewhere"])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET attempts = %s", [work.ATTEMPTS - 1])

    def away(*args: object) -> None:
        raise smtplib.SMTPServerDisconnected("outsider@elsewhere.example")

    with monkeypatch.context() as patch:
        patch.setattr(notices, "post", away)
        worked()
    (row,) = rows(world.page("supervisor").get(PAGE))
    assert (row[0], row[2], row[3]) == ("Send a notice", "8", "smtp_server_disconnected")
    world.page("supervisor").post(RETRY, {"job": ProcrastinateJob.objects.get(status="failed").pk})
    worked()
    assert [message.to for message in mail.outbox] == [[world.outsider.email]]
    assert rows(world.page("supervisor").get(PAGE)) == []
