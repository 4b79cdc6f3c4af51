"""Signing in and out, and workers. Of the library's many pages only these are open; a new one must be declared here."""

from allauth.account import views
from django.urls import path

from accounts import pages
from accounts.gate import public, signed_in

urlpatterns = [
    path("sign-in/", public(views.login), name="account_login"),
    path("sign-out/", signed_in(views.logout), name="account_logout"),
    path("password/", signed_in(views.password_change), name="account_change_password"),
    path("account-closed/", public(views.account_inactive), name="account_inactive"),
    path("invitations/<uuid:public_id>/join/<str:token>/", public(pages.Join.as_view()), name="join"),
    path("invitations/<uuid:public_id>/again/", pages.SendInvitationAgain.as_view(), name="send_invitation_again"),
    path("invitations/<uuid:public_id>/take-back/", pages.TakeBackInvitation.as_view(), name="take_back_invitation"),
    path("workers/", pages.Workers.as_view(), name="workers"),
    path("workers/<uuid:public_id>/", pages.ChangeRole.as_view(), name="change_role"),
    path("workers/<uuid:public_id>/end/", pages.EndWorker.as_view(), name="end_worker"),
    path("workers/<uuid:public_id>/release/", pages.ReleaseWorker.as_view(), name="release_worker"),
]
