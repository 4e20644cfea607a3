"""Addresses of the identities."""

from __future__ import annotations

from django.urls import path

from hengping_web.identity import views

app_name = "identity"
urlpatterns = [
    path("requests/", views.requests, name="requests"),
    path("requests/mine/", views.mine, name="mine"),
    path("requests/<int:reveal>/decide/", views.decide, name="decide"),
    path("requests/<int:reveal>/show/", views.show, name="show"),
    path("of/<str:matter>/ask/", views.ask, name="ask"),
]
