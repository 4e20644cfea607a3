"""A copy of a DOCX with a comment at every finding, on the exact words.

Only the main part gets range marks, spliced between its own bytes; a run is split where a comment begins or ends
inside it, with its own formatting on both sides. Every other part stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from xml.parsers import expat

from hengping.document import Document, Place
from hengping.errors import Unreadable
from hengping_io.audit_mark import AUTHOR, Remark
from hengping_io.mark_package import HEADER, Parts, append_child, escape, spliced
from hengping_io.read_package import DAMAGED, Package

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT_WORD = "http://purl.oclc.org/ooxml/wordprocessingml/main"
COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
OWN_ID = re.compile(rb'<[\w.-]+:comment\b[^>]*?[\w.-]+:id="(\d+)"')


@dataclass(slots=True)
class _Run:
    """One run between its bytes; ``text`` is None where it holds more than plain words and cannot be split."""

    start: int
    end: int = 0
    head: tuple[int, int] = (0, 0)
    format: tuple[int, int] = (0, 0)
    text: str | None = ""
    opens: list[tuple[int, bytes]] = field(default_factory=list)
    closes: list[tuple[int, bytes]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Edge:
    """One end of a comment: a run of a paragraph and an offset in its text; no run stands for the paragraph's first."""

    paragraph: int
    run: int | None
    offset: int


def mark_docx(document: Document, data: bytes, remarks: Sequence[Remark]) -> bytes:
    """Return the document with one comment for each remark; what has no place in the body is said at its beginning."""
    package = Package(document.name, data)
    parts = Parts(package, data)
    main = package.main_part("word/document.xml")
    body = parts.get(main)
    placed, rest = _placed(document, main, remarks)
    scan = _Scan(document.name, body, {edge.paragraph for _, start, end in placed for edge in (start, end)})
    comments = _Comments(parts, main, strict=STRICT_WORD.encode() in body)
    if rest and scan.first is not None:
        number = comments.add("\n\n".join(rest))
        _around(scan.first, scan.first, 0, None, number, scan)
    for text, start, end in placed:
        opening, closing = scan.run(start), scan.run(end)
        if opening is not None and closing is not None:
            _around(opening, closing, start.offset, end.offset, comments.add(text), scan)
    parts.changed[main] = spliced(body, {(run.start, run.end): scan.written(run) for run in scan.touched})
    comments.finish()
    return parts.pack()


def _placed(
    document: Document, main: str, remarks: Iterable[Remark]
) -> tuple[list[tuple[str, _Edge, _Edge]], list[str]]:
    """Sort remarks into those with words in the body and those without."""
    placed: list[tuple[str, _Edge, _Edge]] = []
    rest: list[str] = []
    for remark in remarks:
        spot = remark.entry.spots[0] if remark.entry.spots else None
        start = spot.place if spot is not None else None
        if spot is None or start is None or start.part != main or start.paragraph is None:
            rest.append(remark.text if spot is None else f"{remark.entry.where}：{remark.text}")
            continue
        end = document.place(max(spot.char_start, spot.char_end - 1))
        first = _edge(start, 0)
        last = _edge(end, 1) if end is not None and end.paragraph is not None else _Edge(first.paragraph, first.run, 1)
        placed.append((remark.text, first, last))
    return placed, rest


def _edge(place: Place, after: int) -> _Edge:
    assert place.paragraph is not None  # noqa: S101 - the callers have looked
    return _Edge(place.paragraph, place.run, (place.offset or 0) + after)


def _around(opening: _Run, closing: _Run, start: int, end: int | None, number: int, scan: _Scan) -> None:
    opening.opens.append((start, scan.tag("commentRangeStart", number)))
    mark = scan.tag("commentRangeEnd", number) + scan.reference(number)
    last = len(closing.text or "") if end is None else end
    closing.closes.append((last, mark))


