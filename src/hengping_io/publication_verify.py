"""Verify a published package: is it whole, whose is it, by which rules, and does every published number follow?"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from hengping.errors import InvalidPackage, Problem, Unreadable
from hengping_io import publication_rules, signatures
from hengping_io.data_problems import Problems
from hengping_io.publication_open import json_of
from hengping_io.publication_package import (
    ALGORITHM,
    FILES,
    FORMAT,
    MANIFEST,
    RULES,
    SIGNATURE,
    leaves,
    line_digests,
    recomputed,
)
from hengping_io.publication_places import places, places_of_column
from hengping_io.publication_year import (
    FIGURES,
    INDICATORS,
    PAGE,
    REPORT,
    RESULT,
    SCORES,
    Recomputed,
    derived,
)


class Kind(StrEnum):
    """What a fault is about, in the order they are told."""

    SIGNATURE = "signature"
    FILE = "file"
    TABLE = "table"
    FIGURE = "figure"
    SCORE = "score"
    INDICATOR = "indicator"
    COUNT = "count"
    PAGE = "page"
    OTHER = "other"

    @property
    def label(self) -> str:
        """Return the words for the kind."""
        return _KIND_LABELS[self.value]


_KIND_LABELS = {
    "signature": "签名",
    "file": "文件",
    "table": "数据表",
    "figure": "报告数字",
    "score": "得分",
    "indicator": "指标",
    "count": "计数",
    "page": "公开网页",
    "other": "其他",
}
ORDER = {kind: place for place, kind in enumerate(Kind)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that does not follow: what it is, as published, as recomputed, the working, where, and its operands."""

    kind: Kind
    name: str
    title: str
    message: str = ""
    printed: str = ""
    recomputed: str = ""
    working: str = ""
    where: tuple[str, ...] = ()
    operands: tuple[str, ...] = ()
    depth: int = 0


class Signed(StrEnum):
    """What is known of the signature."""

    VALID = "valid"
    INVALID = "invalid"
    OTHER_KEY = "other-key"
    ABSENT = "absent"
    UNCHECKED = "unchecked"

    @property
    def label(self) -> str:
        """Return what that means, in words."""
        return {
            "valid": "签名有效",
            "invalid": "签名无效：清单在签名之后被改动，或者不是用所附公钥签的",
            "other-key": "不是用给出的公钥签的",
            "absent": "没有签名",
            "unchecked": "有签名，未核验：本机没有 cryptography 程序库（pip install cryptography 后再试）",
        }[self.value]


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What came of verifying one package; it holds where nothing is at fault."""

    about: Mapping[str, Any]
    signed: Signed
    fingerprint: str
    compared_with_key: bool
    rules_differ: tuple[str, ...]
    faults: tuple[Fault, ...]
    checked: Mapping[str, int] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Tell whether everything published follows."""
        return not self.faults


def verify(package: str, files: Mapping[str, bytes], key: bytes | None = None) -> Verification:
    """Verify the files of a package; ``key`` is the publisher's key from elsewhere.

    Raises ``Unreadable`` where there is no manifest that can be read.
    """
    manifest = json_of(package, files, MANIFEST)
    listed = manifest.get("files")
    if manifest.get("format") != FORMAT or not isinstance(listed, dict):
        raise Unreadable(package, f"{MANIFEST} 不是 {FORMAT} 的清单", "请用与数据包相配的 hengping 版本核验。")
    signed, fingerprint, faults = _signature(files, key)
    faults += list(_against_manifest(files, listed))
    year, unsound = _recompute(files)
    faults += unsound
    checked: dict[str, int] = {}
    if year is not None:
        faults += _not_following(year, files)
        checked = _checked(year)
    return Verification(
        about={name: value for name, value in manifest.items() if name != "files"},
        signed=signed,
        fingerprint=fingerprint,
        compared_with_key=key is not None,
        rules_differ=tuple(_other_rules(files)),
        faults=tuple(sorted(faults, key=lambda fault: (ORDER[fault.kind], fault.depth))),
        checked=checked,
    )


