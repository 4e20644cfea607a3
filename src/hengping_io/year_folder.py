"""Read one year of a department from its folder, and refuse it with every reason at once.

What one table must look like is in ``rules/year_package.toml``; what tables must say to each other is here. The rules
have the names that ``year_layouts.RULES`` explains.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from hengping import classification
from hengping.classification import Kind
from hengping.figures import ZERO
from hengping_io.data_package import Problems, Table, read_package
from hengping_io.year_layouts import layouts

NOT_ITEMISED = "未列明"
"""The word a ledger line's note must hold where its item is not known."""

PRIVATE = re.compile(
    r"(?<![0-9A-Za-z])[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]"
    r"(?![0-9A-Za-z])|(?<![0-9A-Za-z])1[3-9][0-9]{9}(?![0-9A-Za-z])"
)
FREE_TEXT = ("details", "text", "detail", "note", "result", "expected", "cause", "remedy", "reason", "title")


@dataclass(frozen=True)
class YearFolder:
    """One year as read and found sound: its tables by name; a table that was not given is empty."""

    folder: Path
    tables: Mapping[str, Table]

    def rows(self, name: str) -> Iterator[dict[str, Any]]:
        """Yield one table row by row."""
        return self.tables[name].rows()

    def has(self, name: str) -> bool:
        """Tell whether the folder gives a table at all."""
        return name in self.given

    @property
    def given(self) -> frozenset[str]:
        """Return the names of the tables that came with the folder."""
        return frozenset(name for name, table in self.tables.items() if table.file)

    @property
    def unit(self) -> Mapping[str, Any]:
        """Return the one row of the unit table."""
        return next(self.rows("unit"))

    @property
    def year(self) -> int:
        """Return the fiscal year."""
        year: int = self.unit["fiscal_year"]
        return year


def read(folder: Path) -> YearFolder:
    """Read and validate a year folder.

    Raises ``Unreadable`` where there is no package, ``InvalidPackage`` with every problem where it breaks a rule.
    """
    problems = Problems()
    found = read_package(folder, layouts(), problems)
    _check_private(found, problems)
    if "unit" in found and not problems:
        _check_year(folder, found, problems)
    problems.raise_if_any()
    absent = {name: _absent(name) for name in layouts() if name not in found}
    return YearFolder(folder, found | absent)


def _absent(name: str) -> Table:
    layout = layouts()[name]
    return Table(layout, "", {column.name: [] for column in layout.columns}, ())


def _check_year(folder: Path, tables: Mapping[str, Table], problems: Problems) -> None:
    if not _check_single(tables, problems):
        return
    unit = next(tables["unit"].rows())
    year, reported_on = unit["fiscal_year"], unit["reported_on"]
    _check_report_date(tables["unit"], year, reported_on, problems)
    _check_staffing(tables["staffing"], problems)
    for name, of in (("ledger", year), ("last_ledger", year - 1)):
        if name in tables:
            _check_subjects(tables[name], of, problems)
    _check_entries(tables["ledger"], year, problems)
    _check_balances(tables, problems)
    _check_evidence(folder, tables.get("evidence"), problems)
    _check_recorded(tables, reported_on, problems)
    _check_sequences(tables.get("events"), problems)


def _check_single(tables: Mapping[str, Table], problems: Problems) -> bool:
    for name, least in (("unit", 1), ("hospitality", 0)):
        table = tables.get(name)
        if table is not None and not least <= len(table) <= 1:
            problems.add(table.file, f"有 {len(table)} 行", rule="一行", remedy=f"“{table.layout.title}”只能有一行。")
    return not problems


def _check_report_date(table: Table, year: int, reported_on: date, problems: Problems) -> None:
    if reported_on.year <= year:
        problems.add(
            table.file,
            f"报告日期 {reported_on} 在 {year} 年度终了之前",
            row=table.lines[0],
            column="reported_on",
            rule="报告日期",
            remedy="自评在年度终了之后进行，请核对年度与日期。",
        )


def _check_staffing(table: Table, problems: Problems) -> None:
    by_kind = {row["kind"]: row for row in table.rows()}
    total = by_kind.get("total")
    kinds = [row for kind, row in by_kind.items() if kind not in ("total", "retired")]
    if total is None or not kinds:
        return
    for column in ("posts", "people"):
        parts = [row[column] for row in kinds]
        whole = total[column]
        if whole is None or None in parts or sum(parts) == whole:
            continue
        problems.add(
            table.file,
            f"各类之和 {'＋'.join(map(str, parts))}＝{sum(parts)}，合计写 {whole}",
            row=table.lines[list(by_kind).index("total")],
            column=column,
            rule="编制合计",
            remedy="请核对批文；没有分项数的留空。",
        )