class _Scan:
    """Finds the bytes of the runs that comments begin or end at."""

    def __init__(self, name: str, body: bytes, wanted: set[int]) -> None:
        self._body = body
        self._wanted = wanted
        self._paragraphs: list[int] = []
        self._runs: list[_Run] = []
        self._counts: dict[int, int] = {}
        self._found: dict[tuple[int, int], _Run] = {}
        self._all: list[_Run] = []
        self._text: list[str] | None = None
        self._seen = 0
        self._stack: list[str] = []
        self.first: _Run | None = None
        self._prefix, self._space = _root(body)
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        self._parser = parser
        try:
            parser.Parse(body, True)  # noqa: FBT003 - the parser takes no keyword
        except expat.ExpatError as error:
            raise Unreadable(name, f"文件不完整或已损坏（{error}）", DAMAGED) from error

    @property
    def touched(self) -> list[_Run]:
        """Return the runs at which something begins or ends."""
        return [run for run in self._all if run.opens or run.closes]

    def run(self, edge: _Edge) -> _Run | None:
        """Return the run of an edge, the paragraph's first where it stands before any run."""
        number = edge.run if edge.run is not None else 1
        return self._found.get((edge.paragraph, number))

    def tag(self, name: str, number: int) -> bytes:
        """Return an empty element of the body's own vocabulary with a comment's number."""
        prefix = self._prefix or "w"
        space = "" if self._prefix else f' xmlns:w="{self._space}"'
        return f'<{prefix}:{name}{space} {prefix}:id="{number}"/>'.encode()

    def reference(self, number: int) -> bytes:
        """Return the run that carries a comment's mark."""
        prefix = self._prefix or "w"
        space = "" if self._prefix else f' xmlns:w="{self._space}"'
        return f"<{prefix}:r{space}>".encode() + self.tag("commentReference", number) + f"</{prefix}:r>".encode()

    def written(self, run: _Run) -> bytes:
        """Return a run with its marks: before it, after it, or between its words."""
        text = run.text
        if text is None:
            opens = b"".join(mark for _, mark in run.opens)
            return opens + self._body[run.start : run.end] + b"".join(mark for _, mark in run.closes)
        marks = [(min(at, len(text)), 0, mark) for at, mark in run.closes]
        marks += [(min(at, len(text)), 1, mark) for at, mark in run.opens]
        if all(at in (0, len(text)) for at, _, _ in marks):
            return self._whole(run, marks, len(text))
        pieces: list[bytes] = []
        done = 0
        for at, _, mark in sorted(marks, key=lambda one: one[:2]):
            pieces += [self._piece(run, text[done:at]), mark]
            done = at
        return b"".join([*pieces, self._piece(run, text[done:])])

    def _whole(self, run: _Run, marks: Iterable[tuple[int, int, bytes]], length: int) -> bytes:
        before = b"".join(mark for at, kind, mark in marks if kind == 1 and at < max(length, 1))
        ends = b"".join(mark for _, kind, mark in marks if kind == 0)
        after = b"".join(mark for at, kind, mark in marks if kind == 1 and at >= max(length, 1))
        return before + self._body[run.start : run.end] + ends + after

    def _piece(self, run: _Run, text: str) -> bytes:
        if not text:
            return b""
        head = self._body[slice(*run.head)]
        name = re.match(rb"<([\w:.-]+)", head)
        assert name is not None  # noqa: S101 - the parser has read it as an element
        prefix = name[1].rpartition(b":")[0]
        tag = (prefix + b":" if prefix else b"") + b"t"
        words = escape(text).encode()
        return (
            head
            + self._body[slice(*run.format)]
            + b"<"
            + tag
            + b' xml:space="preserve">'
            + words
            + b"</"
            + tag
            + b">"
            + b"</"
            + name[1]
            + b">"
        )

    # What the parser tells

    def _start(self, name: str, _attributes: object) -> None:
        space, _, local = name.rpartition(" ")
        ours = space in (WORD, STRICT_WORD)
        parent = self._stack[-1] if self._stack else ""
        self._stack.append(local if ours else "")
        if not ours:
            self._not_plain(parent)
        elif local == "p":
            self._seen += 1
            self._paragraphs.append(self._seen)
        elif local == "r" and self._paragraphs:
            self._open_run()
        elif self._runs and parent == "r":
            self._inside_run(local)

    def _open_run(self) -> None:
        at = self._parser.CurrentByteIndex
        outer = self._runs[0] if self._runs else None
        run = _Run(at, head=(at, self._body.index(b">", at) + 1))
        if outer is not None:
            outer.text = None
        for paragraph in self._paragraphs:
            self._counts[paragraph] = self._counts.get(paragraph, 0) + 1
        here = self._paragraphs[-1]
        if here in self._wanted:
            # Word takes no comment inside a text box: the run that holds the box carries it.
            self._found[here, self._counts[here]] = outer or run
        if outer is None:
            self._all.append(run)
            self.first = self.first or run
        self._runs.append(run)

    def _inside_run(self, local: str) -> None:
        run = self._runs[-1]
        if local == "rPr":
            run.format = (self._parser.CurrentByteIndex, 0)
        elif local == "t" and run.text == "":
            self._text = []
        else:
            run.text = None

    def _not_plain(self, parent: str) -> None:
        if self._runs and parent == "r":
            self._runs[-1].text = None

    def _end(self, _name: str) -> None:
        local = self._stack.pop()
        if local == "p":
            self._paragraphs.pop()
        elif local == "r" and self._runs:
            run = self._runs.pop()
            run.end = self._after_tag()
        elif self._runs and self._stack and self._stack[-1] == "r":
            run = self._runs[-1]
            if local == "rPr":
                run.format = (run.format[0], self._after_tag())
            elif local == "t" and self._text is not None:
                run.text = None if run.text is None else "".join(self._text)
                self._text = None

    def _after_tag(self) -> int:
        return self._body.index(b">", self._parser.CurrentByteIndex) + 1

    def _characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)


