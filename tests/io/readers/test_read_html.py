from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from hengping.document import Document, Heading, Table
from hengping.errors import Unreadable
from hengping_io.read import read_bytes

ARTICLE = "2024年度，本单位收入支出总计2,995.39万元。与2023年度相比，收入支出总计减少56.95万元，下降1.87%。主要原因是基本支出中人员进出及退休变化。"

PAGE = f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>2024年度部门决算_某市人民政府门户网站</title>
<meta name="ArticleTitle" content="某市财政局2024年度部门决算">
<script>document.write("脚本写的 999.99 万元")</script><style>p{{}}</style></head><body>
<div class="header"><ul class="nav"><li><a href="/">首页</a></li><li>政务公开 123</li></ul></div>
<div class="position">您现在的位置：首页 &gt; 财政</div>
<form id="aspnetForm"><div class="main"><div class="TRS_Editor">
<h2>一、收支情况</h2><p>　　{ARTICLE}</p><p>支出<b>553.60</b>万元，<br>占比 33.58%。</p><p>单位：万元</p>
<table><thead><tr><th rowspan="2">项目</th><th colspan="2">支出</th></tr><tr><th>基本</th><th>项目</th></tr></thead>
<tbody><tr><td>合计</td><td><p>742.24</p></td><td>906.54</td></tr></tbody></table>
<p style="display: none">不显示的 5 万元</p><img src="x.png"></div></div></form>
<div class="share">分享到</div><div class="footer">版权所有 备案号 43000001</div></body></html>"""


def read(page: str, encoding: str = "utf-8") -> Document:
    return read_bytes("页.html", page.encode(encoding))


def test_the_article_is_read_without_menus_scripts_and_footers() -> None:
    document = read(PAGE)

    assert document.text.split("\n") == [
        "一、收支情况",
        f"\u3000\u3000{ARTICLE}",
        "支出553.60万元，",
        "占比 33.58%。",
        "单位：万元",
        "项目\t支出",
        "基本\t项目",
        "合计\t742.24\t906.54",
    ]
    assert document.title == "某市财政局2024年度部门决算"


def test_headings_keep_their_level() -> None:
    heading = read(PAGE).blocks[0]

    assert isinstance(heading, Heading)
    assert heading.level == 2


def test_spans_headers_and_unit_of_a_table_are_kept() -> None:
    table = next(block for block in read(PAGE).blocks if isinstance(block, Table))

    assert (table.unit, table.header_rows) == ("万元", 2)
    first, second = table.rows[0]
    assert (first.row_span, first.column_span, first.header) == (2, 1, True)
    assert (second.row_span, second.column_span) == (1, 2)
    assert [cell.column for cell in table.rows[1]] == [1, 2]


def test_what_is_not_read_is_told() -> None:
    messages = [note.message for note in read(PAGE).notes]

    assert "图片 1 幅，其中的文字和数字未读取" in messages
    assert "网页上不显示的内容 1 处未计入" in messages


@pytest.mark.parametrize(
    ("declared", "encoding"), [("gb2312", "gb18030"), ("GBK", "gbk"), ("utf-8", "utf-8"), ("", "gb18030")]
)
def test_the_declared_encoding_is_followed(declared: str, encoding: str) -> None:
    page = PAGE.replace(
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">' if declared else "",
    )

    assert ARTICLE in read(page, encoding).text


def test_a_wrongly_declared_encoding_does_not_garble() -> None:
    page = PAGE.replace('charset="utf-8"', 'charset="gb2312"')

    assert ARTICLE in read_bytes("页.html", page.encode()).text


def test_a_layout_table_is_looked_through() -> None:
    inner = "<table><tr><td>项目</td><td>金额</td></tr><tr><td>甲</td><td>1.00</td></tr></table>"
    page = f"<html><body><table><tr><td>菜单</td><td><p>{ARTICLE}</p>{inner}</td></tr></table></body></html>"

    tables = [block for block in read(page).blocks if isinstance(block, Table)]

    assert [[cell.text for cell in row] for row in tables[0].rows] == [["项目", "金额"], ["甲", "1.00"]]


def test_entities_of_a_document_type_are_not_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("机密")
    page = f'<!DOCTYPE html [<!ENTITY x SYSTEM "file://{secret}">]><html><body><p>{ARTICLE}&x;</p></body></html>'

    assert "机密" not in read(page).text


def test_a_page_made_by_scripts_alone_is_refused() -> None:
    with pytest.raises(Unreadable, match="没有文字"):
        read("<html><body><script>render()</script><div id='app'></div></body></html>")


@pytest.mark.parametrize("tag", ["div", "b", "table><tr><td", "ul><li"])
def test_absurd_nesting_never_overflows(tag: str) -> None:
    page = f"<html><body>{f'<{tag}>' * 20_000}{ARTICLE}"

    with contextlib.suppress(Unreadable):
        assert read(page).kind == "html"


def test_a_span_of_a_billion_is_kept_within_bounds() -> None:
    page = f"<p>{ARTICLE}</p><table><tr><td colspan='999999999' rowspan='65534'>甲</td><td>乙</td></tr><tr><td>1</td><td>2</td></tr></table>"

    table = next(block for block in read(f"<html><body>{page}</body></html>").blocks if isinstance(block, Table))

    assert len(table.grid()[0]) <= 1004