def _check_subjects(table: Table, year: int, problems: Problems) -> None:
    for column, kind, lengths in (
        ("economic", Kind.ECONOMIC, (3, 5)),
        ("functional", Kind.FUNCTIONAL, (7,)),
    ):
        wrong = {code: why for code in set(table[column]) if code and (why := _wrong(code, kind, lengths, year))}
        _report(table, column, wrong, "科目", "请查当年《政府收支分类科目》，没有列明的按说明留空。", problems)
    open_lines = [
        line
        for line, code, note in zip(table.lines, table["economic"], table["note"], strict=True)
        if len(code) < 5 and NOT_ITEMISED not in note
    ]
    for line in open_lines:
        problems.add(
            table.file,
            "没有写到款级科目，备注里也没有说明",
            row=line,
            column="economic",
            rule="科目",
            remedy=f"请写五位款级代码；确实没有列明的，在备注里写明“{NOT_ITEMISED}”。",
        )


def _wrong(code: str, kind: Kind, lengths: Sequence[int], year: int) -> str:
    found = classification.subject(code, kind)
    if found is None or len(code) not in lengths:
        return f"“{code}”不在{kind.label}之内" if found is None else f"“{code}”是{found.level_name}级代码"
    if not any(found.in_force(day) for day in (date(year, 1, 1), date(year, 12, 31))):
        span = f"{found.since.year if found.since else ''}–{found.until.year - 1 if found.until else ''}"
        return f"“{found}”在 {year} 年无效（有效年度 {span}）"
    return ""


def _report(table: Table, column: str, wrong: Mapping[Any, str], rule: str, remedy: str, problems: Problems) -> None:
    """Note every row whose value is one of the wrong ones."""
    if not wrong:
        return
    for line, value in zip(table.lines, table[column], strict=True):
        if value in wrong:
            problems.add(table.file, wrong[value], row=line, column=column, rule=rule, remedy=remedy)


def _check_entries(table: Table, year: int, problems: Problems) -> None:
    outside = {on: f"{on} 不在 {year} 年度" for on in set(table["on"]) if on is not None and on.year != year}
    _report(table, "on", outside, "年度", "跨年的账记入它所属的年度。", problems)
    for line, phase, reason in zip(table.lines, table["phase"], table["adjustment"], strict=True):
        if (phase == "adjustment") != bool(reason):
            message = "预算调整没有写原因" if phase == "adjustment" else "不是预算调整，却写了调整原因"
            remedy = "可选：上年结转、追加、追减、调剂。" if phase == "adjustment" else "请删去，或改正阶段。"
            problems.add(table.file, message, row=line, column="adjustment", rule="调整原因", remedy=remedy)


Select = Callable[[Mapping[str, Any]], bool]


def _check_balances(tables: Mapping[str, Table], problems: Problems) -> None:
    ledger = tables["ledger"]
    if "balances" in tables:
        table = tables["balances"]
        for line, row in zip(table.lines, table.rows(), strict=True):
            _check_balance(table.file, line, row, ledger, problems)
    if {"execution", "final"} <= set(ledger["phase"]):
        _check_settled(ledger, problems)
    if "holdings" in tables:
        _check_carried(tables["holdings"], ledger, problems)


def _check_balance(file: str, line: int, wanted: Mapping[str, Any], ledger: Table, problems: Problems) -> None:
    found = ZERO
    columns = (ledger[name] for name in ("phase", "part", "fund", "economic", "amount"))
    for phase, part, fund, economic, amount in zip(*columns, strict=True):
        if (
            phase == wanted["phase"]
            and wanted["part"] in ("", part)
            and wanted["fund"] in ("", fund)
            and economic.startswith(wanted["economic"])
        ):
            found += amount
    if found != wanted["amount"]:
        problems.add(
            file,
            f"账目合计 {found}，这里写 {wanted['amount']}，相差 {found - wanted['amount']}",
            row=line,
            column="amount",
            rule="账目平衡",
            remedy="请查漏记、重记的账目；确有未列明的，补一笔“未列明”。",
        )


def _check_settled(ledger: Table, problems: Problems) -> None:
    """The final accounts must say what was paid, account by account."""
    sums: dict[tuple[str, ...], dict[str, Decimal]] = {}
    columns = (ledger[name] for name in ("phase", "part", "fund", "functional", "economic", "project", "amount"))
    for phase, *account, amount in zip(*columns, strict=True):
        if phase in ("execution", "final"):
            found = sums.setdefault(tuple(account), {"execution": ZERO, "final": ZERO})
            found[phase] += amount
    for account, found in sums.items():
        if found["execution"] != found["final"]:
            shown = "、".join(part for part in account if part)
            problems.add(
                ledger.file,
                f"{shown}：执行 {found['execution']}，决算 {found['final']}",
                column="amount",
                rule="账目平衡",
                remedy="决算须与全年执行相等，请核对这一科目。",
            )


