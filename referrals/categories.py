"""Which field of a referral is known to whom. The rest of a case has its categories: casework/categories.py."""

from casework.categories import EXISTENCE, FIELDS, HOLDER, NEVER
from referrals.models import Referral

# A referral's own columns: what the addressed agency sees of it before it accepts.
SUMMARY = (
    "reference",
    "sender",
    "case_kind",
    "urgency",
    "due_at",
    "asked",
    "borough",
    "language",
    "interpreter_needed",
    "access_needs",
)
# How it goes with the referral: known to both sides.
COURSE = (
    "service",
    "status",
    "owner_agency",
    "owner",
    "due_source",
    "sent_at",
    "sent_by",
    "answered_at",
    "answered_by",
    "decline_reason",
    "decline_note",
    "ended_at",
    "ended_by",
    "outcome",
)
SENDERS_OWN = ("drafted_at", "drafted_by")
KEYS = ("id", "case", "decision", "follow_up")

FIELDS[Referral] = (
    dict.fromkeys(SUMMARY + COURSE, EXISTENCE) | dict.fromkeys(SENDERS_OWN, HOLDER) | dict.fromkeys(KEYS, NEVER)
)
