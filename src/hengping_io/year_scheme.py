"""The scheme in force for a year and the unit's own targets in it, judged before anything is measured."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from hengping.errors import InvalidPackage
from hengping.performance.library import INDICATORS
from hengping.performance.model import Scheme, Weighing
from hengping.performance.schemes import fill, schemes, targeted
from hengping_io.data_package import Table
from hengping_io.data_problems import Problems

Tables = Mapping[str, Table]
RULE = "评分表"


def scheme_of(tables: Tables) -> Scheme | None:
    """Return the scheme the unit names as the rulebook has it, or None where it names none."""
    unit = next(tables["unit"].rows())
    return schemes().get(unit["scheme"], unit["reported_on"]) if unit["scheme"] else None


def filled(scheme: Scheme, tables: Tables, project: str = "") -> Scheme:
    """Return the scheme with the targets of the department, or of one project, in its open blocks."""
    return fill(scheme, targets(tables, project), INDICATORS, _file(tables))


def targets(tables: Tables, project: str = "") -> tuple[Weighing, ...]:
    """Return the year's own targets for the department, or for one project."""
    rows = tables["targets"].rows() if "targets" in tables else ()
    return tuple(targeted(row) for row in rows if row["project"] == project)


def with_targets(tables: Tables) -> tuple[str, ...]:
    """Return the codes of the projects that have targets of their own, in the order they are first named."""
    return tuple(code for code in dict.fromkeys(tables["targets"]["project"]) if code) if "targets" in tables else ()


def fitting(table: Table, key: str, day: date) -> Table:
    """Return the targets that another scheme than the unit's own leaves open, with the places they came from."""
    try:
        blocks = schemes().get(key, day).open_blocks
    except KeyError:
        return table
    kept = [place for place, block in enumerate(table["block"]) if block in blocks]
    columns = {name: [values[place] for place in kept] for name, values in table.columns.items()}
    return Table(table.layout, table.file, columns, [table.lines[place] for place in kept])


def check(tables: Tables, own: frozenset[str], problems: Problems) -> None:
    """Note a scheme nobody published, targets that do not fit it, and indicators nobody defined.

    ``own`` are the indicators the unit set for itself, whether or not the scheme in force has room for them.
    """
    unit = tables["unit"]
    key, day = unit["scheme"][0], unit["reported_on"][0]
    known = [scheme.key for scheme in schemes().on(day)]
    if key and key not in known:
        problems.add(
            unit.file,
            f"规则手册里没有在 {day} 有效的评分表“{key}”",
            row=unit.lines[0],
            column="scheme",
            rule=RULE,
            remedy=f"可用：{'、'.join(known)}。",
        )
    elif key:
        _check_targets(tables, problems)
    _check_indicators(tables, own, day, problems)


def _check_targets(tables: Tables, problems: Problems) -> None:
    scheme = scheme_of(tables)
    assert scheme is not None  # noqa: S101 - the caller has looked it up
    for project in ("", *with_targets(tables)):
        try:
            filled(scheme, tables, project)
        except InvalidPackage as error:
            problems.extend(error.problems)


def _check_indicators(tables: Tables, own: frozenset[str], day: date, problems: Problems) -> None:
    """A record or an objective speaks of an indicator of the rulebook or of one the unit set itself."""
    known = own | {indicator.key for indicator in INDICATORS.on(day)}
    named = []
    if "measures" in tables:
        table = tables["measures"]
        named += [(table, "indicator", line, key) for line, key in zip(table.lines, table["indicator"], strict=True)]
    if "objectives" in tables:
        table = tables["objectives"]
        rows = zip(table.lines, table["indicators"], strict=True)
        named += [(table, "indicators", line, key) for line, keys in rows for key in keys]
    for table, column, line, key in named:
        if key not in known:
            remedy = "请核对指标键；自设的指标须先列入“年度指标”表。"
            problems.add(table.file, f"没有指标“{key}”", row=line, column=column, rule="指标", remedy=remedy)


def _file(tables: Tables) -> str:
    return tables["targets"].file if "targets" in tables else tables["unit"].file
