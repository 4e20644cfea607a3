"""``hengping clock``: one statutory period, its last day in both modes, and every day of the count explained."""

from __future__ import annotations

import argparse
import json
from datetime import date
from typing import Any

from hengping.dates import Calendar, official_calendar
from hengping.errors import Refusal
from hengping.petitions.certificate import Length, Reckoning, describe_reckoning, length_of, reckon
from hengping.petitions.clocks import CLOCKS, HANDLING
from hengping.petitions.guards import EARLIEST, LATEST, day_in
from hengping.petitions.model import Clock

COMMAND = "期限计算"
EXTENSION = "extension"
"""A key beside those of the clocks: the handling period with its extension."""

LONGEST_PAUSE = 3660


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = "示例：hengping clock handling --start 2025-03-03 --format json"
    parser.add_argument("key", metavar="KEY", help=f"期限的键：{'、'.join(keys())}")
    parser.add_argument("--start", required=True, metavar="DATE", help="起算之日，如 2025-03-03（当日不计入）")
    parser.add_argument(
        "--pause", action="append", default=[], metavar="A..B", help="听证的起止日，首尾都不计入；可重复（只用于复核）"
    )
    parser.add_argument("--extend", type=int, metavar="N", help="延长的日数，1 至 30（只用于办理期限）")
    parser.add_argument("--term", metavar="DATE", help="文书指定的期限（只用于交办反馈、督办改正、重新办理）")
    parser.add_argument("--authority", default="national", metavar="PLACE", help="适用哪里的规定，缺省 national")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="输出格式")


def run(arguments: argparse.Namespace) -> int:
    """Count one period and print it."""
    answer = count(
        arguments.key,
        start=arguments.start,
        pauses=arguments.pause,
        extend=arguments.extend,
        term=arguments.term,
        authority=arguments.authority,
    )
    print(json.dumps(answer, ensure_ascii=False, indent=2) if arguments.format == "json" else _as_text(answer))
    return 0


def keys() -> tuple[str, ...]:
    """Return every key that can be asked for."""
    return (*CLOCKS.keys(), EXTENSION)


def count(
    key: str,
    *,
    start: str,
    pauses: list[str] | None = None,
    extend: int | None = None,
    term: str | None = None,
    authority: str = "national",
) -> dict[str, Any]:
    """Return the answer as plain values; refuse an unknown key, a day that does not exist, a pause upside down."""
    clock = _clock(key)
    begins = _day(start, "--start")
    calendar = official_calendar()
    spans = [_span(pause) for pause in pauses or ()]
    length = _length(clock, begins, term, authority)
    extra = _extra(clock, extend if extend is not None or key != EXTENSION else 30)
    remarks: list[str] = []
    if spans and clock.pause is None:
        remarks.append(f"{clock.title}的条文没有扣除听证时间的规定（只有第三十六条第二款的复核扣除），未予扣除")
        spans = []
    total = Length(days=length.days + extra, counting=length.counting) if length.days and extra else length
    found = reckon(begins, total, calendar, spans)
    return {
        "rule": key,
        "title": clock.title + ("（延长后）" if extra else ""),
        **describe_reckoning(found),
        "cites": [str(cite) for cite in clock.cites],
        "reading": clock.reading,
        "other_readings": list(_other_readings(clock, begins, length, extra, calendar)),
        "remarks": remarks,
        "calendar": calendar.version,
    }


def _clock(key: str) -> Clock:
    if key == EXTENSION:
        return HANDLING
    if key not in CLOCKS:
        raise Refusal(COMMAND, f"没有“{key}”这个期限", f"可用的键：{'、'.join(keys())}。")
    return CLOCKS.get(key)


def _day(text: str, place: str) -> date:
    found = day_in(text)
    if found is None:
        raise Refusal(
            COMMAND, f"{place} “{text}”不是存在的日期", f"请按 2025-03-03 的写法填写（{EARLIEST} 至 {LATEST}）。"
        )
    return found


def _span(text: str) -> tuple[date, date]:
    first, dots, last = text.partition("..")
    if not dots:
        raise Refusal(COMMAND, f"--pause “{text}”缺少“..”", "请按 2025-04-01..2025-04-10 的写法填写。")
    span = _day(first, "--pause"), _day(last, "--pause")
    if span[0] > span[1] or (span[1] - span[0]).days > LONGEST_PAUSE:
        raise Refusal(COMMAND, f"--pause “{text}”的起止日颠倒或者超过十年", "请核对听证的起止日。")
    return span


def _length(clock: Clock, begins: date, term: str | None, authority: str) -> Length:
    if clock.term and term is None:
        raise Refusal(COMMAND, f"{clock.title}由文书指定", f"请以 --term 给出“{clock.term}”。", clock.basis)
    if term is not None and not clock.term:
        raise Refusal(COMMAND, f"{clock.title}由条文规定，不能另行指定", "请去掉 --term。", clock.basis)
    named = None if term is None else _day(term, "--term")
    if named is not None and named < begins:
        raise Refusal(COMMAND, f"--term {named} 早于起算之日 {begins}", "请核对日期。")
    return length_of(clock, begins, authority, named)


def _extra(clock: Clock, days: int | None) -> int:
    if days is None:
        return 0
    if clock.extension is None:
        raise Refusal(COMMAND, f"{clock.title}没有延长的规定", "请去掉 --extend。", clock.basis)
    if not 1 <= days <= clock.extension.days:
        raise Refusal(COMMAND, f"延长 {days} 日", f"延长合计为 1 至 {clock.extension.days} 日。", clock.basis)
    return days


def _other_readings(clock: Clock, begins: date, length: Length, extra: int, calendar: Calendar) -> Any:
    for other in clock.alternatives:
        found: Reckoning | None = None
        if other.unnumbered:
            found = reckon(begins, Length(), calendar)
        elif other.from_rolled and extra:
            first = reckon(begins, length, calendar)
            found = reckon(first.due, Length(days=extra), calendar) if first.due else None
        line: dict[str, Any] = {"key": other.key, "reading": other.reading}
        yield line | (describe_reckoning(found) if found else {"due": None, "due_as_counted": None, "working": []})


def _as_text(answer: dict[str, Any]) -> str:
    lines = [answer["title"]]
    due, counted = answer["due"], answer["due_as_counted"]
    lines.append(f"  届满日（法定，顺延）      {due or '—'}")
    lines.append(f"  届满日（系统口径，不顺延）{counted or '—'}")
    lines.extend(f"    {line}" for line in answer["working"])
    lines.append(f"  依据  {'、'.join(answer['cites'])}")
    lines.append(f"  读法  {answer['reading']}")
    lines.extend(
        f"  另一读法  {other['reading']}" + (f"（{other['due']}）" if other["due"] else "")
        for other in answer["other_readings"]
    )
    lines.extend(f"  注意  {remark}" for remark in answer["remarks"])
    return "\n".join(lines)
