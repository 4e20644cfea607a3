"""Reads web pages of government sites: the article and its tables, not the menus; scripts are never run.

lxml parses with the network off; entities of a document type are not expanded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from lxml import etree, html

from hengping.document import CELL_BREAK, Assembly, Cell, Document, Place, ReadingNote, Run
from hengping.errors import Unreadable
from hengping_io.read_layout import caption, header_rows
from hengping_io.read_txt import decode

Node: TypeAlias = Any
"""An element; the type stubs of lxml do not know HTML elements."""

DROPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "object",
        "embed",
        "svg",
        "canvas",
        "audio",
        "video",
        "button",
        "select",
        "textarea",
        "input",
        "nav",
        "footer",
        "aside",
        "header",
        "map",
        "head",
        "link",
        "meta",
    ]
)
BLOCKS = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
FURNITURE = re.compile(
    r"(?:^|[-_\s])(?:nav|menu|foot|footer|header|top-?bar|breadcrumb|crumbs?|position|location|share|sidebar|side|aside|related"
    r"|recommend|banner|search|login|copyright|pager|pagination|toolbar|qrcode|tags?|toplink|friend-?link|dqwz|weizhi)"
    r"(?:$|[-_\s\d])",
    re.IGNORECASE,
)
ARTICLE = re.compile(
    r"TRS_Editor|trs_editor_view|article|content|zoom|UCAP-CONTENT|pages_content|detail|news_?cont|xxgk|view|main-?text|text|con\b|zhengwen",
    re.IGNORECASE,
)
TITLE_META = ("ArticleTitle", "articletitle", "og:title", "title")
SITE_NAME = re.compile(r"\s*[-_|–—]\s*[^-_|–—]{0,30}(?:政府|人民|局|厅|委|网|门户|部)[^-_|–—]{0,20}$")
CHARSET = re.compile(
    rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_\-]{2,20})|<\?xml[^>]{0,100}encoding=[\"']([A-Za-z0-9_\-]{2,20})",
    re.IGNORECASE,
)
NATIONAL = frozenset({"gb2312", "gbk", "gb_2312-80", "x-gbk", "gb18030", "euc-cn", "cp936"})
SPACES = re.compile(r"[ \t\r\n\f\u00a0]+")
LANDMARKS = ("nav", "footer", "aside", "header")
DEEPEST = 200
MOST_SPAN = 1000
MOST_POSITIONS = 2_000_000
LEAST_ARTICLE = 120


def read_html(name: str, data: bytes) -> Document:
    """Read the article of a web page: title, paragraphs, headings, tables with their merged cells."""
    text, encoding, _ = decode(name, data, _declared(data))
    root = _parsed(name, text)
    page = _Page(name)
    title = _title(root)
    article = _article(root)
    page.tell(article)
    if not page.texts:
        raise Unreadable(name, "网页里没有文字（可能由脚本生成）", "请在浏览器中打开后另存为 PDF 或 DOCX。")
    notes = page.notes()
    if article.tag not in ("body", "html"):
        notes.append(ReadingNote("format", "只读取网页的正文部分，导航、页脚等未读取"))
    if encoding != "utf-8":
        notes.append(ReadingNote("format", f"按 {encoding.upper()} 编码读取"))
    return page.assembly.finish(name=name, kind="html", title=title or page.heading, notes=notes)


def _declared(data: bytes) -> str:
    found = CHARSET.search(data[:4096])
    if not found:
        return ""
    name = (found[1] or found[2]).decode("ascii").lower()
    return "gb18030" if name in NATIONAL else name


def _parsed(name: str, text: str) -> Node:
    parser = html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    try:
        root: Node = html.document_fromstring(text, parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise Unreadable(name, f"网页无法解析（{error}）", "请在浏览器中打开后另存为 PDF 或 DOCX。") from error
    for node in root.xpath("//script | //style | //noscript | //template | //head/link"):
        node.drop_tree()
    return root


def _title(root: Node) -> str:
    """Return the article's own title: what the page declares, without the site's name."""
    for key in TITLE_META:
        for node in root.xpath("//meta[@name=$key or @property=$key]", key=key):
            if content := _squeezed(node.get("content") or ""):
                return SITE_NAME.sub("", content)
    for node in root.xpath("//title"):
        if content := _squeezed(node.text_content()):
            return SITE_NAME.sub("", content)
    return ""


def _squeezed(text: str) -> str:
    return SPACES.sub(" ", text).strip()


# The article


def _article(root: Node) -> Node:
    """Return the element that holds the article: the smallest with nearly all of the page's running text."""
    body = root.find("body")
    body = root if body is None else body
    weights = _weights(body)
    whole = weights.get(body, 0)
    if whole < LEAST_ARTICLE:
        return body
    best, best_score = body, 0.0
    for node, weight in weights.items():
        if node.tag in ("tr", "tbody", "thead", "td", "th", "p", "table") or weight < max(LEAST_ARTICLE, whole * 0.3):
            continue
        named = " ".join(filter(None, (node.get("class"), node.get("id"))))
        score = (
            weight / whole + (0.35 if named and ARTICLE.search(named) else 0) + (0.2 if node.tag == "article" else 0)
        )
        score += 0.02 * min(_depth(node), 10)
        if score >= best_score:
            best, best_score = node, score
    return best


