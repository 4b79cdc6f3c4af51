"""Records of cases: who, what happened, what was said, what comes next, and what is shared with whom."""

from casework.models.agreements import AgreementParty, AgreementWarning, SharingAgreement
from casework.models.bars import Bar, BarReason, SealMember
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
from casework.models.people import (
    Address,
    ContactRoute,
    KnownToAlleged,
    Party,
    PartyRole,
    Person,
    RouteKind,
    Safety,
)
from casework.models.references import new_reference, read_reference
from casework.models.sharing import (
    GroupGrant,
    LawfulBasis,
    LiveGroupGrant,
    OverrideReason,
    SharingDecision,
    ToldVictim,
)

__all__ = [
    "DOES_NOT_AGREE",
    "Address",
    "AgreementParty",
    "AgreementWarning",
    "Bar",
    "BarReason",
    "Caller",
    "Capacity",
    "Case",
    "CaseKind",
    "Channel",
    "Consent",
    "ConsentHow",
    "ConsentRecord",
    "Contact",
    "ContactRoute",
    "Danger",
    "EmergencyAccess",
    "EmergencyReason",
    "Finding",
    "GroupGrant",
    "Incident",
    "KnownToAlleged",
    "LawfulBasis",
    "Level",
    "LiveGroupGrant",
    "NextStep",
    "NoStepReason",
    "OverrideReason",
    "Party",
    "PartyRole",
    "Person",
    "PublishedOutcome",
    "Purpose",
    "RiskLevel",
    "RouteKind",
    "Safety",
    "SealMember",
    "ServiceStandard",
    "SharingAgreement",
    "SharingDecision",
    "StepKind",
    "StepOutcome",
    "ToldVictim",
    "new_reference",
    "read_reference",
]
