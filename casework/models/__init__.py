"""Records of cases: who, what happened, what was said, what comes next, and what is shared with whom."""

from casework.models.agreements import AgreementParty, AgreementWarning, SharingAgreement
from casework.models.aliases import Alias
from casework.models.bars import Bar, BarReason, SealMember, SealReason
from casework.models.cases import (
    Case,
    CaseKind,
    Incident,
    Level,
    NextStep,
    PublishedOutcome,
    RiskLevel,
    ServiceStandard,
    StepKind,
    StepOutcome,
)
from casework.models.consent import DOES_NOT_AGREE, Capacity, Consent, ConsentHow, ConsentRecord, Purpose
from casework.models.contacts import Caller, Channel, Contact, Danger, NoStepReason
from casework.models.emergency import EmergencyAccess, EmergencyReason, Finding
from casework.models.erasure import Erasure, ErasureGround, HoldReason, LegalHold
from casework.models.judgements import PersonJudgement, Sameness
from casework.models.keys import CaseKey, key_of
from casework.models.matching import KeyKind, MatchKey
from casework.models.people import (
    ABOUT,
    Address,
    AddressKind,
    ContactRoute,
    KnownToAlleged,
    Party,
    PartyRole,
    Person,
    RevealReason,
    RouteKind,
    Safety,
    mark_of_telephone,
    mark_of_way,
)
from casework.models.proposals import BarProposal, Dismissal, MarkKind, StaffMark
from casework.models.references import new_reference, read_reference
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
    "DOES_NOT_AGREE",
    "Address",
    "AddressKind",
    "AgreementParty",
    "AgreementWarning",
    "Alias",
    "Bar",
    "BarProposal",
    "BarReason",
    "Caller",
    "Capacity",
    "Case",
    "CaseKey",
    "CaseKind",
    "Channel",
    "Consent",
    "ConsentHow",
    "ConsentRecord",
    "Contact",
    "ContactRoute",
    "Danger",
    "Dismissal",
    "EmergencyAccess",
    "EmergencyReason",
    "Erasure",
    "ErasureGround",
    "Finding",
    "GroupGrant",
    "HoldReason",
    "Incident",
    "KeyKind",
    "KnownToAlleged",
    "LawfulBasis",
    "LegalHold",
    "Level",
    "Likeness",
    "LiveGroupGrant",
    "MarkKind",
    "MatchKey",
    "NamedSenior",
    "NextStep",
    "NoStepReason",
    "OverrideReason",
    "Party",
    "PartyRole",
    "Person",
    "PersonJudgement",
    "PublishedOutcome",
    "Purpose",
    "RecordVersion",
    "RevealReason",
    "RiskLevel",
    "RouteKind",
    "Safety",
    "Sameness",
    "SealMember",
    "SealReason",
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
    "key_of",
    "mark_of_telephone",
    "mark_of_way",
    "new_reference",
    "read_reference",
]
