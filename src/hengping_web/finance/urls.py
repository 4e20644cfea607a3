"""Addresses of the finance bureau."""

from __future__ import annotations

from django.urls import path

from hengping_web.finance import views

app_name = "finance"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("export/", views.export, name="export"),
    path("<int:year>/deadlines/", views.deadlines, name="deadlines"),
    path("<int:year>/comparison/", views.comparison, name="comparison"),
    path("<int:year>/samples/", views.samples, name="samples"),
    path("samples/<int:number>/", views.sample, name="sample"),
    path("samples/<int:number>/list.txt", views.sample_text, name="sample-text"),
    path("received/", views.batches, name="batches"),
    path("received/<slug:key>/", views.batch, name="batch"),
    path("received/<slug:key>/index.csv", views.batch_csv, name="batch-csv"),
    path("received/<slug:key>/side-by-side/", views.side_by_side, name="side-by-side"),
    path("received/<slug:key>/matching/", views.matching, name="matching"),
    path("received/<slug:key>/<int:place>/", views.audit, name="audit"),
    path("received/<slug:key>/<int:place>/result.json", views.audit_data, name="audit-data"),
]
