"""Addresses of the log."""

from __future__ import annotations

from django.urls import path

from hengping_web.trail import views

app_name = "trail"
urlpatterns = [
    path("", views.entries, name="entries"),
    path("export/", views.export, name="export"),
]
