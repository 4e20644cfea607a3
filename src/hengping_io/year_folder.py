"""Read one year of a department from its folder, and refuse it with every reason at once.

What one table must look like is in ``rules/year_package.toml``; what tables must say to each other is here. The rules
have the names that ``year_layouts.RULES`` explains.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from hengping.figures import ZERO, round_half_up
from hengping.ledger import balances
from hengping.ledger.accounts import check_book, check_entry
from hengping.ledger.book import EXPENDITURE, FULL_YEAR_BUDGET, total
from hengping.ledger.facts import COLUMNS
from hengping.ledger.model import Book
from hengping_io import year_book, year_events, year_scheme
from hengping_io.data_package import DESCRIPTOR, Table, read_package
from hengping_io.data_problems import Problems
from hengping_io.year_layouts import layouts

NOT_ITEMISED = "未列明"
"""The word a ledger line's note must hold where its item is not known."""

PRIVATE = re.compile(
    r"(?<![0-9A-Za-z])[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]"
    r"(?![0-9A-Za-z])|(?<![0-9A-Za-z])1[3-9][0-9]{9}(?![0-9A-Za-z])"
)
LONG_NUMBER = re.compile(r"[0-9]{11}")
"""What no telephone or identity number is without; looked for first, because it is quick."""
FREE_TEXT = ("details", "text", "detail", "note", "result", "expected", "cause", "remedy", "reason", "title")


@dataclass(frozen=True)
class YearFolder:
    """One year as read and found sound: its tables by name; a table that was not given is empty."""

    folder: Path
    tables: Mapping[str, Table]
    logs: year_events.Logs = field(default_factory=dict)
    notices: tuple[str, ...] = ()

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


def read(folder: Path, *, scheme: str = "", reported_on: date | None = None) -> YearFolder:
    """Read and validate a year folder; a scheme or a report date given here replaces the folder's own.

    Raises ``Unreadable`` where there is no package, ``InvalidPackage`` with every problem where it breaks a rule.
    """
    problems = Problems()
    found = read_package(folder, layouts(), problems)
    own = frozenset(found["targets"]["indicator"]) if "targets" in found else frozenset()
    notices = tuple(_replace(found, scheme, reported_on))
    _check_private(found, problems)
    logs = check_year(folder, found, own, problems)
    problems.raise_if_any()
    return YearFolder(folder, with_absent(found), logs, notices)


def with_absent(found: Mapping[str, Table]) -> dict[str, Table]:
    """Return tables with an empty one for each that was not given."""
    return {**found, **{name: _absent(name) for name in layouts() if name not in found}}


def mentions(folder: Path, table: str) -> bool:
    """Tell, at a glance and before anything is judged, whether a folder's descriptor speaks of a table."""
    try:
        return f'"{table}"' in (folder / DESCRIPTOR).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False


def _replace(found: dict[str, Table], scheme: str, reported_on: date | None) -> Iterator[str]:
    """Put the scheme and the report date that were asked for in place of the folder's own; say what that leaves out."""
    unit = found.get("unit")
    if unit is None or len(unit) != 1:
        return
    if reported_on is not None:
        unit.columns["reported_on"] = [reported_on]
    before, day = unit["scheme"][0], unit["reported_on"][0]
    if not scheme or scheme == before:
        return
    unit.columns["scheme"] = [scheme]
    if "targets" in found and day is not None:
        kept = year_scheme.fitting(found["targets"], scheme, day)
        left_out = len(found["targets"]) - len(kept)
        found["targets"] = kept
        if left_out:
            yield f"按要求改用评分表 {scheme}：数据包为 {before or '另一评分表'} 自设的 {left_out} 个年度指标没有列入，不计分。"


def _absent(name: str) -> Table:
    layout = layouts()[name]
    return Table(layout, "", {column.name: [] for column in layout.columns}, ())


def check_year(
    folder: Path | None, found: Mapping[str, Table], own: frozenset[str], problems: Problems
) -> year_events.Logs:
    """Judge what tables say to each other, leaving out those that are not sound in themselves; return the logs.

    Without a folder the papers behind the figures are not looked for: a published package names them only.
    """
    tables = {name: table for name, table in found.items() if not problems.of(table.file)}
    if "unit" not in tables or not _check_single(tables, problems):
        return {}
    unit = next(tables["unit"].rows())
    year, reported_on = unit["fiscal_year"], unit["reported_on"]
    _check_report_date(tables["unit"], year, reported_on, problems)
    if "staffing" in tables:
        _check_staffing(tables["staffing"], problems)
    if {"ledger", "staffing"} <= set(tables) and _all_sound(found, tables, "projects", "buildings"):
        _check_book(tables, problems)
    if folder is not None:
        _check_evidence(folder, tables.get("evidence"), problems)
    _check_recorded(tables, reported_on, problems)
    if _all_sound(found, tables, "targets"):
        year_scheme.check(tables, own, problems)
    if not {"petitions", "events"} <= set(tables):
        return {}
    _check_sequences(tables["events"], problems)
    return {} if problems.of(tables["events"].file) else year_events.gather(tables, problems)


