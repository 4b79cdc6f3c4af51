"""Where the pages of contacts and cases are."""

from django.urls import path

from casework import pages, pages_of_bars, pages_of_sharing, pages_of_sides

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
    path("cases/<str:reference>/bars/", pages_of_bars.ShowBars.as_view(), name="case_bars"),
    path("cases/<str:reference>/bars/new/", pages_of_bars.BarFromCase.as_view(), name="bar_from_case"),
    path("bars/<uuid:public_id>/", pages_of_bars.LiftBar.as_view(), name="lift_bar"),
    path("proposals/", pages_of_bars.Proposals.as_view(), name="proposals"),
    path("proposals/<uuid:public_id>/", pages_of_bars.AcceptProposal.as_view(), name="accept_proposal"),
    path("proposals/<uuid:public_id>/dismiss/", pages_of_bars.DismissProposal.as_view(), name="dismiss_proposal"),
    path("declarations/", pages_of_bars.Declare.as_view(), name="declarations"),
    path("declarations/withdraw/", pages_of_bars.WithdrawMarks.as_view(), name="withdraw_marks"),
    path("cases/<str:reference>/seal/", pages_of_bars.SealCase.as_view(), name="seal_case"),
    path("cases/<str:reference>/seal/name/", pages_of_bars.NameInSeal.as_view(), name="name_in_seal"),
    path("cases/<str:reference>/seal/take-off/", pages_of_bars.TakeOffSeal.as_view(), name="take_off_seal"),
    path("cases/<str:reference>/seal/lift/", pages_of_bars.UnsealCase.as_view(), name="unseal_case"),
    path("cases/<str:reference>/sharing/", pages_of_sharing.ShowSharing.as_view(), name="case_sharing"),
    path("cases/<str:reference>/consents/new/", pages_of_sharing.RecordConsent.as_view(), name="record_consent"),
    path("consents/<uuid:public_id>/", pages_of_sharing.WithdrawConsent.as_view(), name="withdraw_consent"),
    path("shares/<uuid:public_id>/end/", pages_of_sharing.EndSharing.as_view(), name="end_sharing"),
    path("shares/<uuid:public_id>/shorten/", pages_of_sharing.ShortenSharing.as_view(), name="shorten_sharing"),
    path("shares/<uuid:public_id>/widen/", pages_of_sharing.WidenSharing.as_view(), name="widen_sharing"),
    path("agreements/", pages_of_sharing.Agreements.as_view(), name="agreements"),
    path("agreements/<str:reference>/", pages_of_sharing.ShowAgreement.as_view(), name="agreement"),
    path("matters/", pages_of_sides.Pairs.as_view(), name="pairs"),
    path("matters/<str:reference>/", pages_of_sides.ShowPair.as_view(), name="two_sides"),
    path("senior-practitioner/", pages_of_sides.Senior.as_view(), name="senior_practitioner"),
    path("steps/<uuid:public_id>/", pages.CompleteStep.as_view(), name="complete_step"),
]
