"""Workbooks in the layouts of published budgets and final accounts, and of the detailed lists behind them.

A published table says one thing at a time: how much by function, or how much by economic item. Where a table names
function, item and part of an amount together it is an entry; where it leaves one of them out it is a balance the book
must come to, unless the year holds published figures only. Totals are never entered; they must equal their parts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from hengping.classification import subject
from hengping.document import Document, Table
from hengping.errors import Problem, Unreadable
from hengping.figures import MONEY_UNITS, ZERO, around, print_number, quantum, total
from hengping.ledger.accounts import Assertion
from hengping.ledger.balances import standing
from hengping.ledger.model import Account, Entry, Fund, Part, Phase
from hengping.ledger.table_words import aside, fund_of, part_of, phase_of, plain, years_of
from hengping.ledger.units import jump
from hengping_io.ledger_import_columns import (
    DASHES,
    LEADING_CODE,
    LEVELS,
    MATRIX,
    Sheet,
    Side,
    address,
    number,
    places_of,
    row_place,
    sheet,
)
from hengping_io.ledger_preview import (
    MOST_ROWS,
    NOT_ITEMISED,
    Asked,
    Balance,
    Preview,
    Question,
    Row,
    code_problems,
    problem,
)
from hengping_io.read import read_bytes
from hengping_io.read_layout import LONGEST_TITLE, UNIT, unit_in

TOTALS = ("合计", "总计", "小计", "本年支出", "支出合计", "支出总计", "栏次")
MOST_TOTALS = 5
"""Times one total is compared with its parts; a table does not repeat it more often."""
GRAND = ""
"""Stands for the grand total, which is above every code."""
HEADLINES = 6
"""Lines above a table among which its title is looked for."""
UNITS = (("元", "元"), ("万元", "万元"))
KINDS = {
    "matrix": "功能分类乘经济分类的明细表",
    "detail": "逐项列示科目的明细表",
    "economic": "按经济分类列示",
    "functional": "按功能分类列示",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What holds for a whole table: statement, budget, part, unit, and where it is printed."""

    title: str
    kind: str
    phase: Phase
    fund: Fund | None
    part: Part | None
    unit: str

    @property
    def factor(self) -> Decimal:
        """Return how many 元 one unit of the table is."""
        return MONEY_UNITS[self.unit]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One row of a table as read: its codes, its name, its amounts by column, and what is wrong with it."""

    index: int
    place: str
    functional: str = ""
    economic: str = ""
    name: str = ""
    words: Mapping[str, str]
    amounts: Mapping[int, tuple[Decimal, int, str]]
    problems: tuple[Problem, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """Return the code the row is known by."""
        return self.functional or self.economic

    @property
    def says(self) -> str:
        """Return the row in short."""
        codes = " ".join(code for code in (self.functional, self.economic) if code)
        return f"{codes} {self.name}".strip() or "（没有编码和名称）"


def read_workbook(name: str, data: bytes, asked: Asked) -> Preview:
    """Read every table of a workbook that speaks of expenditure."""
    document = read_bytes(name, data)
    found = list(_sheets(document))
    if not found:
        raise Unreadable(name, "里面没有表格", "请上传预算、决算公开表，或者逐项列示科目的明细表。")
    size = sum(len(one.body) for one, _ in found)
    if size > MOST_ROWS:
        raise Unreadable(name, f"有 {size} 行，一次最多 {MOST_ROWS} 行", "请分成几个文件导入。")
    reading = _Reading(asked, document.text[:2000])
    reading.funded = {
        phase for one, title in found if kind_of(one) == "functional" and fund_of(title) and (phase := phase_of(title))
    }
    for one, title in found:
        reading.take(one, title)
    reading.rows = _once(reading.rows)
    if not reading.rows and not reading.questions:
        why = "；".join(reading.notes) or "没有一张表有科目编码和金额"
        raise Unreadable(name, f"没有可以导入的表（{why}）", "请核对标题、列名与编码列。")
    notes = [*(note.message for note in document.notes), *reading.notes]
    titles = "、".join(dict.fromkeys(reading.titles))
    return Preview(
        name=name,
        layout="tables",
        title=titles or "预算、决算表",
        rows=tuple(reading.rows),
        questions=tuple(reading.questions.values()),
        notes=tuple(dict.fromkeys(notes)),
    )


def _sheets(document: Document) -> Iterator[tuple[Sheet, str]]:
    """Yield every table with its title: the line above it that says what it is, else what the reader calls it."""
    above: list[str] = []
    for block in document.blocks:
        if not isinstance(block, Table):
            above.append(block.text)
            continue
        one = sheet(block)
        if one is not None:
            lines = [plain(UNIT.sub("", text)) for text in above[-HEADLINES:]]
            telling = (text for text in lines if len(text) <= LONGEST_TITLE and (phase_of(text) or aside(text)))
            yield one, next(telling, plain(block.title))
        above = []


def _once(rows: Sequence[Row]) -> list[Row]:
    """Keep a balance that two tables state once; where they state it differently, neither is believed."""
    first: dict[Balance, Row] = {}
    kept: list[Row] = []
    for row in rows:
        key = None if row.balance is None else replace(row.balance, amount=ZERO, basis="")
        earlier = first.get(key) if key is not None else None
        if key is None or row.balance is None:
            kept.append(row)
        elif earlier is None:
            first[key] = row
            kept.append(row)
        elif earlier.amount == row.amount:
            kept.append(replace(row, skipped=f"与 {earlier.place} 是同一个数，只取一次"))
        else:
            message = f"与 {earlier.place} 说的是同一个数，那里写 {earlier.amount:f} 元，这里写 {row.amount:f} 元"
            wrong = problem(row.place, message, "请核对两张表，改正其中一张。", "同一数据只能有一个值")
            kept.append(replace(row, problems=(wrong,)))
    return kept


class _Reading:
    """Gathers rows, questions and notes over the tables of one workbook."""

    def __init__(self, asked: Asked, text: str) -> None:
        self.asked = asked
        told = years_of(text)
        self.years = told if len(told) == 1 else frozenset()
        self.rows: list[Row] = []
        self.questions: dict[str, Question] = {}
        self.notes: list[str] = []
        self.titles: list[str] = []
        self.funded: set[Phase] = set()

    def take(self, found: Sheet, title: str) -> None:
        """Read one table, or say why it is left aside."""
        kind = kind_of(found)
        why = aside(title)
        if why:
            self.notes.append(f"“{title}”没有读：{why}")
        elif kind and not self._of_another_year(title):
            self._note_columns(found, title)
            frame = self._frame(found, title, kind)
            if frame is not None:
                self.titles.append(f"{title or found.table.title}（{KINDS[kind]}）")
                self.rows.extend(_rows_of(found, frame, self))
        elif any(side.amounts for side in found.sides):
            self.notes.append(f"“{title}”没有读：没有科目编码列，名称相近的科目分不清")

    def ask(self, key: str, text: str, choices: Sequence[tuple[str, str]], why: str) -> str:
        """Return the answer to a question, asking it where there is none."""
        answer = self.asked.answer(key)
        known = self.questions.get(key)
        reasons = (*known.why, why) if known else (why,)
        self.questions[key] = Question(
            key=key, text=text, why=tuple(dict.fromkeys(reasons)), choices=tuple(choices), answer=answer
        )
        return answer if self.questions[key].answered else ""

    def _of_another_year(self, title: str) -> bool:
        years = years_of(title) or self.years
        if not years or self.asked.year in years:
            return False
        told = "、".join(str(year) for year in sorted(years))
        self.notes.append(f"“{title}”没有读：这是 {told} 年的表，本年度是 {self.asked.year} 年，请在那一年度导入")
        return True

    def _note_columns(self, found: Sheet, title: str) -> None:
        for column in found.stray:
            first = next((row for row in range(len(found.body)) if _text(found, row, column)), 0)
            where = address(found.body[first][column], found, first, column)
            header = "/".join(found.headers[column])
            what = f"列名“{header}”认不出" if header else "没有列名"
            self.notes.append(f"“{title}”{where} 起的一列有数，{what}，没有读：疑似串列或者列名被删")
        merged = [
            cell for line in found.head for cell in line if cell is not None and cell.column_span > 1 and cell.text
        ]
        if merged:
            names = "、".join(dict.fromkeys(plain(cell.text) for cell in merged))
            self.notes.append(f"“{title}”的列名有合并（{names}），已按合并范围读作下级列的上级")

    def _frame(self, found: Sheet, title: str, kind: str) -> Frame | None:
        above = " ".join(cell.text for line in found.head for cell in line if cell is not None)
        shown = title or "未写标题的表"
        phase = phase_of(title) or phase_of(above)
        if phase is None:
            answer = self.ask(
                "phase",
                "标题没有写明是预算还是决算，这些表是哪一个阶段的？",
                [(one.value, one.label) for one in (Phase.INITIAL, Phase.FINAL, Phase.EXECUTION)],
                f"“{shown}”",
            )
            phase = Phase(answer) if answer else None
        unit = found.table.unit or unit_in(title) or unit_in(above) or _unit_of(found)
        if unit not in MONEY_UNITS:
            unit = self.ask("unit", "表上没有写明金额单位，是元还是万元？", UNITS, f"“{shown}”")
        if phase is None or not unit:
            return None
        return Frame(
            title=title, kind=kind, phase=phase, fund=fund_of(title), part=part_of(title) or part_of(above), unit=unit
        )

    def fund(self, frame: Frame) -> Fund | None:
        """Return the budget an entry of a table belongs to, asking where the title does not say."""
        if frame.fund is not None:
            return frame.fund
        answer = self.ask(
            "fund",
            "标题没有写明资金来源，这些账目属于哪一本预算？",
            [(one.value, one.label) for one in Fund],
            f"“{frame.title or '未写标题的表'}”",
        )
        return Fund(answer) if answer else None


def kind_of(found: Sheet) -> str:
    """Return which of the known layouts a table has; empty where it has none."""
    for side in found.sides:
        economic = "economic" in side.roles or _codes_look(found, side, "3")
        functional = "functional" in side.roles or _codes_look(found, side, "2")
        if functional and len(side.items) >= MATRIX:
            return "matrix"
        if functional and "economic" in side.roles and "functional" in side.roles and side.amounts:
            return "detail"
        if economic and side.amounts:
            return "economic"
        if functional and side.amounts:
            return "functional"
    return ""


def _codes_look(found: Sheet, side: Side, first: str) -> bool:
    """Tell whether unnamed code columns hold codes of a classification, by their first figure."""
    columns = [column for column, role in side.codes if role == "code"]
    texts = [_text(found, row, column) for row in range(len(found.body)) for column in columns[:1]]
    codes = [text for text in texts if text.isdigit() and len(text) >= 3]
    return bool(codes) and sum(code.startswith(first) for code in codes) * 2 > len(codes)


def _unit_of(found: Sheet) -> str:
    for header in found.headers:
        for level in header:
            for unit in ("万元", "元"):
                if f"（{unit}）" in level or level.endswith(f"/{unit}"):
                    return unit
    return ""


# ── rows ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _rows_of(found: Sheet, frame: Frame, reading: _Reading) -> Iterator[Row]:
    for side in found.sides:
        said = list(_said(found, side, frame))
        leaves = _leaves(said, frame)
        uneven = dict(_uneven(said, leaves, frame, reading))
        for one in said:
            yield from _rows_from(one, side, frame, reading, leaf=one.index in leaves, uneven=uneven.get(one.index))


def _said(found: Sheet, side: Side, frame: Frame) -> Iterator[Said]:
    columns = [*(column for column, _, _ in side.amounts), *side.items]
    first = min([column for column, _ in side.codes] + list(side.words.values()) + columns, default=0)
    for row in range(len(found.body)):
        functional, economic, problems, remarks = _codes(found, side, row, frame)
        name = _name(found, side, row)
        leading = LEADING_CODE.match(name) if not (functional or economic) else None
        if leading:
            functional, economic = _placed(leading.group(1), frame)
            name = name[leading.end() :]
        amounts, wrong = _amounts(found, row, columns)
        if number(name) is not None:
            wrong = (*wrong, problem(_at(found, row, side), f"名称列里是数“{name}”", "请核对是否串列。", "串列"))
        if not (functional or economic or name or amounts or problems or wrong):
            continue
        yield Said(
            index=row,
            place=row_place(found, row, first),
            functional=functional,
            economic=economic,
            name=name,
            words={role: _text(found, row, column) for role, column in side.words.items()},
            amounts=amounts,
            problems=(*problems, *wrong),
            remarks=remarks,
        )


def _name(found: Sheet, side: Side, row: int) -> str:
    """Return what a row is called; a total is often written where its code would stand."""
    name = plain(_text(found, row, side.words["name"])) if "name" in side.words else ""
    coded = (plain(_text(found, row, column)) for column, _ in side.codes)
    return name or next((text for text in coded if any(word in text for word in TOTALS)), "")


def _at(found: Sheet, row: int, side: Side) -> str:
    return row_place(found, row, side.words.get("name", 0))


def _text(found: Sheet, row: int, column: int) -> str:
    cell = found.body[row][column]
    return cell.text.strip() if cell is not None else ""


def _codes(found: Sheet, side: Side, row: int, frame: Frame) -> tuple[str, str, tuple[Problem, ...], tuple[str, ...]]:
    """Return the functional and economic codes of a row, from one column or from 类, 款 and 项 beside each other."""
    parts: dict[str, list[str]] = {}
    seen: set[int] = set()
    problems: list[Problem] = []
    remarks: list[str] = []
    for column, role in side.codes:
        cell = found.body[row][column]
        text = plain(cell.text) if cell is not None else ""
        if cell is None or id(cell) in seen or not text or text in LEVELS or any(word in text for word in TOTALS):
            continue
        seen.add(id(cell))
        digits = text.removesuffix(".0")
        if not digits.isdigit():
            leading = LEADING_CODE.match(text)
            if leading:
                digits = leading.group(1)
            else:
                where = address(cell, found, row, column)
                problems.append(
                    problem(where, f"编码列里是“{text[:20]}”，不是编码", "请核对是否串列、是否缺少编码列。", "串列")
                )
                continue
        parts.setdefault(role, []).append(digits)
    codes = {role: _joined(digits, remarks) for role, digits in parts.items()}
    functional, economic = codes.get("functional", ""), codes.get("economic", "")
    if codes.get("code"):
        functional, economic = _placed(codes["code"], frame)
    return functional, economic, tuple(problems), tuple(remarks)


def _placed(code: str, frame: Frame) -> tuple[str, str]:
    return ("", code) if frame.kind == "economic" else (code, "")


def _joined(digits: Sequence[str], remarks: list[str]) -> str:
    """Join a code printed level by level; a level that lost its leading zero gets it back, and the reader is told."""
    if any(len(one) > 3 for one in digits):
        return max(digits, key=len)
    joined = digits[0]
    for one in digits[1:]:
        if len(one) == 1:
            remarks.append(f"编码“{one}”缺前导零，读作 0{one}")
        joined += one.zfill(2)
    return joined


def _amounts(
    found: Sheet, row: int, columns: Iterable[int]
) -> tuple[dict[int, tuple[Decimal, int, str]], tuple[Problem, ...]]:
    amounts: dict[int, tuple[Decimal, int, str]] = {}
    problems: list[Problem] = []
    for column in columns:
        cell = found.body[row][column]
        if cell is None or cell.text.strip() in DASHES:
            continue
        where = address(cell, found, row, column)
        value = number(cell.text)
        if value is None:
            problems.append(problem(where, f"“{cell.text.strip()[:20]}”不是金额", "请核对是否串列。", "金额"))
        elif cell.row_span > 1 or cell.column_span > 1:
            problems.append(
                problem(
                    where,
                    f"金额 {cell.text.strip()} 的单元格是合并的，分不清属于哪一行哪一列",
                    "请取消合并，逐行填写。",
                    "合并单元格",
                )
            )
        else:
            amounts[column] = (value, places_of(cell.text), where)
    return amounts, tuple(problems)


def _leaves(said: Sequence[Said], frame: Frame) -> set[int]:
    """Return the rows no other row of the table itemises."""
    if frame.kind == "detail":
        return {one.index for one in said if one.code}
    parents = {one.code[:length] for one in said for length in range(1, len(one.code))}
    return {one.index for one in said if one.code and one.code not in parents}


# ── totals against their parts ─────────────────────────────────────────────────────────────────────────────────


def _uneven(
    said: Sequence[Said], leaves: set[int], frame: Frame, reading: _Reading
) -> Iterator[tuple[int, tuple[Problem, ...]]]:
    """Yield what is wrong with totals: those of a code against the codes below it, the grand total against all."""
    if frame.kind == "detail":
        return
    below = _below(said)
    seen: Counter[str] = Counter()
    for one in said:
        key = one.code or (GRAND if one.name and not one.name.replace("合计", "").replace("总计", "") else None)
        if key is None or one.index in leaves or one.problems or seen[key] >= MOST_TOTALS:
            continue
        seen[key] += 1
        problems = tuple(_against(one, below.get(key, ()), frame, reading))
        if problems:
            yield one.index, problems


def _below(said: Sequence[Said]) -> Mapping[str, Sequence[Said]]:
    """Return, for every code and for the grand total, the nearest rows below it."""
    found: dict[str, list[Said]] = {}
    for one in said:
        for length in range(len(one.code)):
            nearest = found.setdefault(one.code[:length], [])
            if nearest and len(nearest[0].code) > len(one.code):
                nearest.clear()
            if not nearest or len(nearest[0].code) == len(one.code):
                nearest.append(one)
    return found


def _against(one: Said, below: Sequence[Said], frame: Frame, reading: _Reading) -> Iterator[Problem]:
    if any(other.problems for other in below):
        return
    for column, (value, places, where) in one.amounts.items():
        parts = [other.amounts[column] for other in below if column in other.amounts]
        if not parts:
            continue
        finest = max(places, *(part[1] for part in parts))
        whole = around(value, quantum(finest))
        gap = whole.gap(total(around(part[0], quantum(finest)) for part in parts))
        if not gap:
            continue
        sums = sum((part[0] for part in parts), ZERO)
        jumped = jump(f"{one.says} 合计", value, sums, "下级之和")
        if jumped is not None:
            reading.ask(
                "parts",
                "有合计与下级之和相差约一万倍，合计与明细的单位可能不同。按明细所写的数导入吗？",
                (("keep", "按明细导入"),),
                f"{where}：{one.says} 写 {value}，下级之和 {sums}",
            )
        yield problem(
            where,
            f"{one.says} 写 {value}{frame.unit}，下级之和 {sums}{frame.unit}，四舍五入之外相差 {gap}{frame.unit}",
            "请核对有无漏行、串行或者单位不一。",
            "合计",
        )


# ── what becomes of a row ──────────────────────────────────────────────────────────────────────────────────────


def _rows_from(
    one: Said, side: Side, frame: Frame, reading: _Reading, *, leaf: bool, uneven: tuple[Problem, ...] | None
) -> Iterator[Row]:
    if one.problems or uneven:
        yield Row(place=one.place, says=one.says, problems=(*one.problems, *(uneven or ())), remarks=one.remarks)
    elif not one.amounts:
        return
    elif not one.code:
        yield _codeless(one)
    elif not leaf:
        yield Row(place=one.place, says=one.says, skipped="合计行：已由下级各行列出，不重复记账")
    else:
        yield from _leaf(one, side, frame, reading)


def _codeless(one: Said) -> Row:
    if any(word in one.name for word in TOTALS):
        return Row(place=one.place, says=one.says, skipped="合计行：已由下级各行列出，不重复记账")
    wrong = problem(one.place, f"“{one.name[:20]}”有金额而没有科目编码", "请补上编码；按名称分不清科目。", "编码")
    return Row(place=one.place, says=one.says, problems=(wrong,))


def _leaf(one: Said, side: Side, frame: Frame, reading: _Reading) -> Iterator[Row]:
    dated = tuple(
        code_problems(
            one.place,
            Account(frame.phase, Part.BASIC, Fund.GENERAL, one.functional, one.economic),
            reading.asked.year,
        )
    )
    if dated:
        yield Row(place=one.place, says=one.says, problems=dated)
        return
    across = _across(one, side, frame)
    if across is not None:
        yield Row(place=one.place, says=one.says, problems=(across,))
        return
    match frame.kind:
        case "matrix":
            yield from _of_matrix(one, side, frame, reading)
        case "detail":
            yield _of_detail(one, side, frame, reading)
        case "economic":
            yield from _of_list(one, side, frame, reading, economic=one.economic)
        case _:
            yield from _of_list(one, side, frame, reading, functional=one.functional)


def _across(one: Said, side: Side, frame: Frame) -> Problem | None:
    """Compare 合计 with 基本支出 and 项目支出 beside it."""
    roles: dict[str, list[int]] = {}
    for column, role, _ in side.amounts:
        if column in one.amounts:
            roles.setdefault(role, []).append(column)
    if "total" not in roles or not (roles.get("basic") or roles.get("project")):
        return None
    whole = one.amounts[roles["total"][0]]
    named = [*_chosen(side, one, "basic"), *_chosen(side, one, "project"), *_spent_outside(side, one)]
    parts = [one.amounts[column] for column in named]
    finest = max(whole[1], *(part[1] for part in parts))
    gap = around(whole[0], quantum(finest)).gap(total(around(part[0], quantum(finest)) for part in parts))
    if not gap:
        return None
    sums = "＋".join(str(part[0]) for part in parts)
    return problem(whole[2], f"合计 {whole[0]}，各列 {sums}，相差 {gap}{frame.unit}", "请核对是否串列。", "合计")


def _spent_outside(side: Side, one: Said) -> list[int]:
    """Return the columns of expenditure that is neither basic nor project, such as what is passed up or run as business."""
    return [
        column
        for column, role, header in side.amounts
        if role == "outside" and column in one.amounts and header[-1].endswith("支出")
    ]


def _chosen(side: Side, one: Said, role: str) -> list[int]:
    """Return the columns whose sum is what a role comes to: the one that totals it, else its parts."""
    columns = [(column, header) for column, found, header in side.amounts if found == role and column in one.amounts]
    totals = [
        column
        for column, header in columns
        if header[-1] in ("小计", "合计") or {"basic": "基本支出", "project": "项目支出"}.get(role, "-") in header[-1]
    ]
    return totals[:1] if totals else [column for column, _ in columns]


def _sum(one: Said, columns: Sequence[int], frame: Frame) -> tuple[Decimal, Decimal, str] | None:
    """Return what columns come to in 元, how exactly they are printed, and where."""
    if not columns:
        return None
    amounts = [one.amounts[column] for column in columns]
    value = sum((amount[0] for amount in amounts), ZERO) * frame.factor
    return value, _printed(max(amount[1] for amount in amounts), frame), amounts[0][2]


def _of_matrix(one: Said, side: Side, frame: Frame, reading: _Reading) -> Iterator[Row]:
    for column, item in side.items.items():
        if column not in one.amounts:
            continue
        value, places, where = one.amounts[column]
        amount = value * frame.factor
        says = f"{one.functional} {one.name}　{subject(item)}　{value}{frame.unit}"
        if frame.part is None:
            balance = Balance(
                phase=frame.phase,
                amount=amount,
                fund=frame.fund,
                functional=one.functional,
                economic=item,
                basis=frame.title,
            )
            yield _balanced(where, says, balance, _printed(places, frame), reading, one)
            continue
        entry = _entry(frame, reading, one, amount, part=frame.part, economic=item)
        yield _entered(where, says, entry, one)


def _of_detail(one: Said, side: Side, frame: Frame, reading: _Reading) -> Row:
    found = _sum(one, _money_column(side, one, frame), frame)
    part = part_of(one.words.get("part_word", "")) or frame.part
    if part is None:
        part = Part.PROJECT if one.words.get("project_code") else None
    says = f"{one.says}"
    if found is None:
        return Row(place=one.place, says=says, problems=(_unclear(one, side),))
    if part is None:
        wrong = problem(one.place, "没有写明基本支出还是项目支出", "请加“支出性质”一列，或分表填报。", "支出性质")
        return Row(place=one.place, says=says, problems=(wrong,))
    entry = _entry(frame, reading, one, found[0], part=part, economic=one.economic)
    return _entered(one.place, f"{says}　{found[0]}元", entry, one)


def _of_list(
    one: Said, side: Side, frame: Frame, reading: _Reading, *, functional: str = "", economic: str = ""
) -> Iterator[Row]:
    """Return balances for what a list says of each part, or entries where the year holds published figures only."""
    named = {part: _chosen(side, one, part.value) for part in Part}
    columns = {part: found for part, found in named.items() if found}
    if not columns:
        money = _money_column(side, one, frame)
        if not money:
            yield Row(place=one.place, says=one.says, problems=(_unclear(one, side),))
            return
        columns = {frame.part: money} if frame.part else {}
        if not columns:
            yield from _whole(one, money, frame, reading, functional, economic)
            return
    for column in _spent_outside(side, one):
        value, _, where = one.amounts[column]
        header = side.amounts[[at for at, _, _ in side.amounts].index(column)][2][-1]
        wrong = problem(
            where, f"“{header}”有 {value}，账目只分基本支出与项目支出", "请核对这笔支出的性质。", "支出性质"
        )
        yield Row(place=where, says=f"{one.says}　{header}", problems=(wrong,))
    for part, found in columns.items():
        amount = _sum(one, found, frame)
        if amount is not None and amount[0]:
            yield _of_part(one, part, amount, frame, reading, functional, economic)


def _whole(
    one: Said, money: Sequence[int], frame: Frame, reading: _Reading, functional: str, economic: str
) -> Iterator[Row]:
    amount = _sum(one, money, frame)
    if amount is None or not amount[0]:
        return
    balance = Balance(
        phase=frame.phase,
        amount=amount[0],
        fund=frame.fund,
        functional=functional,
        economic=economic,
        basis=frame.title,
    )
    yield _balanced(amount[2], f"{one.says}　{amount[0]}元", balance, amount[1], reading, one)


def _of_part(
    one: Said,
    part: Part,
    amount: tuple[Decimal, Decimal, str],
    frame: Frame,
    reading: _Reading,
    functional: str,
    economic: str,
) -> Row:
    says = f"{one.says}　{part.label}　{amount[0]}元"
    # A table of all budgets together repeats what the tables of each budget say.
    repeated = frame.fund is None and frame.phase in reading.funded
    if reading.asked.partial and not repeated and (economic or part is Part.PROJECT):
        entry = _entry(frame, reading, one, amount[0], part=part, economic=economic)
        noted = None if entry is None else replace(entry, note=f"{NOT_ITEMISED}：{frame.title}")
        return _entered(amount[2], says, noted, one)
    balance = Balance(
        phase=frame.phase,
        amount=amount[0],
        part=part,
        fund=frame.fund,
        functional=functional,
        economic=economic,
        basis=frame.title,
    )
    return _balanced(amount[2], says, balance, amount[1], reading, one)


def _money_column(side: Side, one: Said, frame: Frame) -> list[int]:
    """Return the one column that holds the amount: a total, this year's where last year stands beside it."""
    columns = [(column, header) for column, role, header in side.amounts if role == "total" and column in one.amounts]
    columns = [
        (column, header) for column, header in columns if not any("上年" in level for level in header)
    ] or columns
    word = "决算" if frame.phase is Phase.FINAL else "预算"
    fitting = [column for column, header in columns if any(word in level for level in header)]
    if fitting and len(columns) > 1:
        return fitting[:1] if len(fitting) == 1 else []
    return [columns[0][0]] if columns else []