def _all_sound(found: Mapping[str, Table], sound: Mapping[str, Table], *names: str) -> bool:
    """Tell whether those of the tables that are given can be relied on."""
    return all(name in sound for name in names if name in found)


def _check_single(tables: Mapping[str, Table], problems: Problems) -> bool:
    before = len(problems.found)
    for name, least in (("unit", 1), ("hospitality", 0)):
        table = tables.get(name)
        if table is not None and not least <= len(table) <= 1:
            problems.add(table.file, f"有 {len(table)} 行", rule="一行", remedy=f"“{table.layout.title}”只能有一行。")
    return len(problems.found) == before


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


def _report(table: Table, column: str, wrong: Mapping[Any, str], rule: str, remedy: str, problems: Problems) -> None:
    """Note every row whose value is one of the wrong ones."""
    if not wrong:
        return
    for line, value in zip(table.lines, table[column], strict=True):
        if value in wrong:
            problems.add(table.file, wrong[value], row=line, column=column, rule=rule, remedy=remedy)


def _check_book(tables: Mapping[str, Table], problems: Problems) -> None:
    """Have the core judge the entries and their balances, then compare what the unit asserts."""
    unit = next(tables["unit"].rows())
    book, stated = year_book.book(tables), year_book.stated(tables)
    for problem in check_book(book, stated, partial=bool(unit["partial"])):
        problems.extend([replace(problem, column=problem.column or "amount")])
    problems.extend(balances.problems_of(balances.standings(book, year_book.assertions(tables))))
    last = year_book.last_book(tables)
    if last is not None:
        problems.extend(problem for entry in last.entries for problem in check_entry(entry, last, partial=True))
    _check_unlisted(tables["ledger"], problems)
    if "figures" in tables:
        _check_figures(tables["figures"], problems)
        _check_carried(tables["figures"], book, problems)


def _check_unlisted(table: Table, problems: Problems) -> None:
    """What has no item must say so, in words a reader of the table sees."""
    for line, code, note in zip(table.lines, table["economic"], table["note"], strict=True):
        if len(code) < 5 and NOT_ITEMISED not in note:
            problems.add(
                table.file,
                "没有写到款级科目，备注里也没有说明",
                row=line,
                column="economic",
                rule="科目",
                remedy=f"请写五位款级代码；确实没有列明的，在备注里写明“{NOT_ITEMISED}”。",
            )


def _check_figures(table: Table, problems: Problems) -> None:
    for line, row in zip(table.lines, table.rows(), strict=True):
        value: Decimal = row["value"]
        counted = row["item"] in COLUMNS and COLUMNS[row["item"]].unit == "项"
        if value < 0 or value != round_half_up(value, 0 if counted else 2):
            what = "不是整数" if counted else "不是两位小数的金额"
            message = f"{value} {'小于零' if value < 0 else what}"
            problems.add(table.file, message, row=line, column="value", rule="个数", remedy="请核对单位与数值。")


def _check_carried(table: Table, book: Book, problems: Problems) -> None:
    """What was granted and not spent must be carried over, left as surplus, or taken back."""
    stated = {row["item"]: row["value"] for row in table.rows()}
    granted, spent = total(book, FULL_YEAR_BUDGET), total(book, EXPENDITURE)
    if not {"carry_over", "surplus"} <= set(stated) or granted is None or spent is None:
        return
    left = stated["carry_over"] + stated["surplus"] + stated.get("reclaimed", ZERO)
    if granted - spent != left:
        problems.add(
            table.file,
            f"全年预算减决算为 {granted - spent} 元，年末结转、结余与财政收回之和为 {left} 元",
            column="value",
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


def _check_sequences(table: Table, problems: Problems) -> None:
    """Events stand in order: numbered from 1 without a gap, never going back in time."""
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
    if LONG_NUMBER.search("\n".join(texts)) is None:
        return
    wrong = {text: "疑似身份证号码或者手机号码" for text in texts if PRIVATE.search(text)}
    _report(table, column, wrong, "个人信息", "年度数据包不收个人信息，请删去。", problems)
