"""Year folders for tests: a small sound one, written from tables a reader can check, and changes to it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from hengping.errors import InvalidPackage, Problem
from hengping_io import year_folder

PAPER = "批复（虚构）\n"
DIGEST = hashlib.sha256(PAPER.encode()).hexdigest()

SOUND: Mapping[str, str] = {
    "unit": "name,fiscal_year,reported_on,complete\n示例局（虚构）,2024,2025-03-01,预算调整\n",
    "staffing": "kind,posts,people,evidence\n合计,36,33,reply\n公务员,27,26,reply\n工勤人员,3,2,reply\n事业人员,6,5,reply\n",
    "ledger": (
        "entry,phase,part,fund,functional,economic,amount,on\n"
        "A1,initial,basic,general,2014001,30101,100.00,\n"
        "A2,execution,basic,general,2014001,30101,60.00,2024-05-06\n"
        "A3,execution,basic,general,2014001,30101,35.00,2024-11-06\n"
        "A4,final,basic,general,2014001,30101,95.00,\n"
    ),
    "evidence": (
        "evidence,title,path,sha256,recorded_by,recorded_on\n"
        f"reply,编制批复,papers/reply.md,{DIGEST},办公室,2025-02-01\n"
    ),
}
"""A folder with nothing wrong in it."""

PETITIONS = (
    "petition,organisation,office,region,channel,kind,category,persons,initial,repeat_of,unclear\n"
    "P1,housing,bureau,一区,online,claim,HP03,1,1,,0\n"
)
EVENTS = (
    "petition,sequence,on,step,by_role,organisation,details\n"
    "P1,1,2024-03-01,file,petitioner,,信访形式=online\n"
    "P1,2,2024-03-01,register,petition-office,bureau,\n"
    "P1,3,2024-03-04,sort-claim,petition-office,bureau,\n"
    "P1,4,2024-03-05,forward,petition-office,bureau,去向=housing\n"
    "P1,5,2024-03-06,receive,handling-body,housing,\n"
    "P1,6,2024-03-12,accept,handling-body,housing,告知文号=告1\n"
    "P1,7,2024-03-13,route-petition,handling-body,housing,分支理由=依诉求性质\n"
)
"""One lawful matter."""


def write(folder: Path, /, **changed: str | bytes | None) -> Path:
    """Write the sound folder with some tables changed or added and return it; a table that is None is left out."""
    (folder / "papers").mkdir(parents=True, exist_ok=True)
    (folder / "papers" / "reply.md").write_text(PAPER, encoding="utf-8")
    tables: dict[str, str | bytes | None] = {**SOUND, **changed}
    present = {name: text for name, text in tables.items() if text is not None}
    for name, text in present.items():
        (folder / f"{name}.csv").write_bytes(text.encode() if isinstance(text, str) else text)
    resources = [{"name": name, "path": f"{name}.csv"} for name in present]
    (folder / "datapackage.json").write_text(json.dumps({"resources": resources}), encoding="utf-8")
    return folder


def problems(folder: Path) -> tuple[Problem, ...]:
    """Return everything a folder is refused for."""
    with pytest.raises(InvalidPackage) as refused:
        year_folder.read(folder)
    return refused.value.problems


def changed(table: str, old: str, new: str) -> dict[str, str]:
    """Return one of the tables with one of its words changed."""
    text = {**SOUND, "petitions": PETITIONS, "events": EVENTS}[table]
    assert old in text
    return {table: text.replace(old, new)}
