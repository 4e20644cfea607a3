"""Addresses of rectification and of the budget request, under the year's own; and the list over all years."""

from __future__ import annotations

from django.urls import path

from hengping_web.followup import views

app_name = "followup"
YEAR = "<slug:organisation>/<int:year>"
urlpatterns = [
    path("owed/", views.owed, name="owed"),
    path(f"{YEAR}/follow-up/", views.board, name="board"),
    path(f"{YEAR}/follow-up/problems/new/", views.add_problem, name="add-problem"),
    path(f"{YEAR}/follow-up/problems/<int:place>/", views.problem, name="problem"),
    path(f"{YEAR}/follow-up/problems/<int:problem>/measures/new/", views.add_measure, name="add-measure"),
    path(f"{YEAR}/follow-up/measures/<int:place>/", views.measure, name="measure"),
    path(f"{YEAR}/follow-up/measures/<int:place>/edit/", views.edit_measure, name="edit-measure"),
    path(f"{YEAR}/follow-up/measures/<int:place>/files/<slug:key>/", views.evidence, name="evidence"),
    path(f"{YEAR}/promises/", views.promises, name="promises"),
    path(f"{YEAR}/request/", views.budget, name="request"),
    path(f"{YEAR}/request/begin/", views.begin_request, name="begin-request"),
    path(f"{YEAR}/request/items/new/", views.add_item, name="add-item"),
    path(f"{YEAR}/request/items/<int:place>/", views.item, name="item"),
    path(f"{YEAR}/request/submit/", views.submit_request, name="submit-request"),
]
