"""The page stands alone, every figure leads to its working, and it is small enough for a phone."""

from __future__ import annotations

import re
from functools import cache
from html.parser import HTMLParser

from tests.core.reports import sample

from hengping.reports.compose import compose
from hengping_io.write_html import write_html


@cache
def page() -> str:
    return write_html(compose(sample.bureau()), [("报告（DOCX）", "report.docx")])


class Outline(HTMLParser):
    """Collects identifiers, links, and elements left open."""

    VOID = frozenset({"meta", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.add(tag)
        self.ids += [found["id"] or ""] if "id" in found else []
        self.links += [found["href"] or ""] if "href" in found else []
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@cache
def outline() -> Outline:
    parser = Outline()
    parser.feed(page())
    return parser


def test_the_page_is_well_formed_and_uses_every_identifier_once() -> None:
    assert outline().open == []
    assert len(outline().ids) == len(set(outline().ids))


def test_every_link_inside_the_page_leads_somewhere() -> None:
    assert [link for link in outline().links if link.startswith("#") and link[1:] not in outline().ids] == []


def test_every_amount_in_the_report_is_a_link_to_its_working() -> None:
    report = page()[page().index('id="part-1"') : page().index('<aside id="evidence"')]
    bare = re.sub(r'<a class="n".*?</a>', "", report)

    assert re.findall(r"[\d.]+万元|\d+\.\d\d%?<", bare) == []


def test_a_working_shows_its_formula_its_operands_and_its_text() -> None:
    place = page().index("<dt>预算执行率 <b>99.20%</b></dt>")
    working = page()[place : page().index("</div>", place)]

    assert "全年执行数 ÷ 全年预算数 × 100%" in working
    assert "789.03 ÷ 795.40 × 100% ＝ 99.20%" in working
    assert re.search(r'由：总额 <a class="n" href="#w\d+">789.03万元</a>、总额 <a', working)
    assert re.search(r'<a href="#s\d+">依据\d+</a>', working)


def test_nothing_is_loaded_from_elsewhere_and_nothing_is_executed() -> None:
    assert re.findall(r"https?://|//cdn|@import|url\(", page()) == []
    assert outline().tags & {"script", "iframe", "img", "link", "object"} == set()


def test_the_page_is_small_enough_for_a_first_load() -> None:
    assert len(page().encode()) <= 150_000


def test_every_chart_has_a_sentence_its_source_and_the_same_data_as_a_table() -> None:
    charts = re.findall(r'<figure class="chart">.*?</figure>', page(), re.DOTALL)

    assert len(charts) == 2
    for chart in charts:
        assert "<figcaption" in chart
        assert "来源：" in chart
        assert chart.count("<tr>") == chart.count('scope="row"') + 1


def test_missing_facts_are_said_to_be_missing() -> None:
    empty = write_html(compose(sample.facts_of({})))

    assert "未提供" in empty
    assert "0.00万元" not in empty
