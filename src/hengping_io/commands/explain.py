"""``hengping explain CHECK``: one rule of the auditor, as people read it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hengping.audit.model import Check

WIDTH = 88
EPILOG = """\
示例：
  hengping explain SUM-01
  hengping explain listed-items-within-subtotal
  hengping explain            列出全部核对项
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = EPILOG
    parser.add_argument("check", nargs="?", metavar="核对项", help="编号（如 SUM-01）或英文名；不写则列出全部")


def run(arguments: argparse.Namespace) -> int:
    """Print one rule's page, or the list of all rules."""
    from hengping.audit.examine import catalogue

    checks = list(catalogue())
    if not arguments.check:
        print("\n".join(_listed(checks)))
        return 0
    wanted = arguments.check.strip().casefold()
    found = [check for check in checks if wanted in (check.code.casefold(), check.key)]
    if found:
        print("\n\n".join("\n".join(_page(check)) for check in found))
        return 0
    print(f"没有编号或名称为“{arguments.check}”的核对项。{_nearest(wanted, checks)}", file=sys.stderr)
    return 2


def _nearest(wanted: str, checks: list[Check]) -> str:
    family = [check.code for check in checks if check.code.casefold().startswith(wanted.partition("-")[0])]
    if family:
        return f"同类的有：{'、'.join(family)}。"
    return "请用 hengping explain 列出全部。"


def _listed(checks: list[Check]) -> Iterator[str]:
    from hengping_io.audit_text import rows

    shown = [(check.code, check.title, check.severity.label, "" if check.judge else "未实现") for check in checks]
    yield from rows(("编号", "名称", "程度", ""), shown)
    yield ""
    yield f"共 {len(checks)} 项，其中未实现 {sum(check.judge is None for check in checks)} 项（核对时列为须人工核对）。"


def _page(check: Check) -> Iterator[str]:
    """Yield a rule's page: what it asks, by which text, what it leaves alone, and an example of each outcome."""
    yield f"{check.code}　{check.title}　（{check.key}）"
    until = f"，至 {check.until.isoformat()} 止" if check.until else ""
    yield f"自 {check.since.isoformat()} 起适用{until}　程度：{check.severity.label}"
    if check.judge is None:
        yield "本项已列明，尚未实现；核对结果中记为“请人工核对”，不计为相符。"
    yield from _part("说明", check.explanation)
    yield from _part("依据", "\n".join(f"{cite}（{cite.certainty.label}）" for cite in check.cites))
    yield from _part("对条文的理解", check.reading)
    yield from _part("需要的资料", check.needs)
    yield from _part("没有资料时", check.absent.label)
    yield from _part("不针对", "\n".join(f"· {spared}" for spared in check.spares))
    yield from _part("会指出的例子", check.fails)
    yield from _part("不会指出的例子", check.passes)


def _part(title: str, text: str) -> Iterator[str]:
    from hengping_io.audit_text import wrapped

    if text:
        yield ""
        yield title
        for line in text.split("\n"):
            yield from (f"  {piece}" for piece in wrapped(line, WIDTH))
