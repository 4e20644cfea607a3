"""``hengping counts``: every indicator over fact rows or a ledger, on the engine asked for."""

from __future__ import annotations

import argparse
import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from hengping_io.commands.facts import day, memory, period

GROUPS = ("region", "month", "category", "organisation", "office", "channel", "kind")
EPILOG = """\
引擎只数数、求和；除法由程序自身用十进制完成，因此各引擎的结果一字不差。
给出事实行的文件夹（hengping facts 的 --out），或者含有 ledger 的账目文件夹。

示例：
  hengping counts 事实
  hengping counts 事实 --by region --format csv
  hengping counts 事实 --engine spark=sc://localhost:15002
  hengping counts 账目 --by organisation             # 直接加总每一笔
  hengping counts 事实 --ledger --by organisation     # 用 hengping facts 汇总好的
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EPILOG
    parser.add_argument("folder", type=Path, metavar="文件夹", help="事实行或账目所在的文件夹")
    parser.add_argument("--period", type=period, metavar="期间", help="哪一套事实行：年度，或起止日（不含止日）")
    parser.add_argument("--as-of", type=day, metavar="日期", help="哪一套事实行：截至日")
    parser.add_argument("--by", action="append", choices=GROUPS, default=[], help="分组，可写多次")
    parser.add_argument("--ledger", action="store_true", help="文件夹里两样都有时，统计账目")
    parser.add_argument("--engine", default="duckdb", metavar="引擎", help="duckdb（默认）、spark=地址、postgres=地址")
    parser.add_argument("--memory", type=memory, default="2GB", metavar="大小", help="内存上限（默认 2GB）")
    parser.add_argument("--format", choices=("text", "json", "csv"), default="text", help="输出格式（默认 text）")


def run(arguments: argparse.Namespace) -> int:
    """Count and print."""
    found = _ledger(arguments) if _is_ledger(arguments) else _casework(arguments)
    print({"text": _text, "json": _json, "csv": _csv}[arguments.format](found), end="")
    return 0


def _is_ledger(arguments: argparse.Namespace) -> bool:
    """Tell whether the ledger is meant: it was asked for, or there is nothing else in the folder."""
    from hengping_io.ledger_counts import LEDGER
    from hengping_io.ledger_sums import LISTING

    folder = arguments.folder
    there = (folder / LEDGER).is_dir() or (folder / LISTING).is_file()
    return arguments.ledger or (there and not (folder / "editions").is_dir())


Answer = dict[str, Any]
"""What is printed: where it is from, the whole, and the groups, each with counts and indicators."""


def _casework(arguments: argparse.Namespace) -> Answer:
    from hengping.performance.library import INDICATORS
    from hengping_io import casework_counts, engines, fact_store

    listing = fact_store.find(arguments.folder, arguments.period, arguments.as_of)
    connection = engines.connect(arguments.engine)
    engines.limit(connection, arguments.memory)
    table = engines.scan(connection, fact_store.counted_files(arguments.folder, listing))
    edition = listing.edition
    whole, parts = casework_counts.count(table, edition.as_of, arguments.by)

    def told(one: casework_counts.Counted) -> Answer:
        return {
            "key": dict(zip(arguments.by, one.key, strict=bool(one.key))),
            "counts": dict(one.counts),
            "indicators": {
                key: _value(INDICATORS.get(key, edition.as_of).title, value) for key, value in one.values.items()
            },
        }

    return {
        "format": "hengping-counts/1",
        "engine": arguments.engine.partition("=")[0],
        "start": str(edition.start),
        "end": str(edition.end),
        "as_of": str(edition.as_of),
        "rows": listing.rows,
        "by": arguments.by,
        "whole": told(whole),
        "groups": [told(one) for one in parts],
    }


def _ledger(arguments: argparse.Namespace) -> Answer:
    from hengping_io import engines, ledger_counts, ledger_sums

    by = ["organisation"] if "organisation" in arguments.by else []
    if (arguments.folder / ledger_sums.LISTING).is_file():
        paths, year = ledger_sums.find(arguments.folder)
    else:
        paths = ledger_counts.files(arguments.folder)
        year = ledger_counts.year_of(paths[0])
    if arguments.period:
        year = arguments.period[0].year
    connection = engines.connect(arguments.engine)
    engines.limit(connection, arguments.memory)
    table = engines.scan(connection, [path.resolve() for path in paths])
    known = ledger_counts.projects(arguments.folder)
    found = ledger_counts.books(table, by, known, year)
    whole = ledger_counts.merged(found, known, year)

    def told(key: tuple[Any, ...], book: Any) -> Answer:
        facts, values = ledger_counts.measured(book)
        return {
            "key": dict(zip(by, key, strict=bool(key))),
            "counts": {name: None if value is None else str(value) for name, value in facts.items()},
            "indicators": {one.key: _value(one.title, value) for one, value in values},
        }

    return {
        "format": "hengping-counts/1",
        "engine": arguments.engine.partition("=")[0],
        "by": by,
        "whole": told((), whole),
        "groups": [told(key, book) for key, book in found.items()] if by else [],
    }


def _value(title: str, value: Any) -> Answer:
    amount = None if value.amount is None else f"{value.amount:f}"
    return {
        "title": title,
        "outcome": value.outcome.value,
        "amount": amount,
        "unit": value.unit,
        "operands": value.operands,
        "reason": value.reason,
    }


def _json(found: Answer) -> str:
    return json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _csv(found: Answer) -> str:
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\r\n")
    writer.writerow([*found["by"], "key", "title", "outcome", "amount", "unit", "operands"])
    for group in found["groups"] or [found["whole"]]:
        writer.writerows(_cells(group, found["by"]))
    return "\ufeff" + sheet.getvalue()


def _cells(group: Answer, by: Sequence[str]) -> Iterator[list[str]]:
    place = [str(group["key"].get(name, "")) for name in by]
    for key, value in group["indicators"].items():
        yield [*place, key, *(value[name] or "" for name in ("title", "outcome", "amount", "unit", "operands"))]


def _text(found: Answer) -> str:
    lines = (
        [f"{found['start']} 至 {found['end']}（不含止日），截至 {found['as_of']}，{found['rows']:,} 行"]
        if "start" in found
        else []
    )
    lines += _block("全部", found["whole"]["indicators"])
    for group in found["groups"]:
        lines += _block(" · ".join(str(part) or "（空）" for part in group["key"].values()), group["indicators"])
    return "\n".join(lines) + "\n"


def _block(title: str, values: Mapping[str, Answer]) -> Iterator[str]:
    yield f"【{title}】"
    for value in values.values():
        if value["amount"] is not None:
            working = f"　（{value['operands']}）" if value["operands"] else ""
            yield f"  {value['title']}　{value['amount']}{value['unit']}{working}"
        else:
            yield f"  {value['title']}　—　{value['reason']}"
