"""Vouchers from accounting software in the data interface of GB/T 24589.2, read as payments of the year.

Which element says what is a table of the rulebook (``rules/accounting_interface.toml``), because programs differ and
the standard's own text is not public: a bureau adapts the table, not the program. What an element is taken for and how
sure that is stands in the notes. The XML may declare no document type and no entity, and its size is limited.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any
from xml.etree import ElementTree

from hengping import tables
from hengping.classification import Kind, subject
from hengping.errors import Problem, Unreadable
from hengping.figures import ZERO, round_half_up
from hengping.law import Confidence, source
from hengping.ledger.model import Account, Entry, Fund, Part, Phase
from hengping_io.ledger_preview import Asked, Preview, Question, Row, problem
from hengping_io.read_package import Package

TABLE = "accounting_interface.toml"
REMEDY = "请从会计核算软件重新导出标准数据接口文件（XML）。"
DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
ENCODING = re.compile(rb"encoding\s*=\s*[\"']([A-Za-z0-9._-]{2,20})[\"']")
NUMBERED = re.compile(r"(\d+)")
MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
CHINESE = frozenset({"gb2312", "gbk", "gb18030", "gb-2312"})
SLOTS = 30
MOST_DIGITS = 15
"""Digits of an amount before the decimal point; more is no money."""
YES = frozenset({"1", "是", "Y", "y", "true", "TRUE"})
NO = frozenset({"0", "否", "N", "n", "false", "FALSE"})


@dataclass(slots=True)
class Found:
    """The records of the interface as texts, by kind; ``elements`` are the names that were used for each field."""

    records: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    elements: dict[str, dict[str, str]] = field(default_factory=dict)

    def of(self, kind: str) -> list[dict[str, str]]:
        """Return the records of one kind."""
        return self.records.get(kind, [])


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a voucher: where it stands, its account, its amounts, and its auxiliary values by their role."""

    place: str
    voucher: str
    on: date | None
    account: str
    debit: Decimal
    credit: Decimal
    summary: str
    values: Mapping[str, str]
    problems: tuple[Problem, ...] = ()
    void: bool = False
    unposted: bool = False


def is_xml(data: bytes) -> bool:
    """Tell whether a file is XML, in any of the encodings offices use, and neither a page nor a workbook."""
    head = data[:400]
    for mark in MARKS:
        head = head.removeprefix(mark)
    text = head.replace(b"\x00", b"").lstrip().lower()
    return text.startswith(b"<?xml") and b"<html" not in text


def read_xml(name: str, data: bytes, asked: Asked) -> Preview:
    """Read one file of the interface."""
    found = Found()
    _collect(parse(name, data), found)
    return _preview(name, found, asked)


def read_archive(name: str, data: bytes, asked: Asked) -> Preview:
    """Read the files of the interface out of a ZIP: base archives and general ledger are often two files."""
    package = Package(name, data, limit=_table()["largest"])
    parts = [part for part in package.names if part.lower().endswith(".xml")]
    if not parts:
        raise Unreadable(name, "压缩包里没有 XML 文件", f"{REMEDY}")
    found = Found()
    for part in parts:
        _collect(parse(f"{name}/{part}", package.part(part)), found)
    return _preview(name, found, asked)


def parse(name: str, data: bytes) -> ElementTree.Element:
    """Parse a file without trusting it: no document type, no entity, no more than the size the rulebook allows."""
    largest = _table()["largest"]
    if len(data) > largest:
        raise Unreadable(
            name, f"文件有 {len(data) // 1_000_000} MB，超过 {largest // 1_000_000} MB", "请按月份分开导出。"
        )
    text = _decoded(name, data)
    if "<!DOCTYPE" in text or "<!ENTITY" in text or "<!doctype" in text:
        raise Unreadable(name, "含有文档类型声明或实体，按安全要求不予读取", REMEDY)
    try:
        return ElementTree.fromstring(DECLARATION.sub("", text, count=1))  # noqa: S314 - entities are refused above
    except ElementTree.ParseError as error:
        line, column = error.position
        raise Unreadable(name, f"第 {line} 行第 {column + 1} 列起不是合格的 XML", REMEDY) from error
    except (ValueError, RecursionError) as error:
        raise Unreadable(name, "不是合格的 XML", REMEDY) from error


