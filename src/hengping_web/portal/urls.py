"""Addresses of the portal; the code of a matter is never part of one."""

from __future__ import annotations

from django.urls import path

from hengping_web.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.index, name="index"),
    path("file/check/", views.check, name="check"),
    path("file/<slug:question>/", views.question, name="question"),
    path("follow/", views.follow, name="follow"),
    path("matter/", views.matter, name="matter"),
    path("matter/letter/<int:sequence>.<slug:kind>", views.letter, name="letter"),
    path("matter/evaluate/<slug:target>/", views.evaluate, name="evaluate"),
    path("matter/request/", views.request_review, name="request"),
    path("matter/files/", views.attach, name="attach"),
    path("matter/leave/", views.leave, name="leave"),
    path("reception.ics", views.reception, name="reception"),
    path("receipt/", views.receipt, name="receipt"),
    path("key/", views.key, name="key"),
]
