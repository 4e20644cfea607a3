"""What becomes of the problems an evaluation found: a measure, its office, its day, and how far it has come.

The state of a measure is the last of its notes; notes are only ever added. Whether it is overdue is asked for a day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

from hengping import tables
from hengping.errors import Refusal
from hengping.law import Citation, cite

TABLE = "rectification.toml"
TITLE = "整改"
BASIS = "《衡评核对规则》整改"


class Progress(StrEnum):
    """How far a measure has come."""

    PLANNED = "planned"
    UNDERWAY = "underway"
    DONE = "done"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        """Return the words shown to users."""
        return {"planned": "未开始", "underway": "整改中", "done": "已完成", "dropped": "经批准不再整改"}[self.value]

    @property
    def is_over(self) -> bool:
        """Tell whether nothing more is owed."""
        return self in (Progress.DONE, Progress.DROPPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One report on a measure: the day, how far it came, what was done, and how many files of evidence came with it."""

    on: date
    progress: Progress
    text: str
    evidence: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a measure stands on a day: its progress, the days left (negative where late), and that in words."""

    progress: Progress
    due_on: date | None
    days_left: int | None
    overdue: bool
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What next year's report says of a measure: what was done, and whether it is done; None where nobody said."""

    result: str
    done: bool | None


def standing(due_on: date | None, notes: Sequence[Note], today: date) -> Standing:
    """Return how a measure stands on a day."""
    progress = notes[-1].progress if notes else Progress.PLANNED
    left = None if due_on is None else (due_on - today).days
    if progress.is_over:
        return Standing(
            progress=progress, due_on=due_on, days_left=left, overdue=False, words=_over(progress, due_on, notes[-1].on)
        )
    overdue = left is not None and left < 0
    return Standing(progress=progress, due_on=due_on, days_left=left, overdue=overdue, words=_open(left))


def _over(progress: Progress, due_on: date | None, on: date) -> str:
    late = due_on is not None and on > due_on and progress is Progress.DONE
    return f"{progress.label}，比时限迟 {(on - due_on).days} 天" if late and due_on else progress.label


def _open(left: int | None) -> str:
    if left is None:
        return "没有完成时限"
    if left < 0:
        return f"已逾期 {-left} 天"
    return "今天到期" if left == 0 else f"还有 {left} 天"


def report(notes: Sequence[Note], note: Note, today: date) -> tuple[Note, ...]:
    """Return the notes with one more, or refuse it."""
    if not note.text.strip():
        raise Refusal(TITLE, "没有写明做了什么", "请写明整改的做法和结果。", BASIS)
    if note.on > today:
        raise Refusal(TITLE, f"日期 {note.on.isoformat()} 还没有到", "请按实际日期填写。", BASIS)
    if notes and note.on < notes[-1].on:
        last = notes[-1].on.isoformat()
        raise Refusal(TITLE, f"日期早于上一条记录（{last}）", "记录只能往后加；写错的，另加一条说明。", BASIS)
    if note.progress is Progress.PLANNED and notes:
        raise Refusal(TITLE, "已有记录的措施不能退回“未开始”", "请选“整改中”，并写明原因。", BASIS)
    if note.progress is Progress.DONE and not note.evidence:
        raise Refusal(TITLE, "报“已完成”没有佐证材料", "请附上能证明完成的材料，或先报“整改中”。", BASIS)
    return (*notes, note)


def outcome(notes: Sequence[Note]) -> Outcome:
    """Return what next year's report says of a measure."""
    if not notes:
        return Outcome(result="", done=None)
    last = notes[-1]
    return Outcome(result=last.text, done=last.progress is Progress.DONE)


def checked_owner(owner: str, offices: Iterable[str]) -> str:
    """Return the office that answers for a measure; refuse what may be somebody's name."""
    found = "".join(owner.split())
    if not found:
        raise Refusal(TITLE, "没有写明责任单位", "请写处室或者岗位。", BASIS)
    known = set(offices)
    parts = [part for part in found.replace("，", "、").replace(",", "、").split("、") if part]
    for part in parts:
        if part not in known and not _is_office(part):
            raise Refusal(TITLE, f"“{part}”不像处室或者岗位", "责任写到处室或者岗位，不写姓名。", BASIS)
    return "、".join(parts)


def reminder_days(due_on: date) -> tuple[date, date]:
    """Return the days on which a measure is called to mind: some days before it is due, and the day after."""
    before: int = tables.toml(TABLE)["reminders"]["days_before"]
    return due_on - timedelta(days=before), due_on + timedelta(days=1)


def _is_office(text: str) -> bool:
    """Tell an office or a post from what may be a name: a post stands alone or after its office, never after a surname."""
    owner = tables.toml(TABLE)["owner"]
    offices = tuple(owner["endings"])
    for post in sorted(owner["posts"], key=len, reverse=True):
        if text.endswith(post):
            before = text.removesuffix(post)
            return not before or before in owner["before_posts"] or before.endswith(offices)
    return text.endswith(offices) and len(text) > 1


@cache
def basis_of_use() -> tuple[Citation, ...]:
    """Return by which texts the results of an evaluation go into the next budget."""
    return tuple(cite(reference) for reference in tables.toml(TABLE)["use"]["cites"])
