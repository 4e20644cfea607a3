"""Every indicator the rulebook knows, in one catalogue."""

from __future__ import annotations

from hengping.law import Catalogue
from hengping.ledger.facts import BookFacts
from hengping.performance import management, spending
from hengping.performance.model import Indicator, check_columns

INDICATORS: Catalogue[Indicator] = Catalogue.collect(Indicator, spending, management)

check_columns(INDICATORS, BookFacts)
