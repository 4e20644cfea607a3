"""The open-data package of one published year: tables, what follows from them, the rules' versions, one manifest.

The same year gives the same bytes. The manifest lists the SHA-256 of every file, and of every line of a table, so that
a change is found where it was made; a signature over the manifest says who published it.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from hengping.errors import InvalidPackage, Problem
from hengping_io import publication_rules, publication_tables, year_layouts
from hengping_io.data_package import DESCRIPTOR
from hengping_io.data_problems import Problems
from hengping_io.publication_tables import FOLDER, Sheet, csv_of, own_layouts, text
from hengping_io.publication_year import (
    DOWNLOADS,
    FIGURE_COLUMNS,
    FIGURES,
    INDICATOR_COLUMNS,
    INDICATORS,
    REPORT,
    RESULT,
    SCORE_COLUMNS,
    SCORES,
    Recomputed,
    derived,
    recompute,
)
from hengping_io.signatures import fingerprint
from hengping_io.year_folder import PRIVATE, YearFolder

FORMAT = "hengping-publication/1"
MANIFEST, SIGNATURE, FILES, RULES, README = "manifest.json", "signature.json", "files.csv", "rules.csv", "README.txt"
ALGORITHM = "ed25519"
LINE_DIGITS = 12
FILE_COLUMNS, RULE_COLUMNS = ("name", "title", "bytes", "sha256"), ("path", "kind", "sha256")
EARLIEST = (1980, 1, 1, 0, 0, 0)

Signer = Callable[[bytes], bytes]
Finish = Callable[[Recomputed], Mapping[str, bytes]]

ABOUT = """\
{unit}{year}年度部门整体支出绩效：公开数据包　第{version}版

核验（不需要网络）：
  hengping verify 本文件.zip --key 公钥.pem
它核对清单与签名，用 tables/ 里的数据重算每一个公布的数字和得分，说明哪些（如有）不能由数据得出。
公钥与指纹见公布本包的网页。hengping 是公开的程序，规则与本包所用版本的哈希见 rules.csv。

tables/            公布的数据表；petition_counts.csv 是信访事项的全年计数
tables/withheld.csv 未逐行公布的表：行数、内容的 SHA-256、代之以什么、为什么
report_figures.csv 报告里每个数字及其算式        scores.csv 每一项得分及其算式
indicators.csv     每一项指标                    result.json 以上全部，供程序读取
page.json          公开网页上的每一个数字        report.html 自评报告
files.csv          同时公布的文件及其 SHA-256     rules.csv 规则与程序的版本

