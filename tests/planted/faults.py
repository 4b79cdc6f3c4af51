"""The faults: what each is, of which kind of leak, how it is planted, and the specs that must catch it."""

import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import pytest
from django.db.models import Model, QuerySet

from accounts import notices, versions
from accounts.authorization import Denied, record_named
from accounts.models import NoticeKind
from audit import log
from casework import categories, policy
from casework.commands import sharing
from casework.models import Case, Party, read_reference
from casework.models import new_reference as fresh_reference
from casework.queries import cases, people
from config import logs
from config.lock.apply import make_second_lock
from config.lock.policies import ROWS
from config.lock.roles import OWNER
from oversight import pages
from tests.as_the_web import become
from tests.planted.everywhere import replaced

Patch = pytest.MonkeyPatch
SPECS = "tests/specs/"


@dataclass(frozen=True)
class Fault:
    """One fault. `kind` says what leaks, and `caught_by` are the tests of which each must fail."""

    name: str
    kind: str
    plant: Callable[[Patch], None]
    caught_by: tuple[str, ...]


def needs_go_with_the_name(patch: Patch) -> None:
    shown_of = categories.shown_of

    def too_much(model: type[Model], category: str) -> list[str]:
        return shown_of(model, category) + ["support_needs"] * ((model, category) == (Party, "identity"))

    replaced(patch, {shown_of: too_much})


def grants_outlive_their_share(patch: Patch) -> None:
    kept = SimpleNamespace(filter=lambda **named: SimpleNamespace(delete=lambda: None))
    patch.setattr(sharing, "LiveGroupGrant", SimpleNamespace(objects=kept))


def a_case_is_fetched_without_reach(patch: Patch) -> None:
    patch.setattr(cases, "visible_cases", lambda user: Case.objects.all())


def the_database_forgets_a_filter(patch: Patch) -> None:
    patch.setitem(ROWS, Party, replace(ROWS[Party], see="true"))
    make_second_lock()


def formulas_are_exported(patch: Patch) -> None:
    patch.setattr(pages, "FORMULA", ("\0",))


def readings_are_not_recorded(patch: Patch) -> None:
    patch.setattr(cases, "record", lambda **said: None)


def log_lines_hold_what_was_put_into_them(patch: Patch) -> None:
    line = logs.Line.format
    patch.setattr(
        logs.Line,
        "format",
        lambda self, said: json.dumps(json.loads(line(self, said)) | {"message": said.getMessage()}),
    )


def the_log_takes_any_word(patch: Patch) -> None:
    patch.setattr(log, "_code", lambda value: value)


def a_mail_says_what_it_is_about(patch: Patch) -> None:
    usual = notices.WORDS[NoticeKind.REFERRAL_SENT]
    patch.setitem(
        notices.WORDS, NoticeKind.REFERRAL_SENT, replace(usual, subject="A victim of domestic abuse needs you")
    )


def hidden_is_forbidden(patch: Patch) -> None:
    get_case = cases.get_case

    def telling(actor: Any, reference: str, action: str = "casework.view_case") -> Case:
        found = record_named(read_reference(reference) or "")
        if found and not policy.visible_cases(actor).filter(pk=found.pk).exists():
            raise Denied(action, found)
        return get_case(actor, reference, action)

    replaced(patch, {get_case: telling})


def rights_are_kept_in_mind(patch: Patch) -> None:
    categories_for, kept = policy.categories_for, {}

    def kept_for(user: Any, case: Case) -> Any:
        return kept.setdefault((user.pk, case.pk), categories_for(user, case))

    replaced(patch, {categories_for: kept_for})


def references_are_counted(patch: Patch) -> None:
    numbers = itertools.count(1)
    replaced(patch, {fresh_reference: lambda: f"2222-{next(numbers):04}-222"})


def a_version_moves_with_any_change(patch: Patch) -> None:
    version_of, update, changes = versions.version_of, QuerySet.update, itertools.count()
    stamp = [next(changes)]

    def noticed(self: Any, **values: Any) -> int:
        stamp[0] = next(changes)
        return int(update(self, **values))

    patch.setattr(QuerySet, "update", noticed)
    replaced(patch, {version_of: lambda actor, shown: version_of(actor, [stamp[0], shown])})


def a_count_is_over_all(patch: Patch) -> None:
    def all_of_them(actor: Any) -> int:
        with become(OWNER):
            return Case.objects.filter(agency=actor.agency_id).count()

    replaced(patch, {cases.count_cases: all_of_them})


