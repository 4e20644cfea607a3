"""Every address of the site."""

from __future__ import annotations

from django.urls import path

from hengping_web import views

urlpatterns = [
    path("", views.home, name="home"),
    path("rules/", views.rules, name="rules"),
    path("health/", views.health, name="health"),
]
