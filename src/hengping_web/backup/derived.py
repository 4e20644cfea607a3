"""What is derived from the rows and not kept in a backup: the search index."""

from __future__ import annotations

from hengping_web.petitions import search
from hengping_web.petitions.models import Matter


def search_index() -> None:
    """Index every matter anew."""
    columns = ("pk", "number", "summary", "claim", "region")
    for number, *texts in Matter._base_manager.values_list(*columns).iterator(2_000):
        search.index(number, texts)