# ── whole, and whose ───────────────────────────────────────────────────────────────────────────────────────────


def _signature(files: Mapping[str, bytes], key: bytes | None) -> tuple[Signed, str, list[Fault]]:
    if SIGNATURE not in files:
        faults = [_unsigned("给出了公钥，而数据包没有签名")] if key is not None else []
        return Signed.ABSENT, "", faults
    try:
        found = json.loads(files[SIGNATURE])
        public = base64.b64decode(found["public_key"], validate=True)
        signature = base64.b64decode(found["signature"], validate=True)
        known = found["algorithm"] == ALGORITHM and found["over"] == MANIFEST
    except (ValueError, KeyError, TypeError, RecursionError):
        return Signed.INVALID, "", [_unsigned("signature.json 的写法不对")]
    fingerprint = signatures.fingerprint(public)
    if key is not None and public != key:
        told = f"数据包的公钥指纹 {fingerprint}，给出的公钥指纹 {signatures.fingerprint(key)}"
        return Signed.OTHER_KEY, fingerprint, [_unsigned(Signed.OTHER_KEY.label + "：" + told)]
    holds = signatures.holds(public, files[MANIFEST], signature) if known else False
    if holds is None:
        return Signed.UNCHECKED, fingerprint, []
    if not holds:
        return Signed.INVALID, fingerprint, [_unsigned(Signed.INVALID.label)]
    return Signed.VALID, fingerprint, []


def _unsigned(message: str) -> Fault:
    return Fault(kind=Kind.SIGNATURE, name=SIGNATURE, title="签名", message=message)


def _against_manifest(files: Mapping[str, bytes], listed: Mapping[str, Any]) -> Iterator[Fault]:
    for name, known in listed.items():
        if name not in files:
            yield Fault(kind=Kind.FILE, name=name, title=name, message="清单列有，数据包里没有")
        elif not isinstance(known, dict) or known.get("sha256") != hashlib.sha256(files[name]).hexdigest():
            yield _changed(name, files[name], known)
    for name in files:
        if name not in listed and name not in (MANIFEST, SIGNATURE):
            yield Fault(kind=Kind.FILE, name=name, title=name, message="清单没有列，是后来放进去的")


def _changed(name: str, data: bytes, known: Any) -> Fault:
    before = known.get("lines") if isinstance(known, dict) else None
    if not isinstance(before, list):
        return Fault(kind=Kind.FILE, name=name, title=name, message="内容与清单所列的 SHA-256 不符，被改动过")
    now = line_digests(data)
    lines = [place for place, (old, new) in enumerate(zip(before, now, strict=False), 1) if old != new]
    more = f"，原有 {len(before)} 行，现有 {len(now)} 行" if len(before) != len(now) else ""
    told = f"第{'、'.join(map(str, lines[:20]))}行被改动" if lines else "行数被改动" if more else "被改动"
    return Fault(kind=Kind.FILE, name=name, title=name, message=f"内容与清单不符：{told}{more}")


def _other_rules(files: Mapping[str, bytes]) -> Iterator[str]:
    """Yield every file of rules or program by which the package was made and that is another here."""
    here = {path: digest for path, (_, digest) in publication_rules.rules().items()}
    there = {row["path"]: row["sha256"] for row in _rows(files.get(RULES, b"")) if "path" in row and "sha256" in row}
    for path in sorted({*here, *there}):
        if here.get(path) != there.get(path):
            yield path
    for name, data in files.items():
        if name.startswith("rules/schemes/") and here.get(name) not in (None, hashlib.sha256(data).hexdigest()):
            yield name


def _rows(data: bytes) -> list[dict[str, str]]:
    try:
        return [{k: v for k, v in row.items() if k} for row in csv.DictReader(io.StringIO(data.decode("utf-8")))]
    except (UnicodeDecodeError, csv.Error):
        return []


