"""``hengping petition replay``: an event log in; state, clocks with certificates, facts and the first refusal out."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from hengping.dates import Period, official_calendar
from hengping.errors import Refusal, Unreadable
from hengping.law import Rule
from hengping.petitions.certificate import describe
from hengping.petitions.facts import compact, facts_of, row_of, tables
from hengping.petitions.guards import day_in
from hengping.petitions.model import Context, Role
from hengping.petitions.petition import Log, Replay, read_log, replay
from hengping.petitions.steps import STEPS
from hengping_io.system_errors import reason_of

LARGEST = 16 * 1024 * 1024
COMMAND = "办理记录重放"
FORMAT = "hengping-petition-events/1"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = "示例：hengping petition replay events.json --as-of 2024-12-31 --format json"
    actions = parser.add_subparsers(dest="action", metavar="动作", required=True)
    command = actions.add_parser("replay", help="重放一件事项的办理记录")
    command.add_argument("events", metavar="EVENTS.json", help="事件记录；- 为标准输入。格式见 docs/conformance.md")
    command.add_argument("--as-of", metavar="DATE", help="截至日，缺省为最后一个事件之日（程序不取当前时间）")
    command.add_argument("--period", metavar="A..B", help="统计期，含首日不含末日，缺省为截至日所在年度")
    command.add_argument("--format", choices=("text", "json"), default="text", help="输出格式")


def run(arguments: argparse.Namespace) -> int:
    """Replay one log and print what follows from it; 1 where the law forbids an event."""
    log = read_log(_load(arguments.events))
    context = Context(authorities=log.authorities, calendar=official_calendar(), authority=log.authority)
    found = replay(log, context, _day(arguments.as_of, "--as-of"))
    answer = describe_replay(log, found, context, _period(arguments.period, found.as_of))
    print(json.dumps(answer, ensure_ascii=False, indent=2) if arguments.format == "json" else _as_text(answer))
    return 0 if found.refusal is None else 1


def _load(name: str) -> object:
    shown = "标准输入" if name == "-" else name
    try:
        data = sys.stdin.buffer.read(LARGEST + 1) if name == "-" else _bytes(Path(name))
        if len(data) > LARGEST:
            raise Unreadable(shown, f"超过 {LARGEST // 1024 // 1024} MB", "一件事项的办理记录不会这样大，请核对文件。")
        return json.loads(data.decode("utf-8-sig"))
    except OSError as error:
        raise Unreadable(shown, f"无法打开（{reason_of(error)}）", "请核对路径与权限。") from error
    except UnicodeDecodeError as error:
        raise Unreadable(shown, f"第 {error.start} 字节起不是 UTF-8 文字", "请以 UTF-8 保存。") from error
    except json.JSONDecodeError as error:
        place = f"第 {error.lineno} 行第 {error.colno} 列"
        raise Unreadable(shown, f"不是合格的 JSON（{place}）", "格式见 docs/conformance.md。") from error
    except (RecursionError, ValueError) as error:
        raise Unreadable(shown, "不是合格的 JSON（嵌套过深或者数字过大）", "格式见 docs/conformance.md。") from error


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LARGEST + 1)


def _day(text: str | None, place: str) -> date | None:
    if text is None:
        return None
    found = day_in(text)
    if found is None:
        raise Refusal(COMMAND, f"{place} “{text}”不是存在的日期", "请按 2024-12-31 的写法填写。")
    return found


def _period(text: str | None, as_of: date) -> Period:
    if text is None:
        return Period.of_year(as_of.year)
    first, _, last = text.partition("..")
    start, end = _day(first, "--period"), _day(last, "--period")
    if start is None or end is None or start > end:
        raise Refusal(COMMAND, f"--period “{text}”的起止日颠倒", "请按 2024-01-01..2025-01-01 的写法填写。")
    return Period(start, end)


def describe_replay(log: Log, found: Replay, context: Context, period: Period) -> dict[str, Any]:
    """Return everything that follows from a log as plain values."""
    petition, case = found.petition, found.petition.case
    return {
        "format": FORMAT,
        "petition": log.identifier,
        "authority": log.authority,
        "as_of": found.as_of.isoformat(),
        "calendar": context.calendar.version if context.calendar else "",
        "state": {"key": str(case.state), "title": case.state.label},
        "kind": str(case.kind or ""),
        "branch": case.branch,
        "events_taken": len(petition.events),
        "clocks": [describe(certificate) for certificate in found.certificates],
        "facts": _facts(found, context, period),
        "remarks": [
            {"event": remark.at, "text": remark.text, "cites": [str(cite) for cite in remark.cites]}
            for remark in petition.remarks
        ],
        "refusal": _refusal(log, found),
        "next": [
            {"step": step.key, "title": step.title, "by": [str(role) for role in Role if role in step.by]}
            | {"needs": list(step.needs)}
            for step in petition.allowed(found.as_of)
        ],
    }


def _facts(found: Replay, context: Context, period: Period) -> dict[str, Any] | None:
    if context.calendar is None:
        return None
    known = tables(period, found.as_of, context.calendar, context.authority)
    row = facts_of(row_of(found.petition), compact(found.petition), known)
    if row is None:
        return None
    values = row._asdict()
    values["registered_on"] = row.registered_on.isoformat()
    return {"period": [period.start.isoformat(), period.end.isoformat()], **values}


def _refusal(log: Log, found: Replay) -> dict[str, Any] | None:
    if found.refusal is None or found.refused_at is None:
        return None
    event, rule = log.events[found.refused_at], STEPS.get(log.events[found.refused_at].step)
    return {
        "event": found.refused_at,
        "step": event.step,
        "title": rule.title,
        "on": event.on.isoformat(),
        "reason": found.refusal.reason,
        "article": found.refusal.basis or _basis(rule),
        "remedy": found.refusal.remedy,
        "message": str(found.refusal),
    }


def _basis(rule: Rule) -> str:
    return rule.basis


def _as_text(answer: Mapping[str, Any]) -> str:
    lines = [f"{answer['petition'] or '（未编号）'}  截至 {answer['as_of']}  {answer['state']['title']}"]
    for clock in answer["clocks"]:
        due = clock["due"] or "—"
        lines.append(f"  {clock['standing_title']}  {clock['title']}  {clock['start']} → {due}")
        lines.append(f"      依据 {'、'.join(clock['cites'])}")
        if clock["due_as_counted"] != clock["due"]:
            lines.append(f"      系统口径（不顺延）{clock['due_as_counted'] or '—'}")
        lines.extend(f"      {line}" for line in clock["working"][1:])
        lines.extend(
            f"      另一读法：{other['reading']}（{other['due'] or '未定日数'}）" for other in clock["other_readings"]
        )
        lines.extend(f"      注意：{remark}" for remark in clock["remarks"])
    lines.extend(f"  提示  第 {remark['event'] + 1} 个事件：{remark['text']}" for remark in answer["remarks"])
    refusal = answer["refusal"]
    if refusal:
        lines.append(f"  拒绝  第 {refusal['event'] + 1} 个事件 {refusal['on']} {refusal['message']}")
    else:
        lines.append("  接下来可以：" + "、".join(step["title"] for step in answer["next"]))
    return "\n".join(lines)
