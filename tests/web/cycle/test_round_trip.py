"""A year loaded into the rooms and written back is the same year, to the last byte of its result."""

from __future__ import annotations

from pathlib import Path

import pytest

from hengping_io.cli import main
from hengping_web.accounts.models import Organisation
from hengping_web.cycle import folder, loading
from hengping_web.cycle.models import EvaluationYear, State

pytestmark = pytest.mark.django_db


def result(path: Path, out: Path) -> str:
    assert main(["year", str(path), "--out", str(out), "--processes", "1"]) in (0, 1)
    return (out / "result.json").read_text(encoding="utf-8")


def test_the_year_written_back_gives_the_same_result_to_the_last_byte(
    sample_year: Path, model_bureau: Organisation, tmp_path: Path
) -> None:
    year = loading.load(sample_year, model_bureau, state=State.EVALUATING)

    written = folder.write(year, tmp_path / "written")

    assert result(written, tmp_path / "after") == result(sample_year, tmp_path / "before")


def test_what_the_site_computes_is_what_the_command_writes(
    sample_year: Path, model_bureau: Organisation, tmp_path: Path
) -> None:
    year = loading.load(sample_year, model_bureau)

    worked = folder.evaluate(year)

    assert worked.result == result(sample_year, tmp_path / "out")


def test_the_preview_scores_like_the_full_count(sample_year: Path, model_bureau: Organisation) -> None:
    year = loading.load(sample_year, model_bureau)

    quick, full = folder.preview(year), folder.evaluate(year)

    assert quick.year.evaluation == full.year.evaluation
    assert quick.year.evaluation is not None
    assert quick.report.named["final-accounts.total"] == full.report.named["final-accounts.total"]


def test_nothing_of_a_year_is_loaded_where_one_table_is_refused(sample_year: Path, model_bureau: Organisation) -> None:
    loading.load(sample_year, model_bureau)

    with pytest.raises(Exception, match="已经开立"):
        loading.load(sample_year, model_bureau)

    assert EvaluationYear.objects.count() == 1
