"""The petitions of the site's own database as two flat files, read in one stream and in constant memory.

One question is asked, so that what is exported is one moment of the database; rows are taken from the server some
thousand at a time and written as they come. The tables are named here by their names in SQL: this package knows
nothing of the site's programs. Neither the words of a petitioner nor an identity is read.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from hengping.errors import Unavailable, Unreadable
from hengping.petitions.facts import EVENT_FIELDS, PETITION_FIELDS
from hengping_io import arrow_tables
from hengping_io.petition_source import EVENT_KINDS, EVENTS, PETITION_KINDS, PETITIONS
from hengping_io.progress import progress

AT_ONCE = 10_000
NOT_FILLED_IN = "未填"
UNCLEAR = "姓名住址不清"
QUESTION = """
SELECT m.number, holder.key, office.key, m.region, m.channel, m.kind, m.category, m.persons,
       CASE WHEN m.initial AND NOT EXISTS (SELECT 1 FROM petitions_earlierlink l WHERE l.matter_id = m.id)
            THEN 1 ELSE 0 END,
       e.sequence, e."on", e.step, e."by", e.organisation, e.details
FROM petitions_matter m
LEFT JOIN petitions_event e ON e.matter_id = m.id
LEFT JOIN accounts_organisation holder ON holder.id = m.holder_id
LEFT JOIN accounts_organisation office ON office.id = m.office_id
ORDER BY m.number, e.sequence
"""
OF_THE_MATTER = 9
"""How many of the values asked for are the matter's; the others are the event's."""

Row = Sequence[Any]


def is_address(source: str) -> bool:
    """Tell whether a source is a database and not a folder."""
    return source.split("://", maxsplit=1)[0] in READERS and "://" in source


def export(address: str, folder: Path) -> int:
    """Write the petitions and events of a database as two files and return how many petitions there are."""
    count = 0
    with (
        arrow_tables.appended(folder / f"{PETITIONS}.parquet", PETITION_KINDS) as matters,
        arrow_tables.appended(folder / f"{EVENTS}.parquet", EVENT_KINDS) as events,
        _rows(address) as rows,
    ):
        for _, group in progress(groupby(rows, key=itemgetter(0)), "导出", unit="件"):
            log = list(group)
            found = [_event(row) for row in log if row[OF_THE_MATTER] is not None]
            matters(_matter(log[0], [row[-1] for row in found]))
            for row in found:
                events(row)
            count += 1
    return count


def _matter(row: Row, details: Sequence[str]) -> Row:
    number, holder, office, region, channel, kind, category, persons, initial = row[:OF_THE_MATTER]
    told = [json.loads(one)[UNCLEAR] for one in details if UNCLEAR in one]
    values = {
        "petition": number,
        "organisation": holder or "",
        "office": office or "",
        "region": region or NOT_FILLED_IN,
        "channel": channel,
        "kind": kind,
        "category": category,
        "persons": persons,
        "initial": initial,
        "repeat_of": "",
        "unclear": int(bool(told) and told[-1] == "是"),
    }
    return [values[name] for name in PETITION_FIELDS]


def _event(row: Row) -> Row:
    sequence, on, step, by, organisation, details = row[OF_THE_MATTER:]
    told = json.loads(details) if isinstance(details, str) else details
    values = {
        "petition": row[0],
        "sequence": sequence,
        "on": (on if isinstance(on, date) else date.fromisoformat(on)).toordinal(),
        "step": step,
        "by_role": by,
        "organisation": organisation,
        "details": json.dumps(told, ensure_ascii=False) if told else "",
    }
    return [values[name] for name in EVENT_FIELDS]


@contextmanager
def _rows(address: str) -> Iterator[Iterator[Row]]:
    """Yield the answer to the question, some rows of it in memory at a time."""
    with READERS[urlsplit(address).scheme](address) as rows:
        yield rows


@contextmanager
def _sqlite(address: str) -> Iterator[Iterator[Row]]:
    path = Path(unquote(urlsplit(address).path))
    if not path.is_file():
        raise Unreadable(str(path), "没有这个数据库文件", "请核对地址，应如 sqlite:////srv/hengping/site.sqlite3。")
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            yield iter(connection.execute(QUESTION))
    except sqlite3.Error as error:
        raise Unreadable(str(path), f"不是本系统的数据库：{error}", "请核对地址，或先把网站升级到本版本。") from error


@contextmanager
def _postgresql(address: str) -> Iterator[Iterator[Row]]:
    what = f"数据库 {urlsplit(address).hostname or ''}{urlsplit(address).path}"
    try:
        import psycopg
    except ImportError as error:
        raise Unavailable(what, "没有安装 psycopg", "请安装 hengping[web]。") from error
    try:
        with psycopg.connect(address) as connection, connection.cursor(name="petitions") as cursor:
            cursor.itersize = AT_ONCE
            cursor.execute(QUESTION)
            yield iter(cursor)
    except psycopg.errors.UndefinedTable as error:
        raise Unreadable(
            what, f"不是本系统的数据库：{_first(error)}", "请核对地址，或先把网站升级到本版本。"
        ) from error
    except psycopg.OperationalError as error:
        raise Unavailable(what, f"连接不上：{_first(error)}", "请核对地址、账号，以及数据库是否在运行。") from error


def _first(error: BaseException) -> str:
    return str(error).strip().splitlines()[0][:200]


READERS: Mapping[str, Callable[[str], Any]] = {
    "sqlite": _sqlite,
    "postgresql": _postgresql,
    "postgres": _postgresql,
}
"""Scheme of an address → how its database is read."""
