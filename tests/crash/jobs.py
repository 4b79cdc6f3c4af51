"""The jobs of the queue after the run, where this version of the product has one: each done once, none left behind."""

from collections.abc import Callable
from contextlib import suppress

import psycopg
from psycopg.rows import scalar_row

from tests.crash.clock import Clock, TooLate

SECONDS_TO_FINISH = 180  # enough to notice that a worker was killed over a job, and to do it again
# A notice waits at most a few tries long: none is left out, whenever its next try is due.
WAITS = "(COALESCE(scheduled_at, now()) <= now() OR task_name = 'accounts.send_notice')"
UNDER_WAY = f"""
    SELECT count(*) FROM procrastinate_jobs WHERE status::text = 'doing' OR (status::text = 'todo' AND {WAITS})
"""  # noqa: S608 - put together from the words above
NOT_DONE = f"""
    SELECT id::text FROM procrastinate_jobs
    WHERE status::text NOT IN ('todo', 'succeeded') OR (status::text = 'todo' AND {WAITS})
"""  # noqa: S608 - put together from the words above
DONE_TWICE = """
    SELECT job_id::text FROM procrastinate_events
    WHERE type::text = 'succeeded' GROUP BY job_id HAVING count(*) > 1
"""


# As if half a minute had passed: who is at a job keeps it all the same, by its lock, and the living soon beat again.
HURRY = (
    "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '31 seconds'",
    """INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, args)
    VALUES ('default', 'accounts.rescue_jobs', 'accounts.rescue_jobs', '{}') ON CONFLICT DO NOTHING""",
)
SECONDS_BETWEEN_RESCUES = 5


def faulty_jobs(address: str, see_that_it_runs: Callable[[], object]) -> tuple[int, set[str]]:
    """How many jobs there are, and which are at fault, once the worker had the time to do those that are due.

    A worker that ends by itself meanwhile is started again, and the minute's rescue comes sooner than it would.
    """
    clock = Clock(SECONDS_TO_FINISH)
    with psycopg.connect(address, autocommit=True) as connection:
        plain = connection.cursor(row_factory=scalar_row)
        if not plain.execute("SELECT to_regclass('procrastinate_jobs') IS NOT NULL").fetchone():
            return 0, set()
        rescued_at = 0.0

        def all_done() -> bool:
            nonlocal rescued_at
            see_that_it_runs()
            if clock.seconds > rescued_at + SECONDS_BETWEEN_RESCUES:
                rescued_at = clock.seconds
                for statement in HURRY:
                    plain.execute(statement)
            return plain.execute(UNDER_WAY).fetchone() == 0

        with suppress(TooLate):  # what is not done by then is at fault
            clock.until(all_done, "the job worker to do what is due", every=0.2)
        faulty = {*plain.execute(NOT_DONE).fetchall(), *plain.execute(DONE_TWICE).fetchall()}
        return int(plain.execute("SELECT count(*) FROM procrastinate_jobs").fetchone() or 0), faulty