def _weights(body: Node) -> dict[Node, int]:
    """Return how much running text, links and page furniture apart, every element holds."""
    nodes = [node for node in body.iter() if isinstance(node.tag, str)]
    aside: set[Node] = set()
    weights: dict[Node, int] = {}
    for node in nodes:
        if node.getparent() in aside or node.tag in ("a", *LANDMARKS) or (node is not body and _marked(node)):
            aside.add(node)
        else:
            texts = [node.text, *(child.tail for child in node)]
            weights[node] = sum(len(_squeezed(text)) for text in texts if text)
    for node in reversed(nodes):
        parent = node.getparent()
        if node is not body and node in weights and parent in weights:
            weights[parent] += weights[node]
    return weights


def _marked(node: Node) -> bool:
    named = f"{node.get('class') or ''} {node.get('id') or ''}"
    return len(named) > 1 and FURNITURE.search(named) is not None and node.tag not in ("body", "html")


def _depth(node: Node) -> int:
    count = 0
    at = node.getparent()
    while at is not None and count < 10:
        count += 1
        at = at.getparent()
    return count


def _hidden(node: Node) -> bool:
    style = (node.get("style") or "").replace(" ", "").lower()
    return "display:none" in style or "visibility:hidden" in style or node.get("hidden") is not None


# Blocks


@dataclass(slots=True)
class _Line:
    """A paragraph being gathered."""

    pieces: list[str] = field(default_factory=list)

    def text(self) -> str:
        """Return the text with the white space a browser would show."""
        parts = [SPACES.sub(" ", part) for part in "".join(self.pieces).split(CELL_BREAK)]
        return CELL_BREAK.join(part.strip(" ") for part in parts).strip(CELL_BREAK)


