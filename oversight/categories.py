"""The fields of oversight's own records of cases, in the one table of categories: the holder's, shared with nobody."""

from casework.categories import FIELDS, HANDLE, HOLDER, NEVER
from casework.erased import GOES, SAYS_NOTHING
from oversight.models import CaseAudit, GivenAnswer

for _model in (CaseAudit, GivenAnswer):
    FIELDS[_model] = dict.fromkeys((f.name for f in _model._meta.fields), HOLDER) | {"id": NEVER, "public_id": HANDLE}
SAYS_NOTHING[CaseAudit] = ("answers",)  # yes or no, by the code of each question
GOES.insert(0, GivenAnswer)  # names the way by which she was told; that she was, the log says
