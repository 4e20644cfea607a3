"""Addresses of the year itself; every room hangs its own under the year's."""

from __future__ import annotations

from django.urls import path

from hengping_web.cycle import views

app_name = "cycle"
urlpatterns = [
    path("", views.years, name="years"),
    path("open/", views.open_year, name="open"),
    path("<slug:organisation>/<int:year>/", views.year, name="year"),
    path("<slug:organisation>/<int:year>/reopen/", views.reopen, name="reopen"),
    path("<slug:organisation>/<int:year>/evaluate/", views.begin, name="begin"),
    path("<slug:organisation>/<int:year>/facts/", views.facts, name="facts"),
    path("<slug:organisation>/<int:year>/facts/<slug:table>/", views.table, name="table"),
    path("<slug:organisation>/<int:year>/facts/<slug:table>/new/", views.add, name="add"),
    path("<slug:organisation>/<int:year>/facts/<slug:table>/<int:place>/", views.row, name="row"),
]
