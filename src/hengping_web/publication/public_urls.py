"""Addresses of what is published; the language is part of an address, so that a page is the same for everybody."""

from __future__ import annotations

from django.urls import path

from hengping_web.publication import public_views

app_name = "published"
YEAR = "<slug:organisation>/<int:year>/"
VERSION = YEAR + "v<int:number>/"
urlpatterns = [
    path("", public_views.index, name="index"),
    path("in/<slug:language>/", public_views.index, name="index-in"),
    path(YEAR, public_views.page, name="page"),
    path(YEAR + "in/<slug:language>/", public_views.page, name="page-in"),
    path(YEAR + "remarks/", public_views.remarks, name="remarks"),
    path(VERSION, public_views.page, name="version"),
    path(VERSION + "in/<slug:language>/", public_views.page, name="version-in"),
    path(VERSION + "figures/", public_views.figures, name="figures"),
    path(VERSION + "figures/in/<slug:language>/", public_views.figures, name="figures-in"),
    path(VERSION + "files/<str:name>", public_views.file, name="file"),
    path(VERSION + "remark/", public_views.remark, name="remark"),
]
