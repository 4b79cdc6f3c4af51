"""Signing in and out. Of the library's many pages only these are open; a new one must be declared here."""

from allauth.account import views
from django.urls import path

from accounts.gate import public, signed_in

urlpatterns = [
    path("sign-in/", public(views.login), name="account_login"),
    path("sign-out/", signed_in(views.logout), name="account_logout"),
    path("password/", signed_in(views.password_change), name="account_change_password"),
    path("account-closed/", public(views.account_inactive), name="account_inactive"),
]
