"""What oversight keeps: audits of cases, alerts of odd access, what victims were told. And what else may be done."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from accounts.models import Agency, User
from casework.models import Case, ContactRoute, new_reference
from oversight.rules import RULES
from oversight.states import AuditStatus


class CaseHistory(models.Model):
    """No table of its own: a place for the permissions to read the log of a case."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = [
            ("view_case_history", "Read who saw and did what in a case"),
            ("export_case_history", "Take the history of a case away as a file"),
            ("view_changes", "See what an act changed in a case, as far as one sees the case"),
            ("view_replay", "Ask what an agency could know of a case at a past moment, and what it had seen"),
            ("export_replay", "Take that answer away as a file"),
        ]

    def __str__(self) -> str:
        return "Case history"


class Attempts(models.Model):
    """No table of its own: a place for the permission to see who tried to reach a case that is shut to them."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = [("view_attempts", "See who tried to reach a case that is shut to them")]

    def __str__(self) -> str:
        return "Attempts"


class StoppedWork(models.Model):
    """No table of its own: a place for the permissions over work that used up its attempts."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = [
            ("view_stopped_work", "See which work used up its attempts"),
            ("retry_work", "Have stopped work tried again"),
        ]

    def __str__(self) -> str:
        return "Stopped work"


class Drawn(models.TextChoices):
    AT_RANDOM = "at_random", "At random"
    BY_RISK = "by_risk", "At random among those at high risk"


class AuditFinding(models.TextChoices):
    GOOD = "good", "Good work"
    SOME_LEARNING = "some_learning", "Something to learn"
    MUST_BE_PUT_RIGHT = "must_be_put_right", "Something must be put right"


class Answer(models.TextChoices):
    YES = "yes", "Yes"
    PARTLY = "partly", "In part"
    NO = "no", "No"
    NOT_APPLICABLE = "not_applicable", "Does not apply"


