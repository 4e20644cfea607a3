"""A published package of a small year, and ways to forge one: with the manifest left as it was, or written anew."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.io.year import folders

from hengping_io import publication_package, year_documents, year_folder
from hengping_io.publication_package import Contents, Made
from hengping_io.publication_tables import csv_of
from hengping_io.year_counts import Counter

Files = dict[str, bytes]

UNIT = (
    "name,fiscal_year,reported_on,complete,scheme,checkpoint_on,checkpoint_planned,label\n"
    "示例局（虚构）,2024,2025-03-01,预算调整,ministry-2020,2024-06-15,60,虚构数据\n"
)
LEDGER = (
    "entry,phase,part,fund,functional,economic,project,amount,voucher,on,procurement,note\n"
    "A1,initial,basic,general,2014001,30101,,2000000.00,,,,\n"
    "A2,initial,project,general,2014004,30227,R1,1000000.00,,,true,\n"
    "A3,execution,basic,general,2014001,30101,,700000.00,某某的凭证1,2024-05-06,,付给某人\n"
    "A4,execution,basic,general,2014001,30101,,600000.00,某某的凭证2,2024-05-26,,付给另一人\n"
    "A5,execution,basic,general,2014001,30101,,600000.00,某某的凭证3,2024-11-06,,\n"
    "A6,execution,project,general,2014004,30227,R1,950000.00,某某的凭证4,2024-06-10,true,\n"
    "A7,final,basic,general,2014001,30101,,1900000.00,,,,\n"
    "A8,final,project,general,2014004,30227,R1,950000.00,,,true,\n"
)
TARGETS = (
    "indicator,project,block,level2,level3,operator,target,unit,points\n"
    "trained,,产出指标,数量指标,培训人次,≥,100,人次,20\n"
    "timely-reply,,产出指标,时效指标,按期答复率,≥,95,%,30\n"
    "helped,,效益指标,社会效益指标,帮助人次,≥,10,人次,30\n"
    "pleased,,满意度指标,服务对象满意度指标,满意度,≥,90,%,10\n"
)
MEASURES = (
    "indicator,project,value,cause,remedy,evidence,recorded_by,recorded_on\n"
    "trained,,80,报名不足,提前通知,reply,综合科,2025-02-01\n"
    "helped,,12,,,reply,综合科,2025-02-01\n"
    "pleased,,93.5,,,reply,综合科,2025-02-01\n"
)
HOSPITALITY = "trips,travellers,vehicles,vehicles_bought,receptions,guests\n0,0,2,0,8,41\n"
FIGURES = "item,value,evidence,note\nincome,3000000,reply,内部备注\ncarry_over,100000,reply,\nsurplus,50000,reply,\n"
PROJECTS = "code,title,category\nR1,房屋维修（虚构）,业务工作专项\n"


def year(folder: Path, **changed: str | None) -> Path:
    """Write a small year with a scheme, a project and one petition."""
    tables: dict[str, str | None] = {
        "unit": UNIT,
        "ledger": LEDGER,
        "targets": TARGETS,
        "measures": MEASURES,
        "hospitality": HOSPITALITY,
        "figures": FIGURES,
        "projects": PROJECTS,
        "petitions": folders.PETITIONS,
        "events": folders.EVENTS,
        **changed,
    }
    return folders.write(folder, **tables)


def made(folder: Path, contents: Contents | None = None) -> Made:
    """Build the package of a year folder."""
    found = year_folder.read(folder)
    counts = year_documents.count(found, Counter(None, "duckdb"))
    worked = year_documents.work(found, counts)
    return publication_package.build(found, counts, json.loads(worked.result), contents or Contents())


def forged(files: Mapping[str, bytes]) -> Files:
    """Write the manifest anew, as somebody would who wants a change to pass."""
    manifest = json.loads(files["manifest.json"])
    rest = {name: data for name, data in files.items() if name not in ("manifest.json", "signature.json")}
    manifest["files"] = {name: publication_package._listed(name, data) for name, data in sorted(rest.items())}
    return {**rest, "manifest.json": json.dumps(manifest).encode()}


def cell(files: Mapping[str, bytes], name: str, row: int, column: str, value: str) -> Files:
    """Return the files with one cell of a table changed; rows count from 2, below the header."""
    grid = list(csv.reader(io.StringIO(files[name].decode())))
    grid[row - 1][grid[0].index(column)] = value
    return {**files, name: csv_of(grid[0], grid[1:])}


def value(files: Mapping[str, bytes], name: str, *path: Any, to: Any) -> Files:
    """Return the files with one value of a JSON file changed."""
    found = json.loads(files[name])
    at = found
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = to
    return {**files, name: (json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()}
