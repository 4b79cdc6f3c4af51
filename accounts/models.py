"""Partnerships, their agencies, and the people who work in them."""

from datetime import datetime, timedelta
from typing import ClassVar
from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Group, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.roles import Role

LONGEST_KEY = 64
KEPT_FOR = timedelta(days=7)  # for how long a request may be repeated; ADR 0016
INVITED_FOR = timedelta(days=2)  # a local default: the next working day too; it can be sent again


class Partnership(models.Model):
    """The agencies of one borough together. Every case-bearing row names its own: the key to shard by."""

    name = models.CharField(max_length=100, unique=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class AgencyKind(models.TextChoices):
    FRONT_DOOR = "front_door", "Front door"
    POLICE = "police", "Police"
    COUNCIL = "council", "Council service"
    SUPPORT = "support", "IDVA and support service"
    REFUGE = "refuge", "Refuge"
    HOUSING = "housing", "Housing"
    HEALTH = "health", "Health"
    BEHAVIOUR = "behaviour", "Service for people who want to change their behaviour"
    OTHER_AREA = "other_area", "Front door of another area"


# Those who take contacts: of victims, and of people who want to change their behaviour.
TAKES_CONTACTS = frozenset({AgencyKind.FRONT_DOOR, AgencyKind.BEHAVIOUR})


class Agency(models.Model):
    """An organisation that takes part. Its group is how guardian knows it; its duty queue can own work."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="agencies")
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=20, choices=AgencyKind)
    group = models.OneToOneField(Group, on_delete=models.PROTECT, related_name="agency")
    left_at = models.DateTimeField(null=True)
    left_by = models.ForeignKey("User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        default_permissions = ()
        permissions = [("add_agency", "Add an agency"), ("end_agency", "End an agency's part in the partnership")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=AgencyKind.values), name="agency_has_a_known_kind"),
            models.UniqueConstraint(fields=["partnership", "name"], name="agency_is_named_once_per_partnership"),
            models.UniqueConstraint(
                fields=["partnership"],
                condition=Q(kind=AgencyKind.FRONT_DOOR),
                name="partnership_has_one_front_door",
            ),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True, left_by__isnull=True)
                | Q(left_at__isnull=False, left_by__isnull=False),
                name="agency_has_left_when_and_by_whom_or_neither",
            ),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | ~Q(kind=AgencyKind.FRONT_DOOR),
                name="agency_that_is_the_front_door_stays",
            ),
            models.UniqueConstraint(
                fields=["partnership"],
                condition=Q(kind=AgencyKind.BEHAVIOUR),
                name="partnership_has_one_service_behind_the_wall",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class User(AbstractBaseUser, PermissionsMixin):
    """A worker of one agency in one role. There are no superusers: see docs/decisions/0008.

    They stay the same record when they move, so that a bar goes with them. `placed_at` is since when they have this
    agency and role, by the database's clock: no session from before holds. `goes_to` may take them on.
    """

    public_id = models.UUIDField(unique=True, default=uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=100)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="workers")
    role = models.CharField(max_length=30, choices=Role)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    placed_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True)
    left_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    goes_to = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+")
    last_login = None  # each sign-in is in the log

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = BaseUserManager()

    class Meta:
        default_permissions = ()
        permissions = [
            ("add_worker", "Add a worker"),
            ("change_password", "Change one's own password"),
            ("change_role", "Give a worker another role"),
            ("end_worker", "End a worker's account"),
            ("release_worker", "Let a worker move to another agency"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="user_has_a_known_role"),
            models.CheckConstraint(condition=Q(is_superuser=False), name="user_is_never_a_superuser"),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_is_lower_case"),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True, left_by__isnull=True)
                | Q(left_at__isnull=False, left_by__isnull=False, is_active=False),
                name="user_has_left_when_and_by_whom_or_is_there",
            ),
            models.CheckConstraint(
                condition=Q(goes_to__isnull=True) | Q(left_at__isnull=False), name="user_goes_elsewhere_after_leaving"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_session_auth_hash(self) -> str:
        """What a session must still agree with at each request: the password, and the place that it was begun in."""
        held = f"{self.password} {self.placed_at.timestamp()}"
        return salted_hmac("accounts.session", held, algorithm="sha256").hexdigest()


def system_of(agency_id: int) -> User:
    """In whose name an agency's records change when nobody of it acts: its partnership's system actor."""
    actors = User.objects.filter(role=Role.SYSTEM, agency=agency_id)
    return actors.defer("password").earliest("pk")  # which no job may read


def system_in(partnership_id: int) -> User:
    """In whose name a partnership's records change when nobody of it acts."""
    actors = User.objects.filter(role=Role.SYSTEM, agency__partnership=partnership_id)
    return actors.defer("password").earliest("pk")  # which no job may read


class Invitation(models.Model):
    """That somebody may join an agency in a role, by a link that is sent to them. Nothing kept here opens it.

    It is open for two days after `sent_at`, until it is accepted or taken back. Sent again, it has another link.
    """

    public_id = models.UUIDField(unique=True, default=uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    email = models.EmailField()
    name = models.CharField(max_length=100)
    role = models.CharField(max_length=30, choices=Role)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    worker = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        default_permissions = ()
        permissions = [
            ("invite_worker", "Invite a worker, and take an invitation back"),
            ("send_invitation", "Send the mail of an invitation"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="invitation_is_to_a_known_role"),
            models.CheckConstraint(condition=~Q(role=Role.SYSTEM), name="invitation_is_to_a_persons_role"),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="invitation_email_is_lower_case"),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, worker__isnull=True)
                | Q(accepted_at__isnull=False, worker__isnull=False),
                name="invitation_is_accepted_when_and_by_whom_or_neither",
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at__isnull=True, taken_back_by__isnull=True)
                | Q(taken_back_at__isnull=False, taken_back_by__isnull=False),
                name="invitation_is_taken_back_when_and_by_whom_or_neither",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(taken_back_at__isnull=True),
                name="invitation_is_accepted_or_taken_back",
            ),
            models.UniqueConstraint(
                fields=["agency", "email"],
                condition=Q(accepted_at__isnull=True, taken_back_at__isnull=True),
                name="invitation_is_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    @property
    def open_until(self) -> datetime:
        return self.sent_at + INVITED_FOR

    def is_open(self, now: datetime) -> bool:
        return not self.accepted_at and not self.taken_back_at and now < self.open_until


class OnceOnly(models.Model):
    """The answer that a request with a key was given, to be given again to the same request of the same user.

    `subject_type`, `subject_id` and `case_id` say what it was about, as an event of the log does; `shows_case`, whether
    the user could see that case when it was answered. `body` is the answer as it was written.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=LONGEST_KEY)
    request_digest = models.BinaryField()
    status_code = models.PositiveSmallIntegerField()
    location = models.CharField(max_length=300, blank=True)
    body = models.TextField(blank=True)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True)
    case_id = models.BigIntegerField(null=True)
    shows_case = models.BooleanField()
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ()
        permissions = [("purge_once_only", "Remove answers kept for repeated requests")]
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="answer_is_kept_once_per_user_and_key"),
            models.CheckConstraint(condition=Q(key__regex=r"^[!-~]+$"), name="key_of_an_answer_is_printable_ascii"),
            models.CheckConstraint(
                condition=Q(status_code__gte=200, status_code__lt=400), name="answer_is_kept_only_of_work_that_was_done"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.status_code} for {self.user_id}"


class NoticeKind(models.TextChoices):
    """Everything that the system can tell a worker by mail. The words are in `accounts/notices.py`."""

    BAR_PROPOSED = "bar_proposed", "Something of their agency waits for a supervisor"
    HOLDER_ASKED = "holder_asked", "Something of their agency waits for an answer"
    ERASURE_ASKED = "erasure_asked", "Something of their agency waits for a second person"
    EMERGENCY_OPENED = "emergency_opened", "A case of their agency was opened in an emergency"
    REFERRAL_SENT = "referral_sent", "A referral to their agency waits for an answer"
    REFERRAL_ACCEPTED = "referral_accepted", "Their referral was accepted"
    REFERRAL_DECLINED = "referral_declined", "Their referral was declined"
    CHANGED = "changed", "Something that was shared with them has changed"
    REFERRAL_CHANGED = "referral_changed", "Something became of their referral"
    REFERRAL_LATE = "referral_late", "A referral that waits for their agency is late"
    REFERRAL_RECALLED = "referral_recalled", "What was sent to them by mistake was recalled"
    NO_LONGER_AGREES = "no_longer_agrees", "What they were sent is shared although somebody no longer agrees"
    INFORMATION_ASKED = "information_asked", "A request for information waits for them, or was answered"
    AGREEMENT_ENDS = "agreement_ends", "An information-sharing agreement is soon to be reviewed"
    FOR_THE_SENIOR = "for_the_senior", "Something waits for the named senior practitioner"
    AUDIT_FINISHED = "audit_finished", "A supervisor looked at a case of theirs and wrote what they found"
    ODD_ACCESS = "odd_access", "Access to cases waits for them to look into"
    STEP_LATE = "step_late", "A next step of theirs, or of their agency, is late"
    HAND_IN_NEWS = "hand_in_news", "There is news of what their agency handed in"
    LOG_UNSEALED = "log_unsealed", "The log is not being sealed"


class Notice(models.Model):
    """One mail to one worker: that something waits for them, and under which public reference, where it is of a record.

    `agency` is the one they worked for when it was caused. It is sent, or dropped because they had left, once.
    """

    kind = models.CharField(max_length=30, choices=NoticeKind)
    recipient = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=13)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        permissions = [("send_notice", "Send a notice")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=NoticeKind.values), name="notice_has_a_known_kind"),
            models.CheckConstraint(
                condition=Q(reference__regex=r"^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{3}$")
                | Q(kind=NoticeKind.LOG_UNSEALED, reference=""),
                name="notice_names_a_public_reference_and_nothing_else",
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(dropped_at__isnull=True), name="notice_is_sent_or_dropped"
            ),
        ]

    def __str__(self) -> str:
        return f"notice {self.pk}"


class Upkeep(models.Model):
    """No table of its own: a place for the permissions to keep the installation in order."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = [
            ("rescue_jobs", "Put work back that a worker left behind when it died"),
            ("purge_jobs", "Remove work that is done"),
            ("make_partitions", "Make the log's partitions ahead"),
            ("clear_sessions", "Remove sessions that have ended"),
            ("watch_seal", "Raise the alarm when the log is not sealed"),
            ("export_audit", "Take the sealed log away as files"),
        ]

    def __str__(self) -> str:
        return "Upkeep"
