"""Invented data: the same bytes for the same seed, told to be invented, and through every branch of the law."""

from __future__ import annotations

from pathlib import Path

import pytest

from hengping.petitions.facts import COUNT_COLUMNS
from hengping_io import arrow_tables, casework_counts, cli, engines, fact_store, petition_source
from hengping_io.generate_petitions import plan

from .test_facts import files

RARE = {"disputed", "reply_open", "notice_open", "office_act_open", "undetermined", "signal_reply_without_contact"}
"""Columns that a complete year of three thousand matters may never reach."""


def generate(out: Path, *more: str, seed: int = 5) -> Path:
    words = ["--petitions", "3000", "--ledger", "20000", "--reports", "4", "--seed", str(seed), "--out", str(out)]
    assert cli.main(["generate", *words, *more]) == 0
    return out


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generate(tmp_path_factory.mktemp("invented"))


def test_the_same_seed_gives_the_same_bytes_however_many_processes(invented: Path, tmp_path: Path) -> None:
    again = generate(tmp_path / "again", "--workers", "1")
    other = generate(tmp_path / "other", seed=6)

    assert files(again) == files(invented)
    assert files(other).keys() == files(invented).keys()
    assert files(other) != files(invented)


def test_every_petition_of_the_number_asked_for_is_there_and_calls_itself_invented(invented: Path) -> None:
    partitions = petition_source.find(invented)
    assert isinstance(partitions, tuple)
    tables = [arrow_tables.read_parquet(one.petitions, petition_source.PETITION_KINDS) for one in partitions]

    keys = [key for table in tables for key in arrow_tables.texts(table, "petition")]
    regions = {region for table in tables for region in arrow_tables.texts(table, "region")}

    assert len(keys) == len(set(keys)) == 3000
    assert all(text.startswith("虚构") for text in (*keys, *regions))


def test_reports_say_on_their_first_page_that_they_are_invented(invented: Path) -> None:
    text = next((invented / "reports").rglob("*.txt")).read_text(encoding="utf-8")

    assert "虚构数据：随机生成" in text


def test_the_plan_spreads_any_number_over_months_without_losing_one() -> None:
    for petitions in (1, 11, 60_000, 1_000_003):
        assert sum(month.petitions for month in plan(petitions, 1, 2024)) == petitions


def test_nearly_every_column_of_the_facts_is_reached_lawfully_and_unlawfully(invented: Path, tmp_path: Path) -> None:
    out = tmp_path / "facts"
    assert cli.main(["facts", str(invented), "--out", str(out), "--period", "2024", "--as-of", "2025-03-01"]) == 0
    listing = fact_store.find(out)
    table = engines.scan(engines.connect(), fact_store.counted_files(out, listing))

    from hengping_io import counts

    found = counts.count_columns(table, sorted(COUNT_COLUMNS))
    never = {name for name, value in found.items() if not value}
    whole, parts = casework_counts.count(table, listing.edition.as_of, ["organisation", "month"])

    assert never <= RARE
    assert sum(part.counts["registrations"] or 0 for part in parts) == whole.counts["registrations"] == 3000


def test_a_ledger_of_any_size_comes_to_the_same_in_parts_and_as_a_whole(
    invented: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import json
    from decimal import Decimal

    capsys.readouterr()
    assert cli.main(["counts", str(invented), "--by", "organisation", "--format", "json"]) == 0

    found = json.loads(capsys.readouterr().out)

    parts = [Decimal(group["counts"]["expenditure"]) for group in found["groups"]]
    assert sum(parts) == Decimal(found["whole"]["counts"]["expenditure"])
    assert len(parts) == 16


@pytest.mark.parametrize("shape", ["text", "json", "csv"])
def test_counts_are_printed_in_every_format(
    invented: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], shape: str
) -> None:
    out = tmp_path / "facts"
    assert cli.main(["facts", str(invented), "--out", str(out), "--period", "2024", "--as-of", "2025-03-01"]) == 0
    capsys.readouterr()

    code = cli.main(["counts", str(out), "--by", "region", "--format", shape])

    printed = capsys.readouterr().out
    assert code == 0
    assert "按期答复率" in printed
    assert "虚构区01" in printed
