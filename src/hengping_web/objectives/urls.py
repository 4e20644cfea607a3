"""Addresses of a year's plan, under the year's own."""

from __future__ import annotations

from django.urls import path

from hengping_web.objectives import views

app_name = "objectives"
HERE = "<slug:organisation>/<int:year>/objectives/"
urlpatterns = [
    path(HERE, views.plan, name="plan"),
    path(f"{HERE}due/", views.set_due, name="due"),
    path(f"{HERE}submit/", views.submit, name="submit"),
    path(f"{HERE}return/", views.give_back, name="return"),
    path(f"{HERE}approve/", views.approve, name="approve"),
    path(f"{HERE}adjust/", views.adjust, name="adjust"),
    path(f"{HERE}result/<int:place>/", views.result, name="result"),
    path(f"{HERE}of/<slug:table>/new/", views.add, name="add"),
    path(f"{HERE}of/<slug:table>/<int:place>/", views.row, name="row"),
]
