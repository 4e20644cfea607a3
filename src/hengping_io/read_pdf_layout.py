"""Makes lines, tables and paragraphs out of the characters and ruling lines of PDF pages.

Nothing here knows a PDF library: a page is characters with boxes and lines with ends, y counted downwards in points.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from operator import attrgetter

NEAR = 3.0
"""Points within which two ruling lines are one, or meet."""

NUMBER_END = re.compile(r"[\d０-９][,，.．]?$")
NUMBER_START = re.compile(r"[,，.．]?[\d０-９]")
LAST_NUMBER = re.compile(r"[-−]?[\d０-９][\d０-９,，.．]*$")
FIRST_NUMBER = re.compile(r"[\d０-９,，.．]+[%％]?")
FIRST_WORD = re.compile(r"[（(“‘《〈【]*(?:[!-~０-９．％]+|.)[）)”’》〉】。，；：、％%]*")
ITEM = re.compile(
    r"[一二三四五六七八九十百]{1,4}、|[（(][一二三四五六七八九十百\d]{1,4}[）)]|\d{1,2}[.．、](?!\d)|[①-⑳]|第[一二三四五六七八九十]+[部章条]"
)
SENTENCE_END = ("。", "；", ";", "！", "？", "：", ":")
LEADERS = re.compile(r"[.·…．]{4,}|…{2,}")


@dataclass(slots=True)
class Segment:
    """Characters that follow each other on one line without a gap."""

    text: str
    lefts: list[float]
    right: float
    base: float
    top: float
    bottom: float
    size: float

    @property
    def left(self) -> float:
        """Return where the first character begins."""
        return self.lefts[0]

    def cut(self, boundaries: Sequence[float]) -> Iterator[Segment]:
        """Yield the pieces between ruling lines that run through the segment."""
        ends = [*self.lefts[1:], self.right]
        start = 0
        for index in range(1, len(self.text) + 1):
            if index < len(self.text):
                here = bisect_right(boundaries, (self.lefts[start] + ends[start]) / 2)
                there = bisect_right(boundaries, (self.lefts[index] + ends[index]) / 2)
                if here == there:
                    continue
            yield Segment(
                self.text[start:index],
                self.lefts[start:index],
                ends[index - 1],
                self.base,
                self.top,
                self.bottom,
                self.size,
            )
            start = index


@dataclass(slots=True)
class Line:
    """A printed line: its text, and the left edge of every character with the right edge of the last."""

    text: str
    edges: list[float]
    base: float
    top: float
    bottom: float
    size: float
    page: int = 0
    segments: list[Segment] = field(default_factory=list)

    @property
    def left(self) -> float:
        """Return where the line begins."""
        return self.edges[0]

    @property
    def right(self) -> float:
        """Return where the line ends."""
        return self.edges[-1]


@dataclass(slots=True)
class GridCell:
    """A cell of a ruled table: its place on the grid and what stands in it."""

    row: int
    column: int
    row_span: int
    column_span: int
    segments: list[Segment] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    page: int = 0


@dataclass(slots=True)
class Grid:
    """A table: the edges of its columns and rows, and its cells."""

    xs: list[float]
    ys: list[float]
    cells: list[GridCell]
    owners: list[list[GridCell]] = field(default_factory=list)
    page: int = 0
    above: list[str] = field(default_factory=list)
    ruled: bool = True

    @property
    def height(self) -> int:
        """Return how many rows the table has."""
        return max((cell.row + cell.row_span for cell in self.cells), default=0)


@dataclass(slots=True)
class Ruling:
    """A horizontal (``at`` is y) or vertical (``at`` is x) line."""

    at: float
    start: float
    end: float


def tables(horizontal: list[Ruling], vertical: list[Ruling]) -> list[Grid]:
    """Return the grids that ruling lines draw, top to bottom."""
    if len(horizontal) < 2 or len(vertical) < 2:
        return []
    across, down = joined(horizontal), joined(vertical)
    grids = [grid for group in _touching(across, down) if (grid := _grid(*group)) is not None]
    return sorted(grids, key=lambda grid: grid.ys[0])


def joined(lines: Iterable[Ruling]) -> list[Ruling]:
    """Return lines with the pieces of each put together."""
    found: list[Ruling] = []
    groups: list[list[Ruling]] = []
    for line in sorted(lines, key=attrgetter("at")):
        if groups and line.at - groups[-1][0].at <= NEAR:
            groups[-1].append(line)
        else:
            groups.append([line])
    for group in groups:
        group.sort(key=attrgetter("start"))
        at = sum(line.at for line in group) / len(group)
        start, end = group[0].start, group[0].end
        for line in group[1:]:
            if line.start <= end + NEAR:
                end = max(end, line.end)
            else:
                found.append(Ruling(at, start, end))
                start, end = line.start, line.end
        found.append(Ruling(at, start, end))
    return found


def _touching(across: list[Ruling], down: list[Ruling]) -> Iterator[tuple[list[Ruling], list[Ruling]]]:
    """Yield the groups of lines that hang together."""
    left_across, left_down = set(range(len(across))), set(range(len(down)))
    while left_across and left_down:
        across_now, down_now = {left_across.pop()}, set[int]()
        fresh = set(across_now)
        while fresh:
            met = {
                v
                for v in left_down
                for h in fresh
                if across[h].start - NEAR <= down[v].at <= across[h].end + NEAR
                and down[v].start - NEAR <= across[h].at <= down[v].end + NEAR
            }
            left_down -= met
            down_now |= met
            fresh = {
                h
                for h in left_across
                for v in met
                if across[h].start - NEAR <= down[v].at <= across[h].end + NEAR
                and down[v].start - NEAR <= across[h].at <= down[v].end + NEAR
            }
            left_across -= fresh
            across_now |= fresh
        if len(across_now) > 1 and down_now:
            yield [across[h] for h in sorted(across_now)], [down[v] for v in sorted(down_now)]


def _positions(lines: Sequence[Ruling], others: Sequence[Ruling]) -> list[float]:
    """Return the distinct places of lines, closed at the ends the crossing lines reach."""
    places: list[float] = []
    low, high = min(other.start for other in others), max(other.end for other in others)
    for at in sorted([line.at for line in lines]):
        if not places or at - places[-1] > NEAR:
            places.append(at)
    if places[0] - low > 2 * NEAR:
        places.insert(0, low)
    if high - places[-1] > 2 * NEAR:
        places.append(high)
    return places


def _grid(across: list[Ruling], down: list[Ruling]) -> Grid | None:
    xs, ys = _positions(down, across), _positions(across, down)
    columns, rows = len(xs) - 1, len(ys) - 1
    if columns < 1 or rows < 1 or columns * rows < 2:
        return None
    walls = _walls(down, xs, ys)
    floors = _walls(across, ys, xs)
    owners: list[list[GridCell | None]] = [[None] * columns for _ in range(rows)]
    cells: list[GridCell] = []
    for row in range(rows):
        for column in range(columns):
            if owners[row][column] is None:
                cells.append(_cell(row, column, owners, walls, floors))  # noqa: PERF401 - owners change as it goes
    if len(cells) < 2:
        return None
    return Grid(xs, ys, cells, [[cell for cell in line if cell is not None] for line in owners])


def _walls(lines: Sequence[Ruling], places: Sequence[float], crossing: Sequence[float]) -> list[list[bool]]:
    """Return, for every place of a line and every stretch between crossings, whether a line stands there."""
    middles = [(low + high) / 2 for low, high in pairwise(crossing)]
    walls = [[False] * len(middles) for _ in places]
    for line in lines:
        index = bisect_right(places, line.at + NEAR) - 1
        if index >= 0 and abs(places[index] - line.at) <= NEAR:
            for stretch in range(bisect_right(middles, line.start), bisect_right(middles, line.end)):
                walls[index][stretch] = True
    return walls


def _cell(
    row: int,
    column: int,
    owners: list[list[GridCell | None]],
    walls: list[list[bool]],
    floors: list[list[bool]],
) -> GridCell:
    """Make the largest rectangle without a line through it that begins here."""
    rows, columns = len(owners), len(owners[0])
    right = column + 1
    while right < columns and not walls[right][row] and owners[row][right] is None:
        right += 1
    bottom = row + 1
    while bottom < rows and not any(
        floors[bottom][at] or owners[bottom][at] is not None for at in range(column, right)
    ):
        if any(walls[at][bottom] for at in range(column + 1, right)):
            break
        bottom += 1
    cell = GridCell(row, column, bottom - row, right - column)
    for line in range(row, bottom):
        for at in range(column, right):
            owners[line][at] = cell
    return cell


def fill(grids: Sequence[Grid], segments: Iterable[Segment]) -> list[Segment]:
    """Put segments into the cells they stand in; return those outside every table."""
    outside: list[Segment] = []
    for segment in segments:
        middle = segment.base - 0.35 * segment.size
        for grid in grids:
            if grid.ys[0] <= middle <= grid.ys[-1] and _inside(grid, segment):
                _put(grid, segment, middle)
                break
        else:
            outside.append(segment)
    return outside


def _inside(grid: Grid, segment: Segment) -> bool:
    return grid.xs[0] - NEAR <= (segment.left + segment.right) / 2 <= grid.xs[-1] + NEAR


def _put(grid: Grid, segment: Segment, middle: float) -> None:
    row = min(bisect_right(grid.ys, middle) - 1, len(grid.ys) - 2)
    owners, xs, last = grid.owners[row], grid.xs, len(grid.xs) - 2
    first = min(max(bisect_right(xs, segment.left + 1) - 1, 0), last)
    final = min(max(bisect_right(xs, segment.right - 1) - 1, 0), last)
    if first >= final or owners[first] is owners[final]:
        owners[min(first, last)].segments.append(segment)
        return
    walls = [xs[at] for at in range(first + 1, final + 1) if owners[at] is not owners[at - 1]]
    for piece in segment.cut(walls):
        at = min(max(bisect_right(xs, (piece.left + piece.right) / 2) - 1, 0), last)
        owners[at].segments.append(piece)


def lines_of(segments: list[Segment], page: int = 0) -> list[Line]:
    """Put segments of one baseline together, top to bottom and left to right."""
    segments.sort(key=attrgetter("base"))
    rows: list[list[Segment]] = []
    for segment in segments:
        if rows and segment.base - rows[-1][0].base <= 0.4 * max(segment.size, rows[-1][0].size):
            rows[-1].append(segment)
        else:
            rows.append([segment])
    return [line for row in rows if (line := _line(row, page)) is not None]


def _line(row: list[Segment], page: int) -> Line | None:
    if len(row) > 1:
        row.sort(key=lambda segment: segment.lefts[0])
    first = row[0]
    text, edges, right = first.text, list(first.lefts), first.right
    top, bottom, size = first.top, first.bottom, first.size
    for segment in row[1:]:
        if segment.left - right > 0.45 * size and not (text.endswith(" ") or segment.text.startswith(" ")):
            text += " "
            edges.append(right)
        text += segment.text
        edges += segment.lefts
        right = segment.right
        top, bottom, size = min(top, segment.top), max(bottom, segment.bottom), max(size, segment.size)
    edges.append(right)
    start, end = len(text) - len(text.lstrip(" \u3000\xa0")), len(text.rstrip(" \u3000\xa0"))
    if start >= end:
        return None
    if start or end < len(text):
        text, edges = text[start:end], edges[start : end + 1]
    return Line(text, edges, first.base, top, bottom, size, page, row)


def cell_separator(above: Line, below: Line, width: float) -> str:
    """Return what stands between two lines of a cell: nothing where the text merely wrapped, else a break."""
    if above.text.endswith(SENTENCE_END) or ITEM.match(below.text):
        return "\v"
    room = width - (above.right - above.left)
    if NUMBER_END.search(above.text) and NUMBER_START.match(below.text):
        first = FIRST_NUMBER.match(below.text)
        needed = len(first[0]) * above.size / 2 if first else above.size
        return "" if room < needed + above.size else "\v"
    if above.text[-1].isascii() and above.text[-1].isalpha() and below.text[0].isascii() and below.text[0].isalpha():
        return " "
    return ""


@dataclass(slots=True)
class Margins:
    """Where the text of a page begins and ends."""

    left: float
    right: float
    leading: float


def margins(lines: Sequence[Line], usual: Margins | None = None) -> Margins:
    """Return the margins that enough lines keep, and the usual distance of lines.

    What a page has too few lines to show is taken from ``usual``, the margins of pages like it.
    """
    size = sorted(line.size for line in lines)[len(lines) // 2]
    enough = max(4, len(lines) // 3) if usual else max(2, len(lines) // 40)
    left = _kept([-line.left for line in lines], size, enough)
    right = _kept([line.right for line in lines], size, enough)
    gaps = sorted(
        below.base - above.base
        for above, below in pairwise(lines)
        if 0 < below.base - above.base < 4 * above.size and above.page == below.page
    )
    if usual is None:
        widest = max(line.right for line in lines)
        return Margins(
            min(line.left for line in lines) if left is None else -left,
            widest if right is None else right,
            gaps[len(gaps) // 2] if gaps else 2 * size,
        )
    return Margins(
        usual.left if left is None else -left,
        usual.right if right is None else right,
        gaps[len(gaps) // 2] if len(gaps) > 4 else usual.leading,
    )


def _kept(ends: list[float], size: float, enough: int) -> float | None:
    """Return the outermost end that enough lines share, or None."""
    ends.sort(reverse=True)
    for index in range(len(ends) - enough + 1):
        if ends[index] - ends[index + enough - 1] <= 1.2 * size:
            return ends[index]
    return None


def continues(above: Line, below: Line, page: Margins, following: Margins) -> bool:
    """Tell whether the second line goes on with the paragraph of the first."""
    size = above.size
    if abs(size - below.size) > 0.2 * max(size, below.size) or LEADERS.search(above.text):
        return False
    if above.page == below.page and below.base - above.base > 1.45 * page.leading + 1:
        return False
    if below.left - following.left > 1.2 * size:
        return False
    room = page.right - above.right
    if room > max(2.3 * size, _first_width(below) + 0.7 * size):
        return False
    if ITEM.match(below.text) and (
        above.text.endswith(SENTENCE_END) or room > 1.2 * size or below.left - following.left > 0.5 * size
    ):
        return False
    return above.left - page.left < 8 * size


def _first_width(line: Line) -> float:
    """Return the width of what cannot be parted from the beginning of a line: a number, a bracketed character."""
    word = FIRST_WORD.match(line.text)
    return line.edges[word.end()] - line.left if word else line.size


def cut_number(above: str, below: str) -> tuple[str, str] | None:
    """Return the two parts of a number that a line or page end cut, or None."""
    if NUMBER_END.search(above) and NUMBER_START.match(below):
        before, after = LAST_NUMBER.search(above), FIRST_NUMBER.match(below)
        if before and after:
            return before[0], after[0]
    return None


def unruled(lines: Sequence[Line]) -> Iterator[tuple[int, int, Grid]]:
    """Yield stretches of lines that stand in columns without ruling lines: first, one past the last, table.

    Only what is plain is taken: three lines or more, three columns or more, no column's text reaching into the
    next, and figures in most cells right of the first column.
    """
    index = 0
    while index < len(lines):
        end = index
        while (
            end < len(lines)
            and _columns_in(lines[end]) >= 3
            and (end == index or lines[end].base - lines[end - 1].base < 3.5 * lines[end].size)
        ):
            end += 1
        if end - index >= 3 and (grid := _aligned(lines[index:end])) is not None:
            yield index, end, grid
        index = max(end, index + 1)


def _columns_in(line: Line) -> int:
    return 0 if LEADERS.search(line.text) else len(_chunks(line))


def _chunks(line: Line) -> list[list[Segment]]:
    """Return the segments of a line, put together where less than a character and a half lies between them."""
    chunks: list[list[Segment]] = []
    for segment in line.segments:
        if not segment.text.strip():
            continue
        if chunks and segment.left - chunks[-1][-1].right <= 1.5 * line.size:
            chunks[-1].append(segment)
        else:
            chunks.append([segment])
    return chunks


def _aligned(lines: Sequence[Line]) -> Grid | None:
    rows = [_chunks(line) for line in lines]
    spans = sorted((chunk[0].left, chunk[-1].right) for row in rows for chunk in row)
    columns: list[list[float]] = []
    for left, right in spans:
        if columns and left < columns[-1][1] + 1:
            columns[-1][1] = max(columns[-1][1], right)
        else:
            columns.append([left, right])
    if len(columns) < 3:
        return None
    starts = [column[0] for column in columns]
    cells: list[GridCell] = []
    figures = others = 0
    for number, (line, row) in enumerate(zip(lines, rows, strict=True)):
        taken: dict[int, list[Segment]] = {}
        for chunk in row:
            at = bisect_right(starts, chunk[0].left + 0.01) - 1
            if at in taken:
                return None
            taken[at] = chunk
            text = "".join(segment.text for segment in chunk).strip()
            if at:
                figures += FIGURE.fullmatch(text) is not None
                others += FIGURE.fullmatch(text) is None
        cells.extend(GridCell(number, at, 1, 1, list(taken.get(at, [])), page=line.page) for at in range(len(columns)))
    if figures < 2 * others or figures < 4:
        return None
    xs = [*starts, columns[-1][1]]
    return Grid(xs, [lines[0].top, lines[-1].bottom], cells, page=lines[0].page, ruled=False)


FIGURE = re.compile(r"[-−(（]?[\d,，.．]+[%％]?[)）]?|[-—－]+")


def same_columns(upper: Grid, lower: Grid) -> bool:
    """Tell whether two tables have the same columns, so that the lower one can go on with the upper."""
    if upper.ruled != lower.ruled or abs(upper.xs[0] - lower.xs[0]) > 6 or abs(upper.xs[-1] - lower.xs[-1]) > 6:
        return False
    few, many = sorted((upper.xs, lower.xs), key=len)
    return len(few) > 2 and all(any(abs(x - other) <= 4 for other in many) for x in few)


def append(upper: Grid, lower: Grid, skipped: int) -> None:
    """Let the rows of one table follow another's, on the finer of the two column grids, without ``skipped`` rows."""
    columns = upper.xs if len(upper.xs) >= len(lower.xs) else lower.xs
    for grid in (upper, lower):
        at = [min(range(len(columns)), key=lambda index, x=x: abs(columns[index] - x)) for x in grid.xs]  # type: ignore[misc]
        for cell in grid.cells:
            first, last = at[cell.column], at[cell.column + cell.column_span]
            cell.column, cell.column_span = first, max(last - first, 1)
    upper.xs = columns
    shift = upper.height - skipped
    for cell in lower.cells:
        if cell.row >= skipped:
            cell.row += shift
            upper.cells.append(cell)
