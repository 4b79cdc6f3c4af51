"""What callers hand to commands: the next step they plan, the contact they report, the share they decide."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from accounts.models import Agency, User
from accounts.slots import Slot
from casework.models import (
    AddressKind,
    Capacity,
    Case,
    Consent,
    ConsentHow,
    FeedbackLevel,
    Hub,
    KnownToAlleged,
    LawfulBasis,
    Point,
    Purpose,
    RouteKind,
    Safety,
    StepKind,
)


@dataclass(frozen=True)
class StepPlan:
    """What happens next, and by when. `owner` None is the duty queue of the case's agency."""

    kind: StepKind
    due_at: datetime
    due_source: str = "worker"
    note: str = ""
    owner: User | None = None
    waits_for: Agency | None = None


@dataclass(frozen=True)
class VictimReport:
    """What the caller said of the victim. Empty means not said; nothing here is ever required."""

    name: str = ""
    date_of_birth: date | None = None
    language: str = ""
    dialect: str = ""
    interpreter_needed: bool | None = None
    interpreter_wanted: str = ""
    interpreter_may_know_them: bool | None = None
    interpreter_booking: str = ""
    access_needs: str = ""
    needs: tuple[str, ...] = ()
    support_needs: str = ""
    call_them: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def of_party(self) -> dict[str, Any]:
        """What of it stands in the record of the party itself."""
        said = {name: value for name, value in vars(self).items() if name != "aliases"}
        return said | {"needs": list(self.needs)}


@dataclass(frozen=True)
class ChildReport:
    """A child, who is a person of their own. `school` is where they can be found by day."""

    name: str = ""
    date_of_birth: date | None = None
    age_said: int | None = None
    school: str = ""
    arrangements: str = ""
    where: str = ""


@dataclass(frozen=True)
class CallerReport:
    """Who made contact, when that is not the victim, by the fields of `CallerDetails`."""

    name: str = ""
    organisation: str = ""
    post: str = ""
    call_back: str = ""
    checked: str = ""
    relation: str = ""
    how_they_know: str = ""
    may_be_named: str = ""
    aware: str = ""
    agrees: str = ""
    assessed_with: str = ""
    assessed_on: date | None = None
    age: int | None = None
    heard: str = ""
    asked_for: str = ""


@dataclass(frozen=True)
class RouteReport:
    """A way to reach them. A telephone number in any way of typing it; of a letter no address.

    `windows` and `never_times` are lines like "mon-fri 9:30-15:00; sat 10-12", or "any time". `expires_at` only ever
    shortens how long it counts as confirmed. What was not asked is empty.
    """

    kind: RouteKind
    value: str = ""
    safety: Safety = Safety.UNKNOWN
    when_safe: str = ""
    note: str = ""
    code_word: str = ""
    our_word: str = ""
    read_back: bool | None = None
    monitored: str = ""
    initiator: str = ""
    windows: str = ""
    never_times: str = ""
    who_may_answer: str = ""
    who_must_not: str = ""
    if_other_answers: str = ""
    voicemail: str = ""
    caller_id: str = ""
    letters: str = ""
    knows: str = ""
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Confirmation:
    """What they say now of a way that is known. What else was said of it stays."""

    safety: Safety
    windows: str = ""
    never_times: str = ""
    when_safe: str = ""
    monitored: str = ""
    expires_at: datetime | None = None


@dataclass(frozen=True)
class AddressReport:
    """A place where they can be found. Of a refuge only its `organisation`, and a PO box in `lines`."""

    lines: str
    postcode: str = ""
    known_to_alleged: KnownToAlleged = KnownToAlleged.UNKNOWN
    kind: AddressKind = AddressKind.HOME
    organisation: str = ""
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True)
class EqualityReport:
    """One answer to an equality question, or why it was not asked: one of the two."""

    question: str
    answer: str = ""
    not_asked: str = ""


@dataclass(frozen=True)
class EmergencyCallReport:
    """A call to 999. `called_at` is aware and not after now; `said_where`, whether the address was read out."""

    called_at: datetime
    said_where: bool
    police_reference: str = ""
    note: str = ""


@dataclass(frozen=True)
class ContactReport:
    """A contact as it is logged. `happened_at` is aware and not after now. One of `step` and `no_step_reason`.

    One that was `cut_short` may leave `caller` and `kind` empty, and has a `step`. Whoever `is_told` follows what they
    handed in, and waits for nobody to ring them.
    """

    channel: str
    happened_at: datetime
    caller: str
    danger: str
    kind: str
    cut_short: bool = False
    is_told: bool = False
    safe_to_talk: str = ""
    alone: str = ""
    if_cut_off: str = ""
    where_they_are: str = ""
    where_alleged_is: str = ""
    where_children_are: str = ""
    said: str = ""
    opinion: str = ""
    wanted: str = ""
    markers: tuple[str, ...] = ()
    hub: Hub | None = None
    of_caller: CallerReport = CallerReport()
    children: tuple[ChildReport, ...] = ()
    victim: VictimReport | None = None
    routes: tuple[RouteReport, ...] = ()
    address: AddressReport | None = None
    alleged_name: str = ""
    alleged_date_of_birth: date | None = None
    alleged_telephone: str = ""
    step: StepPlan | None = None
    no_step_reason: str = ""


@dataclass(frozen=True)
class ClosingPlan:
    """How a case ended. `tried` is another way to somebody who could not be reached, which was considered."""

    outcome: str
    advice: str
    words: str
    tried: str = ""


