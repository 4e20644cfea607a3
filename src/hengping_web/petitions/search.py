"""Chinese full-text search: one tokenizer, pairs of neighbouring characters, in FTS5 on SQLite and tsvector on PostgreSQL.

Only the summary, the claim, the place and the number are indexed: what a citizen wrote stays sealed.
"""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import accumulate

from django.db import connection
from django.db.models.expressions import RawSQL

RUNS = re.compile(r"[㐀-䶿一-鿿豈-﫿\U00020000-\U0003134f]+|[0-9a-z]+")
LONGEST_QUERY = 40
"""Words of a query that are looked for; more would only slow the search down."""

MOST_RESEMBLING = 2_000
"""Matters that are looked at, at most, when others like one are sought."""

TOGETHER = 4
HOUR = 3600
STATISTICS = """
SELECT word, share * (SELECT reltuples FROM pg_class WHERE oid = 'petitions_search'::regclass)
FROM pg_stats, unnest(most_common_elems::text::text[], most_common_elem_freqs) AS known (word, share)
WHERE schemaname = current_schema() AND tablename = 'petitions_search' AND attname = 'words' AND word IS NOT NULL
"""

CREATE = {
    "sqlite": ("CREATE VIRTUAL TABLE petitions_search USING fts5(words, tokenize = 'unicode61')",),
    "postgresql": (
        "CREATE TABLE petitions_search (matter bigint PRIMARY KEY, words tsvector NOT NULL)",
        "CREATE INDEX petitions_search_words ON petitions_search USING gin (words)",
    ),
}
DROP = "DROP TABLE petitions_search"


def words(text: str) -> list[str]:
    """Return the words of a text: pairs of neighbouring Chinese characters, and numbers and Latin words as they are.

    >>> words("信访局 2024")
    ['信访', '访局', '2024']
    """
    found: list[str] = []
    for run in RUNS.findall(unicodedata.normalize("NFKC", text).lower()):
        if run.isascii() or len(run) == 1:
            found.append(run)
        else:
            found.extend(run[at : at + 2] for at in range(len(run) - 1))
    return found


def index(matter: int, texts: Iterable[str]) -> None:
    """Put a matter's words into the index, in place of those it had."""
    found = list(dict.fromkeys(word for text in texts for word in words(text)))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "INSERT INTO petitions_search (matter, words) VALUES (%s, array_to_tsvector(%s::text[])) "
                "ON CONFLICT (matter) DO UPDATE SET words = excluded.words",
                [matter, found],
            )
        else:
            cursor.execute("DELETE FROM petitions_search WHERE rowid = %s", [matter])
            cursor.execute("INSERT INTO petitions_search (rowid, words) VALUES (%s, %s)", [matter, " ".join(found)])


def matching(text: str) -> RawSQL | None:
    """Return a subquery of the matters that hold every word of a text; None where it has no words."""
    wanted = list(dict.fromkeys(words(text)))[:LONGEST_QUERY]
    return _holding(wanted, every=True) if wanted else None


def resembling(text: str) -> RawSQL | None:
    """Return a subquery of matters that hold one of the telling words of a text: the rare ones, as far as they go.

    A word half of all matters hold tells nothing and would make every question as long as the whole list; where all
    words are that common, the rarest few have to come together.
    """
    wanted = list(dict.fromkeys(words(text)))[:LONGEST_QUERY]
    if not wanted:
        return None
    many = _matters_holding(wanted)
    rarest = sorted(wanted, key=lambda word: many.get(word, 0))
    sums = accumulate(many.get(word, 0) for word in rarest)
    telling = [word for word, together in zip(rarest, sums, strict=True) if together <= MOST_RESEMBLING]
    return _holding(telling, every=False) if telling else _holding(rarest[:TOGETHER], every=True)


def _holding(wanted: list[str], *, every: bool) -> RawSQL:
    # The tokenizer lets only letters and digits through, so that no quote can end the quoting.
    if connection.vendor == "postgresql":
        query = (" & " if every else " | ").join(f"'{word}'" for word in wanted)
        return RawSQL("SELECT matter FROM petitions_search WHERE words @@ %s::tsquery", [query])
    query = (" AND " if every else " OR ").join(f'"{word}"' for word in wanted)
    return RawSQL("SELECT rowid FROM petitions_search WHERE petitions_search MATCH %s", [query])


def _matters_holding(wanted: list[str]) -> dict[str, int]:
    """Return about how many matters hold a word; those not named are held by few."""
    if connection.vendor == "postgresql":
        return _common(int(time.monotonic()) // HOUR)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.petitions_terms USING fts5vocab(main, petitions_search, row)"
        )
        marks = ", ".join(["%s"] * len(wanted))
        cursor.execute(f"SELECT term, doc FROM temp.petitions_terms WHERE term IN ({marks})", wanted)  # noqa: S608
        return dict(cursor.fetchall())


@lru_cache(maxsize=1)
def _common(_hour: int) -> dict[str, int]:
    """Return what the statistics of PostgreSQL know about common words; they need not be newer than an hour."""
    with connection.cursor() as cursor:
        cursor.execute(STATISTICS)
        return {word: int(many) for word, many in cursor.fetchall()}


def likeness(one: str, other: str) -> tuple[float, list[str]]:
    """Return which share of the words of two texts they have in common, and which words those are."""
    first, second = dict.fromkeys(words(one)), dict.fromkeys(words(other))
    common = [word for word in first if word in second]
    return (len(common) / len({**first, **second}) if common else 0.0), common