class AuditQuestion(models.Model):
    """One question of the checklist: effective-dated reference data with its source."""

    code = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=200)
    source = models.CharField(max_length=200)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, help_text="The first day on which it is asked no longer.")

    class Meta:
        default_permissions = ()
        permissions = [("load_checklist", "Load the checklist of case audits")]
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="question_begins_once_a_day"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="question_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class CaseAudit(models.Model):
    """One case, drawn by chance, that a supervisor goes through with a checklist; `about` is whose work it is.

    Finished with findings and words for that worker, who answers; then followed up. What was found is never changed.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="audits")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    auditor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    about = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=20, choices=Drawn)
    status = models.CharField(max_length=20, choices=AuditStatus, default=AuditStatus.DRAWN)
    drawn_at = models.DateTimeField()
    answers = models.JSONField(null=True, help_text="By the code of each question, what it was answered with.")
    finding = models.CharField(max_length=20, choices=AuditFinding, blank=True)
    feedback = models.CharField(max_length=1000, blank=True)
    follow_up_on = models.DateField(null=True, help_text="Empty: nothing is to be followed up.")
    finished_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True)
    followed_up = models.CharField(max_length=1000, blank=True)
    followed_up_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        permissions = [
            ("audit_case", "Draw a case at random, audit it, and follow up"),
            ("answer_audit", "Read what was found of one's own work, and answer"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(how__in=Drawn.values), name="audit_is_drawn_in_a_known_way"),
            models.CheckConstraint(condition=Q(status__in=AuditStatus.values), name="audit_has_a_known_status"),
            models.CheckConstraint(
                condition=Q(finding__in=["", *AuditFinding.values]), name="audit_has_a_known_finding"
            ),
            models.CheckConstraint(condition=~Q(auditor=F("about")), name="nobody_audits_their_own_case"),
            models.CheckConstraint(
                condition=Q(
                    status=AuditStatus.DRAWN, answers__isnull=True, finding="", feedback="", finished_at__isnull=True
                )
                | Q(answers__isnull=False, finished_at__isnull=False)
                & ~Q(status=AuditStatus.DRAWN)
                & ~Q(finding="")
                & ~Q(feedback=""),
                name="audit_is_finished_with_a_finding_and_feedback",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer="") | Q(answered_at__isnull=False) & ~Q(answer=""),
                name="audit_is_answered_in_words",
            ),
            models.CheckConstraint(
                condition=Q(followed_up_at__isnull=True, followed_up="") & ~Q(status=AuditStatus.FOLLOWED_UP)
                | Q(followed_up_at__isnull=False, status=AuditStatus.FOLLOWED_UP) & ~Q(followed_up=""),
                name="audit_is_followed_up_in_words",
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(status=AuditStatus.DRAWN), name="case_is_audited_once_at_a_time"
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "status", "id"], name="audit_list"),
            models.Index(fields=["about", "id"], name="audit_of_worker"),
        ]

    def __str__(self) -> str:
        return f"audit {self.pk}"


class AlertFinding(models.TextChoices):
    EXPLAINED = "explained", "Explained: their work called for it"
    COINCIDENCE = "coincidence", "A coincidence: somebody else with that name, number or address"
    TRAINING = "training", "They did not know that they may not, and are told"
    CONCERN = "concern", "A concern: passed on to who manages them"
    MISUSE = "misuse", "Misuse: passed on as the agency's rules for that say"


class Alert(models.Model):
    """That a worker's access to one case, or in general, is odd by some rule: for an audit lead to look into.

    Open until somebody else than the worker answers it; what is found meanwhile joins it. It knows its case as the log
    does, by number: it stands in no history of the case, and blocks nothing.
    """

    reference = models.CharField(max_length=13, unique=True, default=new_reference, editable=False)
    worker = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", help_text="Whom they acted for.")
    about_case = models.BigIntegerField(null=True, help_text="The id of the case; empty: it is of no one case.")
    found_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    finding = models.CharField(max_length=20, choices=AlertFinding, blank=True)
    words = models.CharField(max_length=1000, blank=True)

    class Meta:
        default_permissions = ()
        permissions = [
            ("view_alerts", "See whose access to cases is odd, and by which rules"),
            ("answer_alert", "Say what was found of odd access"),
            ("find_odd_access", "Look for odd access now"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(finding__in=["", *AlertFinding.values]), name="alert_has_a_known_finding"
            ),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True) | ~Q(answered_by=F("worker")),
                name="nobody_answers_an_alert_about_themselves",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, finding="", words="")
                | Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(finding="") & ~Q(words=""),
                name="alert_is_answered_by_somebody_with_a_finding_or_not_at_all",
            ),
            models.UniqueConstraint(
                fields=["worker", "about_case"],
                condition=Q(answered_at__isnull=True),
                nulls_distinct=False,
                name="alert_is_open_once_for_each_worker_and_case",
            ),
        ]
        indexes = [models.Index(fields=["worker", "about_case"], name="alert_of_worker")]

    def __str__(self) -> str:
        return self.reference


class AlertEvent(models.Model):
    """An event that made a rule speak. `event` and `at` name it in the log."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="events")
    rule = models.CharField(max_length=20)
    event = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(rule__in=sorted(RULES)), name="event_behind_an_alert_has_a_known_rule"),
            models.UniqueConstraint(fields=["rule", "event"], name="event_is_told_once_by_each_rule"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.event}"


class HandedOver(models.TextChoices):
    """How a victim is given an answer. There is no other way: nothing is sent."""

    IN_PERSON = "in_person", "Told in person"
    READ_ALOUD = "read_aloud", "Read aloud on the telephone"
    PRINTED = "printed", "Printed and handed over at the hub"


class GivenAnswer(models.Model):
    """What a victim was told of who has looked at their file, as ids and codes; and how it reached them.

    `route` is the way confirmed as safe on which it was read out, or the meeting was agreed; its party is who asked.
    `said` is what `oversight.queries.looked` found at `given_at`; an answer is never changed.
    """

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="given_answers")
    route = models.ForeignKey(ContactRoute, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=20, choices=HandedOver)
    said = models.JSONField()
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        default_permissions = ()
        permissions = [("give_answer", "Tell a victim, by a safe way, who has looked at their file")]
        constraints = [
            models.CheckConstraint(condition=Q(how__in=HandedOver.values), name="answer_is_handed_over_in_a_known_way")
        ]

    def __str__(self) -> str:
        return f"answer {self.pk}"


class StaffNaming(models.Model):
    """Whether an agency lets its workers be named to victims, from `decided_at` on. Nothing decided: they are not."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    is_named = models.BooleanField()
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        default_permissions = ()
        permissions = [("decide_naming", "Decide whether workers of one's agency are named to victims")]
        indexes = [models.Index(fields=["agency", "-id"], name="naming_in_force")]

    def __str__(self) -> str:
        return f"naming {self.pk}"
