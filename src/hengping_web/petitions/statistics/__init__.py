"""Counting facts: what is added up, by what, and what each chart shows. Nothing is divided or decided here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from hengping.performance.library import INDICATORS
from hengping.performance.model import Indicator, Ratio
from hengping.petitions.columns import COUNT_COLUMNS

SMALL = 5
"""Counts below this are not shown outside the bureau."""

CLOSINGS = "closings"
"""Matters whose last step ended them, by the day of that step: a definition of this house."""

REGISTRATIONS = "registrations"


GROUPINGS = ("region", "month", "kind", "channel", "category")
"""By what counts are shown."""


@dataclass(frozen=True, slots=True)
class Tally:
    """The counts of a year: grouping → value → count → number; and how many matters ended in each month."""

    sums: Mapping[str, Mapping[str, Mapping[str, int]]]
    closings: Mapping[str, int] = field(default_factory=dict)

    def by(self, grouping: str, column: str) -> dict[str, int]:
        """Return a count for each value of a grouping that has any."""
        return {value: counts[column] for value, counts in self.sums[grouping].items() if counts.get(column)}


@dataclass(frozen=True, slots=True)
class Statistic:
    """An indicator counted over the facts of a year: its definition, its two counts, and the same by region."""

    indicator: Indicator
    met: int
    of: int
    regions: Sequence[tuple[str, int, int]]

    @property
    def suppressed(self) -> bool:
        """Tell whether the base is too small to be shown outside the bureau."""
        return 0 < self.of < SMALL


TIMELY = (
    "timely-acceptance",
    "timely-notice",
    "timely-objection",
    "timely-reply",
    "timely-review",
    "timely-re-review",
    "timely-feedback",
    "timely-correction",
)
"""The indicators that say how a clock was kept, in the order in which a matter meets the clocks."""


def rated() -> list[Indicator]:
    """Return the indicators of casework that are a ratio of two counts."""
    return [one for one in INDICATORS if isinstance(one.measure, Ratio) and COUNT_COLUMNS.issuperset(columns(one))]


def columns(indicator: Indicator) -> tuple[str, str]:
    """Return the two counts of a ratio."""
    assert isinstance(indicator.measure, Ratio)  # noqa: S101 - only rated indicators come here
    return indicator.measure.met, indicator.measure.of


def tally(rows: Iterable[tuple[str, str, str, str, str, Mapping[str, int]]], closings: Mapping[str, int]) -> Tally:
    """Add up rows of facts: the five groupings in their order, then the counts."""
    sums: dict[str, dict[str, dict[str, int]]] = {grouping: {} for grouping in GROUPINGS}
    for *values, counts in rows:
        for grouping, value in zip(GROUPINGS, values, strict=True):
            found = sums[grouping].setdefault(value, {})
            # Only regions are asked for every count; the other groupings only show how many came.
            wanted = counts.items() if grouping == "region" else [(REGISTRATIONS, counts.get(REGISTRATIONS, 0))]
            for name, number in wanted:
                found[name] = found.get(name, 0) + number
    return Tally(sums, closings)


def counted(indicator: Indicator, found: Tally) -> Statistic:
    """Count an indicator, for all and for each region; the regions add up to the total."""
    met, of = columns(indicator)
    mets, ofs = found.by("region", met), found.by("region", of)
    regions = sorted((region, mets.get(region, 0), ofs.get(region, 0)) for region in mets.keys() | ofs.keys())
    return Statistic(indicator, sum(row[1] for row in regions), sum(row[2] for row in regions), regions)
