"""Addresses of the accounts."""

from __future__ import annotations

from django.urls import path

from hengping_web.accounts import views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("second-factor/", views.second_factor, name="second-factor"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("mine/", views.mine, name="mine"),
    path("mine/password/", views.change_password, name="change-password"),
    path("mine/second-factor/", views.set_up_second_factor, name="set-up-second-factor"),
    path("mine/notices/", views.choose_notices, name="notices"),
    path("mine/recovery-codes/", views.recovery_codes, name="recovery-codes"),
    path("", views.accounts, name="accounts"),
    path("add/", views.add_account, name="add-account"),
    path("organisations/", views.organisations, name="organisations"),
    path("organisations/add/", views.add_organisation, name="add-organisation"),
    path("of/<slug:username>/", views.account, name="account"),
]
