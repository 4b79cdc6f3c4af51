"""What may be done in oversight; its records come with the case audits."""

from django.db import models


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
