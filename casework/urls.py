"""Where the pages of contacts and cases are."""

from django.urls import path

from casework import pages

urlpatterns = [
    path("my-work/", pages.Work.as_view(), name="work"),
    path("contacts/start/", pages.StartContact.as_view(), name="start_contact"),
    path("contacts/<str:reference>/", pages.WriteContact.as_view(), name="contact"),
    path("cases/", pages.Cases.as_view(), name="cases"),
    path("cases/<str:reference>/", pages.ShowCase.as_view(), name="case"),
    path("cases/<str:reference>/open/", pages.OpenCase.as_view(), name="open_case"),
    path("cases/<str:reference>/risk/", pages.JudgeRisk.as_view(), name="judge_risk"),
    path("cases/<str:reference>/known/", pages.KnownAlready.as_view(), name="known_already"),
    path("cases/<str:reference>/link/", pages.LinkPerson.as_view(), name="link_person"),
    path("addresses/<uuid:public_id>/reveal/", pages.RevealAddress.as_view(), name="reveal_address"),
    path("steps/<uuid:public_id>/", pages.CompleteStep.as_view(), name="complete_step"),
]
