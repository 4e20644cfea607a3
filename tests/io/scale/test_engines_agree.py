"""One answer from every engine: for random logs, equal integers and decimals, and the parts make the whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import Phase as Phases
from hypothesis import strategies as st

from hengping.dates import Period, official_calendar
from hengping.ledger.facts import book_facts
from hengping.ledger.model import Account, Adjustment, Book, Entry, Fund, Part, Phase
from hengping.petitions.facts import PetitionFacts, build, gather
from hengping_io import casework_counts, counts, engines, ledger_counts

from . import sources

AS_OF = date(2024, 3, 1)
ENGINES = ["duckdb", "postgres", "spark"]
GROUPS = ["region", "month", "category", "organisation"]
QUICK = (Phases.explicit, Phases.generate)
"""A server is not asked again and again for a smaller example."""

EXAMPLES = {"duckdb": 15, "postgres": 8, "spark": 3}


def fact_rows(seeds: Iterable[int]) -> list[PetitionFacts]:
    matters = sources.matters(seeds)
    logs = gather(matters.petitions.values(), (event for log in matters.events.values() for event in log))
    return list(build(logs, Period.of_year(2023), AS_OF, official_calendar()))


def by_hand(rows: Sequence[PetitionFacts], by: Sequence[str], names: Sequence[str]) -> dict[tuple[Any, ...], Any]:
    """Add up with nothing but Python."""
    found: dict[tuple[Any, ...], dict[str, int]] = defaultdict(lambda: dict.fromkeys(names, 0))
    for row in rows:
        for name in names:
            found[tuple(getattr(row, one) for one in by)][name] += getattr(row, name)
    return dict(found)


def loaded(connection: Any, rows: Sequence[PetitionFacts]) -> Any:
    columns: Mapping[str, Sequence[Any]] = dict(zip(PetitionFacts._fields, zip(*rows, strict=True), strict=True))
    return engines.load(connection, "petition_facts", columns)


@pytest.mark.parametrize("engine", ENGINES)
def test_every_indicator_is_the_same_on_every_engine_and_by_every_group(
    request: pytest.FixtureRequest, engine: str
) -> None:
    connection = request.getfixturevalue(engine)

    @settings(max_examples=EXAMPLES[engine], deadline=None, suppress_health_check=list(HealthCheck), phases=QUICK)
    @given(st.sets(st.integers(0, 5000), min_size=1, max_size=40), st.sampled_from(GROUPS))
    def agrees(seeds: set[int], by: str) -> None:
        rows = fact_rows(seeds) or fact_rows(range(3))
        names = counts.wanted(casework_counts.indicators(AS_OF))

        whole, parts = casework_counts.count(loaded(connection, rows), AS_OF, [by])

        assert dict(whole.counts) == by_hand(rows, [], names)[()]
        assert {part.key: dict(part.counts) for part in parts} == by_hand(rows, [by], names)
        assert {type(value) for value in whole.counts.values()} == {int}
        for name in names:
            assert sum(part.counts[name] or 0 for part in parts) == whole.counts[name]

    agrees()


ENTRIES = st.lists(
    st.builds(
        lambda phase, part, economic, amount, adjustment, policy, procurement: Entry(
            account=Account(phase, part, Fund.GENERAL, "2010301", economic),
            amount=amount,
            adjustment=adjustment if phase is Phase.ADJUSTMENT else None,
            policy=policy,
            procurement=procurement,
        ),
        st.sampled_from(list(Phase)),
        st.sampled_from(list(Part)),
        st.sampled_from(["30101", "30201", "30217", "30231", "31002"]),
        st.decimals(min_value=-(10**12), max_value=10**12, places=2),
        st.sampled_from(list(Adjustment)),
        st.booleans(),
        st.booleans(),
    ),
    min_size=1,
    max_size=40,
)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_ledger_comes_to_the_same_figures_on_every_engine(request: pytest.FixtureRequest, engine: str) -> None:
    connection = request.getfixturevalue(engine)

    @settings(max_examples=EXAMPLES[engine], deadline=None, suppress_health_check=list(HealthCheck), phases=QUICK)
    @given(ENTRIES)
    def agrees(entries: list[Entry]) -> None:
        table = engines.load(connection, "ledger_lines", lines(entries))

        (book,) = ledger_counts.books(table, (), (), 2024).values()

        assert book_facts(book) == book_facts(Book.of(2024, entries))

    agrees()


def lines(entries: Sequence[Entry]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {name: [] for name in (*ledger_counts.LOT, "amount")}
    for entry in entries:
        account = entry.account._asdict()
        for name in ("phase", "part", "fund", "functional", "economic", "project"):
            found[name].append(str(account[name]))
        found["adjustment"].append(str(entry.adjustment or ""))
        found["policy"].append(int(entry.policy))
        found["procurement"].append(int(entry.procurement))
        found["amount"].append(entry.amount)
    return found


def test_an_indicator_added_to_the_rulebook_needs_no_engine_code(duckdb: Any) -> None:
    from hengping.law import source
    from hengping.performance.model import Indicator, Ratio

    added = Indicator(
        key="settled-share",
        title="调解占比",
        cites=(source("house-rules").whole,),
        since=date(2020, 1, 1),
        measure=Ratio(met="settlements", of="registrations"),
    )
    rows = fact_rows(range(200))

    found = counts.count(loaded(duckdb, rows), [added])

    assert found == by_hand(rows, [], ["registrations", "settlements"])[()]


def test_money_keeps_every_digit_where_a_binary_number_would_not(duckdb: Any) -> None:
    table = engines.load(duckdb, "cents", {"amount": [Decimal("0.10")] * 3 + [Decimal("90071992547409.93")]})

    found = counts.count_columns(table, ["amount"])

    assert found == {"amount": Decimal("90071992547410.23")}