def _decoded(name: str, data: bytes) -> str:
    declared = ENCODING.search(data[:200].replace(b"\x00", b""))
    encoding = declared[1].decode("ascii").lower() if declared else "utf-8"
    if encoding in CHINESE:
        encoding = "gb18030"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    try:
        return data.decode("utf-8-sig" if encoding in ("utf-8", "utf8") else encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise Unreadable(name, f"文件不是它自己声明的编码（{encoding}）", REMEDY) from error


# ── from elements to records ───────────────────────────────────────────────────────────────────────────────────


def _collect(root: ElementTree.Element, found: Found) -> None:
    kinds = {element: kind for kind, record in _table()["record"].items() for element in record["names"]}
    most = _table()["most_lines"]
    for node in root.iter():
        kind = kinds.get(_local(node.tag))
        if kind is None or not len(node):
            continue
        texts = {_local(child.tag): (child.text or "").strip() for child in node if not len(child)}
        values = _fields(kind, texts, found)
        if values:
            rows = found.records.setdefault(kind, [])
            rows.append(values)
            if len(rows) > most:
                raise Unreadable("数据接口", f"{kind} 超过 {most} 条", "请按月份分开导出。")


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _fields(kind: str, texts: Mapping[str, str], found: Found) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, known in _table()["record"][kind]["fields"].items():
        if name == "slot":
            for number in range(1, SLOTS + 1):
                used = next((one for one in known["names"] if texts.get(one.format(n=number))), "")
                if used:
                    values[f"slot{number}"] = texts[used.format(n=number)]
            continue
        used = next((one for one in known["names"] if one in texts), "")
        if used:
            values[name] = texts[used]
            found.elements.setdefault(kind, {})[name] = used
    return values


def _preview(name: str, found: Found, asked: Asked) -> Preview:
    if not found.of("line"):
        known = "、".join(_table()["record"]["line"]["names"])
        raise Unreadable(
            name, f"里面没有记账凭证（按元素名 {known} 查找）", "元素名不同的，请在 accounting_interface.toml 里补上。"
        )
    missing = [one for one in ("number", "account", "debit", "credit") if one not in found.elements.get("line", {})]
    if missing:
        names = "；".join("或".join(_table()["record"]["line"]["fields"][one]["names"]) for one in missing)
        raise Unreadable(name, f"记账凭证缺少元素：{names}", "元素名不同的，请在 accounting_interface.toml 里补上。")
    reading = _Reading(found, asked)
    lines = [reading.line(values, position) for position, values in enumerate(found.of("line"), start=1)]
    return Preview(
        name=name,
        layout="interface",
        title=f"会计核算软件数据接口（{source(_table()['source']).number}）",
        rows=tuple(reading.rows(lines)),
        questions=tuple(reading.questions()),
        notes=(*_sure(found), *reading.checked(lines)),
    )


def _sure(found: Found) -> Iterator[str]:
    """Say how sure the reading of every element is that is not certain."""
    standard = source(_table()["source"])
    yield f"依据{standard}：{standard.note}"
    for kind, fields in found.elements.items():
        record = _table()["record"][kind]
        unsure = [
            used
            for name, used in fields.items()
            if Confidence(record["fields"][name]["confidence"]) is Confidence.UNCERTAIN
        ]
        if unsure:
            yield f"“{record['title']}”的元素 {'、'.join(unsure)} 按通行写法认定，待核实"


# ── from records to entries ────────────────────────────────────────────────────────────────────────────────────


class _Reading:
    """What the accounts and auxiliary items of a file mean, and the payments of its vouchers."""

    def __init__(self, found: Found, asked: Asked) -> None:
        self.found = found
        self.asked = asked
        self.accounts = {one["code"]: one.get("name", "") for one in found.of("account") if one.get("code")}
        self.values = {one["code"]: one.get("name", "") for one in found.of("value") if one.get("code")}
        self.roles = self._roles()
        self.unclear_funds: list[str] = []

    def _roles(self) -> dict[str, dict[int, str]]:
        """Return, for every account, which auxiliary slot says what; by its number, else by the order it is listed in."""
        found: dict[str, dict[int, str]] = {}
        for one in self.found.of("dimension"):
            account = found.setdefault(one.get("account", ""), {})
            numbered = NUMBERED.search(one.get("number", ""))
            place = int(numbered[1]) if numbered and int(numbered[1]) <= SLOTS else len(account) + 1
            account[place] = _dimension(one.get("name", "") or one.get("number", ""))
        return found

    def line(self, values: Mapping[str, str], position: int) -> Line:
        """Return one line of a voucher as read."""
        place = f"记账凭证第{position}条"
        problems: list[Problem] = []
        amounts = {side: _amount(values.get(side, ""), place, side, problems) for side in ("debit", "credit")}
        year = values.get("year", "")
        if year and year != str(self.asked.year):
            problems.append(
                problem(place, f"会计年度是 {year}，本年度是 {self.asked.year}", f"请在 {year} 年度导入。", "年度")
            )
        account = values.get("account", "")
        return Line(
            place=f"{place}（{_voucher(values)}）",
            voucher=_voucher(values),
            on=_day(values.get("on", ""), place, problems),
            account=account,
            debit=amounts["debit"],
            credit=amounts["credit"],
            summary=values.get("summary", ""),
            values=self._auxiliary(account, values),
            problems=tuple(problems),
            void=values.get("void", "") in YES,
            unposted=values.get("posted", "") in NO,
        )

    def _auxiliary(self, account: str, values: Mapping[str, str]) -> dict[str, str]:
        """Return the auxiliary values of a line by role: as elements of their own, by the account's list, or by shape."""
        found = {role: values[role] for role in ("functional", "economic", "project") if values.get(role)}
        roles = self._roles_of(account)
        for number in range(1, SLOTS + 1):
            text = values.get(f"slot{number}", "")
            role = roles.get(number, "") or _by_shape(text)
            if text and role:
                found.setdefault(role, text)
        return found

    def _roles_of(self, account: str) -> Mapping[int, str]:
        """Return the roles listed for an account, or for the nearest account above it."""
        for length in range(len(account), 0, -1):
            if account[:length] in self.roles:
                return self.roles[account[:length]]
        return {}

    def rows(self, lines: Sequence[Line]) -> Iterator[Row]:
        """Yield what becomes of every line on an account of expenditure."""
        vouchers: dict[str, list[Line]] = {}
        for line in lines:
            vouchers.setdefault(line.voucher, []).append(line)
        for group in vouchers.values():
            gap = sum((line.debit - line.credit for line in group), ZERO)
            closing = any(_begins(line.account, "closing") for line in group)
            for line in group:
                if _begins(line.account, "expenditure"):
                    yield self._row(line, gap, closing=closing)

    def _row(self, line: Line, gap: Decimal, *, closing: bool) -> Row:
        amount = line.debit - line.credit
        says = f"{line.account} {self.accounts.get(line.account, '')} {line.summary}"[:100] + f"　{amount:f}元"
        if line.void:
            return Row(place=line.place, says=says, skipped="作废凭证，不记账")
        if line.unposted:
            return Row(place=line.place, says=says, skipped="凭证尚未记账，不作执行数")
        if closing:
            return Row(place=line.place, says=says, skipped="年末结转凭证（含预算结余科目），不是支出")
        problems = list(line.problems)
        if gap:
            problems.append(problem(line.place, f"凭证借贷不平，相差 {gap:f} 元", "请核对导出是否完整。", "借贷平衡"))
        entry = self._entry(line, amount, problems)
        if problems:
            return Row(place=line.place, says=says, problems=tuple(problems))
        return Row(place=line.place, says=says, entry=entry, skipped="" if entry else "等待确认资金来源")

    def _entry(self, line: Line, amount: Decimal, problems: list[Problem]) -> Entry | None:
        part = self._part(line)
        if part is None:
            problems.append(
                problem(
                    line.place,
                    "看不出是基本支出还是项目支出（辅助项、科目名称和项目编号都没有写明）",
                    "请在科目或者辅助项里区分，或在 accounting_interface.toml 里补上对应。",
                    "支出性质",
                )
            )
            return None
        fund = self._fund(line)
        if fund is None:
            return None
        project = line.values.get("project", "") if part is Part.PROJECT else ""
        account = Account(
            Phase.EXECUTION,
            part,
            fund,
            line.values.get("functional", ""),
            line.values.get("economic", ""),
            project,
        )
        return Entry(account=account, amount=amount, voucher=line.voucher[:120], on=line.on, note=line.summary[:400])

    def _part(self, line: Line) -> Part | None:
        told = self._told("part", line)
        if told:
            return Part(told)
        return Part.PROJECT if line.values.get("project") else None

    def _fund(self, line: Line) -> Fund | None:
        told = self._told("fund", line) or self.asked.answer("fund")
        if told in set(Fund):
            return Fund(told)
        self.unclear_funds.append(line.place)
        return None

    def _told(self, role: str, line: Line) -> str:
        """Return what the auxiliary value of a line says, else the names of its account and those above it."""
        value = line.values.get(role, "")
        texts = [value, self.values.get(value, "")] if value else []
        texts += [self.accounts.get(line.account[:length], "") for length in range(len(line.account), 3, -1)]
        return next(
            (row["value"] for text in texts for row in _table()[role] if any(word in text for word in row["words"])), ""
        )

    def questions(self) -> Iterator[Question]:
        """Yield the question of the budget where vouchers do not say it."""
        if self.unclear_funds or self.asked.answer("fund"):
            yield Question(
                key="fund",
                text="有凭证没有写明资金来源，这些支出属于哪一本预算？",
                why=tuple(self.unclear_funds[:5]),
                choices=tuple((one.value, one.label) for one in Fund),
                answer=self.asked.answer("fund"),
            )

    def checked(self, lines: Sequence[Line]) -> Iterator[str]:
        """Compare what vouchers add up to with the turnover the file states for every account of expenditure."""
        sums: dict[str, Decimal] = {}
        for line in lines:
            if not line.void and _begins(line.account, "expenditure"):
                sums[line.account] = sums.get(line.account, ZERO) + line.debit
        stated: dict[str, Decimal] = {}
        for one in self.found.of("balance"):
            if one.get("year", str(self.asked.year)) == str(self.asked.year):
                code = one.get("account", "")
                stated[code] = stated.get(code, ZERO) + (_plain(one.get("debit", "")) or ZERO)
        for code in sorted(sums):
            if code in stated and stated[code] != sums[code]:
                gap = sums[code] - stated[code]
                yield (
                    f"科目 {code} {self.accounts.get(code, '')}：凭证借方合计 {sums[code]:f} 元，"
                    f"余额表借方发生额 {stated[code]:f} 元，相差 {gap:f} 元，请核对导出是否完整"
                )
        if not stated:
            yield "文件里没有科目余额及发生额，凭证合计未能与余额表核对"


def _dimension(name: str) -> str:
    for row in _table()["dimension"]:
        if any(word in name for word in row["words"]) and not any(word in name for word in row.get("not", ())):
            return str(row["role"])
    return ""


def _by_shape(text: str) -> str:
    """Return what an unnamed auxiliary value must be, where it is a code of a classification."""
    if len(text) == 7 and subject(text, Kind.FUNCTIONAL) is not None:
        return "functional"
    if len(text) == 5 and subject(text) is not None:
        return "economic"
    return ""


def _begins(account: str, group: str) -> bool:
    return any(account.startswith(prefix) for prefix in _table()[group]["prefixes"])


def _voucher(values: Mapping[str, str]) -> str:
    """Return a voucher's number so that it is one in the year: numbers begin anew every month."""
    period = values.get("period", "").zfill(2)
    parts = (values.get("year", ""), period if period != "00" else "", values.get("type", ""), values.get("number", ""))
    return "-".join(part for part in parts if part)


def _amount(text: str, place: str, side: str, problems: list[Problem]) -> Decimal:
    value = _plain(text)
    if value is None or value != round_half_up(value, 2):
        title = {"debit": "借方", "credit": "贷方"}[side]
        problems.append(problem(place, f"{title}金额“{text[:20]}”不是金额", "请核对导出文件。", "金额"))
        return ZERO
    return round_half_up(value, 2)


def _plain(text: str) -> Decimal | None:
    try:
        value = Decimal(text.replace(",", "") or "0")
    except InvalidOperation:
        return None
    return value if value.is_finite() and value.adjusted() < MOST_DIGITS else None


def _day(text: str, place: str, problems: list[Problem]) -> date | None:
    digits = text.replace("-", "").replace("/", "")[:8]
    if not digits:
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        problems.append(problem(place, f"凭证日期“{text[:20]}”不是日期", "请核对导出文件。", "日期"))
        return None


@cache
def _table() -> Mapping[str, Any]:
    return tables.toml(TABLE)


def elements() -> Iterable[tuple[str, str, str, str]]:
    """Yield every element the mapping knows: record, field, names, and how sure they are."""
    for record in _table()["record"].values():
        for name, known in record["fields"].items():
            yield record["title"], name, "、".join(known["names"]), Confidence(known["confidence"]).label
