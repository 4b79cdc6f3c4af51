"""The fields of oversight's own records of cases, in the one table of categories: the holder's, shared with nobody."""

from casework.categories import FIELDS, HANDLE, HOLDER, NEVER
from oversight.models import CaseAudit

FIELDS[CaseAudit] = dict.fromkeys((f.name for f in CaseAudit._meta.fields), HOLDER) | {
    "id": NEVER,
    "public_id": HANDLE,
}
