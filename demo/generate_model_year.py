"""Generate the large tables of the model year: an invented bureau's petitions, events and ledger, from one seed.

What a person would write (duties, objectives, measures, problems, prose) is committed under ``written``; what is
counted in thousands is made here, into ``data``. The same seed gives the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

from model_year_money import LAST_LEDGER, LEDGER, Money
from model_year_petitions import PETITIONS, Story, event_rows, petition_rows

from hengping.dates import official_calendar
from hengping.petitions.facts import EVENT_FIELDS, PETITION_FIELDS
from hengping_io.outputs import complete_or_nothing
from hengping_io.progress import progress
from hengping_io.year_layouts import descriptor, layouts

FOLDER = Path(__file__).with_name("model-year")
SEED = 20240101
TITLE = "示例市信访局（虚构）2024年度"
BALANCES = ("phase", "part", "fund", "economic", "amount", "basis")
FIGURES = ("item", "value", "evidence", "note")

STATED = (
    ("last_carry_over", "230000.00", "income-statement"),
    ("last_surplus", "72518.64", "income-statement"),
    ("assets", "12480000.00", "asset-ledger"),
    ("assets_total", "8920000.00", "asset-ledger"),
    ("assets_in_use", "8650000.00", "asset-ledger"),
    ("work_planned", "42", "work-plan"),
    ("work_completed", "41", "work-plan"),
    ("work_on_time", "40", "work-plan"),
    ("work_up_to_standard", "41", "work-plan"),
    ("key_tasks_assigned", "12", "work-plan"),
    ("key_tasks_completed", "12", "work-plan"),
)
"""Base figures that the ledger cannot say."""


def generate(folder: Path = FOLDER, seed: int = SEED, petitions: int = PETITIONS) -> Path:
    """Write the generated tables and the descriptor into the model year's folder and return the folder."""
    tables = dict(_tables(seed, petitions))
    with complete_or_nothing(folder / "data") as outputs:
        for name, text in tables.items():
            outputs.write(f"{name}.csv", text)
    written = {path.stem: path for path in sorted((folder / "written").glob("*.csv"))}
    resources = {}
    for name in layouts():
        if name in tables:
            resources[name] = (f"data/{name}.csv", _header(tables[name]))
        elif name in written:
            resources[name] = (f"written/{name}.csv", _header(written[name].read_text(encoding="utf-8")))
    found = descriptor("model-year", f"{TITLE}，种子 {seed}", resources)
    (folder / "datapackage.json").write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return folder


def _header(text: str) -> list[str]:
    return next(csv.reader(io.StringIO(text)))


def _tables(seed: int, petitions: int) -> Iterator[tuple[str, str]]:
    calendar = official_calendar()
    money = Money(seed, calendar)
    yield "ledger", _csv(LEDGER, money.ledger())
    yield "last_ledger", _csv(LAST_LEDGER, money.last_year())
    yield "balances", _csv(BALANCES, money.balances())
    yield "figures", _csv(FIGURES, _figures(money))
    told = list(progress(Story(seed, calendar).matters(petitions), "生成虚构的信访事项", total=petitions, unit="件"))
    yield "petitions", _csv(PETITION_FIELDS, petition_rows(told))
    yield "events", _csv(EVENT_FIELDS, event_rows(told))


def _figures(money: Money) -> Iterator[tuple[str, ...]]:
    carried, surplus = money.left
    computed: tuple[tuple[str, Decimal], ...] = (
        ("income", money.income),
        ("carry_over", carried),
        ("surplus", surplus),
    )
    for item, amount in computed:
        yield (item, str(amount), "income-statement", "虚构")
    for item, value, evidence in STATED:
        yield (item, value, evidence, "虚构")


def _csv(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def main() -> None:
    """Generate the model year unless it is there already."""
    parser = argparse.ArgumentParser(description="生成虚构的示范年度")
    parser.add_argument("--again", action="store_true", help="已有时也重新生成")
    parser.add_argument("--seed", type=int, default=SEED, help="种子")
    parser.add_argument("--petitions", type=int, default=PETITIONS, help="信访事项件数")
    arguments = parser.parse_args()
    if arguments.again or not (FOLDER / "datapackage.json").is_file():
        generate(FOLDER, arguments.seed, arguments.petitions)
    print(FOLDER)


if __name__ == "__main__":
    main()
