"""Where the pages of referrals are."""

from django.urls import path

from referrals import pages, pages_of_agencies, pages_of_handins

urlpatterns = [
    path("agencies/", pages_of_agencies.Agencies.as_view(), name="agencies"),
    path("agencies/<int:number>/end/", pages_of_agencies.EndAgency.as_view(), name="end_agency"),
    path("hand-ins/", pages_of_handins.HandIns.as_view(), name="hand_ins"),
    path("hand-ins/<str:reference>/", pages_of_handins.OneHandIn.as_view(), name="hand_in"),
    path("inbox/", pages.Inbox.as_view(), name="inbox"),
    path("cases/<str:reference>/referrals/", pages.CaseReferrals.as_view(), name="case_referrals"),
    path("cases/<str:reference>/referrals/new/", pages.DraftReferral.as_view(), name="draft_referral"),
    path("referrals/", pages.Outbox.as_view(), name="outbox"),
    path("referrals/<str:reference>/", pages.ShowReferral.as_view(), name="referral"),
    path("referrals/<str:reference>/send/", pages.SendReferral.as_view(), name="send_referral"),
    path("referrals/<str:reference>/accept/", pages.AcceptReferral.as_view(), name="accept_referral"),
    path("referrals/<str:reference>/decline/", pages.DeclineReferral.as_view(), name="decline_referral"),
    path("referrals/<str:reference>/withdraw/", pages.WithdrawReferral.as_view(), name="withdraw_referral"),
    path("referrals/<str:reference>/complete/", pages.CompleteReferral.as_view(), name="complete_referral"),
]
