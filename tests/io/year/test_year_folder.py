"""What the tables of a year folder must say to each other."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.io.year.folders import EVENTS, PETITIONS, SOUND, changed, problems, write

from hengping_io import year_book, year_folder


@pytest.mark.parametrize(
    ("table", "old", "new", "column", "says"),
    [
        ("ledger", "2014001,30101,60.00", "2014001,30199x,60.00", "economic", "没有 30199x"),
        ("ledger", "2014001,30101,60.00", "2014001,50101,60.00", "economic", "没有 50101"),
        ("ledger", "2014001,30101,60.00", "2014001,301,60.00", "economic", "只到类"),
        ("ledger", "2014001,30101,35.00", "2014001,30101,36.00", "amount", "执行数合计 96.00 元，决算数 95.00 元"),
        ("ledger", "A2,execution", "A2,adjustment", "adjustment", "预算调整没有注明原因"),
        ("ledger", "2024-05-06", "2023-05-06", "on", "支付日期 2023-05-06 不在 2024 年"),
        ("staffing", "36,33", "37,33", "posts", "各类之和 27＋3＋6＝36，合计写 37"),
        ("unit", "2025-03-01", "2024-12-31", "reported_on", "报告日期 2024-12-31 在 2024 年度终了之前"),
        ("evidence", "2025-02-01", "2025-04-01", "recorded_on", "2025-04-01 晚于报告日期 2025-03-01"),
        ("evidence", "papers/reply.md", "papers/none.md", "path", "没有文件“papers/none.md”"),
        ("evidence", "papers/reply.md", "../reply.md", "path", "在数据包之外"),
    ],
)
def test_tables_that_contradict_each_other_are_refused(
    tmp_path: Path, table: str, old: str, new: str, column: str, says: str
) -> None:
    found = problems(write(tmp_path, **changed(table, old, new)))

    (problem,) = [problem for problem in found if says in problem.message]
    assert (problem.file, problem.column) == (f"{table}.csv", column)
    assert problem.remedy


def test_a_code_that_was_not_in_force_that_year_is_refused(tmp_path: Path) -> None:
    unit = "name,fiscal_year,reported_on\n某局,2017,2018-03-01\n"
    ledger = "entry,phase,part,fund,functional,economic,amount\nA1,initial,basic,general,2010301,30101,1.00\n"

    found = problems(write(tmp_path, unit=unit, ledger=ledger, evidence=None, staffing="kind,posts\n合计,36\n"))

    assert [(problem.row, problem.column) for problem in found] == [(2, "economic")]
    assert "2018-01-01 起使用，不能用于 2017 年" in found[0].message


def test_evidence_changed_after_it_was_recorded_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "papers" / "reply.md").write_text("后来改过\n", encoding="utf-8")

    (found,) = problems(folder)

    assert (found.row, found.rule) == (2, "佐证")
    assert found.message == "“papers/reply.md”的内容与登记的 SHA-256 不符"


def test_a_total_the_unit_asserts_must_be_reached_to_the_cent(tmp_path: Path) -> None:
    balances = "phase,part,economic,amount\n执行,基本支出,,95.01\n决算,,301,94.99\n年初预算,,,100.00\n"

    found = problems(write(tmp_path, balances=balances))

    assert [(problem.row, problem.column) for problem in found] == [(2, "amount"), (3, "amount")]
    assert "账内为 95.00 元，相差 -0.01 元" in found[0].message
    assert "账内为 95.00 元，相差 0.01 元" in found[1].message


def test_what_was_not_spent_must_be_somewhere(tmp_path: Path) -> None:
    figures = "item,value\n年末结转,3.00\n年末结余,1.00\n"

    (found,) = problems(write(tmp_path, figures=figures))

    assert found.message == "全年预算减决算为 5.00 元，年末结转、结余与财政收回之和为 4.00 元"


def test_the_year_has_one_row_for_its_unit(tmp_path: Path) -> None:
    twice = SOUND["unit"] + SOUND["unit"].splitlines()[1] + "\n"

    (found,) = problems(write(tmp_path, unit=twice))

    assert (found.rule, found.message) == ("一行", "有 2 行")


def test_what_a_published_report_did_not_list_is_let_through_only_where_it_says_so(tmp_path: Path) -> None:
    unit = "name,fiscal_year,reported_on,partial\n某局,2024,2025-03-01,true\n"
    said = "entry,phase,part,fund,economic,amount,note\nA1,final,basic,general,301,1.00,未列明\n"
    unsaid = "entry,phase,part,fund,economic,amount,note\nA1,final,basic,general,301,1.00,\n"

    found = year_folder.read(write(tmp_path / "said", unit=unit, ledger=said))
    refused = problems(write(tmp_path / "unsaid", unit=unit, ledger=unsaid))

    assert found.unit["partial"] is True
    assert refused[0].message == "没有写到款级科目，备注里也没有说明"


@pytest.mark.parametrize(
    ("old", "new", "row", "column", "says"),
    [
        ("P1,3,2024-03-04", "P1,9,2024-03-04", 4, "sequence", "环节序号应为 3，写作 9"),
        ("P1,3,2024-03-04", "P1,3,2024-02-29", 4, "on", "2024-02-29 早于前一环节的 2024-03-01"),
        ("sort-claim", "sort", 4, "step", "没有环节“sort”"),
        ("accept,handling-body", "accept,clerk", 7, "by_role", "没有办理主体“clerk”"),
        ("accept,handling-body", "accept,petitioner", 7, "by_role", "不能由信访人作出"),
        ("去向=housing", "", 5, "details", "缺少要件：去向"),
        ("信访形式=online", "信访形式=pigeon", 2, "details", "可选：online、letter"),
        ("P1,2,2024-03-01,register,petition-office", "P1,2,2024-03-01,accept,handling-body", 3, "step", "不能接着“"),
        ("P1,7,2024", "P2,1,2024", 8, "petition", "“P2”在“信访事项”表中没有"),
    ],
)
def test_events_the_law_or_the_table_does_not_allow_are_refused(
    tmp_path: Path, old: str, new: str, row: int, column: str, says: str
) -> None:
    folder = write(tmp_path, petitions=PETITIONS, **changed("events", old, new))

    found = problems(folder)

    assert [(problem.row, problem.column) for problem in found if says in problem.message] == [(row, column)]


def test_an_extension_must_be_a_number_of_days(tmp_path: Path) -> None:
    more = "P1,8,2024-04-01,extend,handling-body,housing,延期日数=三十;批准人职务=负责人;延期理由=复杂;告知文号=1\n"

    (found,) = problems(write(tmp_path, petitions=PETITIONS, events=EVENTS + more))

    assert found.message == "延期日数“三十”不在 1 至 30 之内"


def test_particulars_may_be_json(tmp_path: Path) -> None:
    plain = year_folder.read(write(tmp_path / "plain", petitions=PETITIONS, events=EVENTS))
    events = EVENTS.replace("去向=housing", '"{""去向"": ""housing""}"')

    as_json = year_folder.read(write(tmp_path / "json", petitions=PETITIONS, events=events))

    assert len(plain.logs["P1"]) == len(as_json.logs["P1"]) == 7


def test_personal_data_is_refused_wherever_it_hides(tmp_path: Path) -> None:
    telephone = EVENTS.replace("分支理由=依诉求性质", "分支理由=电话13900001111")
    identity = "key,text\nother,证件 430400199901011234\n"

    found = problems(write(tmp_path, petitions=PETITIONS, events=telephone, narrative=identity))

    assert {(problem.file, problem.rule) for problem in found} == {
        ("events.csv", "个人信息"),
        ("narrative.csv", "个人信息"),
    }


def test_numbers_of_documents_are_not_taken_for_personal_data(tmp_path: Path) -> None:
    numbered = EVENTS.replace("告知文号=告1", "告知文号=2024031200012345678901")

    found = year_folder.read(write(tmp_path, petitions=PETITIONS, events=numbered))

    assert len(found.tables["events"]) == 7


def test_a_scheme_and_a_report_date_may_be_given_instead_of_the_folders_own(tmp_path: Path) -> None:
    found = year_folder.read(write(tmp_path), scheme="hunan-2017", reported_on=date(2025, 6, 1))

    assert (found.unit["scheme"], found.unit["reported_on"]) == ("hunan-2017", date(2025, 6, 1))


def test_answers_to_checks_are_yes_or_no(tmp_path: Path) -> None:
    measures = "indicator,passed,recorded_by,recorded_on\ndisclosure,是;大概,财务科,2025-02-01\n"

    (found,) = problems(write(tmp_path, measures=measures))

    assert found.message == "“是;大概”里有是、否以外的字"


def test_a_bad_cell_in_one_table_does_not_hide_what_is_wrong_between_others(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        petitions=PETITIONS,
        **changed("evidence", "2025-02-01", "2025-02-30"),
        **changed("ledger", "30101,35.00", "30101,36.00"),
        **changed("staffing", "36,33", "37,33"),
        **changed("events", "P1,3,2024-03-04", "P1,3,2024-02-29"),
    )

    found = problems(folder)

    assert [(problem.file, problem.rule[:4]) for problem in found] == [
        ("evidence.csv", "日期"),
        ("staffing.csv", "编制合计"),
        ("ledger.csv", "年初预算"),
        ("events.csv", "环节次序"),
    ]


def test_an_indicator_nobody_defined_is_refused(tmp_path: Path) -> None:
    measures = "indicator,value,recorded_by,recorded_on\npublic-satisfaction,92.40,办公室,2025-02-01\nsmiles,7,办公室,2025-02-01\n"
    objectives = "objective,title,expected,indicators\nO1,目标,做好,timely-reply;cheer\n"

    found = problems(write(tmp_path, measures=measures, objectives=objectives))

    assert [(problem.file, problem.row, problem.message) for problem in found] == [
        ("measures.csv", 3, "没有指标“smiles”"),
        ("objectives.csv", 2, "没有指标“cheer”"),
    ]


def test_targets_must_fit_the_scheme(tmp_path: Path) -> None:
    unit = "name,fiscal_year,reported_on,scheme\n某局,2024,2025-03-01,ministry-2020\n"
    targets = (
        "indicator,block,level2,level3,operator,target,unit,points\n"
        "done,产出指标,数量指标,办结,≥,10,件,50\n"
        "effect,效益指标,社会效益指标,成效,≥,10,件,29\n"
        "liked,满意度指标,服务对象满意度指标,满意度,≥,90,%,10\n"
    )

    found = problems(write(tmp_path, unit=unit, targets=targets))

    assert [problem.message for problem in found if problem.file == "targets.csv"] == [
        "“效益指标”各行分值合计 29，应为 30，少 1"
    ]


def test_an_empty_table_of_buildings_says_there_are_none_and_no_table_says_nothing(tmp_path: Path) -> None:
    empty = year_folder.read(write(tmp_path / "empty", buildings="name,approved_area,actual_area,budget,actual\n"))
    silent = year_folder.read(write(tmp_path / "silent"))

    assert year_book.stated(empty.tables)["area_approved"] == 0
    assert "area_approved" not in year_book.stated(silent.tables)
