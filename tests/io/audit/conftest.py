"""A short report, a few checks of our own, and the audits of one by the other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

import pytest

from hengping.audit.examine import examine
from hengping.audit.model import Check, Finding, Severity, Span, Verdict, check
from hengping.audit.reading import Reading
from hengping.document import Document
from hengping_io.audit_view import Audit, assemble
from hengping_io.read import read_bytes

REPORT = """部门整体支出绩效自评报告
一、基本情况
年末编制36人，其中公务员27人，工勤9人。
二、支出情况
基本支出100.00万元，其中：工资50.00万元、办公费40.00万元。
项目支出20.01万元，其中：租赁费12.34万元、劳务费7.66万元。
三、其他
无
"""
"""Ours: staffing agrees, the first list lacks ten, the second is off by one last digit."""

LIST = re.compile(r"(\w+?)(\d+(?:\.\d+)?)(万元|人)，其中：?([^。\n]+)")
AMOUNT = re.compile(r"(\d+(?:\.\d+)?)(?:万元|人)")


@check(
    "TST-01",
    key="listed",
    title="所列相加",
    severity=Severity.ERROR,
    needs="一组分项",
    spares=("约数",),
    fails="甲2人，其中：乙1人。",
)
def listed(rule: Check, reading: Reading) -> Iterable[Finding]:
    """所列各项相加与合计比较。"""
    for found in LIST.finditer(reading.text):
        parts = list(AMOUNT.finditer(found[4]))
        stated, computed = Decimal(found[2]), sum((Decimal(part[1]) for part in parts), Decimal(0))
        gap = stated - computed
        verdict = (
            Verdict.AGREES if gap == 0 else Verdict.ROUNDING if abs(gap) <= Decimal("0.01") else Verdict.UNEXPLAINED
        )
        start = found.start(4)
        yield rule.finding(
            verdict,
            f"{found[1]}{'相符' if gap == 0 else '有差额'}",
            severity=Severity.HINT if verdict is Verdict.ROUNDING else None,
            spans=(
                Span(found.start(1), found.end(3)),
                *(Span(start + part.start(), start + part.end()) for part in parts),
            ),
            working=f"{' + '.join(part[1] for part in parts)} = {computed}；文中为{stated}",
            stated=stated,
            computed=computed,
            difference=gap,
            unit=found[3],
            kind="sum",
            key=found[1],
        )


@check("TST-02", key="rent", title="租赁费", severity=Severity.INFO, needs="租赁费")
def rent(rule: Check, reading: Reading) -> Iterator[Finding]:
    """出现租赁费时提示。"""
    for found in re.finditer("租赁费", reading.text):
        yield rule.finding(Verdict.REMARK, "有租赁费", spans=(Span(found.start(), found.end()),))


@check("TST-03", key="objective", title="绩效目标", severity=Severity.WARNING, needs="绩效目标")
def objective(rule: Check, reading: Reading) -> Iterator[Finding]:
    """应写明绩效目标。"""
    if "绩效目标" not in reading.text:
        yield rule.finding(Verdict.MISSING, "没有写明绩效目标", spans=())


@check(
    "TST-04",
    key="growth",
    title="增长率",
    severity=Severity.ERROR,
    needs="本年数和上年数",
    absent=Verdict.INSUFFICIENT_DATA,
)
def growth(rule: Check, reading: Reading) -> Iterable[Finding]:
    """增长率复算。"""
    return ()


NOT_YET = Check(
    key="not-yet",
    title="尚未实现的事项",
    cites=listed.cites,
    since=listed.since,
    code="TST-05",
    severity=Severity.INFO,
    needs="",
)
CHECKS = (listed, rent, objective, growth, NOT_YET)


@pytest.fixture
def read_report() -> Callable[..., Document]:
    def read(text: str = REPORT) -> Document:
        return read_bytes("报告.txt", text.encode())

    return read


@pytest.fixture
def audited() -> Callable[..., Audit]:
    """Return a function that audits a text, or a document, by the checks above."""

    def audit(source: str | Document = REPORT, **more: object) -> Audit:
        document = source if isinstance(source, Document) else read_bytes("报告.txt", source.encode())
        return assemble(document, examine(document, checks=CHECKS), **more)  # type: ignore[arg-type]

    return audit
