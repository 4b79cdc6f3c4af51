"""What an agency could know of a case at a past moment, and what it had seen: from grants, versions and events."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.authorization import authorize
from accounts.models import Agency, User
from audit.log import record
from audit.models import AuditEvent, Outcome
from casework.categories import Category
from casework.models import Case, RecordVersion, VersionAct
from casework.queries import Past, Section, get_case, project_records, reach_then, tombstone_of, versions_of
from oversight.policy import content_for, visible_events
from oversight.queries.history import READING, HistoryLine, in_words, page_of
from referrals.models import Referral
from referrals.queries import addressed_then, summary

PAGE = 25
MOST_EXPORTED = 1_000
Rows = list[tuple[str, str | datetime]]


@dataclass(frozen=True)
class Shown:
    """Some categories of a case, and of those that the reader of this may see, the values as they stood.

    `summaries` are of referrals: what goes to an agency before it accepts.
    """

    categories: tuple[Category, ...]
    sections: tuple[Section, ...]
    summaries: tuple[Rows, ...] = ()


@dataclass(frozen=True)
class Opened:
    """An emergency access of one worker that was open."""

    worker: str
    until: datetime
    shown: Shown


@dataclass(frozen=True)
class Known:
    """What an agency could know at one moment. Whom a bar or a seal kept out is not told, only that some were."""

    exists: bool
    is_shut: bool
    some_shut_out: bool
    shown: Shown
    emergencies: tuple[Opened, ...]


@dataclass(frozen=True)
class Seen:
    """One reading by the agency: the event in words, and what stood at that moment in the categories that it showed."""

    line: HistoryLine
    shown: Shown


@dataclass(frozen=True)
class Replay:
    """The answer for one agency and moment. Readings are the newest first; `before` begins their next page.

    `unknown_before`: what stood earlier is not known, for the case is older than the keeping of versions.
    `erased_at`: what it held is gone since; who could know of which categories of it is still answered.
    """

    case: Case
    agency: Agency
    moment: datetime
    has_content: bool
    known: Known
    seen: list[Seen]
    before: UUID | None
    unknown_before: datetime | None
    erased_at: datetime | None


@dataclass(frozen=True)
class Reader:
    """What whoever asks may see of the content now."""

    categories: frozenset[Category]
    summaries: bool

    def shown(self, past: Past, categories: Iterable[str], referrals: Iterable[Referral] = ()) -> Shown:
        named = tuple(category for category in Category if category in set(categories))
        return Shown(
            categories=named,
            sections=project_records(past, self.categories & set(named)),
            summaries=tuple(summary(each) for each in referrals) if self.summaries else (),
        )


def agencies_of(case: Case) -> QuerySet[Agency]:
    """The agencies that can be asked about: all of the case's partnership, by name."""
    return Agency.objects.filter(partnership=case.partnership_id).order_by("name", "pk")


def get_replayed(actor: User, reference: str, action: str = "oversight.view_replay") -> Case:
    """A case to ask about. Raises `NotVisible` and `Denied`."""
    case = get_case(actor, reference, action)
    authorize(actor, action, case)
    return case


def read_replay(
    *, actor: User, reference: str, agency: Agency, moment: datetime, before: UUID | None = None, whole: bool = False
) -> Replay:
    """What this agency could know at this moment, and what it had seen by then. Recorded.

    `whole` is for a file: at most the newest 1,000 readings, in place of a page of them.
    """
    action = "oversight.export_replay" if whole else "oversight.view_replay"
    case = get_replayed(actor, reference, action)
    readings = visible_events(actor, case).filter(_read_by(agency, moment))
    most = MOST_EXPORTED if whole else PAGE
    events = list(page_of(readings, readings, before)[: most + 1])
    versions, reader, tombstone = versions_of(case), Reader(*content_for(actor, case)), tombstone_of(case)
    replay = Replay(
        case=case,
        agency=agency,
        moment=moment,
        has_content=reader.summaries,
        known=known_then(Past(versions, moment), agency, reader),
        seen=[_seen(case, event, versions, agency, reader) for event in events[:most]],
        before=events[most - 1].pk if len(events) > most else None,
        unknown_before=next((version.at for version in versions if version.act == VersionAct.FOUND), None),
        erased_at=tombstone.erasure.erased_at if tombstone else None,
    )
    _record(actor, action, replay)
    return replay


def known_then(past: Past, agency: Agency, reader: Reader) -> Known:
    """What the agency could know, at the moment of `past`."""
    reach = reach_then(past, agency)
    referrals = [] if reach.is_shut else addressed_then(past, agency)
    return Known(
        exists=reach.exists or bool(referrals),
        is_shut=reach.is_shut,
        some_shut_out=bool(reach.shut_out) and not reach.is_shut,
        shown=reader.shown(past, reach.categories, referrals),
        emergencies=tuple(
            Opened(each.worker.name, each.until, reader.shown(past, each.categories)) for each in reach.emergencies
        ),
    )


def _read_by(agency: Agency, moment: datetime) -> Q:
    read = Q(*(Q(action__regex=rf"^[a-z]+\.{verb}") for verb in READING), _connector=Q.OR)
    return read & Q(agency_id=agency.pk, at__lte=moment, outcome=Outcome.ALLOWED)


def _seen(case: Case, event: AuditEvent, versions: list[RecordVersion], agency: Agency, reader: Reader) -> Seen:
    (line,) = in_words(case, [event])
    past = Past(versions, event.at)
    if event.action.startswith("referrals."):  # its summary: of the case itself a referral shows nothing
        return Seen(line, reader.shown(past, (), _of_event(event, past, agency)))
    # Of a list the categories are told, and no values; and what was shown of another case was not shown of this one.
    is_of_this = event.case_id == case.pk and event.is_deliberate
    return Seen(line, reader.shown(past, event.categories if is_of_this else ()))


def _of_event(event: AuditEvent, past: Past, agency: Agency) -> list[Referral]:
    addressed = addressed_then(past, agency)
    return [each for each in addressed if event.subject_type != "referral" or each.pk == event.subject_id]


def _record(actor: User, action: str, replay: Replay) -> None:
    shown = [replay.known.shown, *(each.shown for each in replay.known.emergencies)]
    shown += [each.shown for each in replay.seen]
    record(
        actor=actor,
        action=action,
        subject=replay.case,
        purpose="supervision",
        categories={section.category for each in shown for section in each.sections},
        of_agency=replay.agency.pk,
        at_second=int(replay.moment.timestamp()),
        count=len(replay.seen),
    )