def _check_carried(holdings: Table, ledger: Table, problems: Problems) -> None:
    """What was granted and not paid must be carried over, left as surplus, or taken back."""
    amounts = {row["item"]: row["amount"] for row in holdings.rows()}
    if not {"carry_over", "surplus"} <= set(amounts) or not {"initial", "execution"} <= set(ledger["phase"]):
        return
    sums = dict.fromkeys(("initial", "adjustment", "execution", "final"), ZERO)
    for phase, amount in zip(ledger["phase"], ledger["amount"], strict=True):
        sums[phase] += amount
    unspent = sums["initial"] + sums["adjustment"] - sums["execution"]
    left = amounts["carry_over"] + amounts["surplus"] + amounts.get("reclaimed", ZERO)
    if unspent != left:
        problems.add(
            holdings.file,
            f"全年预算减执行为 {unspent}，年末结转、结余与财政收回之和为 {left}",
            column="amount",
            rule="账目平衡",
            remedy="请核对预算调整与年末结转结余。",
        )


def _check_evidence(folder: Path, table: Table | None, problems: Problems) -> None:
    if table is None:
        return
    for line, row in zip(table.lines, table.rows(), strict=True):
        path = folder / row["path"]
        if Path(row["path"]).is_absolute() or not path.resolve().is_relative_to(folder.resolve()):
            message, remedy = f"“{row['path']}”在数据包之外", "佐证材料须放进数据包文件夹。"
        elif not path.is_file():
            message, remedy = f"没有文件“{row['path']}”", "请把佐证材料放进数据包，或改正路径。"
        elif _sha256(path) != row["sha256"]:
            message, remedy = (
                f"“{row['path']}”的内容与登记的 SHA-256 不符",
                "文件登记后被改动过：请找回原件，或重新登记。",
            )
        else:
            continue
        problems.add(table.file, message, row=line, column="path", rule="佐证", remedy=remedy)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_recorded(tables: Mapping[str, Table], reported_on: date, problems: Problems) -> None:
    for name in ("measures", "evidence"):
        if name in tables:
            late = {
                on: f"{on} 晚于报告日期 {reported_on}" for on in set(tables[name]["recorded_on"]) if on > reported_on
            }
            _report(tables[name], "recorded_on", late, "填报日期", "请核对日期。", problems)
    if "measures" in tables:
        answers = tables["measures"]["passed"]
        wrong = {
            answer: f"“{';'.join(answer)}”里有是、否以外的字" for answer in set(answers) if set(answer) - {"是", "否"}
        }
        _report(tables["measures"], "passed", wrong, "逐项核对", "按核对项次序写 是 或 否，以“;”分隔。", problems)


def _check_sequences(table: Table | None, problems: Problems) -> None:
    """Events stand in order: numbered from 1 without a gap, never going back in time."""
    if table is None:
        return
    before, number, day = "", 0, date.min
    columns = (table[name] for name in ("petition", "sequence", "on"))
    for line, petition, sequence, on in zip(table.lines, *columns, strict=True):
        if petition != before:
            before, number, day = petition, 0, date.min
        number += 1
        if sequence != number:
            message = f"“{petition}”的环节序号应为 {number}，写作 {sequence}"
            problems.add(
                table.file, message, row=line, column="sequence", rule="环节次序", remedy="请按事项、序号排列，不断号。"
            )
            number = sequence
        if on < day:
            message = f"“{petition}”的环节倒退：{on} 早于前一环节的 {day}"
            problems.add(table.file, message, row=line, column="on", rule="环节次序", remedy="请核对日期。")
        day = on


def _check_private(tables: Mapping[str, Table], problems: Problems) -> None:
    for table in tables.values():
        for column in table.layout.columns:
            if column.type == "text" and column.name in FREE_TEXT:
                _check_texts(table, column.name, problems)


def _check_texts(table: Table, column: str, problems: Problems) -> None:
    texts: Iterable[str] = {text for text in table[column] if text}
    if PRIVATE.search("\n".join(texts)) is None:
        return
    wrong = {text: "疑似身份证号码或者手机号码" for text in texts if PRIVATE.search(text)}
    _report(table, column, wrong, "个人信息", "年度数据包不收个人信息，请删去。", problems)