def _root(body: bytes) -> tuple[str, str]:
    """Return the prefix the body's root uses for Word's vocabulary, and that vocabulary's address."""
    space = STRICT_WORD if STRICT_WORD.encode() in body[:4000] else WORD
    found = re.search(rb'xmlns:([\w.-]+)="' + re.escape(space.encode()) + rb'"', body[:20000])
    return (found[1].decode() if found else ""), space


class _Comments:
    """The part that holds the words of the comments, an existing one continued."""

    def __init__(self, parts: Parts, main: str, *, strict: bool) -> None:
        self._parts = parts
        self._main = main
        self._space = STRICT_WORD if strict else WORD
        relations = parts.package.relations(main).values()
        there = next((one.target for one in relations if one.kind == "comments" and parts.has(one.target)), "")
        self._name = there
        known = [int(number) for number in OWN_ID.findall(parts.get(there))] if there else []
        self._next = max(known, default=-1) + 1
        self._made: list[str] = []

    def add(self, text: str) -> int:
        """Add a comment and return its number."""
        number = self._next + len(self._made)
        lines = "".join(
            f'<w:p><w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>' for line in text.split("\n")
        )
        self._made.append(
            f'<w:comment xmlns:w="{self._space}" w:id="{number}" w:author="{AUTHOR}" w:initials="衡">{lines}</w:comment>'
        )
        return number

    def finish(self) -> None:
        """Put the comments into the package."""
        if not self._made:
            return
        if not self._name:
            self._name = self._parts.free_name(f"{self._main.rpartition('/')[0] or 'word'}/comments{{}}.xml")
            empty = f'<w:comments xmlns:w="{self._space}"></w:comments>'
            self._parts.changed[self._name] = HEADER + empty.encode()
            self._parts.relate(self._main, "comments", self._name)
            self._parts.declare(self._name, COMMENTS_TYPE)
        self._parts.changed[self._name] = append_child(self._parts.get(self._name), "".join(self._made))
