"""Addresses of a year's monitoring, under the year's own."""

from __future__ import annotations

from django.urls import path

from hengping_web.monitoring import views

app_name = "monitoring"
HERE = "<slug:organisation>/<int:year>/monitoring/"
urlpatterns = [
    path(HERE, views.watch, name="watch"),
    path(f"{HERE}progress/", views.progress, name="progress"),
    path(f"{HERE}progress/<int:place>/", views.history, name="history"),
    path(f"{HERE}file/", views.file, name="file"),
    path(f"{HERE}reports/<int:number>/", views.report, name="report"),
    path(f"{HERE}alerts/<int:number>/", views.decide, name="decide"),
]
