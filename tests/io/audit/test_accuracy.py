"""The measurement of accuracy: it can tell right from wrong, and its defects are defects."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from benchmarks.accuracy import __main__ as program
from benchmarks.accuracy import page
from benchmarks.accuracy.defects import Change, Figures, defects, targets
from benchmarks.accuracy.labels import Label, Located, Passage, Quantity, holds, locate, quantity
from benchmarks.accuracy.measure import Result, judge_labels

from hengping.audit.model import Finding, Severity, Span, Verdict

TEXT = "支出合计90.00万元，比上年增加10.00万元，增长12.50%。其中：甲60.00万元，占66.67%；乙30.00万元，占33.33%。"


def label(kind: str, formula: str, stated: str, inputs: Sequence[str], text: str, *, consistent: bool = True) -> Label:
    return Label(
        name=f"L-{stated}",
        passage="p",
        kind=kind,
        formula=formula,
        stated=quantity(stated),
        inputs=tuple(map(quantity, inputs)),
        consistent=consistent,
        category="",
        severity="",
        text=text,
        note="",
    )


SUM = label("sum", "sum", "90.00万元", ["60.00万元", "30.00万元"], TEXT)
SHARE = label("share", "share", "66.67%", ["60.00万元", "90.00万元"], TEXT)
GROWTH = label(
    "yoy", "yoy_d+", "12.50%", ["10.00万元", "90.00万元"], "支出合计90.00万元，比上年增加10.00万元，增长12.50%"
)


@pytest.fixture
def passage() -> Passage:
    return Passage("p", "决算说明", "prose", TEXT)


def finding(passage: Passage, quote: str, verdict: Verdict, stated: str, unit: str, kind: str) -> Finding:
    at = passage.text.index(quote)
    return Finding(
        check="X",
        verdict=verdict,
        severity=Severity.ERROR,
        message="",
        stated=Decimal(stated),
        unit=unit,
        kind=kind,
        spans=(Span(at, at + len(quote)),),
    )


@pytest.mark.parametrize(
    ("formula", "stated", "inputs", "true"),
    [
        ("sum", "100.00万元", ["60.00万元", "40.00万元"], True),
        ("sum", "100.00万元", ["60.00万元", "40.02万元"], False),
        ("sum", "2.99亿元", ["58万元", "182万元", "2.97亿元"], True),
        ("share", "98.69%", ["98.69万元", "100.00万元"], True),
        ("yoy", "12.50%", ["90.00万元", "80.00万元"], True),
        ("yoy_dec", "11.11%", ["80.00万元", "90.00万元"], True),
        ("yoy_d+", "12.50%", ["10.00万元", "90.00万元"], True),
        ("yoy_d-", "10.00%", ["10.00万元", "90.00万元"], True),
        ("yoy_d-", "10.10%", ["10.00万元", "90.00万元"], False),
        ("diff", "10万元", ["100万元", "90万元"], True),
        ("prod", "2280元", ["380元", "6口"], True),
        ("cagr9", "5.17%", ["150366元", "95550元"], True),
        ("share", "100.00%", ["5.00万元", "0万元"], False),
    ],
)
def test_a_claim_holds_within_what_its_numbers_can_stand_for(
    formula: str,
    stated: str,
    inputs: list[str],
    true: bool,  # noqa: FBT001
) -> None:
    assert holds(label("sum", formula, stated, inputs, ""), {}) is true


def test_each_number_of_a_claim_is_found_in_its_place(passage: Passage) -> None:
    found = locate(SUM, passage)

    assert found.stated is not None
    assert TEXT[found.stated.start : found.stated.end] == "90.00"
    assert [token and TEXT[token.start : token.end] for token in found.inputs] == ["60.00", "30.00"]


def test_a_number_that_could_be_either_of_two_is_left_alone() -> None:
    twice = Passage("p", "", "prose", "甲5.00万元。乙5.00万元。合计10.00万元。")

    found = locate(label("sum", "sum", "10.00万元", ["5.00万元", "5.00万元"], "合计10.00万元"), twice)

    assert found.inputs == (None, None)


def test_a_true_claim_shown_as_agreeing_is_right(passage: Passage) -> None:
    claims = [finding(passage, "支出合计90.00万元", Verdict.AGREES, "90.00", "万元", "sum")]

    assert [one.result for one in judge_labels([locate(SUM, passage)], claims)] == [Result.RIGHT]


@pytest.mark.parametrize(
    ("stated", "unit", "kind"), [("60.00", "万元", "sum"), ("90.00", "%", "sum"), ("90.00", "万元", "growth")]
)
def test_a_finding_on_another_figure_or_of_another_kind_is_not_that_claim(
    passage: Passage, stated: str, unit: str, kind: str
) -> None:
    claims = [finding(passage, "支出合计90.00万元", Verdict.AGREES, stated, unit, kind)]

    assert [one.result for one in judge_labels([locate(SUM, passage)], claims)] == [Result.UNSEEN]


def test_a_true_claim_called_a_contradiction_is_wrong_and_counted(passage: Passage) -> None:
    claims = [finding(passage, "支出合计90.00万元", Verdict.CONTRADICTION, "90.00", "万元", "sum")]

    [judged] = judge_labels([locate(SUM, passage)], claims)

    assert judged.result is Result.WRONG
    assert program._falsely_accused(judged)


def test_a_false_claim_must_be_doubted(passage: Passage) -> None:
    wrong = replace(SUM, consistent=False)
    agreeing = [finding(passage, "支出合计90.00万元", Verdict.AGREES, "90.00", "万元", "sum")]
    doubting = [finding(passage, "支出合计90.00万元", Verdict.UNEXPLAINED, "9000.0", "百元", "sum")]

    assert [one.result for one in judge_labels([locate(wrong, passage)], agreeing)] == [Result.WRONG]
    assert [one.result for one in judge_labels([locate(wrong, passage)], doubting)] == [Result.UNSEEN]


def test_every_defect_makes_a_claim_false_and_the_same_seed_makes_the_same(passage: Passage) -> None:
    located = [locate(one, passage) for one in (SUM, SHARE, GROWTH)]
    found = {"p": targets(passage, located)}

    made = defects(found, seed=7, most=5)

    assert made == defects(found, seed=7, most=5)
    assert {one.change for one in made} >= {Change.SWAPPED, Change.LOST, Change.POINT, Change.TWICE, Change.SCALED}
    assert {one.figures for one in made} == {Figures.TOTAL, Figures.ITEM, Figures.GROWTH, Figures.SHARE}
    for defect in made:
        assert defect.text != TEXT
        assert defect.places
        again = [relabelled(one, Passage("p", "", "prose", defect.text)) for one in located]
        assert not all(again), (defect.was, defect.now)


def relabelled(located: Located, changed: Passage) -> bool:
    """Tell whether a claim still holds when its numbers are read again, by order, from the changed text."""
    old = Passage("p", "", "prose", TEXT).tokens
    order = {token: index for index, token in enumerate(old)}
    new = changed.tokens

    def read(token: object, quantity: Quantity) -> Quantity:
        found = new[order[token]]  # type: ignore[index]
        return Quantity(found.value, found.decimals, quantity.unit)

    parts = {"stated": read(located.stated, located.label.stated)}
    parts |= {str(i): read(token, located.label.inputs[i]) for i, token in enumerate(located.inputs)}
    return holds(located.label, parts)


def test_without_the_corpus_the_measurement_is_skipped_with_a_word(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["accuracy", "--corpus", str(tmp_path)])

    code = program.main()

    assert code == 0
    assert "已跳过" in capsys.readouterr().out


def test_the_whole_measurement_runs_on_a_corpus_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {"id": "p", "doc_type": "", "layout": "prose", "text": TEXT}
    (tmp_path / "passages.jsonl").write_text(json.dumps(row), encoding="utf-8")
    rows = [
        {
            "id": one.name,
            "passage_id": "p",
            "kind": one.kind,
            "formula": one.formula,
            "claim_text": one.text,
            "stated": stated,
            "inputs": inputs,
            "consistent": True,
            "note": "",
        }
        for one, stated, inputs in (
            (SUM, "90.00万元", ["60.00万元", "30.00万元"]),
            (GROWTH, "12.50%", ["10.00万元", "90.00万元"]),
        )
    ]
    (tmp_path / "labels.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    target = tmp_path / "accuracy.md"
    target.write_text(f"# 前言\n{page.BEGIN}\n过时的表\n{page.END}\n后记\n", encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["accuracy", "--corpus", str(tmp_path), "--write", str(target), "--each", "2"])

    code = program.main()

    written = target.read_text(encoding="utf-8")
    assert code == 0
    assert "| 合计 | 2 | 2 | 100.0% | 0 | 0 | 0 | 0 |" in written
    assert written.startswith("# 前言\n")
    assert written.endswith("后记\n")
    assert "过时的表" not in written
