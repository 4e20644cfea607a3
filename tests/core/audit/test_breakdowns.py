from __future__ import annotations

from tests.core.audit.texts import reading

from hengping.audit.model import Kind, Relation


def sums(text: str) -> list[Relation]:
    return [relation for relation in reading(text).relations if relation.kind is Kind.SUM]


def shown(relation: Relation) -> tuple[str, list[str]]:
    return relation.stated.figure.text, [term.statement.figure.text for term in relation.terms]


def test_parts_after_of_which_belong_to_the_total_before_it() -> None:
    (relation,) = sums("工资福利支出50万元。其中，基本工资30万元、津贴补贴15万元。")

    assert shown(relation) == ("50万元", ["30万元", "15万元"])
    assert relation.open


def test_a_partition_named_in_full_is_closed() -> None:
    (relation,) = sums("政府采购金额为9万元，其中：货物采购金额4万元、工程采购金额0万元、服务采购金额5万元。")

    assert relation.closed


def test_figures_of_another_subject_after_a_semicolon_are_not_parts() -> None:
    (relation,) = sums("编制36人，其中公务员编制27人，工勤人员编制3人，事业编制6人；年末在职33人，退休15人。")

    assert shown(relation)[1] == ["27人", "3人", "6人"]


def test_changes_and_shares_beside_the_parts_are_not_parts() -> None:
    (relation,) = sums("收入合计12万元，其中：财政拨款收入10万元，比上年增加1万元，占83%；其他收入2万元。")

    assert shown(relation)[1] == ["10万元", "2万元"]


def test_subsets_in_deeper_brackets_are_not_parts() -> None:
    relations = sums("“三公”经费3万元，其中：公务接待费1万元（含外宾接待0.5万元）；公务用车运行费2万元。")

    assert shown(relations[0])[1] == ["1万元", "2万元"]


def test_initial_budget_is_added_to_initial_budget_only() -> None:
    text = (
        "支出年初预算为30.00万元，支出决算为25.00万元。其中：\n"
        "1、甲（类）乙（项）。年初预算为10.00万元，支出决算为9.00万元。\n"
        "2、甲（类）丙（项）。年初预算为20.00万元，支出决算为16.00万元。"
    )

    found = {relation.stated.figure.text: shown(relation)[1] for relation in sums(text)}

    assert found["30.00万元"] == ["10.00万元", "20.00万元"]
    assert found["25.00万元"] == ["9.00万元", "16.00万元"]


def test_a_list_paragraphs_below_belongs_to_the_total_its_opening_words_name() -> None:
    text = (
        "支出预算30万元，其中：财政拨款支出预算30万元。\n"
        "财政拨款支出主要内容如下：\n"
        "1. “甲支出（类）乙（款）丙（项）”12万元，主要用于人员。\n"
        "2. “甲支出（类）乙（款）丁（项）”18万元，主要用于项目。"
    )

    assert ("30万元", ["12万元", "18万元"]) in [shown(relation) for relation in sums(text)]


def test_a_list_with_missing_numbers_is_not_certain() -> None:
    text = "支出情况如下：\n1、甲（项）12万元。\n5、乙（项）18万元。"
    listed = [relation for relation in sums("支出50万元，" + text) if relation.cue == "如下"]

    assert not any(relation.certain for relation in listed)


def test_changes_of_parts_carry_their_sign() -> None:
    (relation,) = sums("减少19.66万元，下降86%，其中：公务用车费减少20.06万元；公务接待费增加0.40万元。")

    assert [term.sign for term in relation.terms] == [1, -1]


def test_a_second_split_of_the_same_total_is_found() -> None:
    text = "债务余额10亿元。其中，一般债务4亿元，专项债务6亿元；政府债券9亿元，非政府债券1亿元。"

    assert [shown(relation)[1] for relation in sums(text)] == [["4亿元", "6亿元"], ["9亿元", "1亿元"]]


def test_a_total_below_one_of_its_parts_is_taken_for_a_misreading_outside_accounts() -> None:
    assert sums("上海进出口额3亿元；其中全国进出口额达到5000亿元；全国出口额2000亿元。") == []


def test_an_account_below_its_part_is_kept_as_the_authors_mistake() -> None:
    (relation,) = sums("商品和服务支出5万元，其中办公费25万元、水费1万元。")

    assert shown(relation) == ("5万元", ["25万元", "1万元"])


def test_a_total_may_follow_its_parts() -> None:
    text = "支持企业发展50万元，支持外贸1120万元，合计1170万元。"

    assert ("1170万元", ["50万元", "1120万元"]) in [shown(relation) for relation in sums(text)]