Open data of the year, made to be recomputed: run `hengping verify` on this file, offline.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """Which publication this is: its number, and for a correction what it replaces and why."""

    version: int = 1
    reason: str = ""
    replaces: str = ""


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What goes into a package besides the year itself.

    ``files`` are finished files by name, ``finish`` writes those that print the answers; ``report.html`` is always
    written anew. ``answers`` and ``last_year`` are rows of the tables of those names.
    """

    files: Mapping[str, bytes] = field(default_factory=dict)
    finish: Finish | None = None
    answers: Sequence[Mapping[str, Any]] = ()
    last_year: Sequence[Mapping[str, Any]] = ()
    edition: Edition = Edition()


@dataclass(frozen=True, kw_only=True)
class Made:
    """A package on its way out: its files by name, the year recomputed from them, the finished files beside it."""

    files: Mapping[str, bytes]
    year: Recomputed
    finished: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def manifest(self) -> bytes:
        """Return what a signature is made over."""
        return self.files[MANIFEST]


def build(
    folder: YearFolder, counts: Mapping[str, int | Decimal | None], frozen: Mapping[str, Any], contents: Contents
) -> Made:
    """Return the package of a year, recomputed from its own tables before anybody sees it.

    Raises ``InvalidPackage`` where a figure recomputed from what may be published is not the frozen one.
    """
    sheets = [*publication_tables.sheets(folder, counts), *_own(contents)]
    _refuse_private(sheets)
    files = {f"{FOLDER}/{sheet.name}.csv": sheet.write() for sheet in sheets}
    files |= dict(_about_rules(folder))
    files[DESCRIPTOR] = _json(_descriptor(folder, sheets, contents))
    year = _recomputed(files)
    _refuse_differences(frozen, year.result)
    finished = {**contents.files, **(contents.finish(year) if contents.finish else {})}
    files |= derived(year, {**dict.fromkeys(finished), REPORT: None})
    finished[REPORT] = files[REPORT]
    files[FILES] = _files(finished)
    files[README] = _readme(folder, contents).encode()
    files[MANIFEST] = _json(_manifest(folder, files, frozen, contents.edition))
    return Made(files=files, year=year, finished=finished)


def sign(made: Made, public: bytes, signer: Signer) -> dict[str, bytes]:
    """Return the files of a package with a signature over its manifest."""
    signature = {
        "algorithm": ALGORITHM,
        "over": MANIFEST,
        "public_key": base64.b64encode(public).decode(),
        "fingerprint": fingerprint(public),
        "signature": base64.b64encode(signer(made.manifest)).decode(),
    }
    return {**made.files, SIGNATURE: _json(signature)}


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return files as one ZIP; the same files always give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, files[name])
    return out.getvalue()


def recomputed(files: Mapping[str, bytes], problems: Problems) -> Recomputed:
    """Compute the year from the tables among the files of a package; what breaks a rule goes to ``problems``.

    Raises ``Unreadable`` where there is no descriptor, ``InvalidPackage`` where the tables cannot be computed with.
    """
    with tempfile.TemporaryDirectory(prefix="hengping-package-") as place:
        for name, data in files.items():
            if name == DESCRIPTOR or name.startswith(f"{FOLDER}/"):
                path = Path(place) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(_tables_only(data) if name == DESCRIPTOR else data)
        return recompute(Path(place), problems)


def _tables_only(descriptor: bytes) -> bytes:
    """Return a descriptor that speaks of the tables everything is computed from, and not of what follows from them."""
    try:
        found = json.loads(descriptor)
        kept = [
            one for one in found["resources"] if one["name"] not in {path.removesuffix(".csv") for path, *_ in DERIVED}
        ]
    except (ValueError, KeyError, TypeError, RecursionError):
        return descriptor
    return _json({**found, "resources": kept})


def _recomputed(files: Mapping[str, bytes]) -> Recomputed:
    problems = Problems()
    year = recomputed(files, problems)
    problems.raise_if_any()
    return year


def _own(contents: Contents) -> Iterator[Sheet]:
    for name, rows in (("answers", contents.answers), ("last_year", contents.last_year)):
        columns = tuple(column.name for column in own_layouts()[name].columns)
        if rows:
            yield Sheet(name, columns, tuple(tuple(text(row.get(column)) for column in columns) for row in rows))


def _refuse_private(sheets: Iterable[Sheet]) -> None:
    problems = [
        Problem(
            file=f"{FOLDER}/{sheet.name}.csv",
            row=place,
            column=column,
            message="疑似身份证号码或者手机号码",
            rule="个人信息",
            remedy="公开数据包不得含有个人信息，请在原处删去后重新冻结。",
        )
        for sheet in sheets
        for place, row in enumerate(sheet.rows, 2)
        for column, cell in zip(sheet.columns, row, strict=True)
        if column != "sha256" and PRIVATE.search(cell)
    ]
    if problems:
        raise InvalidPackage(problems)


# ── the frozen year and the published one ──────────────────────────────────────────────────────────────────────

NOT_COMPARED = frozenset({"tables", "counts", "evidence"})
"""Published otherwise on purpose: sums for entries, counts in use for all counts, and what stands behind them."""


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Yield every value of nested data with the way to it."""
    if isinstance(value, dict) and value:
        for name in value:
            yield from leaves(value[name], (*path, name))
    elif isinstance(value, list) and value:
        for place, one in enumerate(value):
            yield from leaves(one, (*path, place))
    else:
        yield path, value


def _refuse_differences(frozen: Mapping[str, Any], result: Mapping[str, Any]) -> None:
    before = {path: value for path, value in leaves(dict(frozen)) if NOT_COMPARED.isdisjoint(path)}
    after = {path: value for path, value in leaves(dict(result)) if NOT_COMPARED.isdisjoint(path)}
    gone = object()
    paths = [path for path in dict.fromkeys((*before, *after)) if before.get(path, gone) != after.get(path, gone)]
    if paths:
        raise InvalidPackage(
            Problem(
                file=RESULT,
                column="/".join(map(str, path)),
                message=f"冻结时为“{before.get(path, '没有')}”，由可公布的数据重算为“{after.get(path, '没有')}”",
                rule="公布的数字须能由公布的数据重算",
                remedy="请不要公布，并报告程序问题。",
            )
            for path in paths[:20]
        )


