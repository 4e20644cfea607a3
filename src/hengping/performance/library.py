"""Every indicator the rulebook knows, in one catalogue."""

from __future__ import annotations

from hengping.law import Catalogue
from hengping.ledger.facts import BookFacts
from hengping.performance import casework, management, satisfaction, spending
from hengping.performance.model import Indicator, check_columns
from hengping.petitions.columns import PetitionFacts

INDICATORS: Catalogue[Indicator] = Catalogue.collect(Indicator, spending, management, casework, satisfaction)

check_columns(INDICATORS, BookFacts, PetitionFacts)
