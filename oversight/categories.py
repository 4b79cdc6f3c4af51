"""The fields of oversight's own records of cases, in the one table of categories: the holder's, shared with nobody."""

from casework.categories import FIELDS, HANDLE, HOLDER, NEVER, SAYS_NOTHING
from oversight.models import CaseAudit

FIELDS[CaseAudit] = dict.fromkeys((f.name for f in CaseAudit._meta.fields), HOLDER) | {
    "id": NEVER,
    "public_id": HANDLE,
}
SAYS_NOTHING[CaseAudit] = ("answers",)  # yes or no, by the code of each question
