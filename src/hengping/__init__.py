"""Hengping (衡评): what it decides, with the standard library alone.

The twelve nouns are offered here and loaded when they are first asked for, so that auditing a report does not wait
for the rules of petitions.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hengping.audit.model import Finding
    from hengping.document import Document
    from hengping.figures import Figure
    from hengping.law import Citation, Rule, Source
    from hengping.ledger.model import Book, Entry
    from hengping.performance.model import Scheme, Score
    from hengping.petitions.model import Event
    from hengping.petitions.petition import Petition

__all__ = [
    "Book",
    "Citation",
    "Document",
    "Entry",
    "Event",
    "Figure",
    "Finding",
    "Petition",
    "Rule",
    "Scheme",
    "Score",
    "Source",
]

_HOMES = {
    "Book": "ledger.model",
    "Citation": "law",
    "Document": "document",
    "Entry": "ledger.model",
    "Event": "petitions.model",
    "Figure": "figures",
    "Finding": "audit.model",
    "Petition": "petitions.petition",
    "Rule": "law",
    "Scheme": "performance.model",
    "Score": "performance.model",
    "Source": "law",
}


def __getattr__(name: str) -> object:
    """Load one of the twelve nouns from the module it lives in."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
