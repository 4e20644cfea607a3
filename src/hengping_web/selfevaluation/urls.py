"""Addresses of self-evaluation, under the year's."""

from __future__ import annotations

from django.urls import path

from hengping_web.selfevaluation import report_views, views

app_name = "selfevaluation"
HERE = "<slug:organisation>/<int:year>/self-evaluation/"
ROW = HERE + "of/<slug:project>/<slug:indicator>/"
REPORT = HERE + "report/"
urlpatterns = [
    path(HERE, views.scores, name="scores"),
    path(HERE + "tasks/", views.tasks, name="tasks"),
    path(HERE + "tasks/<int:number>/", views.assign, name="assign"),
    path(HERE + "count/", views.count, name="count"),
    path(HERE + "freeze/", views.freeze, name="freeze"),
    path(HERE + "papers/", views.papers, name="papers"),
    path(HERE + "papers/<slug:paper>/", views.paper, name="paper"),
    path(ROW, views.row, name="row"),
    path(ROW + "measure/", views.measure, name="measure"),
    path(ROW + "decide/", views.decide, name="decide"),
    path(ROW + "points/", views.points, name="points"),
    path(ROW + "review/", views.review, name="review"),
    path(ROW + "note/", views.note, name="note"),
    path(REPORT, report_views.report, name="report"),
    path(REPORT + "new/<slug:place>/", report_views.new, name="new-passage"),
    path(REPORT + "passage/<int:number>/", report_views.passage, name="passage"),
    path(REPORT + "preview/", report_views.preview, name="preview"),
    path(REPORT + "draft/<slug:name>.<slug:kind>", report_views.draft, name="draft"),
    path(REPORT + "final/<slug:name>.<slug:kind>", report_views.final, name="final"),
]
