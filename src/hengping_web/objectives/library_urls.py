"""Addresses of the library of indicators, open to everybody."""

from __future__ import annotations

from django.urls import path

from hengping_web.objectives import library

app_name = "indicators"
urlpatterns = [
    path("", library.library, name="library"),
    path("of/<slug:key>/", library.indicator, name="indicator"),
    path("schemes/", library.scheme_list, name="schemes"),
    path("schemes/check/", library.check_scheme, name="check-scheme"),
    path("schemes/of/<slug:key>/", library.scheme, name="scheme"),
    path("frameworks/<slug:key>/", library.framework, name="framework"),
    path("checks/", library.checks, name="checks"),
]
