"""A publication as plain files for a portal that only takes files: every link relative, nothing asks the site again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.contrib.staticfiles import finders

from hengping_io.publication_package import pack
from hengping_io.publication_year import PAGE
from hengping_web.publication import pages, queries, services
from hengping_web.publication.models import Publication
from hengping_web.publication.pages import CHINESE, ENGLISH, Links, Standing, Told
from hengping_web.vault import envelope

SHEET, ICON, KEY = "published.css", "icon.svg", "key.pem"
NAMES: Mapping[tuple[str, str], str] = {
    (CHINESE, "page"): "index.html",
    (ENGLISH, "page"): "en.html",
    (CHINESE, "figures"): "figures.html",
    (ENGLISH, "figures"): "figures-en.html",
}
PEM_PREFIX = bytes.fromhex("302a300506032b6570032100")


def public_key_file() -> bytes:
    """Return the site's public key in the form other programs read."""
    from base64 import b64encode

    body = b64encode(PEM_PREFIX + envelope.public_key()).decode()
    return f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n".encode()


def files_of(publication: Publication, *, index: str = "") -> dict[str, bytes]:
    """Return every file of one publication, to lie in one folder; ``index`` leads to the list of all, where there is one."""
    page = services.page_of(publication)
    assert page is not None  # noqa: S101 - what was withdrawn has no files and is not exported
    kept = {one.name: one for one in queries.files(publication)}
    told = Told(publication=publication, page=page, files=list(kept.values()), standing=Standing())
    found = {
        NAMES[language, "page"]: pages.front(told, _links(language, "page", index), language)
        for language in (CHINESE, ENGLISH)
    }
    for language in (CHINESE, ENGLISH):
        found[NAMES[language, "figures"]] = pages.proofs(told, _links(language, "figures", index), language)
    for name in kept:
        full = queries.file(publication, name)
        if full is not None and name != PAGE:
            found[name] = bytes(full.content)
    return {**found, **furniture(), KEY: public_key_file()}


def furniture() -> dict[str, bytes]:
    """Return the sheet and the sign every page needs."""
    return {SHEET: _static("publication/published.css"), ICON: _static("hengping/icon.svg")}


def _static(name: str) -> bytes:
    from pathlib import Path

    found = finders.find(name)
    assert isinstance(found, str)  # noqa: S101 - both lie in this package
    return Path(found).read_bytes()


def _links(language: str, kind: str, index: str) -> Links:
    other = ENGLISH if language == CHINESE else CHINESE
    return Links(
        sheet=SHEET,
        icon=ICON,
        index=index or NAMES[language, "page"],
        page=NAMES[language, "page"],
        figures=NAMES[language, "figures"],
        other=NAMES[other, kind],
        files="",
        key=KEY,
    )


def archive(publication: Publication) -> bytes:
    """Return one publication as a ZIP of plain files."""
    return pack(files_of(publication))


def everything() -> Iterator[tuple[str, bytes]]:
    """Yield every file of every publication that counts, and the list of them, by its path in one folder."""
    rows = []
    for publication in queries.standing_publications():
        if publication.withdrawn:
            continue
        year = publication.evaluation_year
        folder = f"{year.organisation.key}/{year.year}"
        rows.append((publication, f"{folder}/index.html"))
        for name, data in files_of(publication, index="../../index.html").items():
            yield f"{folder}/{name}", data
    yield from furniture().items()
    links = Links(sheet=SHEET, icon=ICON, index="index.html", page="index.html", figures="", other="", files="")
    yield "index.html", pages.index(rows, links, CHINESE)
