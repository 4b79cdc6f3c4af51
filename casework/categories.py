"""Which field of which record belongs to which information category: the one place that says so.

A field of a case's records that stands in none fails a test, and is shown to nobody.
"""

from collections.abc import Collection

from django.db import models

from casework.models import (
    Address,
    Alias,
    Attachment,
    Bar,
    BarProposal,
    CallerDetails,
    Case,
    CaseClock,
    CaseKey,
    Closing,
    ConsentRecord,
    Contact,
    ContactAttempt,
    ContactRoute,
    EmergencyAccess,
    EmergencyCall,
    EqualityAnswer,
    Erasure,
    GroupGrant,
    Incident,
    LegalHold,
    MaracReferral,
    MatchKey,
    Neighbour,
    NextStep,
    Note,
    Party,
    PartyRole,
    PersonJudgement,
    PublishedOutcome,
    QuietAsk,
    RiskAssessment,
    RiskLevel,
    RouteOverride,
    SafetyPlan,
    SealMember,
    SharingDecision,
    SidesJudgement,
    TwoSided,
    Visit,
)


class Category(models.TextChoices):
    IDENTITY = "identity", "Who it is about"
    CONTACT = "contact", "How to reach them"
    LOCATION = "location", "Addresses and places"
    INCIDENT = "incident", "What happened"
    RISK = "risk", "Risk"
    NARRATIVE = "narrative", "What was said"
    HOUSEHOLD = "household", "Children and others at home"
    ALLEGED = "alleged", "Alleged perpetrator"
    NEEDS = "needs", "Support needs"


C = Category
EXISTENCE = "existence"  # shown to whoever may know that the case exists
SUMMARY = "summary"  # of a referral: shown to whom it is addressed before they accept, and to its sender
BOTH = "both"  # of a referral, a decision or an emergency access: shown to the holder and to whom it lets in
HANDLE = "handle"  # a random name to act on a record by: comes with whatever else of it is shown
CHOSEN = "chosen"  # of a file: shown with the category that was chosen for it
HOLDER = "holder"  # the holder's own working records, shared with nobody
NEVER = "never"  # keys and workings, shown to nobody

PERMISSION = {
    C.IDENTITY: "view_identity",
    C.CONTACT: "view_contact_details",
    C.LOCATION: "view_location",
    C.INCIDENT: "view_incident",
    C.RISK: "view_risk",
    C.NARRATIVE: "view_narrative",
    C.HOUSEHOLD: "view_household",
    C.ALLEGED: "view_alleged",
    C.NEEDS: "view_needs",
}

# Whatever is known of somebody whom the case is not about stands wholly in the category of their role.
ROLE_CATEGORY = {
    PartyRole.ALLEGED: C.ALLEGED,
    PartyRole.CHILD: C.HOUSEHOLD,
    PartyRole.WITNESS: C.NARRATIVE,
    PartyRole.REFERRER: C.NARRATIVE,
}

# Why and what is shared: what the sender of a referral tells whom it is addressed to, also that she does not agree.
TERMS = (
    "purpose",
    "basis",
    "consent",
    "override_reason",
    "override_narrative",
    "told_victim",
    "necessity",
    "categories",
    "until",
    "began_at",
    "ended_at",
)

# What the Victims' Code owes, to whoever sees what happened; what was said of it is the holder's.
OWED = ("rule", "code_right", "level", "event_at", "due_at", "outcome", "told_at", "told_by", "how")

