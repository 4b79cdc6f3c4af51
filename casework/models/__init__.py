"""Records of cases: who, what happened, what was said, what comes next, and what is shared with whom."""

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
    Consent,
    GroupGrant,
    LawfulBasis,
    LiveGroupGrant,
    Purpose,
    SharingDecision,
)

__all__ = [
    "Address",
    "Bar",
    "BarReason",
    "Caller",
    "Case",
    "CaseKind",
    "Channel",
    "Consent",
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
    "SharingDecision",
    "StepKind",
    "StepOutcome",
    "new_reference",
    "read_reference",
]
