"""What a report is made of: the Section rule, the facts it is composed from, and the working behind each figure.

A section is a decorated generator. It is given the facts and the named workings and yields blocks; the order of
sections in the module is their order in the report, and ordinals are given by the composer. Sentences are put
together from text and workings, so no section ever formats a number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import TypeAlias

from hengping.document import Block, Cell, Document, Heading, Paragraph, Place, Run
from hengping.figures import ZERO, Figure
from hengping.law import Citation, Rule
from hengping.ledger.model import Book
from hengping.performance.model import Evaluation

MISSING = "未提供"
"""What is printed where a fact was not given. Never a zero, never a blank."""

CAPTION, UNIT_LINE, NOTE, SIGNATURE, LABEL = "caption", "unit", "note", "signature", "label"
"""Kinds of paragraph beside the body: over a table, its unit, under it, at the end, and a warning label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Working:
    """One printed figure and how it was reached.

    ``name`` is what narratives call it (``{{final-accounts.basic}}``), ``operands`` are names of other workings,
    ``lines`` the computation in numbers. ``exact`` is the amount before printing; ``adjustment`` is what was added to
    plain rounding, in the printed unit, so that a breakdown adds up. ``figure`` is None where the fact is missing,
    and ``missing`` then says what was not given.
    """

    name: str
    title: str
    figure: Figure | None
    formula: str = ""
    operands: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    cites: tuple[Citation, ...] = ()
    reading: str = ""
    exact: Decimal | None = None
    adjustment: Decimal = ZERO
    missing: str = ""

    @property
    def text(self) -> str:
        """Return what is printed in a sentence, unit included."""
        return MISSING if self.figure is None else str(self.figure)

    @property
    def bare(self) -> str:
        """Return what is printed in a table whose head names the unit."""
        if self.figure is None:
            return MISSING
        text = str(self.figure)
        return text.removesuffix(self.figure.unit) if self.figure.unit != "%" else text


Named: TypeAlias = Mapping[str, Working]
"""Every working of one report by name."""

Piece: TypeAlias = str | Working
"""What a sentence is put together from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """The unit that reports: ``short_name`` is how it calls itself in prose (“本局”)."""

    name: str
    short_name: str = "本单位"
    department: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Headcount:
    """Approved posts and people in post of one kind (公务员、工勤人员、事业人员)."""

    kind: str
    posts: int | None = None
    in_post: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Staffing:
    """Establishment at the end of the year; totals are as approved, kinds as broken down."""

    posts: int | None = None
    in_post: int | None = None
    retired: int | None = None
    kinds: tuple[Headcount, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Subordinate:
    """A unit under the reporting unit, with its nature (“公益一类事业单位”)."""

    name: str
    nature: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """One objective of the year: what was promised, what came of it, and the indicators that show it."""

    key: str
    title: str
    expected: str
    result: str = ""
    indicators: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """One measure against one weakness, with its owner and date."""

    text: str
    owner: str = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Weakness:
    """One problem found by the self-evaluation, its cause, and the measures against it."""

    key: str
    title: str
    detail: str
    cause: str = ""
    remedies: tuple[Remedy, ...] = ()
    owner: str = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """One problem of last year's report and what was done about it; ``done`` is None where nobody said."""

    problem: str
    measure: str = ""
    owner: str = ""
    result: str = ""
    done: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One count of casework: petitions of a kind, as counted on the fact rows."""

    key: str
    title: str
    count: int | None
    unit: str = "件"
    definition: str = ""
    cites: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectResult:
    """What became of one project; its title, category and money are in the book under the same ``code``."""

    code: str
    department: str = ""
    implementer: str = ""
    expected: str = ""
    result: str = ""
    evaluation: Evaluation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Building:
    """A building finished in the year, for the base-data table."""

    name: str
    approved_area: Decimal | None = None
    actual_area: Decimal | None = None
    budget: Decimal | None = None
    actual: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hospitality:
    """Counts behind the “三公” amounts; a count not given is None."""

    trips: int | None = None
    travellers: int | None = None
    vehicles: int | None = None
    vehicles_bought: int | None = None
    receptions: int | None = None
    guests: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """Carry-over, surplus and assets at the end of the year, all in 元; what was not given is None.

    Procurement is not here: it is read from the entries the book marks as procurement.
    """

    carry_over: Decimal | None = None
    surplus: Decimal | None = None
    last_carry_over: Decimal | None = None
    last_surplus: Decimal | None = None
    reclaimed: Decimal | None = None
    assets: Decimal | None = None
    fixed_assets: Decimal | None = None
    fixed_assets_in_use: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remainder:
    """Why a part of a published total was never itemised, in the package's own words.

    ``name`` is the working of the remainder (``final-accounts.general.basic.301.unlisted``); its amount is in the
    book, on the account that carries only the class.
    """

    name: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrative:
    """Prose written by the unit, in which figures are named and never typed: ``{{final-accounts.basic}}``.

    ``key`` says where it goes (``purpose``, ``process``, ``results``, ``project-use``, ``basic-use``, ``other`` …);
    ``file`` and ``row`` are where it was read, for messages.
    """

    key: str
    text: str
    title: str = ""
    file: str = ""
    row: int | None = None


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything a report is composed from; nothing else is asked, and what is None is said to be missing.

    ``reported_on`` is the date of the report. ``label`` is printed over every page of a report that must not be
    mistaken for a real one. ``narratives`` and the lists below keep the order of the package.
    """

    unit: Unit
    fiscal_year: int
    reported_on: date
    book: Book
    last_book: Book | None = None
    label: str = ""
    staffing: Staffing | None = None
    functions: tuple[str, ...] = ()
    offices: tuple[str, ...] = ()
    subordinates: tuple[Subordinate, ...] = ()
    evaluation: Evaluation | None = None
    objectives: tuple[Objective, ...] = ()
    casework: tuple[Counted, ...] = ()
    projects: tuple[ProjectResult, ...] = ()
    buildings: tuple[Building, ...] = ()
    hospitality: Hospitality | None = None
    holdings: Holdings | None = None
    weaknesses: tuple[Weakness, ...] = ()
    follow_ups: tuple[FollowUp, ...] | None = None
    remainders: tuple[Remainder, ...] = ()
    narratives: tuple[Narrative, ...] = ()
    thrift: str = ""
    publication: str = ""


