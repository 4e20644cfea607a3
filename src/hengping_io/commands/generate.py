"""``hengping generate``: invented petitions, ledgers and reports of any size, for trying and measuring."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

EPILOG = """\
同一 --seed 写出的每个字节都相同。全部为虚构：编号、单位、区域均以“虚构”开头，文件里另有标注。

示例：
  hengping generate --petitions 1000000 --ledger 1000000 --reports 200 --seed 7 --out 虚构
  hengping facts 虚构 --out 事实 --period 2024 --as-of 2025-03-01
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EPILOG
    parser.add_argument("--petitions", type=int, default=0, metavar="件", help="信访事项多少件")
    parser.add_argument("--ledger", type=int, default=0, metavar="笔", help="账目多少笔")
    parser.add_argument("--reports", type=int, default=0, metavar="份", help="自评报告多少份")
    parser.add_argument("--seed", type=int, default=1, metavar="数", help="随机种子（默认 1）")
    parser.add_argument("--year", type=int, default=2024, metavar="年", help="哪一年（默认 2024）")
    parser.add_argument("--organisations", type=int, default=0, metavar="个", help="单位个数（默认按件数）")
    parser.add_argument("--out", type=Path, required=True, metavar="目录", help="写到这里")
    parser.add_argument("--workers", type=int, metavar="个", help="进程数（默认按处理器个数；结果不变）")


def run(arguments: argparse.Namespace) -> int:
    """Generate what is asked for and say how much it came to."""
    from hengping_io import generate_ledger, generate_petitions, generate_reports, parallel

    out, workers = arguments.out, arguments.workers or parallel.cores()
    if arguments.petitions:
        plan = generate_petitions.plan(arguments.petitions, arguments.seed, arguments.year, arguments.organisations)
        events = sum(_all(partial(generate_petitions.write_month, out=out), list(plan), workers, "信访事项"))
        print(f"信访事项 {arguments.petitions:,} 件，办理记录 {events:,} 条：{out}")
    if arguments.ledger:
        parts = list(generate_ledger.plan(arguments.ledger, arguments.seed, arguments.year))
        generate_ledger.write_projects(out)
        lines = sum(_all(partial(generate_ledger.write_part, out=out), parts, workers, "账目"))
        print(f"账目 {lines:,} 笔：{out / generate_ledger.LEDGER}")
    if arguments.reports:
        numbers = [(number, arguments.seed, arguments.year) for number in range(arguments.reports)]
        written = sum(_all(partial(generate_reports.write_report, out=out), numbers, workers, "报告"))
        print(f"报告 {written:,} 份：{out / generate_reports.REPORTS}")
    return 0


def _all(work: Callable[[Any], int], items: list[Any], workers: int, what: str) -> Iterator[int]:
    from hengping_io.progress import progress

    if workers == 1 or len(items) < 2:
        yield from progress(map(work, items), what, total=len(items), unit="个")
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        try:
            yield from progress(pool.map(work, items), what, total=len(items), unit="个")
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
