"""Where the pages of oversight are."""

from django.urls import path

from oversight import pages, pages_of_answers, pages_of_audits, pages_of_replay

urlpatterns = [
    path("emergency/", pages.OpenInEmergency.as_view(), name="open_in_emergency"),
    path("emergency/close/", pages.CloseEmergency.as_view(), name="close_emergency"),
    path("reviews/", pages.EmergencyReviews.as_view(), name="emergency_reviews"),
    path("reviews/<uuid:public_id>/", pages.ReviewEmergency.as_view(), name="review_emergency"),
    path("attempts/", pages.Attempts.as_view(), name="attempts"),
    path("audits/", pages_of_audits.Audits.as_view(), name="audits"),
    path("audits/<uuid:public_id>/", pages_of_audits.ShowAudit.as_view(), name="audit"),
    path("feedback/", pages_of_audits.Feedback.as_view(), name="feedback"),
    path("feedback/<uuid:public_id>/", pages_of_audits.ShowFeedback.as_view(), name="show_feedback"),
    path("stopped-work/", pages.StoppedWork.as_view(), name="stopped_work"),
    path("stopped-work/retry/", pages.RetryWork.as_view(), name="retry_work"),
    path("history/", pages.FindHistory.as_view(), name="find_history"),
    path("cases/<str:reference>/history/", pages.CaseHistory.as_view(), name="case_history"),
    path("cases/<str:reference>/history/export/", pages.ExportCaseHistory.as_view(), name="export_case_history"),
    path("cases/<str:reference>/history/days/", pages.CaseDays.as_view(), name="case_days"),
    path("cases/<str:reference>/history/changes/", pages_of_replay.ShowChanges.as_view(), name="changes"),
    path("cases/<str:reference>/who-looked/", pages_of_answers.WhoLooked.as_view(), name="who_looked"),
    path("answers/<uuid:public_id>/", pages_of_answers.ShowAnswer.as_view(), name="given_answer"),
    path("staff-names/", pages_of_answers.StaffNames.as_view(), name="staff_names"),
    path("cases/<str:reference>/history/replay/", pages_of_replay.ShowReplay.as_view(), name="replay"),
    path("cases/<str:reference>/history/replay/export/", pages_of_replay.ExportReplay.as_view(), name="export_replay"),
]
