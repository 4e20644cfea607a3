"""The casework a report tells of: the totals of the rulebook that are counted on petition facts."""

from __future__ import annotations

from hengping.performance.library import INDICATORS
from hengping.performance.model import Total
from hengping.petitions.columns import COUNT_COLUMNS
from hengping.reports.model import Counted
from hengping_io.year_evaluation import Year
from hengping_io.year_folder import YearFolder


def casework(folder: YearFolder, year: Year) -> tuple[Counted, ...]:
    """Return every total of casework; nothing where the folder holds no petitions."""
    if not folder.has("events"):
        return ()
    found = []
    for key, value in year.values.items():
        indicator = INDICATORS.get(key, folder.unit["reported_on"])
        asked = indicator.measure
        if isinstance(asked, Total) and asked.column in COUNT_COLUMNS and value.amount is not None:
            found.append(
                Counted(
                    key=key,
                    title=indicator.title,
                    count=int(value.amount),
                    unit=asked.unit,
                    definition=indicator.formula,
                    cites=indicator.cites,
                )
            )
    return tuple(found)
