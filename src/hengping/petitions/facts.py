"""Facts: from logs of events to one flat row per petition, fast enough for a province's year.

Two tables are read, neither with personal data. ``petitions.csv`` (PETITION_FIELDS), one row per matter:

===============  =====================================================================================
petition         identifier of the matter
organisation     responsible unit where the log names none; an organisation's key, never a person
office           petition office that registered it
region           where the problem is
channel          online, letter, call, visit, fax, other
kind             claim, suggestion, accusation, litigation; empty while unsorted
category         code of the content category
persons          how many came or signed, at least 1; never who
initial          1 first-time petition, 0 otherwise
repeat_of        identifier of the earlier matter where a person confirmed the repeat, else empty
unclear          1 where name or address is unclear, so that nobody can be told, else 0
===============  =====================================================================================

``events.csv`` (EVENT_FIELDS), one row per event, in the order of ``petition`` and ``sequence``:

===============  =====================================================================================
petition         identifier of the matter
sequence         1, 2, 3 … within the matter
on               ISO date of the act
step             key of a Step, such as ``forward``
by_role          key of a Role, such as ``petition-office``
organisation     key of the acting organisation, may be empty
details          ``名称=值`` pairs joined by ``;``, such as ``去向=housing;反馈期限=2024-05-01``; or a JSON object
===============  =====================================================================================
"""

from __future__ import annotations

from hengping.petitions.columns import COLUMNS, COUNT_COLUMNS, PetitionFacts

__all__ = ["COLUMNS", "COUNT_COLUMNS", "EVENT_FIELDS", "PETITION_FIELDS", "PetitionFacts"]

PETITION_FIELDS: tuple[str, ...] = (
    "petition",
    "organisation",
    "office",
    "region",
    "channel",
    "kind",
    "category",
    "persons",
    "initial",
    "repeat_of",
    "unclear",
)
"""Columns of petitions.csv, in order."""

EVENT_FIELDS: tuple[str, ...] = ("petition", "sequence", "on", "step", "by_role", "organisation", "details")
"""Columns of events.csv, in order."""