# ── the files about the package ────────────────────────────────────────────────────────────────────────────────


def _about_rules(folder: YearFolder) -> Iterator[tuple[str, bytes]]:
    rows = ((path, kind, digest) for path, (kind, digest) in publication_rules.rules().items())
    yield RULES, csv_of(RULE_COLUMNS, rows)
    scheme = publication_rules.scheme_file(folder.unit["scheme"]) if folder.unit["scheme"] else None
    if scheme is not None:
        yield f"rules/schemes/{scheme.name}", scheme.read_bytes()


def _files(files: Mapping[str, bytes]) -> bytes:
    rows = (
        (name, title, str(len(files[name])), hashlib.sha256(files[name]).hexdigest())
        for name, title in DOWNLOADS.items()
        if name in files
    )
    return csv_of(FILE_COLUMNS, rows)


DERIVED = (
    (FIGURES, "报告里的每个数字", FIGURE_COLUMNS),
    (SCORES, "每一项得分", SCORE_COLUMNS),
    (INDICATORS, "每一项指标", INDICATOR_COLUMNS),
    (FILES, "同时公布的文件", FILE_COLUMNS),
    (RULES, "规则与程序的版本", RULE_COLUMNS),
)


def _descriptor(folder: YearFolder, sheets: Sequence[Sheet], contents: Contents) -> dict[str, Any]:
    known = publication_tables.layouts()
    tables = [
        {
            "profile": "tabular-data-resource",
            "name": sheet.name,
            "title": known[sheet.name].title,
            "path": f"{FOLDER}/{sheet.name}.csv",
            "encoding": "utf-8",
            "schema": year_layouts.schema(known[sheet.name], sheet.columns),
        }
        for sheet in sheets
    ]
    return {
        "profile": "tabular-data-package",
        "name": "-".join(("published", str(folder.year), f"v{contents.edition.version}")),
        "title": _title(folder, contents.edition),
        "resources": [*tables, *_derived_resources()],
    }


def _derived_resources() -> Iterator[dict[str, Any]]:
    for path, title, columns in DERIVED:
        yield {
            "profile": "tabular-data-resource",
            "name": path.removesuffix(".csv"),
            "title": title,
            "path": path,
            "encoding": "utf-8",
            "schema": {"fields": [{"name": name, "type": "string"} for name in columns]},
        }


def _title(folder: YearFolder, edition: Edition) -> str:
    return f"{folder.unit['name']}{folder.year}年度部门整体支出绩效公开数据（第{edition.version}版）"


def _readme(folder: YearFolder, contents: Contents) -> str:
    return ABOUT.format(unit=folder.unit["name"], year=folder.year, version=contents.edition.version)


def _manifest(
    folder: YearFolder, files: Mapping[str, bytes], frozen: Mapping[str, Any], edition: Edition
) -> dict[str, Any]:
    whole = json.dumps(frozen, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    return {
        "format": FORMAT,
        "title": _title(folder, edition),
        "unit": folder.unit["name"],
        "fiscal_year": folder.year,
        "reported_on": folder.unit["reported_on"].isoformat(),
        "version": edition.version,
        "reason": edition.reason,
        "replaces": edition.replaces,
        "hengping": publication_rules.version(),
        "frozen_result_sha256": hashlib.sha256(whole.encode()).hexdigest(),
        "files": {name: _listed(name, data) for name, data in sorted(files.items())},
    }


def _listed(name: str, data: bytes) -> dict[str, Any]:
    found: dict[str, Any] = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    if name.endswith(".csv"):
        found["lines"] = line_digests(data)
    return found


def line_digests(data: bytes) -> list[str]:
    """Return a short hash of every line of a table, so that a changed one can be named."""
    return [hashlib.sha256(line).hexdigest()[:LINE_DIGITS] for line in data.splitlines()]


def _json(data: Mapping[str, Any]) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8", "backslashreplace")
