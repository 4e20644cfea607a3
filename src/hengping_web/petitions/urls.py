"""Addresses of casework."""

from __future__ import annotations

from django.urls import path

from hengping_web.petitions import views
from hengping_web.petitions.statistics import views as counts

app_name = "petitions"
urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("all/", views.matters, name="matters"),
    path("all/export/", views.export, name="export"),
    path("filters/", views.filters, name="filters"),
    path("register/", views.register, name="register"),
    path("direct/", views.direct, name="direct"),
    path("intake/", views.bulk, name="intake"),
    path("backlog/", views.backlog, name="backlog"),
    path("overdue/", views.overdue, name="overdue"),
    path("calendar.ics", views.calendar, name="calendar"),
    path("reception/", views.reception, name="reception"),
    path("statistics/", counts.statistics, name="statistics"),
    path("statistics/<slug:key>/", counts.statistic, name="statistic"),
    path("statistics/of/<slug:name>/", counts.count, name="count"),
    path("of/<slug:number>/", views.matter, name="matter"),
    path("of/<slug:number>/words/", views.words, name="words"),
    path("of/<slug:number>/describe/", views.describe, name="describe"),
    path("of/<slug:number>/earlier/", views.earlier, name="earlier"),
    path("of/<slug:number>/owner/", views.owner, name="owner"),
    path("of/<slug:number>/certificates/", views.certificates, name="certificates"),
    path("of/<slug:number>/letter/<int:sequence>.<slug:kind>", views.letter, name="letter"),
    path("of/<slug:number>/files/", views.attach, name="attach"),
    path("of/<slug:number>/files/<slug:key>/", views.attachment, name="attachment"),
    path("of/<slug:number>/step/<slug:key>/", views.step, name="step"),
]