def _unclear(one: Said, side: Side) -> Problem:
    names = "、".join("/".join(header) for _, _, header in side.amounts) or "没有"
    return problem(one.place, f"分不清哪一列是金额（金额列：{names}）", "请只保留一列本年金额，或写明列名。", "金额")


def _entry(frame: Frame, reading: _Reading, one: Said, amount: Decimal, *, part: Part, economic: str) -> Entry | None:
    fund = fund_of(one.words.get("fund_word", "")) or reading.fund(frame)
    if fund is None:
        return None
    account = Account(frame.phase, part, fund, one.functional, economic, one.words.get("project_code", ""))
    return Entry(
        account=account,
        amount=amount,
        voucher=one.words.get("voucher", "")[:120],
        on=_day(one.words.get("on", "")),
        note=one.words.get("note", "")[:400] or frame.title,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10].replace("/", "-"))
    except ValueError:
        return None


def _entered(place: str, says: str, entry: Entry | None, one: Said) -> Row:
    if entry is None:
        return Row(place=place, says=says, skipped="等待确认资金来源", remarks=one.remarks)
    return Row(place=place, says=says, entry=entry, remarks=one.remarks)


def _printed(places: int, frame: Frame) -> Decimal:
    """Return the smallest amount a table can tell apart: a table in 元 tells 分, though workbooks drop .00."""
    return quantum(2) if frame.factor == 1 else quantum(places) * frame.factor


