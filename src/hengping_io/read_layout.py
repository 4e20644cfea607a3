"""What every reader must tell from layout alone: a document's own title, a table's caption, unit and header rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from hengping.document import Block, Cell, Heading, Paragraph

UNIT = re.compile(
    r"(?:金额|计量|货币)?\s*单\s*位\s*[：:]\s*(?:人民币)?\s*"
    r"(万亿元|千万元|百万元|亿元|万元|千元|元|万美元|亿美元|美元|[%％]|人次|人|个|件|辆|户|吨|亩|公里|平方米)"
    r"(?![\u4e00-\u9fff])"
)
NUMBER = re.compile(r"[-−－+(（]?\s*[\d０-９][\d０-９,，.．\s]*[%％‰]?[)）]?")
HEADERLESS = frozenset({"", "-", "－", "—", "--", "——", "/", "\\"})
LONGEST_TITLE = 60
LONGEST_HEADER = 6


def own_title(blocks: Iterable[Block]) -> str:
    """Return what a document calls itself: its declared title, else its first line where that is short."""
    first = ""
    for seen, block in enumerate(blocks):
        if seen > 200:
            break
        if isinstance(block, Heading) and block.level == 0:
            return block.text.strip()
        if first or not isinstance(block, Paragraph | Heading) or getattr(block, "kind", "body") != "body":
            continue
        first = block.text.strip()
    return first if len(first) <= LONGEST_TITLE and not first.endswith(("。", "；", "：")) else ""


def unit_in(text: str) -> str:
    """Return the unit a line such as “单位：万元” declares, or nothing.

    >>> unit_in("部门：某局  金额单位：万元")
    '万元'
    """
    found = UNIT.search(text)
    return found[1] if found else ""


def caption(above: Sequence[str]) -> tuple[str, str]:
    """Return title and unit from the lines above a table, nearest last.

    >>> caption(["三、收支情况。", "收入支出决算总表", "公开01表", "部门：某局　金额单位：万元"])
    ('收入支出决算总表', '万元')
    """
    unit = ""
    for line in reversed([text.strip() for text in above if text.strip()][-4:]):
        declared = unit_in(line)
        unit = unit or declared
        if declared or re.match(r"(?:公开|附|预算|决算)?\s*\d*\s*表\s*\d*$|公开\s*\d+\s*表|部门|编制单位|填报", line):
            rest = UNIT.sub("", line).strip(" 　（()）:：")
            if not declared or len(rest) < 6 or re.match(r"部门|编制|填报|公开|单位|预算", rest):
                continue
            return rest, unit
        if len(line) > LONGEST_TITLE or line.endswith(("。", "；", "，", ";", "：", ":")):
            break
        return line, unit
    return "", unit


def is_number(text: str) -> bool:
    """Tell whether a cell holds a number and nothing else."""
    return NUMBER.fullmatch(text.strip()) is not None


def header_rows(rows: Sequence[Sequence[Cell]]) -> int:
    """Return how many rows at the top name columns: those before the first row of figures."""
    for index, row in enumerate(rows[: LONGEST_HEADER + 1]):
        texts = [cell.text.strip() for cell in row]
        if any(is_number(text) and not _ordinal_row(texts) for text in texts):
            reached = max((cell.row + cell.row_span for line in rows[:index] for cell in line), default=0)
            return min(index, reached) if index else 0
    filled = [index for index, row in enumerate(rows) if any(cell.text.strip() for cell in row)]
    leading = next((index for index, at in enumerate(filled) if index != at), len(filled))
    return leading if len(filled) < len(rows) else min(1, len(rows) - 1)


def _ordinal_row(texts: Sequence[str]) -> bool:
    """Tell whether a row merely numbers the columns (栏次 1 2 3 …)."""
    numbers = [text for text in texts if text.isdigit()]
    return len(numbers) >= 2 and [int(number) for number in numbers] == list(range(1, len(numbers) + 1))
