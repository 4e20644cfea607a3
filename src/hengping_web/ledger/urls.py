"""Addresses of the ledger, under the year's."""

from __future__ import annotations

from django.urls import path

from hengping_web.ledger import views

app_name = "ledger"
HERE = "<slug:organisation>/<int:year>/ledger/"
urlpatterns = [
    path(HERE, views.overview, name="overview"),
    path(f"{HERE}entries/", views.entries, name="entries"),
    path(f"{HERE}entries/export/", views.export, name="export"),
    path(f"{HERE}entries/<int:pk>/", views.entry, name="entry"),
    path(f"{HERE}entries/<int:pk>/correct/", views.correct, name="correct"),
    path(f"{HERE}enter/", views.enter, name="enter"),
    path(f"{HERE}import/", views.import_file, name="import"),
    path(f"{HERE}rates/", views.rates, name="rates"),
    path(f"{HERE}rates/<slug:key>/", views.rate, name="rate"),
    path(f"{HERE}figures/<slug:column>/", views.figure, name="figure"),
    path(f"{HERE}balances/", views.balances, name="balances"),
    path(f"{HERE}last-year/", views.take_last, name="take-last"),
    path(f"{HERE}beside/<slug:table>/", views.table, name="table"),
    path(f"{HERE}beside/<slug:table>/new/", views.add, name="add"),
    path(f"{HERE}beside/<slug:table>/<int:place>/", views.row, name="row"),
]
