"""Whatever is uploaded is a preview or a refusal in words; nothing crashes, nothing is guessed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hengping.errors import Unreadable
from hengping_io.ledger_preview import Preview

from .files import ACCOUNTS, DETAIL_ROWS, FINAL_ROWS, final_table, look, paid, vouchers, workbook

HEAD = "phase,part,fund,functional,economic,project,amount,voucher,on,adjustment,note\n"
SEEDS = [
    (HEAD + "execution,basic,general,2010301,30201,,60.00,记-1,2024-03-05,,\n").encode(),
    vouchers(*paid("60.00"), more=ACCOUNTS).encode(),
    workbook(("明细", DETAIL_ROWS, ())),
    final_table(FINAL_ROWS),
]
CELL = st.one_of(
    st.none(),
    st.sampled_from(
        ["合计", "201", "03", "01", "2010301", "30101", "302", "基本支出", "项目支出", "1,234.50", "—", "-0.01"]
    ),
    st.sampled_from(
        ["功能分类科目编码", "科目名称", "经济分类科目编码", "类", "款", "项", "栏次", "单位：万元", "2024年支出决算表"]
    ),
    st.text(max_size=6),
    st.integers(min_value=-5, max_value=99_999),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-1000, max_value=1000, places=2).map(str),
)
PRINTABLE = st.lists(st.lists(CELL, min_size=1, max_size=6), min_size=1, max_size=10)


def read(name: str, data: bytes) -> None:
    try:
        found = look(name, data)
    except Unreadable as refusal:
        said = (refusal.reason, refusal.remedy)
    else:
        said = (found.layout, found.title)
        assert isinstance(found, Preview)
        assert all(row.problems or row.skipped or row.fits for row in found.rows)
        assert all(one.message and one.remedy for row in found.rows for one in row.problems)
    assert all(said)


@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    read("文件", data)


@settings(max_examples=60, deadline=None)
@given(seed=st.sampled_from(SEEDS), at=st.integers(min_value=0, max_value=10_000), data=st.binary(max_size=8))
def test_a_sound_file_with_some_bytes_changed(seed: bytes, at: int, data: bytes) -> None:
    place = at % len(seed)

    read("文件", seed[:place] + data + seed[place + len(data) :])


@settings(max_examples=60, deadline=None)
@given(rows=PRINTABLE)
def test_any_worksheet(rows: list[list[object]]) -> None:
    clean = [[_shown(cell) for cell in row] for row in rows]

    read("表.xlsx", workbook(("表", clean, ())))


def _shown(cell: object) -> object:
    if not isinstance(cell, str):
        return cell
    return (
        "".join(letter for letter in cell if letter.isprintable() and letter not in "\ufffe\uffff").lstrip("=") or None
    )


@settings(max_examples=60, deadline=None)
@given(
    values=st.lists(
        st.dictionaries(
            st.sampled_from(
                [
                    "记账凭证编号",
                    "科目编号",
                    "借方本币金额",
                    "贷方本币金额",
                    "记账凭证日期",
                    "会计年度",
                    "会计期间号",
                    "辅助项1编号",
                ]
            ),
            st.sampled_from(["1", "7101", "60.00", "NaN", "1e99", "-", "20240230", "2024", "十", "2010301", "9" * 40]),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_any_vouchers(values: list[dict[str, str]]) -> None:
    read("总账.xml", vouchers(*values, more=ACCOUNTS).encode())


@pytest.mark.parametrize(
    "rows", [[["功能分类科目编码", "科目名称", "金额"]], [["2024年支出决算表"], ["单位：元"], [""]]]
)
def test_heads_without_a_body_are_refused(rows: list[list[object]]) -> None:
    with pytest.raises(Unreadable):
        look("表.xlsx", workbook(("表", rows, ())))
