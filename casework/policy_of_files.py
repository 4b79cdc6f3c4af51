"""Reach and rules of the files that are attached to a case."""

from django.db.models import Case as Choice
from django.db.models import Exists, Func, OuterRef, Q, QuerySet, Value, When

from accounts.authorization import reach, rule
from accounts.models import User
from casework.categories import PERMISSION
from casework.models import Attachment, Case
from casework.policy import Probed, grants_of, holds, open_emergencies, permission_id, shut_to, visible_cases, works_on
from casework.scanning import Found


@reach(Attachment)
def visible_attachments(user: User) -> QuerySet[Attachment]:
    """All of the cases that their agency holds; of others, those of a category that they see, once found harmless."""
    needed = [When(category=name, then=Value(permission_id(code))) for name, code in PERMISSION.items()]
    held = grants_of(user, "hold_case").filter(content_object=OuterRef("case"))
    shared = grants_of(user, *PERMISSION.values()).filter(
        content_object=OuterRef("case"), permission=OuterRef("needed")
    )
    named = Func(OuterRef("category"), template="ARRAY[%(expressions)s]")
    opened = open_emergencies(user).filter(case=OuterRef("case"), categories__contains=named)
    harmless = Q(scanned=Found.CLEAN) & (Probed(shared) | Q(Exists(opened)))
    files = Attachment.objects.alias(needed=Choice(*needed)).defer("content")
    return files.filter(Probed(held) | harmless, case__in=visible_cases(user)).exclude(case__in=shut_to(user))


@rule("casework.view_attachment")
def view_attachment(user: User, record: Case | Attachment) -> bool:
    """The list of a case by whoever finds it, for it holds only what they see; of a file, what may be opened."""
    return isinstance(record, Case) or visible_attachments(user).filter(pk=record.pk).exists()


@rule("casework.add_attachment")
def add_attachment(user: User, case: Case) -> bool:
    return works_on(user, case)


@rule("casework.scan_attachment")
def scan_attachment(user: User, file: Attachment) -> bool:
    return holds(user, file.case_id)