# ── does every number follow ───────────────────────────────────────────────────────────────────────────────────


def _recompute(files: Mapping[str, bytes]) -> tuple[Recomputed | None, list[Fault]]:
    problems = Problems()
    try:
        year = recomputed(files, problems)
    except InvalidPackage as error:
        return None, [_unsound(problem) for problem in error.problems]
    except Unreadable as error:
        return None, [Fault(kind=Kind.TABLE, name="datapackage.json", title="数据包说明", message=error.reason)]
    return year, [_unsound(problem) for problem in problems.listed()]


def _unsound(problem: Problem) -> Fault:
    return Fault(kind=Kind.TABLE, name=problem.file, title=problem.file, message=str(problem))


def _not_following(year: Recomputed, files: Mapping[str, bytes]) -> list[Fault]:
    names = {row.get("name", ""): row for row in _rows(files.get(FILES, b""))}
    made = derived(year, names)
    found: dict[tuple[str, str], Fault] = {}
    for fault in _differences(year, files, made):
        key = (fault.kind, fault.name)
        known = found.get(key)
        found[key] = fault if known is None else _merged(known, fault)
    stated = names.get(REPORT, {})
    now = (str(len(made[REPORT])), hashlib.sha256(made[REPORT]).hexdigest())
    if (stated.get("bytes"), stated.get("sha256")) != now:
        message = f"{FILES} 所列的字节数或 SHA-256 与由数据重新写出的报告不同"
        found["file", REPORT] = Fault(kind=Kind.OTHER, name=REPORT, title="自评报告（网页）", message=message)
    return list(found.values())


def _merged(known: Fault, other: Fault) -> Fault:
    """Tell one number published in several places once; the telling text is kept before exact fields."""
    where = tuple(dict.fromkeys((*known.where, *other.where)))
    return replace(known, where=where)


def _differences(year: Recomputed, files: Mapping[str, bytes], made: Mapping[str, bytes]) -> Iterator[Fault]:
    compare = {
        RESULT: _result,
        FIGURES: _figure_rows,
        SCORES: _score_rows,
        INDICATORS: _indicator_rows,
        PAGE: _page,
    }
    for name, judge in compare.items():
        if name not in files:
            yield Fault(kind=Kind.FILE, name=name, title=name, message="数据包里没有这个文件，无从核对")
        elif files[name] != made[name]:
            yield from judge(year, files[name], made[name])
    if files.get(REPORT, b"") != made[REPORT]:
        yield Fault(
            kind=Kind.OTHER,
            name=REPORT,
            title="自评报告（网页）",
            message="与由数据重新写出的报告不同" if REPORT in files else "数据包里没有自评报告",
            where=(REPORT,),
        )


Path = tuple[str | int, ...]


def _json_differences(here: bytes, made: bytes) -> Iterator[tuple[Path, str, str]] | None:
    try:
        published = json.loads(here)
    except (ValueError, RecursionError):
        return None
    before, after = dict(leaves(published)), dict(leaves(json.loads(made)))
    paths = sorted({*before, *after}, key=lambda path: tuple(map(str, path)))
    gone = "（没有）"
    return (
        (path, _shown(before.get(path, gone)), _shown(after.get(path, gone)))
        for path in paths
        if before.get(path, gone) != after.get(path, gone)
    )


def _shown(value: Any) -> str:
    return "未提供" if value is None else str(value)


def _broken(name: str) -> Fault:
    return Fault(kind=Kind.FILE, name=name, title=name, message="不是合格的 JSON 或 CSV，无从核对")


def _result(year: Recomputed, here: bytes, made: bytes) -> Iterator[Fault]:
    found = _json_differences(here, made)
    if found is None:
        yield _broken(RESULT)
        return
    for path, printed, now in sorted(found, key=lambda one: _weight(one[0])):
        yield _of_result(year, path, printed, now)


