"""A book adds up what it knows and says why it does not know the rest."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from hengping.ledger import book as books
from hengping.ledger.book import EXECUTED, FINAL, FULL_YEAR, INITIAL, Slice
from hengping.ledger.model import Adjustment, Book, Entry, Fund, Part, Phase, Project

from .books import EQUIPMENT, OFFICE, RECEPTION, VEHICLE, WAGES, account, entry, year

NOTHING = Book(2024)
AMOUNTS = st.decimals(min_value=-10_000_000, max_value=10_000_000, places=2)


def test_an_account_is_a_tuple_that_knows_its_class() -> None:
    found = account(Phase.FINAL, VEHICLE)

    assert (found.economic_class, found.itemised, found.at(Phase.INITIAL).phase) == ("302", True, Phase.INITIAL)
    assert not account(Phase.FINAL, "302").itemised


def test_every_axis_of_an_account_has_its_official_words() -> None:
    assert [phase.label for phase in Phase] == ["年初预算", "预算调整", "执行", "决算"]
    assert [part.label for part in Part] == ["基本支出", "项目支出"]
    assert [kind.label for kind in Adjustment] == ["上年结转", "追加", "追减", "调剂"]
    assert [fund.label for fund in Fund] == [
        "一般公共预算",
        "政府性基金预算",
        "国有资本经营预算",
        "社会保险基金预算",
        "财政专户管理资金",
        "其他资金",
    ]


def test_an_entry_is_pointed_at_by_its_voucher_or_its_place() -> None:
    assert entry(Phase.FINAL, "1.00", voucher="记-9", line=3).reference == "记-9"
    assert entry(Phase.FINAL, "1.00", line=3).reference == "ledger.csv:3"
    assert entry(Phase.FINAL, "1.00").reference == "ledger.csv"


def test_a_book_is_only_ever_added_to() -> None:
    first = Book.of(2024, [entry(Phase.FINAL, "100.00")])

    second = first.append(entry(Phase.FINAL, "-30.00"))

    assert books.balance(first, account(Phase.FINAL)) == Decimal("100.00")
    assert books.balance(second, account(Phase.FINAL)) == Decimal("70.00")
    assert second.entries[:1] == first.entries


def test_an_account_without_entries_has_no_balance() -> None:
    assert books.balance(year(), account(Phase.FINAL, EQUIPMENT)) == Decimal(0)


def test_the_full_year_budget_is_the_initial_one_and_its_adjustments() -> None:
    assert books.total(year(), books.BUDGET) == Decimal("1000000.00")
    assert books.total(year(), books.FULL_YEAR_BUDGET) == Decimal("1125000.00")
    assert books.total(year(), books.PAID) == Decimal("1099000.00")
    assert books.total(year(), books.EXPENDITURE) == Decimal("1099000.00")


def test_basic_expenditure_falls_into_personnel_and_public_funds() -> None:
    personnel, public = books.total(year(), books.personnel(FINAL)), books.total(year(), books.public_funds(FINAL))

    assert (personnel, public) == (Decimal("578000.00"), Decimal("78000.00"))
    assert personnel is not None
    assert public is not None
    assert personnel + public == books.total(year(), Slice(phases=FINAL, part=Part.BASIC))


def test_the_three_public_expenses_are_added_over_basic_and_project() -> None:
    assert books.total(year(), books.three_public(FINAL)) == Decimal("93000.00")
    assert books.total(year(), books.three_public(FINAL, "公务接待费")) == Decimal("8000.00")
    assert books.total(year(), books.three_public(FINAL, "公务用车购置")) == Decimal(0)


def test_a_slice_may_ask_for_a_project_a_fund_or_a_function() -> None:
    assert books.total(year(), Slice(phases=FULL_YEAR, project="P1")) == Decimal("340000.00")
    assert books.total(year(), Slice(phases=FINAL, fund=Fund.OTHER)) == Decimal(0)
    assert books.total(year(), Slice(phases=FINAL, functional="201")) == Decimal("1099000.00")
    assert books.total(year(), Slice(phases=FINAL, functional="208")) == Decimal(0)


def test_key_projects_are_those_the_list_of_projects_marks() -> None:
    assert books.total(year(), Slice(phases=INITIAL, part=Part.PROJECT, key=True)) == Decimal("90000.00")


def test_procurement_is_what_entries_are_marked_as() -> None:
    assert books.total(year(), Slice(phases=FULL_YEAR, procurement=True)) == Decimal("30000.00")
    assert books.total(year(), Slice(phases=EXECUTED, procurement=True)) == Decimal("28000.00")


def test_an_absent_phase_is_unknown_and_never_zero() -> None:
    only_final = Book.of(2024, [entry(Phase.FINAL, "100.00")])

    assert books.total(only_final, books.BUDGET) is None
    assert books.unknown(only_final, books.FULL_YEAR_BUDGET) == "账内没有年初预算、预算调整数"


def test_a_phase_declared_complete_is_known_although_it_is_empty() -> None:
    unadjusted = Book.of(2024, [entry(Phase.INITIAL, "100.00")], declared=[Phase.ADJUSTMENT])

    assert books.total(unadjusted, books.FULL_YEAR_BUDGET) == Decimal("100.00")
    assert unadjusted.append(entry(Phase.INITIAL, "1.00")).phases == {Phase.INITIAL, Phase.ADJUSTMENT}


def test_items_are_unknown_where_money_of_their_class_was_not_itemised() -> None:
    book = Book.of(2024, [entry(Phase.FINAL, "68700.00", VEHICLE), entry(Phase.FINAL, "311000.00", "302")])

    assert books.total(book, books.three_public(FINAL)) is None
    assert books.unknown(book, books.three_public(FINAL)) == (
        "有 31.10万元 没有列明经济分类到所需的级次，无法判断是否属于所求科目"
    )
    assert books.total(book, books.public_funds(FINAL)) == Decimal("379700.00")


def test_classes_are_unknown_where_money_has_no_class_at_all() -> None:
    book = Book.of(2024, [entry(Phase.FINAL, "68700.00", VEHICLE), entry(Phase.FINAL, "100.00", "")])

    assert books.total(book, books.public_funds(FINAL)) is None
    assert books.total(book, books.EXPENDITURE) == Decimal("68800.00")


def test_wages_not_itemised_do_not_hide_the_three_public_expenses() -> None:
    book = Book.of(2024, [entry(Phase.FINAL, "68700.00", VEHICLE), entry(Phase.FINAL, "11300.00", "301")])

    assert books.total(book, books.three_public(FINAL)) == Decimal("68700.00")


def test_what_entries_do_not_say_is_unknown() -> None:
    unmarked = Book.of(2024, [entry(Phase.ADJUSTMENT, "1.00"), entry(Phase.INITIAL, "5.00", project="P9")])
    listed = Book.of(2024, unmarked.entries, [Project(code="P1", title="项目")])
    supplement = Slice(phases=frozenset({Phase.ADJUSTMENT}), adjustment=Adjustment.SUPPLEMENT)
    key = Slice(phases=INITIAL, part=Part.PROJECT, key=True)

    assert books.unknown(unmarked, Slice(phases=INITIAL, procurement=True)) == "账内没有标注政府采购的条目"
    assert books.unknown(unmarked, supplement) == "有预算调整条目未注明调整原因"
    assert books.unknown(unmarked, key) == "没有项目清单，无法判断哪些是重点支出"
    assert books.unknown(listed, key) == "有项目支出未注明所属项目，无法判断是否重点支出"


def test_a_roll_up_is_in_the_order_of_its_codes() -> None:
    assert list(books.by_class(year(), books.EXPENDITURE).items()) == [
        ("301", Decimal("555000.00")),
        ("302", Decimal("521000.00")),
        ("303", Decimal("23000.00")),
    ]
    assert list(books.by_item(year(), books.EXPENDITURE)) == ["30101", "30201", "30217", "30231", "30302"]
    assert books.by_project(year(), books.EXPENDITURE)["P2"] == Decimal("113000.00")
    assert dict(books.by_fund(year(), books.EXPENDITURE)) == {Fund.GENERAL: Decimal("1099000.00")}
    assert dict(books.by_function(year(), books.EXPENDITURE)) == {"2010301": Decimal("1099000.00")}


def test_every_amount_leads_back_to_its_entries() -> None:
    behind = list(books.entries(year(), Slice(phases=EXECUTED, items=frozenset({RECEPTION}))))

    assert [found.voucher for found in behind] == ["记-4"]


def test_what_was_paid_by_a_day_includes_that_day() -> None:
    assert books.paid_until(year(), books.PAID, date(2024, 6, 29)) == Decimal(0)
    assert books.paid_until(year(), books.PAID, date(2024, 9, 30)) == Decimal("656000.00")


def test_what_was_paid_by_a_day_is_unknown_without_dates() -> None:
    undated = Book.of(2024, [entry(Phase.EXECUTION, "1.00")])

    assert books.paid_until(undated, books.PAID, date(2024, 12, 31)) is None
    assert books.paid_until(NOTHING, books.PAID, date(2024, 12, 31)) is None


def test_the_book_of_a_project_knows_what_the_whole_book_knows() -> None:
    project = year().of_project("P1")

    assert books.total(project, books.FULL_YEAR_BUDGET) == Decimal("340000.00")
    assert books.total(year().of_project("P9"), books.EXPENDITURE) == Decimal(0)


@given(st.lists(st.tuples(AMOUNTS, st.sampled_from((WAGES, OFFICE, RECEPTION, VEHICLE, EQUIPMENT)))))
def test_a_roll_up_loses_and_invents_nothing(rows: list[tuple[Decimal, str]]) -> None:
    book = Book.of(2024, [entry(Phase.FINAL, str(amount), code) for amount, code in rows], declared=[Phase.FINAL])
    whole = sum((amount for amount, _ in rows), Decimal(0))

    assert books.total(book, books.EXPENDITURE) == whole
    assert sum(books.by_class(book, books.EXPENDITURE).values(), Decimal(0)) == whole
    assert sum(books.by_item(book, books.EXPENDITURE).values(), Decimal(0)) == whole


@given(st.lists(AMOUNTS, max_size=8), st.randoms())
def test_the_order_of_entries_changes_no_balance(amounts: list[Decimal], chance: object) -> None:
    entries = [entry(Phase.FINAL, str(amount), WAGES if i % 2 else OFFICE) for i, amount in enumerate(amounts)]
    shuffled: list[Entry] = list(entries)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    assert dict(Book.of(2024, entries).balances) == dict(Book.of(2024, shuffled).balances)


def test_accounts_may_be_told_apart_by_every_axis() -> None:
    base = account(Phase.INITIAL)

    changed = {
        base.at(Phase.FINAL),
        base._replace(part=Part.PROJECT),
        base._replace(fund=Fund.OTHER),
        base._replace(functional="2010302"),
        base._replace(economic=WAGES),
        base._replace(project="P1"),
    }

    assert len(changed | {base}) == 7
