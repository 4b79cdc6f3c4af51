"""Where the pages of oversight are."""

from django.urls import path

from oversight import pages

urlpatterns = [
    path("stopped-work/", pages.StoppedWork.as_view(), name="stopped_work"),
    path("stopped-work/retry/", pages.RetryWork.as_view(), name="retry_work"),
    path("history/", pages.FindHistory.as_view(), name="find_history"),
    path("cases/<str:reference>/history/", pages.CaseHistory.as_view(), name="case_history"),
    path("cases/<str:reference>/history/export/", pages.ExportCaseHistory.as_view(), name="export_case_history"),
]
