"""``hengping audit``: examine reports and say where a figure does not follow."""

from __future__ import annotations

import argparse
import gc
import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hengping.document import Document
    from hengping_io.audit_batch import Row
    from hengping_io.audit_inputs import Source
    from hengping_io.audit_view import Audit, Suppression

ENDINGS = {"text": ".txt", "json": ".json", "html": ".html", "csv": ".csv"}
STANDARD_INPUT = "-"
WIDEST = 120
COLLECT_AFTER = 100_000

EPILOG = """\
退出状态：
  0  没有须答复的问题    1  有须答复的问题    2  文件不能读取或用法有误
  须答复 = 程度为“错误”或“须答复”的矛盾、未说明差额、缺少、提示、请人工核对，且没有列入 --suppress 的。
  尾数差（四舍五入解释得了的）和程度为“提示”的表述问题照样列出，单有它们时退出状态为 0。
  没有发现问题不等于没有问题：结尾一屏说明读出多少数字、核对多少、哪些没有核对和原因。
  批量时：有不能读取的为 2，否则有须答复的为 1。

示例：
  hengping audit 自评报告.docx                         在终端列出
  hengping audit 自评报告.docx --format html --out 结果  带标注的网页
  hengping audit 自评报告.docx --mark --out 结果         原格式的批注副本
  hengping audit 决算.pdf --with 预算.pdf --last-year 上年决算.pdf
  hengping audit 报告文件夹 --out 结果                   批量，中断后再运行即继续
  hengping explain SUM-01                              一条规则的说明
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EPILOG
    parser.add_argument("paths", nargs="+", metavar="文件", help="报告文件、文件夹或 ZIP；- 表示标准输入")
    parser.add_argument("--format", choices=tuple(ENDINGS), default="text", help="输出格式（默认 text）")
    parser.add_argument("--out", metavar="位置", help="写入这个文件夹（单个文件时也可为文件名）")
    parser.add_argument("--claims", action="store_true", help="连同相符的陈述一并列出")
    parser.add_argument(
        "--authority", metavar="行政区划代码", default="", help="适用哪一级的提纲、等次和词表，如 430400（衡阳）"
    )
    parser.add_argument("--last-year", metavar="文件", help="同一单位上一年的报告，用于核对沿用和落实")
    parser.add_argument(
        "--with",
        dest="others",
        nargs="+",
        metavar="文件",
        default=[],
        help="同一单位同年的其他文件（预算、决算、项目表）",
    )
    parser.add_argument("--mark", action="store_true", help="另存一份原格式的批注副本")
    parser.add_argument("--ocr", action="store_true", help="没有文字层的扫描件和图片先做文字识别（须装有 Tesseract）")
    parser.add_argument("--suppress", metavar="文件", help="已有说明的问题（TOML：fingerprint、reason、by、on）")
    parser.add_argument(
        "--engine",
        metavar="引擎",
        default="",
        help="批量时：spark=sc://主机:端口，在集群上核对，问题另写成 findings.parquet",
    )
    parser.add_argument(
        "--since", metavar="结果", help="与上次 --format json 的结果（批量时为上次的 --out 文件夹）比较"
    )


def run(arguments: argparse.Namespace) -> int:
    """Audit one file, or many."""
    gc.set_threshold(COLLECT_AFTER, 20, 20)
    _forgive_strange_characters()
    if arguments.authority and not (arguments.authority.isdigit() and len(arguments.authority) == 6):
        return _refuse("--authority 应为六位行政区划代码，如 430400。")
    if len(arguments.paths) == 1 and not _is_many(arguments.paths[0]):
        return _one(arguments)
    if arguments.last_year or arguments.others:
        return _refuse("--last-year 和 --with 针对一个单位，批量时不能使用；请逐个文件运行。")
    if STANDARD_INPUT in arguments.paths:
        return _refuse("标准输入（-）不能与其他文件一起使用。")
    return _many(arguments)


def _is_many(name: str) -> bool:
    return name != STANDARD_INPUT and (os.path.isdir(name) or name.lower().endswith(".zip"))  # noqa: PTH112 - fast start


def _refuse(message: str) -> int:
    print(message, file=sys.stderr)
    return 2


def _forgive_strange_characters() -> None:
    """Let a terminal that cannot show a character show a substitute instead of failing."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


# One file


def _one(arguments: argparse.Namespace) -> int:
    document, data = _read(arguments.paths[0], ocr=arguments.ocr)
    audit = _audit(document, arguments)
    if arguments.out:
        for path in _written(audit, data, arguments):
            print(path)
    else:
        sys.stdout.write(_shown(audit, arguments))
        if arguments.mark:
            print(_write_mark(audit, data, Path(), arguments))
    return int(bool(audit.to_answer))


def _read(name: str, *, ocr: bool) -> tuple[Document, bytes]:
    """Return the document and its bytes, which a marked copy needs again."""
    from hengping_io.read import read, read_bytes

    if name == STANDARD_INPUT:
        data = sys.stdin.buffer.read()
        return read_bytes("标准输入", data, ocr=ocr), data
    return read(name, ocr=ocr), b""


def _audit(document: Document, arguments: argparse.Namespace) -> Audit:
    from hengping.audit.examine import examine
    from hengping_io.audit_view import assemble

    others: tuple[Document, ...] = ()
    last_year = None
    if arguments.others or arguments.last_year:
        from hengping_io.read import read

        others = tuple(read(path, ocr=arguments.ocr) for path in arguments.others)
        last_year = read(arguments.last_year, ocr=arguments.ocr) if arguments.last_year else None
    examination = examine(document, authority=arguments.authority, last_year=last_year, others=others)
    suppressions: tuple[Suppression, ...] = ()
    earlier = None
    if arguments.suppress or arguments.since:
        from hengping_io.audit_answers import read_earlier, read_suppressions

        suppressions = read_suppressions(Path(arguments.suppress)) if arguments.suppress else ()
        earlier = read_earlier(Path(arguments.since)) if arguments.since else None
    return assemble(document, examination, suppressions=suppressions, earlier=earlier, authority=arguments.authority)


