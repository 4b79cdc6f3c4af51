"""Records of cases: who, what happened, what was said, what comes next, and what is shared with whom."""

from casework.models.absences import Absence
from casework.models.agreements import AgreementParty, AgreementWarning, SharingAgreement
from casework.models.aliases import Alias
from casework.models.asks import AskAnswer, QuietAsk, SeemsSame
from casework.models.attachments import Attachment
from casework.models.attempts import DOUBTFUL, TOLD_BY, TRIED, AttemptOutcome, ContactAttempt, RouteOverride
from casework.models.attempts import OverrideReason as RouteOverrideReason
from casework.models.bars import Bar, BarReason, SealMember, SealReason
from casework.models.callers import CallerDetails, Checked, EmergencyCall
from casework.models.cases import (
    Case,
    CaseKind,
    Incident,
    Level,
    NextStep,
    PublishedOutcome,
    RiskLevel,
    Rung,
    StepKind,
    StepOutcome,
)
from casework.models.clocks import CaseClock, ClockOutcome, CodeRule, DutyHolder, Entitlement
from casework.models.closing import ALTERNATIVES, CaseOutcome, Closing, SafetyAdvice, outcomes_of
from casework.models.consent import DOES_NOT_AGREE, Capacity, Consent, ConsentHow, ConsentRecord, Purpose
from casework.models.contacts import Caller, Channel, Contact, CutOff, Danger, Marker, NoStepReason
from casework.models.emergency import EmergencyAccess, EmergencyReason, Finding
from casework.models.equality import EqualityAnswer, NotAsked, Question
from casework.models.erasure import Erasure, ErasureGround, HoldReason, LegalHold
from casework.models.handover import HandoverNote
from casework.models.hubs import Hub, HubKind
from casework.models.judgements import PersonJudgement, Sameness
from casework.models.keys import CaseKey, key_of
from casework.models.matching import KeyKind, MatchKey
from casework.models.notes import Disclosable, Note
from casework.models.people import (
    ABOUT,
    Address,
    AddressKind,
    Enhanced,
    KnownToAlleged,
    Need,
    Party,
    PartyRole,
    Person,
    RevealReason,
)
from casework.models.proposals import BarProposal, Dismissal, MarkKind, StaffMark
from casework.models.reference import EDITABLE, AttemptStandard, LadderStandard, Reference, ServiceStandard
from casework.models.references import new_reference, read_reference
from casework.models.routes import (
    CallerId,
    Change,
    ContactRoute,
    Initiator,
    Letters,
    RouteKind,
    Safety,
    Said,
    Voicemail,
    mark_of_telephone,
    mark_of_way,
)
from casework.models.safety import PlanPart, SafetyPlan
from casework.models.sharing import (
    GroupGrant,
    LawfulBasis,
    LiveGroupGrant,
    OverrideReason,
    SharingDecision,
    ToldVictim,
)
from casework.models.sides import Likeness, NamedSenior, Side, SidesFinding, SidesJudgement, TwoSided
from casework.models.versions import RecordVersion, VersionAct

__all__ = [
    "ABOUT",
    "ALTERNATIVES",
    "DOES_NOT_AGREE",
    "DOUBTFUL",
    "EDITABLE",
    "TOLD_BY",
    "TRIED",
    "Absence",
    "Address",
    "AddressKind",
    "AgreementParty",
    "AgreementWarning",
    "Alias",
    "AskAnswer",
    "Attachment",
    "AttemptOutcome",
    "AttemptStandard",
    "Bar",
    "BarProposal",
    "BarReason",
    "Caller",
    "CallerDetails",
    "CallerId",
    "Capacity",
    "Case",
    "CaseClock",
    "CaseKey",
    "CaseKind",
    "CaseOutcome",
    "Change",
    "Channel",
    "Checked",
    "ClockOutcome",
    "Closing",
    "CodeRule",
    "Consent",
    "ConsentHow",
    "ConsentRecord",
    "Contact",
    "ContactAttempt",
    "ContactRoute",
    "CutOff",
    "Danger",
    "Disclosable",
    "Dismissal",
    "DutyHolder",
    "EmergencyAccess",
    "EmergencyCall",
    "EmergencyReason",
    "Enhanced",
    "Entitlement",
    "EqualityAnswer",
    "Erasure",
    "ErasureGround",
    "Finding",
    "GroupGrant",
    "HandoverNote",
    "HoldReason",
    "Hub",
    "HubKind",
    "Incident",
    "Initiator",
    "KeyKind",
    "KnownToAlleged",
    "LadderStandard",
    "LawfulBasis",
    "LegalHold",
    "Letters",
    "Level",
    "Likeness",
    "LiveGroupGrant",
    "MarkKind",
    "Marker",
    "MatchKey",
    "NamedSenior",
    "Need",
    "NextStep",
    "NoStepReason",
    "NotAsked",
    "Note",
    "OverrideReason",
    "Party",
    "PartyRole",
    "Person",
    "PersonJudgement",
    "PlanPart",
    "PublishedOutcome",
    "Purpose",
    "Question",
    "QuietAsk",
    "RecordVersion",
    "Reference",
    "RevealReason",
    "RiskLevel",
    "RouteKind",
    "RouteOverride",
    "RouteOverrideReason",
    "Rung",
    "Safety",
    "SafetyAdvice",
    "SafetyPlan",
    "Said",
    "Sameness",
    "SealMember",
    "SealReason",
    "SeemsSame",
    "ServiceStandard",
    "SharingAgreement",
    "SharingDecision",
    "Side",
    "SidesFinding",
    "SidesJudgement",
    "StaffMark",
    "StepKind",
    "StepOutcome",
    "ToldVictim",
    "TwoSided",
    "VersionAct",
    "Voicemail",
    "key_of",
    "mark_of_telephone",
    "mark_of_way",
    "new_reference",
    "outcomes_of",
    "read_reference",
]
