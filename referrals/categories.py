"""Which field of a referral belongs to what: added to the one declaration, `casework.categories.FIELDS`."""

from casework.categories import BOTH, EMPTIED, FIELDS, HOLDER, NEVER, SAYS_NOTHING, SUMMARY
from referrals.models import HandIn, Referral

FIELDS[Referral] = {
    "id": NEVER,
    "reference": SUMMARY,
    "case": HOLDER,
    "service": BOTH,
    "sender": SUMMARY,
    "status": BOTH,
    "decision": HOLDER,
    "follow_up": HOLDER,
    "owner_agency": BOTH,
    "owner": BOTH,
    "due_at": SUMMARY,
    "due_source": BOTH,
    "urgency": SUMMARY,
    "asked": SUMMARY,
    "case_kind": SUMMARY,
    "borough": SUMMARY,
    "language": SUMMARY,
    "interpreter_needed": SUMMARY,
    "access_needs": SUMMARY,
    "drafted_at": HOLDER,
    "drafted_by": HOLDER,
    "sent_at": BOTH,
    "sent_by": BOTH,
    "answered_at": BOTH,
    "answered_by": BOTH,
    "decline_reason": BOTH,
    "decline_note": BOTH,
    "ended_at": BOTH,
    "ended_by": BOTH,
    "outcome": BOTH,
}
EMPTIED[Referral] = ("interpreter_needed",)
SAYS_NOTHING[Referral] = ("due_source",)
# Whoever handed it in sees when, by whom, and what is asked of them; the case itself is never named to them.
FIELDS[HandIn] = dict.fromkeys((field.name for field in HandIn._meta.fields), BOTH) | {
    "id": NEVER,
    "case": HOLDER,
    "borough": HOLDER,
    "kept_here": HOLDER,
    "received_by": HOLDER,
    "asked_by": HOLDER,
    "told_at": NEVER,
}
