"""Writes a report as PDF in the layout of official documents (GB/T 9704-2012), with the typst typesetter.

The template is fixed; the document reaches it as data, so that nothing a user wrote is ever read as markup. Fonts are
looked for by their official names first, then free faces of the same kind; another kind of face is used only with a
notice, and without any Chinese font there is no PDF.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import typst

from hengping.document import Block, Cell, Document, Heading, Table
from hengping.errors import Unavailable
from hengping_io.page_layout import Columns, column_shares, title_width

SONG = (
    "SimSun",
    "宋体",
    "STSong",
    "Songti SC",
    "FandolSong",
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "AR PL UMing",
)
HEI = ("SimHei", "黑体", "STHeiti", "Heiti SC", "FandolHei", "Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC")
FANG = ("FangSong_GB2312", "仿宋_GB2312", "FangSong", "仿宋", "STFangsong", "FandolFang R", "FandolFang")
KAI = ("KaiTi_GB2312", "楷体_GB2312", "KaiTi", "楷体", "STKaiti", "Kaiti SC", "FandolKai", "LXGW WenKai", "AR PL UKai")
TITLE = ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "方正小标宋简体", "FandolSong", "STSong", "Songti SC")
OTHERS = ("WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "Hiragino Sans GB", "Arial Unicode MS", "Droid Sans Fallback")
LATIN = ("Times New Roman", "Liberation Serif", "Libertinus Serif")

KINDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "title": ("小标宋体", TITLE),
    "body": ("仿宋体", FANG),
    "kai": ("楷体", KAI),
    "hei": ("黑体", (*HEI, "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "Hiragino Sans GB")),
    "song": ("宋体", SONG),
}
"""What a face is for → its official name and the families that are such a face, best first."""

ANY_CHINESE = tuple(dict.fromkeys((*SONG, *HEI, *KAI, *FANG, *OTHERS)))
FOLDERS = (Path(sys.prefix) / "share" / "fonts",)
REMEDY = (
    "请安装一种中文字体后重试：Debian 或 Ubuntu 执行 apt-get install fonts-noto-cjk；"
    "或者重新运行 ./run，由它准备文稿用的仿宋、楷体、黑体和宋体。DOCX 与 HTML 不受影响。"
)


@dataclass(frozen=True, slots=True)
class Pdf:
    """A finished PDF, what the reader should know about its fonts, and which face serves what."""

    data: bytes
    notices: tuple[str, ...]
    faces: Mapping[str, str]


def write_pdf(document: Document, label: str = "", *, folders: Sequence[Path] = FOLDERS, installed: bool = True) -> Pdf:
    """Return a document as PDF; ``label`` stands at the head of every page.

    ``folders`` hold fonts of our own, ``installed`` says whether the machine's fonts are used as well. Raises
    ``Unavailable`` where there is no Chinese font at all.
    """
    fonts = _fonts(tuple(str(folder) for folder in folders if folder.is_dir()), installed)
    faces, notices = choose(fonts.families())
    data = {
        "title": document.title,
        "label": label,
        "title-width": title_width(document.title),
        "fonts": {kind: _stack(face, fonts.families()) for kind, face in faces.items()},
        "blocks": [_block(block) for block in document.blocks],
    }
    try:
        made, warnings = typst.compile_with_warnings(
            TEMPLATE.encode(),
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            format="pdf",
            font_paths=fonts,
            ignore_system_fonts=True,
            package_path=os.devnull,
        )
    except typst.TypstError as error:
        raise Unavailable("PDF", f"排版程序没有完成：{error}", "DOCX 与 HTML 不受影响，可先使用。") from error
    notices += tuple(f"排版提示：{warning.message}" for warning in warnings)
    return Pdf(made, notices, faces)


def choose(families: Iterable[str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the face for every purpose and a notice for each that is not of its kind."""
    present = set(families)
    chinese = next((family for family in ANY_CHINESE if family in present), None)
    if chinese is None:
        raise Unavailable("PDF", "这台机器没有任何中文字体，生成的文稿会缺字", REMEDY)
    faces: dict[str, str] = {}
    notices: list[str] = []
    for kind, (name, wanted) in KINDS.items():
        found = next((family for family in wanted if family in present), None)
        if found is None:
            notices.append(f"没有找到{name}，PDF 中改用“{chinese}”；安装{name}后重新生成即可。")
        faces[kind] = found or chinese
    return faces, tuple(notices)


@cache
def _fonts(folders: tuple[str, ...], installed: bool) -> typst.Fonts:  # noqa: FBT001 - a cached key
    return typst.Fonts(include_system_fonts=installed, include_embedded_fonts=True, font_paths=list(folders))


