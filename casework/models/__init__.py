"""Records of cases: who, what happened, what was said, what comes next, and what is shared with whom."""

from casework.models.absences import Absence
from casework.models.agreements import AgreementParty, AgreementWarning, SharingAgreement
from casework.models.aliases import Alias
from casework.models.asks import AskAnswer, QuietAsk, SeemsSame
from casework.models.attempts import DOUBTFUL, TRIED, AttemptOutcome, ContactAttempt, RouteOverride
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
    "TRIED",
    "Absence",
    "Address",
    "AddressKind",
    "AgreementParty",
    "AgreementWarning",
    "Alias",
    "AskAnswer",
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
    "CaseKey",
    "CaseKind",
    "CaseOutcome",
    "Change",
    "Channel",
    "Checked",
    "Closing",
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
    "EmergencyAccess",
    "EmergencyCall",
    "EmergencyReason",
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