def _weight(path: Path) -> int:
    """Put what is printed before what is behind it, so that a fault tells the printed text."""
    return {"text": 0, "points": 0, "total": 0, "amount": 1, "exact": 2}.get(str(path[-1]), 3)


def _of_result(year: Recomputed, path: Path, printed: str, now: str) -> Fault:
    where = (f"{RESULT} {'/'.join(map(str, path))}",)
    match path:
        case ("figures", str(name), *_):
            return _figure(year, name, printed, now, where)
        case ("evaluation", "scores", int(place), *_):
            return _score(year, "", place, printed, now, where)
        case ("projects", str(code), "scores", int(place), *_):
            return _score(year, code, place, printed, now, where)
        case ("indicators", int(place), *_):
            return _indicator(year, place, printed, now, where)
        case ("evaluation", "total"):
            return replace(_figure(year, "score.total", printed, now, where), kind=Kind.SCORE)
    return _otherwise(
        year, path, Fault(kind=Kind.OTHER, name="", title="", printed=printed, recomputed=now, where=where)
    )


def _otherwise(year: Recomputed, path: Path, fault: Fault) -> Fault:
    if path[0] in ("counts", "facts") and len(path) > 1:
        column = str(path[1])
        title, operands = year.year.measured.name(column), places_of_column(year, column)
        return replace(fault, kind=Kind.COUNT, name=column, title=title, operands=operands)
    title = "/".join(map(str, path))
    return replace(fault, name=title, title=title)


def _figure(year: Recomputed, name: str, printed: str, now: str, where: tuple[str, ...]) -> Fault:
    working = year.report.named.get(name)
    if working is None:
        return Fault(
            kind=Kind.FIGURE, name=name, title=name, message="数据里没有这个数字", printed=printed, where=where
        )
    return Fault(
        kind=Kind.FIGURE,
        name=name,
        title=working.title,
        printed=printed,
        recomputed=now,
        working="；".join((*working.lines, working.formula)),
        where=where,
        operands=places(year, name) or working.operands,
        depth=_depth(year, name),
    )


def _depth(year: Recomputed, name: str, seen: frozenset[str] = frozenset()) -> int:
    """Return how many sums stand between a figure and the rows of a table."""
    working = year.report.named.get(name)
    below = [one for one in working.operands if one not in seen] if working is not None else []
    return 1 + max((_depth(year, one, seen | {name}) for one in below), default=-1)


def _score(year: Recomputed, project: str, place: int, printed: str, now: str, where: tuple[str, ...]) -> Fault:
    evaluation = year.year.projects.get(project) if project else year.year.evaluation
    if evaluation is None or place >= len(evaluation.scores):
        return Fault(
            kind=Kind.SCORE, name=f"{project}:{place}", title="得分", printed=printed, recomputed=now, where=where
        )
    return _of_score(year, project, evaluation.scores[place].indicator.key, printed, now, where)


def _of_score(year: Recomputed, project: str, key: str, printed: str, now: str, where: tuple[str, ...]) -> Fault:
    evaluation = year.year.projects.get(project) if project else year.year.evaluation
    scores = {} if evaluation is None else {score.indicator.key: score for score in evaluation.scores}
    prefix = f"project.{project}." if project else ""
    score = scores.get(key)
    title = f"{score.title if score else key or '合计'}{f'（项目 {project}）' if project else ''}"
    return Fault(
        kind=Kind.SCORE,
        name=f"{prefix}indicator.{key}.score" if key else f"{prefix}score.total",
        title=title,
        printed=printed,
        recomputed=now,
        working=score.working if score else "",
        where=where,
        operands=places(year, f"{prefix}indicator.{key}.value") if key else (),
    )


def _indicator(year: Recomputed, place: int, printed: str, now: str, where: tuple[str, ...]) -> Fault:
    known = year.result["indicators"]
    key = known[place]["key"] if place < len(known) else str(place)
    return _of_indicator(year, key, printed, now, where)