def somebody_is_found_by_what_is_hidden(patch: Patch) -> None:
    replaced(patch, {people._seen: lambda actor, candidates: {each.pk for each in candidates}})


FAULTS = [
    Fault(
        "support needs are shown with the name",
        "an answer holds more than was shared",
        needs_go_with_the_name,
        (
            f"{SPECS}test_no_answer_gives_away_more.py::test_once_accepted_the_partner_gets_what_was_granted_and_nothing_else",
        ),
    ),
    Fault(
        "grants outlive the share that gave them",
        "what was withdrawn is still readable",
        grants_outlive_their_share,
        (
            f"{SPECS}test_withdraw_and_complete.py::test_the_partner_sees_nothing_of_the_case_from_that_moment",
            f"{SPECS}test_random_worlds.py::test_all_three_agree_after_every_step_of_any_story",
        ),
    ),
    Fault(
        "a case is fetched by its reference without asking for reach",
        "a record is fetched by its name",
        a_case_is_fetched_without_reach,
        (f"{SPECS}test_each_lock_alone.py::test_the_codes_lock_alone_shows_nothing_foreign",),
    ),
    Fault(
        "the policy of one table lets every row through",
        "a filter is forgotten",
        the_database_forgets_a_filter,
        (f"{SPECS}test_random_worlds.py::test_all_three_agree_after_every_step_of_any_story",),
    ),
    Fault(
        "a formula is exported as it is",
        "an exported file does something when it is opened",
        formulas_are_exported,
        (f"{SPECS}test_the_pages.py::test_a_name_that_a_spreadsheet_would_calculate_is_written_as_text",),
    ),
    Fault(
        "a case is read and nothing is recorded",
        "a reading without a trace",
        readings_are_not_recorded,
        (f"{SPECS}test_sharing_by_category.py::test_reading_is_recorded_with_the_categories_that_were_shown",),
    ),
    Fault(
        "a line of the log holds what was put into its sentence",
        "a value in a line of the log",
        log_lines_hold_what_was_put_into_them,
        (f"{SPECS}test_logs_hold_no_values.py::test_of_all_that_goes_wrong_at_any_layer_no_log_keeps_a_value",),
    ),
    Fault(
        "an event takes any word that somebody typed",
        "a value in the record of who did what",
        the_log_takes_any_word,
        (f"{SPECS}test_the_log.py::test_wherever_it_is_put",),
    ),
    Fault(
        "a mail says what it is about",
        "a value in a mail",
        a_mail_says_what_it_is_about,
        (f"{SPECS}test_notices.py::test_no_mail_tells_of_whom_or_of_what_kind",),
    ),
    Fault(
        "a hidden case is forbidden, and an absent one not found",
        "an answer tells that something exists",
        hidden_is_forbidden,
        (
            f"{SPECS}test_bars_and_seals.py::test_a_barred_worker_of_the_holder_finds_nothing_and_their_colleagues_go_on",
        ),
    ),
    Fault(
        "what somebody may see is kept in mind",
        "rights that were kept, and are stale",
        rights_are_kept_in_mind,
        (
            f"{SPECS}test_changing_ones_mind.py::test_widening_is_a_decision_of_its_own_and_ends_with_what_it_widens",
            f"{SPECS}test_random_worlds.py::test_all_three_agree_after_every_step_of_any_story",
        ),
    ),
    Fault(
        "references are counted",
        "a number that tells how many there are",
        references_are_counted,
        (f"{SPECS}test_public_references.py::test_none_is_given_twice_and_their_order_tells_nothing",),
    ),
    Fault(
        "a version moves whenever anything changes",
        "an ETag that tells of what is hidden",
        a_version_moves_with_any_change,
        (
            f"{SPECS}test_never_over_each_other.py"
            "::test_what_is_hidden_from_the_partner_does_not_change_the_partners_version",
        ),
    ),
    Fault(
        "a count counts what is hidden",
        "a number that tells of what is hidden",
        a_count_is_over_all,
        (f"{SPECS}test_who_is_shut_out_finds_nothing.py::test_in_lists_searches_and_counts",),
    ),
    Fault(
        "somebody is found by what is hidden of them",
        "a search by a field that is not shown",
        somebody_is_found_by_what_is_hidden,
        (f"{SPECS}test_known_already.py::test_nobody_is_found_by_who_does_not_see_them_as_what_they_are",),
    ),
]
BY_NAME = {fault.name: fault for fault in FAULTS}