def _balanced(place: str, says: str, balance: Balance, printed: Decimal, reading: _Reading, one: Said) -> Row:
    """Return a balance to keep where it is printed to the cent, and a mere comparison where it is rounded."""
    stood = standing(reading.asked.book, Assertion(asked=balance.asked, amount=balance.amount, title=says))
    told = stood.why if stood.found is None else f"账内 {print_number(stood.found, 2)} 元"
    if printed <= quantum(2):
        verdict = "" if stood.gap is None else "，相符" if stood.holds else f"，相差 {print_number(stood.gap, 2)} 元"
        return Row(place=place, says=says, balance=balance, remarks=(*one.remarks, told + verdict))
    only = f"以 {printed.normalize():f} 元为最小单位列示，只作核对：{told}"
    if stood.found is None:
        return Row(place=place, says=says, skipped=only, remarks=one.remarks)
    gap = around(balance.amount, printed).gap(around(stood.found, ZERO))
    if not gap:
        return Row(place=place, says=says, skipped=f"{only}，相符", remarks=one.remarks)
    message = f"表上 {balance.amount:f} 元，{told}，四舍五入之外相差 {gap:f} 元"
    wrong = problem(place, message, "请查漏记、重记的账目。", "账目平衡")
    return Row(place=place, says=says, problems=(wrong,), remarks=one.remarks)
