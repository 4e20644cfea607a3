"""Every address of the site; who may open each is in ``accounts.permissions``."""

from __future__ import annotations

from django.urls import include, path

from hengping_web import views
from hengping_web.base import views as house

urlpatterns = [
    path("", views.home, name="home"),
    path("rules/", views.rules, name="rules"),
    path("health/", views.health, name="health"),
    path("language/<slug:code>/", house.language, name="language"),
    path("accounts/", include("hengping_web.accounts.urls")),
    path("portal/", include("hengping_web.portal.urls")),
    path("petitions/", include("hengping_web.petitions.urls")),
    path("indicators/", include("hengping_web.objectives.library_urls")),
    path("years/", include("hengping_web.cycle.urls")),
    path("years/", include("hengping_web.ledger.urls")),
    path("years/", include("hengping_web.objectives.urls")),
    path("years/", include("hengping_web.monitoring.urls")),
    path("years/", include("hengping_web.selfevaluation.urls")),
    path("years/", include("hengping_web.publication.urls")),
    path("years/", include("hengping_web.followup.urls")),
    path("finance/", include("hengping_web.finance.urls")),
    path("published/", include("hengping_web.publication.public_urls")),
    path("log/", include("hengping_web.trail.urls")),
    path("identity/", include("hengping_web.identity.urls")),
]

handler400 = "hengping_web.base.views.bad_request"
handler403 = "hengping_web.base.views.forbidden"
handler404 = "hengping_web.base.views.not_found"
handler500 = "hengping_web.base.views.failed"
