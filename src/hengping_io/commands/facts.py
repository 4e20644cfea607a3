"""``hengping facts``: petitions and their events to flat fact rows, decided once by the core."""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from datetime import date
from pathlib import Path

EXPORT = ".export"
EPILOG = """\
数据源：文件夹，内有 petitions 与 events 各一个 CSV 或 Parquet，或者按 单位/月份 分好的 Parquet；也可以有 ledger（见 docs/scale.md）。
或者网站的数据库：postgresql://用户:密码@主机/库名、sqlite:////路径/site.sqlite3，边读边写，不占内存；不读取姓名和诉求内容。
只重做变动过的分区；中断（Ctrl-C、断电）后原样再运行一次即继续，结果与一次做完的相同。
退出状态：0 完成；2 数据源有问题（列出文件与改法），原有的事实行没有改动；130 按要求停止，可继续。

示例：
  hengping facts 数据源 --out 事实 --period 2024 --as-of 2025-03-01
  hengping counts 事实 --by region
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EPILOG
    parser.add_argument(
        "source", metavar="数据源", help="信访事项与办理记录（或账目）所在的文件夹，或者网站数据库的地址"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="目录", help="事实行写到这里")
    parser.add_argument(
        "--period",
        type=period,
        required=True,
        metavar="期间",
        help="年度（2024），或起止日（2024-01-01:2024-04-01，不含止日）",
    )
    parser.add_argument("--as-of", type=day, metavar="日期", help="截至日（默认为期间止日）")
    parser.add_argument("--authority", default="", metavar="行政区划代码", help="适用哪一级的参数（默认全国）")
    parser.add_argument(
        "--memory", type=memory, default="2GB", metavar="大小", help="内存上限（默认 2GB），超出的部分用磁盘"
    )
    parser.add_argument("--workers", type=int, metavar="个", help="进程数（默认按处理器个数；结果不变）")
    parser.add_argument("--engine", default="", metavar="引擎", help="spark=地址：在集群上判定（默认在本机）")


def day(text: str) -> date:
    """Read a day given on the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期，请写成 2025-03-31 的样子") from None


def period(text: str) -> tuple[date, date]:
    """Read a year, or the first day and the first day no longer in a period."""
    if text.isdigit() and len(text) == 4:
        return date(int(text), 1, 1), date(int(text) + 1, 1, 1)
    first, _, last = text.partition(":")
    found = day(first), day(last)
    if found[0] >= found[1]:
        raise argparse.ArgumentTypeError(f"“{text}”的止日不晚于起日")
    return found


def memory(text: str) -> str:
    """Read a size of memory."""
    from hengping_io.engine_files import in_bytes

    try:
        in_bytes(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def run(arguments: argparse.Namespace) -> int:
    """Decide what changed and say what was done."""
    from hengping_io import database_source, ledger_sums

    try:
        if database_source.is_address(arguments.source):
            return _from_database(arguments)
        source = Path(arguments.source)
        alone = ledger_sums.present(source) and not _has_petitions(source)
        if ledger_sums.present(source):
            _ledger(arguments, source)
        return 0 if alone else _petitions(arguments, source)
    except KeyboardInterrupt:
        print("已完成的分区保留在原处，再运行一次同样的命令即继续。", file=sys.stderr)
        raise


def _has_petitions(source: Path) -> bool:
    return any(source.glob("petitions*"))


def _from_database(arguments: argparse.Namespace) -> int:
    from hengping_io import database_source

    folder = arguments.out / EXPORT
    try:
        count = database_source.export(arguments.source, folder)
        print(f"导出信访事项 {count:,} 件")
        return _petitions(arguments, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _ledger(arguments: argparse.Namespace, source: Path) -> None:
    from hengping_io import ledger_sums, parallel

    began = time.perf_counter()
    done = ledger_sums.build(source, arguments.out, arguments.memory, arguments.workers or parallel.cores())
    seconds = time.perf_counter() - began
    print(f"账目 {done.lines:,} 笔，{done.files} 个文件：{arguments.out}")
    print(f"本次汇总 {done.summed} 个文件，未变动沿用 {done.files - done.summed} 个，用时 {seconds:.1f} 秒")


def _petitions(arguments: argparse.Namespace, source: Path) -> int:
    from hengping_io import fact_job, parallel
    from hengping_io.fact_build import Edition

    began = time.perf_counter()
    start, end = arguments.period
    edition = Edition(start=start, end=end, as_of=arguments.as_of or end, authority=arguments.authority)
    workers = arguments.workers or parallel.cores()
    if arguments.engine:
        from hengping_io import spark_jobs

        done = spark_jobs.build_facts(arguments.engine, source, arguments.out, edition)
    else:
        done = fact_job.run(source, arguments.out, edition, memory=arguments.memory, workers=workers)
    seconds = time.perf_counter() - began
    print(f"事实行 {done.listing.rows:,} 行，{len(done.listing.partitions)} 个分区：{arguments.out}")
    print(f"本次判定 {done.petitions_decided:,} 件（{done.decided} 个分区），未变动沿用 {done.reused} 个分区")
    print(f"期间 {start} 至 {end}（不含止日），截至 {edition.as_of}，用时 {seconds:.1f} 秒")
    return 0