Writes: TypeAlias = Callable[[Facts, Named], Iterator[Block]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section(Rule):
    """A part of a report: its title and the generator that writes its blocks.

    ``duty`` is the generator's docstring, shown to users: what the section must state.
    """

    writes: Writes
    duty: str = ""


def section(
    key: str, title: str, *cites: Citation, since: date, until: date | None = None, reading: str = ""
) -> Callable[[Writes], Section]:
    """Make a generator of blocks into a Section."""

    def declare(writes: Writes) -> Section:
        return Section(
            key=key,
            title=title,
            cites=cites,
            since=since,
            until=until,
            reading=reading,
            writes=writes,
            duty=(writes.__doc__ or "").strip(),
        )

    return declare


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One row of a chart: what it is, its value, and the target it is held against where there is one.

    ``shown`` and ``aim`` are the texts printed beside it, ``name`` the working behind the value.
    """

    label: str
    value: Decimal
    shown: str
    name: str
    target: Decimal | None = None
    aim: str = ""
    met: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart that says one thing, in its title: bars of money, or dots of result and target on a line."""

    key: str
    title: str
    kind: str
    unit: str
    rows: tuple[Bar, ...]
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Report:
    """A composed report: the document, the workings behind its figures, and the charts that go beside it."""

    document: Document
    named: Named
    charts: tuple[Chart, ...] = ()
    label: str = ""
    year: int = 0
    unit: str = ""
    used: tuple[str, ...] = field(default=())


def source_of(run: Run) -> str:
    """Return the name of the working a run was printed from, or nothing."""
    return run.place.part.removeprefix("working:") if run.place.part.startswith("working:") else ""


def run_of(piece: Piece, *, bare: bool = False) -> Run:
    """Return one piece as a run: text as it is, a working as its figure with its name kept."""
    if isinstance(piece, str):
        return Run(piece)
    place = Place(part=f"working:{piece.name}")
    return Run(piece.bare if bare else piece.text, place, figure=piece.figure)


def say(*pieces: Piece, kind: str = "body") -> Paragraph:
    """Return a paragraph put together from text and workings."""
    runs = tuple(run_of(piece) for piece in pieces if piece != "")
    return Paragraph("".join(run.text for run in runs), 0, runs, kind)


def head(text: str, level: int = 2) -> Heading:
    """Return a heading without its ordinal; the composer numbers it."""
    return Heading(text, 0, (Run(text),), level)


def cell(*pieces: Piece, row: int, column: int, rows: int = 1, columns: int = 1, header: bool = False) -> Cell:
    """Return one cell of a table; figures are printed without the unit its head names."""
    runs = tuple(run_of(piece, bare=True) for piece in pieces)
    return Cell("".join(run.text for run in runs), 0, runs, row, column, rows, columns, header)


def by_name(workings: Iterable[Working]) -> Named:
    """Return workings by name, read-only; a later one under the same name replaces the earlier."""
    return MappingProxyType({working.name: working for working in workings})
