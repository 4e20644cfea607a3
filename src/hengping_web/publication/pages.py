"""Public pages as finished bytes: rendered once from what was published, and from nothing else.

The same templates make the pages of the site and of the static export; only the links differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from hengping_io import public_charts
from hengping_io.public_charts import Bar, Dot
from hengping_web.publication.models import Publication, PublishedFile
from hengping_web.publication.titles import KNOWN

HUNDRED = Decimal(100)
CHINESE, ENGLISH = "zh-hans", "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Where the links of a page lead: on the site, or beside each other in a folder.

    ``files`` stands before the name of a file. ``remark`` and ``remarks`` are empty where nobody can be asked;
    ``versions`` are the number, the address and the kind of every publication, newest first.
    """

    sheet: str
    icon: str
    index: str
    page: str
    figures: str
    other: str
    files: str
    remark: str = ""
    remarks: str = ""
    key: str = ""
    versions: Sequence[tuple[int, str, str]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What has become of a publication since: the one that took its place, or the withdrawal."""

    replaced_by: Publication | None = None
    withdrawn_by: Publication | None = None


def standing_of(publication: Publication, history: Sequence[Publication]) -> Standing:
    """Return what has become of a publication, given every publication of the year, newest first."""
    later = [one for one in history if one.number > publication.number]
    if not later:
        return Standing()
    newest = later[0]
    if newest.withdrawn:
        return Standing(withdrawn_by=newest)
    return Standing(replaced_by=newest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One publication with everything its pages are made from."""

    publication: Publication
    page: Mapping[str, Any]
    files: Sequence[PublishedFile]
    standing: Standing


def front(told: Told, links: Links, language: str) -> bytes:
    """Return the page of a year."""
    with translation.override(language):
        page = told.page
        context = {
            **_common(told, links, language),
            "money_chart": _money(page["money"], gettext("按经济分类的支出")),
            "target_chart": _targets(page["targets"]),
            "clock_chart": _rates(page["clocks"], gettext("法定期限的遵守")),
            "satisfaction_chart": _rates(page["satisfaction"], gettext("满意率与参评率")),
            "has_last": any(row.get("last") for row in (*page["glance"], *page["money"], *page["clocks"])),
        }
        return _bytes("published/page.html", context)


def proofs(told: Told, links: Links, language: str) -> bytes:
    """Return the page of every number behind a year's page: formula, computation, operands, texts."""
    with translation.override(language):
        texts = {proof["name"]: proof["text"] for proof in told.page["proofs"]}
        titles = {proof["name"]: proof["title"] for proof in told.page["proofs"]}
        context = {**_common(told, links, language), "texts": texts, "titles": titles}
        return _bytes("published/figures.html", context)


def gone(publication: Publication, links: Links, language: str) -> bytes:
    """Return the page of a year whose publication was withdrawn."""
    with translation.override(language):
        context = {"publication": publication, "links": links, "language": language, **_tongue(language)}
        return _bytes("published/gone.html", context)


def index(rows: Sequence[tuple[Publication, str]], links: Links, language: str) -> bytes:
    """Return the list of everything published."""
    with translation.override(language):
        context = {"rows": rows, "links": links, "language": language, **_tongue(language)}
        return _bytes("published/index.html", context)


def _bytes(template: str, context: Mapping[str, Any]) -> bytes:
    return render_to_string(template, dict(context)).encode("utf-8", "backslashreplace")


def _tongue(language: str) -> dict[str, Any]:
    return {"english": language == ENGLISH, "site": settings.SITE_ADDRESS}


def _common(told: Told, links: Links, language: str) -> dict[str, Any]:
    return {
        "publication": told.publication,
        "page": told.page,
        "downloads": [one for one in told.files if one.title],
        "standing": told.standing,
        "links": links,
        "language": language,
        "places": {proof["name"]: f"n{place}" for place, proof in enumerate(told.page["proofs"], 1)},
        **_tongue(language),
    }


# ── charts ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _said(title: str) -> str:
    return gettext(title) if title in KNOWN else title


def _drawn(svg: str) -> SafeString:
    """Return a drawing for the template; ``public_charts`` escapes every text it is given."""
    return mark_safe(svg)  # noqa: S308


def _last(row: Mapping[str, Any]) -> tuple[Decimal | None, str]:
    if not row.get("last_value"):
        return None, ""
    return Decimal(row["last_value"]), gettext("上年 %s") % row["last"]


def _bar(row: Mapping[str, Any]) -> Bar:
    last, last_shown = _last(row)
    return Bar(
        label=_said(row["title"]), value=Decimal(row["value"]), shown=row["text"], last=last, last_shown=last_shown
    )


def _money(rows: Sequence[Mapping[str, Any]], title: str) -> SafeString | None:
    known = [_bar(row) for row in rows if row["value"] is not None]
    return _drawn(public_charts.bars(known, title)) if known else None


def _rates(rows: Sequence[Mapping[str, Any]], title: str) -> SafeString | None:
    known = [_bar(row) for row in rows if row["value"] is not None]
    return _drawn(public_charts.bars(known, title, HUNDRED)) if known else None


def _targets(rows: Sequence[Mapping[str, Any]]) -> SafeString | None:
    """Draw the targets in percent: only these stand on one line with one scale."""
    known = [
        Dot(
            label=_said(row["title"]),
            value=Decimal(row["value"]),
            target=Decimal(row["target"]),
            shown=gettext("%(shown)s，目标 %(aim)s，%(met)s")
            % {"shown": row["text"], "aim": row["aim"], "met": gettext("达到") if row["met"] else gettext("未达到")},
            met=bool(row["met"]),
        )
        for row in rows
        if row["unit"] == "%" and row["met"] is not None
    ]
    return _drawn(public_charts.dots(known, gettext("目标与结果"))) if known else None