def _shown(audit: Audit, arguments: argparse.Namespace, *, to_terminal: bool = True) -> str:
    """Return the audit in the format that is asked for."""
    if arguments.format == "json":
        from hengping_io.audit_json import write_json

        return write_json(audit, claims=arguments.claims) + "\n"
    if arguments.format == "html":
        from hengping_io.audit_html import write_html

        return write_html(audit)
    if arguments.format == "csv":
        from hengping_io.audit_csv import write_csv

        return write_csv(audit, claims=arguments.claims)
    from hengping_io.audit_text import write_text

    color = to_terminal and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    return write_text(audit, color=color, width=_width(), claims=arguments.claims)


def _width() -> int:
    try:
        return min(os.get_terminal_size(sys.stdout.fileno()).columns, WIDEST)
    except (OSError, ValueError):
        return 100


def _written(audit: Audit, data: bytes, arguments: argparse.Namespace) -> list[Path | str]:
    """Write the result, and the marked copy where one is wanted; return where they are."""
    from hengping_io.whole_file import write_whole

    out = Path(arguments.out)
    is_file = out.suffix.lower() in (*ENDINGS.values(), ".htm") and not out.is_dir()
    folder = out.parent if is_file else out
    path = out if is_file else out / f"{Path(audit.document.name).name}{ENDINGS[arguments.format]}"
    write_whole(path, _shown(audit, arguments, to_terminal=False))
    return [path, _write_mark(audit, data, folder, arguments)] if arguments.mark else [path]


def _write_mark(audit: Audit, data: bytes, folder: Path, arguments: argparse.Namespace) -> Path | str:
    from hengping_io.audit_mark import marked_copy
    from hengping_io.whole_file import write_whole

    name = arguments.paths[0]
    copy = marked_copy(audit, data or Path(name).read_bytes())
    if copy is None:
        return "没有可批注的内容，未另存副本。"
    stem = "标准输入" if name == STANDARD_INPUT else Path(name).stem
    path = folder / f"{stem}.marked{copy.ending}"
    write_whole(path, copy.content)
    return path


# Many files


def _many(arguments: argparse.Namespace) -> int:
    from hengping_io.audit_inputs import sources

    found = sources(arguments.paths)
    if not found:
        return _refuse("没有找到可以核对的文件。请检查位置是否正确。")
    if not arguments.out:
        return _refuse(f"共有 {len(found)} 个文件：请用 --out 文件夹 指明结果写在哪里。")
    out = Path(arguments.out)
    rows = _run_all(found, out, arguments)
    _write_index(rows, out, arguments)
    _tell(rows, out)
    if any(row.status in ("unreadable", "failed") for row in rows):
        return 2
    return int(any(row.to_answer for row in rows))


def _run_all(found: list[Source], out: Path, arguments: argparse.Namespace) -> list[Row]:
    from hengping_io.audit_answers import read_suppressions
    from hengping_io.audit_batch import Options, rules_version, run
    from hengping_io.progress import progress

    options = Options(
        out=str(out.resolve() if arguments.engine else out),
        authority=arguments.authority,
        claims=arguments.claims,
        mark=arguments.mark,
        ocr=arguments.ocr,
        since=arguments.since or "",
        suppressions=read_suppressions(Path(arguments.suppress)) if arguments.suppress else (),
        rules=rules_version(),
    )
    if arguments.engine:
        from hengping_io import audit_parquet, spark_jobs

        rows = spark_jobs.audit(arguments.engine, found, options)
        audit_parquet.write_findings(rows, out)
        return rows
    done = {row.name: row for row in progress(run(found, options), "核对", total=len(found), unit="份")}
    return [done[source.name] for source in found]


def _write_index(rows: list[Row], out: Path, arguments: argparse.Namespace) -> None:
    from hengping_io.audit_batch import rules_version
    from hengping_io.audit_index import write_index_csv, write_index_html, write_index_json
    from hengping_io.whole_file import write_whole

    where = "、".join(Path(path).name for path in arguments.paths[:3])
    write_whole(out / "index.json", write_index_json(rows, rules_version()))
    write_whole(out / "index.csv", write_index_csv(rows))
    write_whole(out / "index.html", write_index_html(rows, where))


def _tell(rows: list[Row], out: Path) -> None:
    """Print one screen: what came of the batch, and where to look."""
    from hengping_io.audit_index import STATUS
    from hengping_io.audit_text import clipped
    from hengping_io.audit_text import rows as table

    for status, label in STATUS.items():
        count = sum(row.status == status for row in rows)
        if count:
            print(f"{label} {count} 份")
    worst = sorted((row for row in rows if row.to_answer), key=lambda row: (-row.to_answer, row.name))
    if worst:
        print(f"须答复 {sum(row.to_answer for row in worst)} 处，在 {len(worst)} 份文件中；最多的：")
        shown = [(clipped(row.name, 60), str(row.to_answer), str(row.agreed)) for row in worst[:10]]
        print("\n".join(f"  {line}" for line in table(("文件", "须答复", "相符"), shown)))
    for row in [row for row in rows if row.status in ("unreadable", "failed")][:10]:
        print(f"  {clipped(row.name, 40)}：{row.reason}", file=sys.stderr)
    print(f"总表：{out / 'index.html'}")
