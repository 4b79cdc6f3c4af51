"""The files of a case, and one of them to open."""

import hashlib
from uuid import UUID

from accounts.authorization import NotPossibleNow, NotVisible, authorize
from accounts.models import User
from audit.log import record
from casework.models import Attachment, Case
from casework.policy_of_files import visible_attachments
from casework.queries.cases import purpose_of
from casework.scanning import Found

HARMFUL = "The scanner says that this file is harmful. Nobody can open it."
OTHER = "The file is not what was kept. Tell whoever looks after this service."


def read_attachments(*, actor: User, case: Case) -> list[Attachment]:
    """Those that this reader sees, the newest first. Recorded, with their categories."""
    authorize(actor, "casework.view_attachment", case)
    files = list(visible_attachments(actor).filter(case=case).select_related("case", "added_by").order_by("-pk"))
    shown = sorted({file.category for file in files})
    record(actor=actor, action="casework.view_attachment", subject=case, purpose=purpose_of(actor), categories=shown)
    return files


def get_attachment(actor: User, public_id: UUID, action: str = "casework.view_attachment") -> Attachment:
    """A file to act on. Raises `NotVisible`."""
    file = visible_attachments(actor).select_related("case").filter(public_id=public_id).first()
    if file is None:
        raise NotVisible(action, named=str(public_id))
    return file


def open_attachment(*, actor: User, file: Attachment) -> bytes:
    """What is in it. Recorded each time. Raises `NotPossibleNow` for one that is harmful, or not what was kept."""
    authorize(actor, "casework.view_attachment", file)
    if file.scanned == Found.HARMFUL:
        raise NotPossibleNow(HARMFUL)
    content = bytes(file.content)
    if hashlib.sha256(content).hexdigest() != file.digest:
        raise NotPossibleNow(OTHER)
    shown = [file.category]
    record(
        actor=actor,
        action="casework.view_attachment",
        subject=file,
        purpose=purpose_of(actor),
        categories=shown,
        opened=1,
    )
    return content