def _of_indicator(year: Recomputed, key: str, printed: str, now: str, where: tuple[str, ...]) -> Fault:
    found = next((one for one in year.result["indicators"] if one["key"] == key), None)
    return Fault(
        kind=Kind.INDICATOR,
        name=key,
        title=found["title"] if found else key,
        printed=printed,
        recomputed=now,
        working=f"{found['operands']}（{found['formula']}）" if found else "",
        where=where,
        operands=places(year, f"measure.{key}"),
    )


def _page(year: Recomputed, here: bytes, made: bytes) -> Iterator[Fault]:
    found = _json_differences(here, made)
    if found is None:
        yield _broken(PAGE)
        return
    page = json.loads(made)
    for path, printed, now in sorted(found, key=lambda one: _weight(one[0])):
        name = _named(page, path)
        where = (f"{PAGE} {'/'.join(map(str, path))}",)
        if name in year.report.named:
            yield replace(_figure(year, name, printed, now, where), kind=Kind.PAGE)
        else:
            title = "/".join(map(str, path))
            yield Fault(kind=Kind.PAGE, name=name or title, title=title, printed=printed, recomputed=now, where=where)


def _named(page: Any, path: Path) -> str:
    """Return the name of the number a value of the page belongs to."""
    name, at = "", page
    for step in path:
        at = at[step] if isinstance(at, dict) and step in at else at[step] if _has(at, step) else None
        if isinstance(at, dict) and isinstance(at.get("name"), str):
            name = at["name"]
    return name


def _has(at: Any, step: str | int) -> bool:
    return isinstance(at, list) and isinstance(step, int) and step < len(at)


# ── rows of the tables that follow ─────────────────────────────────────────────────────────────────────────────


def _row_differences(
    name: str, here: bytes, made: bytes, keys: Sequence[str]
) -> Iterator[tuple[tuple[str, ...], str, str, str, str]]:
    """Yield key, column, published cell, recomputed cell and place of every cell that differs."""
    published = _keyed(_rows(here), keys)
    now = _keyed(_rows(made), keys)
    for key in dict.fromkeys((*published, *now)):
        line, before = published.get(key, (0, {}))
        _, after = now.get(key, (0, {}))
        place = f"{name} 第{line}行" if line else name
        for column in sorted({*before, *after}, key=_column_weight):
            if before.get(column, "") != after.get(column, ""):
                yield key, column, str(before.get(column, "（没有）")), str(after.get(column, "（没有）")), place


def _column_weight(column: str) -> int:
    return {"printed": 0, "points": 0, "actual": 1, "exact": 2}.get(column, 3)


def _keyed(
    rows: Iterable[Mapping[str, str]], keys: Sequence[str]
) -> dict[tuple[str, ...], tuple[int, Mapping[str, str]]]:
    return {tuple(str(row.get(key, "")) for key in keys): (line, row) for line, row in enumerate(rows, 2)}


def _figure_rows(year: Recomputed, here: bytes, made: bytes) -> Iterator[Fault]:
    for (name,), _, printed, now, place in _row_differences(FIGURES, here, made, ("name",)):
        yield _figure(year, name, printed, now, (place,))


def _score_rows(year: Recomputed, here: bytes, made: bytes) -> Iterator[Fault]:
    for (project, key), _, printed, now, place in _row_differences(SCORES, here, made, ("project", "indicator")):
        yield _of_score(year, project, key, printed, now, (place,))


def _indicator_rows(year: Recomputed, here: bytes, made: bytes) -> Iterator[Fault]:
    for (key,), _, printed, now, place in _row_differences(INDICATORS, here, made, ("key",)):
        yield _of_indicator(year, key, printed, now, (place,))


def _checked(year: Recomputed) -> dict[str, int]:
    evaluations = [one for one in (year.year.evaluation, *year.year.projects.values()) if one is not None]
    return {
        "figures": len(year.report.named),
        "scores": sum(len(one.scores) for one in evaluations),
        "indicators": len(year.result["indicators"]),
        "page": len(year.page.proofs),
    }
