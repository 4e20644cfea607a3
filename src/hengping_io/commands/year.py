"""``hengping year``: one year of a department, from its folder to the finished self-evaluation and its own audit."""

from __future__ import annotations

import argparse
import gc
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hengping.errors import InvalidPackage

if TYPE_CHECKING:
    from hengping_io.year_counts import Counted, Counter
    from hengping_io.year_documents import Worked, Written
    from hengping_io.year_folder import YearFolder

EPILOG = """\
退出状态：
  0  写出全部文件，自我核对没有须答复的问题
  1  写出全部文件，但自我核对发现须答复的问题（见 audit.html）
  2  数据包有问题（一次列全：文件、行、列、规则、怎么改），什么也没有写出

示例：
  hengping year demo/model-year --out out/model-year
  hengping year demo/model-year --out out/card --scheme hunan-2017
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EPILOG
    parser.add_argument("folder", type=Path, metavar="文件夹", help="年度数据包（含 datapackage.json）")
    parser.add_argument("--out", type=Path, required=True, metavar="目录", help="写到这里；已有的同名文件整套替换")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="屏幕上的输出（默认 text）")
    parser.add_argument("--scheme", metavar="键", default="", help="改用规则手册里的另一张评分表，如 hunan-2017")
    parser.add_argument("--report-date", type=_day, metavar="日期", help="改用另一报告日期，如 2025-03-31")
    parser.add_argument("--engine", metavar="引擎", default="duckdb", help="统计引擎（默认 duckdb）")
    parser.add_argument("--processes", type=int, metavar="个", help="最多用几个进程（默认按处理器个数；结果不变）")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期，请写成 2025-03-31 的样子") from None


def run(arguments: argparse.Namespace) -> int:
    """Read, compute, write and audit; say what came of it."""
    began = time.perf_counter()
    gc.disable()  # a year's tables live until the end; looking for garbage among them costs a second
    try:
        done = _run(arguments)
    except InvalidPackage as error:
        if arguments.format != "json":
            raise
        print(json.dumps({"problems": list(_problems(error))}, ensure_ascii=False, indent=1))
        return 2
    finally:
        gc.enable()
        _stage("")
    if arguments.format == "json":
        print(json.dumps(done.summary, ensure_ascii=False, indent=1, sort_keys=True))
    else:
        print("\n".join([*done.lines, f"用时　{time.perf_counter() - began:.1f} 秒"]))
    return 1 if done.to_answer else 0


def _stage(text: str) -> None:
    """Say what is being done, on one line, to a person who is watching a terminal."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


@dataclass(frozen=True, slots=True)
class _Done:
    """What a run came to: how many findings have to be answered, a screen of text, and the same for programs."""

    to_answer: int
    lines: list[str]
    summary: dict[str, Any]


def _run(arguments: argparse.Namespace) -> _Done:
    from hengping_io import parallel, year_counts, year_folder

    processes = arguments.processes or parallel.cores()
    _stage("读入并校验数据包 …")
    ahead = processes if year_folder.mentions(arguments.folder, "events") else 1
    with year_counts.counter(processes=ahead, engine=arguments.engine) as counter:
        folder = year_folder.read(arguments.folder, scheme=arguments.scheme, reported_on=arguments.report_date)
        counted = _counted(folder, counter)
    from hengping_io import year_documents
    from hengping_io.outputs import complete_or_nothing

    _stage("计算指标与得分 …")
    worked = year_documents.work(folder, counted)
    _stage("写出报告与附表，并核对写成的报告 …")
    with complete_or_nothing(arguments.out) as outputs:
        written = year_documents.write_documents(outputs, worked, processes=processes)
        names = sorted(path.name for path in outputs.path("").iterdir())
    return _tell(arguments.out, worked, written, names)


def _counted(folder: YearFolder, counter: Counter) -> Counted:
    from hengping_io import year_documents

    return year_documents.count(folder, counter, _stage)


def _tell(out: Path, worked: Worked, written: Written, names: list[str]) -> _Done:
    from hengping_io.year_summary import summary_data, summary_lines

    folder, year, audited = worked.folder, worked.year, written.audited
    lines = [*summary_lines(folder, year, worked.report), *(f"核对　{line}" for line in audited.lines)]
    lines.append(
        f"核对　自评报告有 {audited.to_answer} 处须答复，见 {out / 'audit.html'}"
        if audited.to_answer
        else "核对　自评报告没有须答复的问题"
    )
    lines += [f"提示　{notice}" for notice in (*folder.notices, *written.notices)]
    lines.append(f"写出　{out}：{'、'.join(names)}")
    data = summary_data(folder, year)
    data |= {"out": str(out), "files": names, "to_answer": audited.to_answer, "verdicts": dict(audited.verdicts)}
    return _Done(audited.to_answer, lines, data | {"notices": list(written.notices)})


def _problems(error: InvalidPackage) -> Iterator[dict[str, Any]]:
    for problem in error.problems:
        yield {
            "file": problem.file,
            "row": problem.row,
            "column": problem.column,
            "message": problem.message,
            "rule": problem.rule,
            "remedy": problem.remedy,
        }