class _Page:
    """Reads one article."""

    def __init__(self, name: str) -> None:
        self.assembly = Assembly()
        self.texts: list[str] = []
        self.heading = ""
        self._name = name
        self._line = _Line()
        self._paragraphs = 0
        self._tables = 0
        self._images = 0
        self._hidden = 0
        self._whole = True

    def tell(self, node: Node) -> None:
        """Read an element and what it holds."""
        self._whole = node.tag in ("body", "html")
        self._blocks(node, 0)
        self._flush()

    def notes(self) -> list[ReadingNote]:
        """Return what was not read."""
        notes: list[ReadingNote] = []
        if self._images:
            notes.append(ReadingNote("loss", f"图片 {self._images} 幅，其中的文字和数字未读取"))
        if self._hidden:
            notes.append(ReadingNote("loss", f"网页上不显示的内容 {self._hidden} 处未计入"))
        return notes

    def _blocks(self, node: Node, depth: int) -> None:
        if depth > DEEPEST:
            raise Unreadable(self._name, "内容嵌套过深", "请在浏览器中打开后另存为 PDF 或 DOCX。")
        self._take(node.text)
        for child in node:
            tag = child.tag if isinstance(child.tag, str) else ""
            if tag == "table" and _is_data(child):
                self._flush()
                self._table(child, depth)
            elif tag == "br":
                self._line.pieces.append(CELL_BREAK)
            elif tag == "img":
                self._images += 1
            elif tag and not self._left_out(child, tag):
                self._element(child, tag, depth)
            self._take(child.tail)

    def _left_out(self, node: Node, tag: str) -> bool:
        if tag == "header" and not self._whole:
            return False
        if tag in DROPPED or _marked(node):
            return True
        if _hidden(node):
            self._hidden += bool(_squeezed(node.text_content()))
            return True
        return False

    def _element(self, node: Node, tag: str, depth: int) -> None:
        if tag not in BLOCKS:
            self._blocks(node, depth + 1)
            return
        self._flush()
        self._blocks(node, depth + 1)
        self._flush(int(tag[1]) if tag[0] == "h" and tag[1:].isdigit() else None)

    def _take(self, text: str | None) -> None:
        if text:
            self._line.pieces.append(text)

    def _flush(self, level: int | None = None) -> None:
        """Lay the line gathered so far: each visible line of it a paragraph."""
        line, self._line = self._line, _Line()
        for text in line.text().split(CELL_BREAK):
            stripped = text.strip(" ")
            if not stripped.strip("\u3000\u200b\ufeff"):
                continue
            self._paragraphs += 1
            run = Run(stripped, Place(paragraph=self._paragraphs))
            if level is None:
                self.assembly.paragraph([run])
            else:
                self.assembly.heading([run], level)
                self.heading = self.heading or stripped
            self.texts.append(stripped)

    # Tables

    def _table(self, node: Node, depth: int) -> None:
        rows = list(_rows(node))
        self._tables += 1
        grid, nested = self._grid(rows, depth)
        heads = sum(row.getparent().tag == "thead" for row in rows)
        caption_nodes = [_squeezed(child.text_content()) for child in node if child.tag == "caption"]
        title, unit = caption(self.texts[-4:] + caption_nodes)
        if any(grid):
            self.assembly.table(grid, title=title, unit=unit, header_rows=heads or header_rows(grid))
            self.texts.append("")
        for inner in nested:
            self._table(inner, depth + 1)

    def _grid(self, rows: list[Node], depth: int) -> tuple[list[list[Cell]], list[Node]]:
        """Lay cells on a grid as a browser does."""
        taken: set[tuple[int, int]] = set()
        nested: list[Node] = []
        grid: list[list[Cell]] = []
        for number, row in enumerate(rows):
            line: list[Cell] = []
            column = 0
            for child in row:
                if child.tag not in ("td", "th") or _hidden(child):
                    continue
                while (number, column) in taken:
                    column += 1
                down = min(_span(child, "rowspan"), len(rows) - number)
                across = _span(child, "colspan")
                if down * across > 1:
                    if len(taken) + down * across > MOST_POSITIONS:
                        raise Unreadable(self._name, "表格过大", "请在浏览器中打开后另存为 PDF 或 DOCX。")
                    taken.update((number + y, column + x) for y in range(down) for x in range(across))
                line.append(self._cell(child, number, column, down, across, nested, depth))
                column += across
            grid.append(line)
        return grid, nested

    def _cell(self, node: Node, row: int, column: int, down: int, across: int, nested: list[Node], depth: int) -> Cell:
        text = _Line()
        self._cell_text(node, text, nested, depth)
        shown = text.text().strip(CELL_BREAK + " ")
        while CELL_BREAK * 2 in shown:
            shown = shown.replace(CELL_BREAK * 2, CELL_BREAK)
        place = Place(table=self._tables, row=row + 1, column=column + 1)
        runs = (Run(shown, place),) if shown else ()
        return Cell(shown, 0, runs, row, column, down, across, node.tag == "th")

    def _cell_text(self, node: Node, line: _Line, nested: list[Node], depth: int) -> None:
        if depth > DEEPEST:
            raise Unreadable(self._name, "内容嵌套过深", "请在浏览器中打开后另存为 PDF 或 DOCX。")
        line.pieces.append(node.text or "")
        for child in node:
            tag = child.tag if isinstance(child.tag, str) else ""
            if tag == "table":
                nested.append(child)
            elif tag == "br":
                line.pieces.append(CELL_BREAK)
            elif tag == "img":
                self._images += 1
            elif tag and tag not in DROPPED and not _hidden(child):
                edge = CELL_BREAK if tag in BLOCKS else ""
                line.pieces.append(edge)
                self._cell_text(child, line, nested, depth + 1)
                line.pieces.append(edge)
            line.pieces.append(child.tail or "")


def _rows(node: Node) -> Iterator[Node]:
    for child in node:
        if child.tag == "tr":
            yield child
        elif child.tag in ("tbody", "thead", "tfoot"):
            yield from (row for row in child if row.tag == "tr")


def _is_data(node: Node) -> bool:
    """Tell a table of data from one that merely lays out the page."""
    rows = list(_rows(node))
    if not rows:
        return False
    widest = max(sum(cell.tag in ("td", "th") for cell in row) for row in rows)
    if widest < 2:
        return False
    if node.xpath("boolean(.//td//table | .//td//article)"):
        return False
    longest = max((len(cell.text_content()) for row in rows for cell in row), default=0)
    return longest < 1500 or len(rows) > 3


def _span(node: Node, kind: str) -> int:
    text = (node.get(kind) or "1").strip()
    return max(1, min(int(text), MOST_SPAN)) if text.isascii() and text.isdigit() and len(text) < 6 else 1
