"""Which field of a referral belongs to what: added to the one declaration, `casework.categories.FIELDS`."""

from casework.categories import BOTH, FIELDS, HOLDER, NEVER, SUMMARY
from casework.erased import EMPTIED, SAYS_NOTHING
from referrals.models import HandIn, InformationRequest, Referral

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
    "chosen_against": HOLDER,
    "chosen_because": HOLDER,
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
    "changes": BOTH,
    "previous": HOLDER,
    "duplicate_of": HOLDER,
    "told": HOLDER,
    "climbs_at": NEVER,
    "level": HOLDER,
    "acknowledge_by": SUMMARY,
    "answer_by": SUMMARY,
    "answer_left": HOLDER,
    "acknowledged_at": BOTH,
    "acknowledged_by": BOTH,
    "question": SUMMARY,
    "added": SUMMARY,
    "waits_until": BOTH,
    "engaged_at": BOTH,
    "engaged_by": BOTH,
    "withdraw_reason": BOTH,
    "alternative": BOTH,
    "outcome_code": BOTH,
    "as_wanted": BOTH,
}
EMPTIED[Referral] = ("interpreter_needed", "answer_left")
SAYS_NOTHING[Referral] = ("due_source", "level", "changes")

# Whoever asks sees all of it but the holder's own step; the holder, once it is sent.
FIELDS[InformationRequest] = dict.fromkeys((f.name for f in InformationRequest._meta.fields), BOTH) | {
    "id": NEVER,
    "case": HOLDER,
    "step": HOLDER,
    "decision": HOLDER,
}
SAYS_NOTHING[InformationRequest] = ("due_source",)
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
