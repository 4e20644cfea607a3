"""Addresses of the gate and of publication, under the year's."""

from __future__ import annotations

from django.urls import path

from hengping_web.publication import views

app_name = "publication"
YEAR = "<slug:organisation>/<int:year>/"
GATE, HERE = YEAR + "gate/", YEAR + "publication/"
urlpatterns = [
    path(GATE, views.gate, name="gate"),
    path(GATE + "examine/", views.examine, name="examine"),
    path(GATE + "answer/<slug:question>/", views.answer, name="answer"),
    path(GATE + "approve/", views.approve, name="approve"),
    path(HERE, views.publication, name="publication"),
    path(HERE + "publish/", views.publish, name="publish"),
    path(HERE + "withdraw/", views.withdraw, name="withdraw"),
    path(HERE + "export/", views.export_files, name="export"),
    path(HERE + "comments/", views.comments, name="comments"),
    path(HERE + "comments/<int:number>/", views.comment, name="comment"),
]
