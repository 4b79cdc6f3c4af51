"""Where the pages of referrals are."""

from django.urls import path

from referrals import (
    pages,
    pages_of_agencies,
    pages_of_directory,
    pages_of_handins,
    pages_of_progress,
    pages_of_requests,
    pages_of_suggestions,
)

urlpatterns = [
    path("agencies/", pages_of_agencies.Agencies.as_view(), name="agencies"),
    path("agencies/<int:number>/end/", pages_of_agencies.EndAgency.as_view(), name="end_agency"),
    path("directory/", pages_of_directory.Directory.as_view(), name="directory"),
    path("directory/<str:reference>/", pages_of_directory.ShowService.as_view(), name="service"),
    path("directory/<str:reference>/edit/", pages_of_directory.EditService.as_view(), name="edit_service"),
    path("directory/<str:reference>/capacity/", pages_of_directory.SayCapacity.as_view(), name="say_capacity"),
    path("directory/<str:reference>/assure/", pages_of_directory.AssureService.as_view(), name="assure_service"),
    path("gaps/", pages_of_suggestions.Gaps.as_view(), name="gaps"),
    path("requests/", pages_of_requests.Requests.as_view(), name="requests"),
    path("requests/new/", pages_of_requests.AskInformation.as_view(), name="ask_information"),
    path("requests/<str:reference>/", pages_of_requests.ShowRequest.as_view(), name="information_request"),
    path("requests/<str:reference>/give/", pages_of_requests.GiveInformation.as_view(), name="give_information"),
    path("hand-ins/", pages_of_handins.HandIns.as_view(), name="hand_ins"),
    path("hand-ins/<str:reference>/", pages_of_handins.OneHandIn.as_view(), name="hand_in"),
    path("inbox/", pages.Inbox.as_view(), name="inbox"),
    path("cases/<str:reference>/referrals/", pages.CaseReferrals.as_view(), name="case_referrals"),
    path("cases/<str:reference>/referrals/new/", pages_of_suggestions.DraftReferrals.as_view(), name="draft_referral"),
    path("referrals/", pages.Outbox.as_view(), name="outbox"),
    path("referrals/<str:reference>/", pages.ShowReferral.as_view(), name="referral"),
    path("referrals/<str:reference>/send/", pages.SendReferral.as_view(), name="send_referral"),
    path("referrals/<str:reference>/accept/", pages.AcceptReferral.as_view(), name="accept_referral"),
    path("referrals/<str:reference>/decline/", pages.DeclineReferral.as_view(), name="decline_referral"),
    path("referrals/<str:reference>/withdraw/", pages.WithdrawReferral.as_view(), name="withdraw_referral"),
    path("referrals/<str:reference>/resubmit/", pages.ResubmitReferral.as_view(), name="resubmit_referral"),
    path(
        "referrals/<str:reference>/say/<str:verb>/",
        pages_of_progress.ProgressReferral.as_view(),
        name="progress_referral",
    ),
    path("scorecards/", pages_of_progress.Scorecards.as_view(), name="scorecards"),
    path("referrals/<str:reference>/complete/", pages.CompleteReferral.as_view(), name="complete_referral"),
]