# An app above adds the records of its own: `referrals.categories`.
FIELDS: dict[type[models.Model], dict[str, str]] = {
    Case: {
        "id": NEVER,
        "reference": EXISTENCE,
        "partnership": NEVER,
        "agency": EXISTENCE,
        "kind": EXISTENCE,
        "status": EXISTENCE,
        "owner": HOLDER,
        "received_at": EXISTENCE,
        "opened_at": EXISTENCE,
        "opened_by": HOLDER,
        "closed_at": EXISTENCE,
        "closed_by": HOLDER,
    },
    Party: {
        "id": NEVER,
        "public_id": HANDLE,
        "case": NEVER,
        "person": NEVER,
        "role": C.IDENTITY,
        "name": C.IDENTITY,
        "folded_name": NEVER,
        "call_them": C.IDENTITY,
        "date_of_birth": C.IDENTITY,
        "age_said": C.IDENTITY,
        "arrangements": C.IDENTITY,
        "language": C.IDENTITY,
        "dialect": C.IDENTITY,
        "interpreter_needed": C.IDENTITY,
        "interpreter_wanted": C.IDENTITY,
        "interpreter_may_know_them": C.IDENTITY,
        "interpreter_booking": C.IDENTITY,
        "access_needs": C.IDENTITY,
        "needs": C.NEEDS,
        "support_needs": C.NEEDS,
        "enhanced_for": C.NEEDS,
        "enhanced_words": C.NEEDS,
    },
    Alias: {
        "id": NEVER,
        "case": NEVER,
        "party": NEVER,
        "name": C.IDENTITY,
        "folded_name": NEVER,
    },
    ContactRoute: {
        "id": NEVER,
        "public_id": HANDLE,
        "case": NEVER,
        "party": NEVER,
        "kind": C.CONTACT,
        "value": C.CONTACT,
        "e164": NEVER,
        "mark": NEVER,
        "read_back": C.CONTACT,
        "safety": C.CONTACT,
        "monitored": C.CONTACT,
        "initiator": C.CONTACT,
        "windows": C.CONTACT,
        "never_times": C.CONTACT,
        "when_safe": C.CONTACT,
        "who_may_answer": C.CONTACT,
        "who_must_not": C.CONTACT,
        "if_other_answers": C.CONTACT,
        "note": C.CONTACT,
        "voicemail": C.CONTACT,
        "caller_id": C.CONTACT,
        "letters": C.CONTACT,
        "knows": C.CONTACT,
        "code_word": NEVER,
        "our_word": NEVER,
        "confirmed_at": C.CONTACT,
        "confirmed_by": HOLDER,
        "expires_at": C.CONTACT,
        "doubted_at": C.CONTACT,
        "superseded_at": NEVER,
    },
    Address: {
        "id": NEVER,
        "public_id": HANDLE,
        "case": NEVER,
        "party": NEVER,
        "kind": C.LOCATION,
        "organisation": C.LOCATION,
        "lines": C.LOCATION,
        "postcode": C.LOCATION,
        "known_to_alleged": C.LOCATION,
        "valid_from": C.LOCATION,
        "valid_until": C.LOCATION,
        "doubted_at": C.LOCATION,
        "mark": NEVER,
    },
    Incident: {
        "id": NEVER,
        "case": NEVER,
        "partnership": NEVER,
        "crime_id": C.INCIDENT,
        "crime_reference": C.INCIDENT,
        "force": C.INCIDENT,
        "month": C.INCIDENT,
        "place": C.LOCATION,
        "longitude": C.LOCATION,
        "latitude": C.LOCATION,
        "area_code": C.LOCATION,
        "area_name": C.LOCATION,
        "happened_on": C.INCIDENT,
        "numbers": C.INCIDENT,
        "spot": NEVER,
    },
    PublishedOutcome: {
        "id": NEVER,
        "incident": NEVER,
        "position": NEVER,
        "outcome": C.INCIDENT,
        "row_digest": NEVER,
    },
    Visit: {
        "id": NEVER,
        "public_id": NEVER,
        "case": NEVER,
        "status": C.INCIDENT,
        "reported_at": C.INCIDENT,
        "screen": C.NEEDS,
        "screened_at": C.NEEDS,
        "screened_by": HOLDER,
        "is_urgent": C.INCIDENT,
        "due_at": C.INCIDENT,
        "due_source": HOLDER,
        "offered_at": C.INCIDENT,
        "offered_by": HOLDER,
        "offered_how": C.INCIDENT,
        "slots": C.CONTACT,
        "interpreter": C.INCIDENT,
        "advised": C.INCIDENT,
        "answered_at": C.INCIDENT,
        "answered_by": HOLDER,
        "why_not": C.INCIDENT,
        "scheduled_for": C.INCIDENT,
        "visitor": C.INCIDENT,
        "visitor_name": C.INCIDENT,
        "visitor_number": C.INCIDENT,
        "check_words": C.INCIDENT,
        "attended_at": C.INCIDENT,
        "missed_at": C.INCIDENT,
        "times_missed": C.INCIDENT,
        "evidence": C.INCIDENT,
        "measures": C.INCIDENT,
        "aftercare": C.INCIDENT,
        "found": C.INCIDENT,
        "closed_at": C.INCIDENT,
        "crime_recorded_at": C.INCIDENT,
        "forensics_asked_at": C.INCIDENT,
        "overlap": HOLDER,
    },
    RiskLevel: {
        "id": NEVER,
        "case": NEVER,
        "level": C.RISK,
        "why": C.RISK,
        "judged_at": C.RISK,
        "judged_by": C.RISK,
        "assessment": NEVER,
        "lowers": C.RISK,
        "countersigned_at": C.RISK,
        "countersigned_by": C.RISK,
    },
    RiskAssessment: {
        "id": NEVER,
        "public_id": HANDLE,
        "case": NEVER,
        "alleged": NEVER,
        "instrument": C.RISK,
        "rule": C.RISK,
        "supersedes": NEVER,
        "started_at": HOLDER,
        "started_by": HOLDER,
        "draft": HOLDER,
        "saved_at": HOLDER,
        "saved_by": HOLDER,
        "mode": C.RISK,
        "present": C.RISK,
        "interpreter": C.RISK,
        "answers": C.RISK,
        "call_outs": C.RISK,
        "concern": C.RISK,
        "ticks": C.RISK,
        "unknown": C.RISK,
        "band": C.RISK,
        "judgement": C.RISK,
        "reason": C.RISK,
        "grade": C.RISK,
        "signed_at": C.RISK,
        "signed_by": C.RISK,
    },
    MaracReferral: {
        "id": NEVER,
        "public_id": NEVER,
        "case": NEVER,
        "alleged": NEVER,
        "referred_on": C.RISK,
        "gate": C.RISK,
        "noted_at": HOLDER,
        "noted_by": HOLDER,
    },
    Contact: {
        "id": NEVER,
        "reference": HOLDER,
        "case": NEVER,
        "status": HOLDER,
        "started_at": HOLDER,
        "started_by": HOLDER,
        "draft": HOLDER,
        "saved_at": HOLDER,
        "saved_by": HOLDER,
        "channel": C.NARRATIVE,
        "happened_at": C.NARRATIVE,
        "caller": C.NARRATIVE,
        "safe_to_talk": C.NARRATIVE,
        "alone": C.NARRATIVE,
        "if_cut_off": C.NARRATIVE,
        "said": C.NARRATIVE,
        "wanted": C.NARRATIVE,
        "opinion": C.NARRATIVE,
        "markers": C.RISK,
        "hub": C.NARRATIVE,
        "cut_short": C.NARRATIVE,
        "kind": C.NARRATIVE,
        "danger": C.RISK,
        "logged_at": HOLDER,
        "logged_by": HOLDER,
        "next_step": HOLDER,
        "no_step_reason": HOLDER,
    },
    CallerDetails: dict.fromkeys((f.name for f in CallerDetails._meta.fields), HOLDER)
    | {"id": NEVER, "public_id": NEVER},
    EmergencyCall: {
        "id": NEVER,
        "public_id": NEVER,
        "case": NEVER,
        "contact": NEVER,
        "called_at": C.INCIDENT,
        "called_by": HOLDER,
        "police_reference": C.INCIDENT,
        "said_where": C.INCIDENT,
        "note": C.INCIDENT,
    },
    EqualityAnswer: {
        "id": NEVER,
        "public_id": NEVER,
        "case": NEVER,
        "party": NEVER,
        "question": C.NEEDS,
        "answer": C.NEEDS,
        "not_asked": C.NEEDS,
        "noted_at": C.NEEDS,
        "noted_by": HOLDER,
    },
    Neighbour: dict.fromkeys((f.name for f in Neighbour._meta.fields), HOLDER) | {"id": NEVER, "public_id": HANDLE},
    CaseClock: dict.fromkeys((f.name for f in CaseClock._meta.fields), HOLDER)
    | {"id": NEVER, "public_id": HANDLE}
    | dict.fromkeys(OWED, C.INCIDENT),
    Attachment: dict.fromkeys((f.name for f in Attachment._meta.fields), CHOSEN)
    | {"id": NEVER, "public_id": HANDLE, "case": NEVER, "added_by": HOLDER, "scanned_at": HOLDER},
    SafetyPlan: {
        "id": NEVER,
        "public_id": HANDLE,
        "case": NEVER,
        "version": C.NARRATIVE,
        "parts": C.NARRATIVE,
        "present": C.NARRATIVE,
        "notes": C.NARRATIVE,
        "made_at": C.NARRATIVE,
        "made_by": HOLDER,
    },
    Note: {
        "id": NEVER,
        "public_id": HANDLE,
        "case": NEVER,
        "agency": C.NARRATIVE,
        "words": C.NARRATIVE,
        "disclosable": C.NARRATIVE,
        "written_at": C.NARRATIVE,
        "written_by": HOLDER,
        "replaces": NEVER,
        "superseded_at": C.NARRATIVE,
    },
    NextStep: dict.fromkeys((f.name for f in NextStep._meta.fields), HOLDER)
    | {"id": NEVER, "public_id": HANDLE, "urgent_at": NEVER, "climbs_at": NEVER},
    Closing: dict.fromkeys((f.name for f in Closing._meta.fields), HOLDER) | {"id": NEVER, "public_id": HANDLE},
    SharingDecision: dict.fromkeys((f.name for f in SharingDecision._meta.fields), HOLDER)
    | {"id": NEVER, "public_id": HANDLE}
    | dict.fromkeys(TERMS, BOTH),
    RouteOverride: dict.fromkeys((f.name for f in RouteOverride._meta.fields), HOLDER)
    | {"id": NEVER, "public_id": HANDLE},
    ContactAttempt: dict.fromkeys((f.name for f in ContactAttempt._meta.fields), HOLDER)
    | {"id": NEVER, "public_id": HANDLE},
    CaseKey: dict.fromkeys((f.name for f in CaseKey._meta.fields), NEVER),
    MatchKey: dict.fromkeys((f.name for f in MatchKey._meta.fields), NEVER),
    QuietAsk: dict.fromkeys((f.name for f in QuietAsk._meta.fields), HOLDER)
    | {"id": NEVER, "public_id": HANDLE, "asking_case": NEVER, "words": BOTH},
    PersonJudgement: dict.fromkeys((f.name for f in PersonJudgement._meta.fields), HOLDER)
    | {"id": NEVER, "public_id": HANDLE}
    | dict.fromkeys(("first_was", "second_was", "other_case"), NEVER),
    BarProposal: dict.fromkeys((f.name for f in BarProposal._meta.fields), NEVER),
    ConsentRecord: dict.fromkeys((f.name for f in ConsentRecord._meta.fields), HOLDER)
    | {"id": NEVER, "public_id": HANDLE, "state": BOTH, "reason": BOTH},
    Bar: dict.fromkeys((f.name for f in Bar._meta.fields), NEVER),
    SealMember: dict.fromkeys((f.name for f in SealMember._meta.fields), NEVER),
    EmergencyAccess: dict.fromkeys((f.name for f in EmergencyAccess._meta.fields), HOLDER)
    | {"id": NEVER, "public_id": HANDLE}
    | dict.fromkeys(("categories", "opened_at", "until", "closed_at"), BOTH),
    Erasure: dict.fromkeys((f.name for f in Erasure._meta.fields), HOLDER) | {"id": NEVER, "public_id": HANDLE},
    LegalHold: dict.fromkeys((f.name for f in LegalHold._meta.fields), HOLDER) | {"id": NEVER, "public_id": HANDLE},
    GroupGrant: dict.fromkeys((f.name for f in GroupGrant._meta.fields), NEVER),
    TwoSided: dict.fromkeys((f.name for f in TwoSided._meta.fields), NEVER),
    SidesJudgement: dict.fromkeys((f.name for f in SidesJudgement._meta.fields), NEVER),
}

# Of a category, and yet shown with it to nobody: each is revealed by an act with a reason, which is recorded.
MASKED: dict[type[models.Model], tuple[str, ...]] = {
    Address: ("organisation", "lines", "postcode"),
    ContactRoute: ("value",),
}


def category_of(model: type[models.Model], name: str, role: str = "") -> str:
    """The category of one field; `role` is that of the party whom the record is about, where it is about one."""
    declared = FIELDS[model][name]
    return ROLE_CATEGORY.get(PartyRole(role), declared) if role and declared in PERMISSION else declared


def shown_of(model: type[models.Model], category: str) -> list[str]:
    """The same as `fields_of`, without what is masked."""
    return [name for name in fields_of(model, category) if name not in MASKED.get(model, ())]


def fields_of(model: type[models.Model], category: str) -> list[str]:
    """The names of a model's fields in one category, in the order in which they are declared."""
    return [name for name, declared in FIELDS[model].items() if declared == category]


def labels(names: Collection[str]) -> str:
    """Categories as people call them, in the order in which they are shown."""
    return ", ".join(str(category.label) for category in Category if category in names)