@dataclass(frozen=True)
class AssessmentPlan:
    """An assessment as it is signed. `answers` by the code of the item, as `casework.grading` checks them.

    `owner` takes on what it prompts, None for the duty queue; `concern`: the worker fears suicide, whatever was said.
    """

    answers: dict[str, dict[str, str]]
    mode: str
    present: str = ""
    interpreter: bool | None = None
    call_outs: int | None = None
    concern: bool = False
    judgement: str = ""
    reason: str = ""
    owner: User | None = None


@dataclass(frozen=True)
class WordingPlan:
    """The words of an instrument, by the code of the item, that a partnership may use; by whose leave, and how long."""

    code: str
    wording: dict[str, str]
    licence: str
    source: str
    begins: datetime
    retires_on: date | None = None


@dataclass(frozen=True)
class ConsentPlan:
    """What somebody said to sharing these categories. `recipient` None is any agency; `until` None, no end."""

    state: Consent
    purpose: Purpose
    categories: tuple[str, ...]
    recipient: Agency | None = None
    how: ConsentHow = ConsentHow.WITH_THE_SHARE
    reason: str = ""
    capacity: Capacity = Capacity.NOT_NOTED
    interpreter: bool | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class OverridePlan:
    """Why something is shared although the victim does not agree. The supervisor who shares it authorises it."""

    reason: str = ""
    narrative: str = ""
    told_victim: str = ""


@dataclass(frozen=True)
class SharePlan:
    """A decision to share, before it is made. `until` is aware; `consent_reason` says why consent is not given.

    `beyond_agreement` is a supervisor's reason where no agreement covers it; `justification`, why words stay in that
    look like the case's own protected values.
    """

    recipient: Agency
    purpose: Purpose
    basis: LawfulBasis
    consent: Consent
    consent_reason: str
    necessity: str
    categories: tuple[str, ...]
    until: datetime
    override: OverridePlan = OverridePlan()
    beyond_agreement: str = ""
    justification: str = ""


@dataclass(frozen=True)
class AgreementPlan:
    """An information-sharing agreement as it enters the records. It lets things be shared until `review_on`."""

    name: str
    gateway: str
    parties: tuple[Agency, ...]
    categories: tuple[str, ...]
    valid_from: date
    review_on: date
    feedback_level: int = FeedbackLevel.CLOSED


@dataclass(frozen=True)
class ClockPlan:
    """What happened and when, aware; `due_at` is a date that was set with it, where the rule names no time."""

    event: str
    event_at: datetime
    due_at: datetime | None = None
    note: str = ""


@dataclass(frozen=True)
class SettlePlan:
    """What became of what is owed. If others told them: when and how; if we did, in which use of a safe way."""

    outcome: str
    told_by: str = ""
    told_at: datetime | None = None
    how: str = ""
    attempt: UUID | None = None
    words: str = ""


ATTEMPT_ENDED = Slot()  # and somebody was tried; given attempt, actor and now
SHARE_ENDED, NO_LONGER_AGREES = Slot(), Slot()  # each is given decision, actor and now
CHANGED = Slot()  # something that whoever works with a case must hear of; given case, what (categories), actor, now
BEFORE_CLOSING = Slot()  # given case: who has something that still runs in it raises `NotPossibleNow`, and says what
BEFORE_ERASING = Slot()  # given case: who has something that still runs in it raises `NotPossibleNow`, and says what
WAS_SHUT = Slot()  # to somebody; given case, actor, now, and to whom what waits passes


@dataclass(frozen=True)
class PublishedRow:
    """One row of the published file, beyond what it shares with the other rows of its crime."""

    outcome: str
    digest: str


@dataclass(frozen=True)
class PublishedBurglary:
    """One crime id of a published file. `month` is the first day of it; coordinates are WGS 84 or absent."""

    crime_id: str
    month: date
    force: str
    place: str
    longitude: Decimal | None
    latitude: Decimal | None
    area_code: str
    area_name: str
    rows: tuple[PublishedRow, ...]


@dataclass(frozen=True)
class InventedVictim:
    """A victim made up for a demonstration."""

    case: Case
    victim: VictimReport
    route: RouteReport | None
    address: AddressReport


@dataclass(frozen=True)
class OfferPlan:
    """How a visit was offered. `interpreter` None: not known. `advised`: they were told how to keep the scene."""

    offered_how: str
    slots: str = ""
    interpreter: bool | None = None
    advised: bool = False


@dataclass(frozen=True)
class VisitPlan:
    """Who comes, when (aware), and the words by which the victim knows them."""

    scheduled_for: datetime
    visitor: str
    visitor_name: str
    visitor_number: str
    check_words: str


@dataclass(frozen=True)
class VisitRecord:
    """How far a visit has come, and what was done, in codes. What is said anew of `found` takes the old place."""

    stage: str
    evidence: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    aftercare: tuple[str, ...] = ()
    found: str = ""

    TICKS: ClassVar = ("evidence", "measures", "aftercare")


@dataclass(frozen=True)
class CrimeReport:
    """What is said of a crime: the police's number as it was given, the day, and what they have done."""

    number: str = ""
    force: str = ""
    happened_on: date | None = None
    is_recorded: bool = False
    forensics_asked: bool = False


@dataclass(frozen=True)
class ListedPlace:
    """One address of a public list, with its point in metres of the National Grid."""

    lines: str
    postcode: str
    place: str
    spot: Point
    source: str
    valid_from: date