def _stack(face: str, families: Iterable[str]) -> list[dict[str, str] | str]:
    """Return the list of fonts for one purpose: Latin letters, the face, and what has the characters it lacks."""
    present = set(families)
    latin = next((family for family in LATIN if family in present), "")
    stack: list[dict[str, str] | str] = [{"name": latin, "covers": "latin-in-cjk"}] if latin else []
    rare = [family for family in ("Noto Serif CJK SC", "Noto Sans CJK SC", *OTHERS) if family in present]
    return [*stack, face, *(family for family in rare if family != face)]


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Heading):
        return {"kind": "heading", "level": block.level, "text": block.text}
    if isinstance(block, Table):
        return _table(block)
    return {"kind": block.kind, "text": block.text}


def _table(table: Table) -> dict[str, Any]:
    kinds = Columns.of(table)
    rows = [[_cell(cell, kinds) for cell in row] for row in table.rows]
    return {
        "kind": "table",
        "columns": column_shares(table),
        "head": [cell for row in rows[: table.header_rows] for cell in row],
        "rows": [cell for row in rows[table.header_rows :] for cell in row],
    }


def _cell(cell: Cell, kinds: Columns) -> dict[str, Any]:
    return {
        "text": cell.text.replace("\v", "\n"),
        "x": cell.column,
        "y": cell.row,
        "colspan": cell.column_span,
        "rowspan": cell.row_span,
        "align": kinds.alignment(cell).value,
    }


TEMPLATE = r"""
#let d = json(bytes(sys.inputs.data))
#let stack(kind) = d.fonts.at(kind).map(f => if type(f) == str { f } else { (name: f.name, covers: f.covers) })
#set document(title: d.title, date: none)
#set text(font: stack("body"), size: 16pt, lang: "zh", region: "cn", tracking: -0.25pt,
  top-edge: 0.88em, bottom-edge: -0.12em, cjk-latin-spacing: none, overhang: false)
#set page(paper: "a4", margin: (top: 37mm, bottom: 35mm, left: 28mm, right: 26mm),
  header-ascent: 8mm, footer-descent: 7mm,
  header: if d.label != "" {
    align(center, text(font: stack("kai"), size: 10.5pt, fill: rgb("#9a3412"), tracking: 0pt, d.label))
  },
  footer: context {
    let n = counter(page).get().first()
    set align(if calc.odd(n) { right } else { left })
    set text(font: stack("song"), size: 14pt, tracking: 0pt)
    pad(x: 14pt, "— " + str(n) + " —")
  })
#set par(leading: 12.95pt, spacing: 12.95pt, justify: true, linebreaks: "simple",
  first-line-indent: (amount: 31.5pt, all: true))
#show heading: set text(weight: "regular", size: 16pt)
#show heading: it => block(above: 12.95pt, below: 12.95pt, sticky: true, par(it.body))
#show heading.where(level: 1): set text(font: stack("hei"))
#show heading.where(level: 2): set text(font: stack("kai"))
#set table(stroke: 0.6pt, inset: (x: 3pt, y: 4pt))
#let plain(size, font, body) = {
  set text(size: size, font: stack(font), tracking: 0pt)
  set par(leading: 0.5em, first-line-indent: 0pt)
  body
}
#let one(c) = table.cell(x: c.x, y: c.y, colspan: c.colspan, rowspan: c.rowspan, breakable: false,
  align: (if c.align == "left" { left } else if c.align == "right" { right } else { center }) + horizon,
  par(justify: false, c.text))
#let grid-of(b) = block(above: 6pt, below: 14pt, plain(10.5pt, "body", table(
  columns: b.columns.map(w => w * 1fr),
  table.header(repeat: true, ..b.head.map(one)),
  ..b.rows.map(one))))
#let before = ""
#for b in d.blocks {
  if b.kind == "heading" and b.level == 0 {
    align(center, block(width: d.title-width * 22pt, below: 30pt, {
      set par(first-line-indent: 0pt, leading: 12pt, justify: false)
      text(font: stack("title"), size: 22pt, tracking: 0pt, b.text)
    }))
  } else if b.kind == "heading" { heading(level: b.level, outlined: true, b.text)
  } else if b.kind == "table" { grid-of(b)
  } else if b.kind == "label" { align(center, plain(14pt, "kai", b.text)); v(8pt)
  } else if b.kind == "caption" {
    block(above: 16pt, below: 8pt, sticky: true, width: 100%, align(center, plain(14pt, "hei", b.text)))
  } else if b.kind == "unit" {
    block(above: 4pt, below: 4pt, sticky: true, width: 100%, align(right, plain(12pt, "body", b.text)))
  } else if b.kind == "note" {
    block(above: 8pt, below: 12pt, width: 100%, plain(12pt, "body", b.text))
  } else if b.kind == "signature" {
    if before != "signature" { v(40pt) }
    align(right, pad(right: 64pt, { set par(first-line-indent: 0pt); b.text }))
  } else { par(b.text) }
  before = b.kind
}
"""
"""The page, as typst reads it. Everything variable comes in as data."""
