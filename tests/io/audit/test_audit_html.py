"""The auditor's page: the document as it is, marks in place, nothing from outside, nothing run but its own."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser

from hengping.audit.model import Finding, Severity, Span, Verdict
from hengping.document import Assembly, Cell, Document, Place, Run
from hengping_io.audit_html import write_html
from hengping_io.audit_view import Audit, Suppression, assemble

from .conftest import REPORT

Auditor = Callable[..., Audit]
VOID = frozenset({"meta", "input", "br", "link", "img"})


class Page(HTMLParser):
    """Reads a page back: what is open where, which ids and links there are, and the text of each mark."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.marks: list[str] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        if "id" in found:
            self.ids.append(found["id"] or "")
        if "href" in found:
            self.links.append(found["href"] or "")
        if tag == "mark":
            self.marks.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if "mark" in self.open:
            self.marks[-1] += data


TAGS = re.compile(r"<[^>]*>")
ENGLISH = re.compile(r'<span class="en" lang="en">[^<]*</span>')


def in_chinese(source: str) -> str:
    """Return the text of a page as a reader of Chinese sees it, still escaped."""
    return TAGS.sub("", ENGLISH.sub("", source))


def examined(audit: Audit, spans: Sequence[tuple[int, int]], severity: Severity = Severity.ERROR) -> Audit:
    """Return the audit with findings at given places instead of its own."""
    findings = tuple(
        Finding(
            check="TST-01", verdict=Verdict.CONTRADICTION, severity=severity, message=f"第{n}", spans=(Span(*span),)
        )
        for n, span in enumerate(spans, 1)
    )
    return assemble(audit.document, replace(audit.examination, findings=findings, claims=findings))


def test_the_page_is_well_formed_and_its_links_lead_somewhere(audited: Auditor) -> None:
    page = Page(write_html(audited()))

    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)


def test_every_finding_is_marked_in_place_and_explained_beside(audited: Auditor) -> None:
    source = write_html(audited())
    page = Page(source)

    assert "基本支出100.00万元" in page.marks
    assert "租赁费" in page.marks
    for shown in (
        "算得 90.00",
        "50.00 + 40.00 = 90.00；文中为100.00",
        "依据：《衡评核对规则》TST-01",
        "不针对：约数",
    ):
        assert shown in in_chinese(source)


def test_a_rounding_hint_shows_its_interval(audited: Auditor) -> None:
    assert "20.01万元 可以是 [20.005, 20.015] 中的任何数" in write_html(audited())


def test_the_document_is_there_in_full(audited: Auditor) -> None:
    text = "".join(Page(write_html(audited())).text)

    for line in ("部门整体支出绩效自评报告", "年末编制36人，其中公务员27人，工勤9人。", "三、其他"):
        assert line in text


def test_what_the_document_says_is_never_markup(audited: Auditor) -> None:
    hostile = '绩效目标<script>alert("1")</script>&amp;<img src=x onerror=alert(1)>\x07租赁费\n'

    source = write_html(audited(hostile))

    page = Page(source)
    assert page.tags.count("script") == 1
    assert "img" not in page.tags
    assert "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;amp;" in source
    assert "\x07" not in source


def test_the_policy_allows_exactly_the_style_and_script_of_the_page(audited: Auditor) -> None:
    source = write_html(audited())

    def hashed(tag: str) -> str:
        inside = re.search(f"<{tag}>(.*?)</{tag}>", source, re.DOTALL)
        assert inside is not None
        return f"'sha256-{b64encode(sha256(inside[1].encode()).digest()).decode()}'"

    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', source)
    assert policy is not None
    assert f"default-src 'none'; style-src {hashed('style')}; script-src {hashed('script')}" in policy[1]
    assert "style=" not in source
    assert not re.search(r"""\son\w+=|javascript:|https?://|url\(""", source)


def test_it_is_filtered_without_script(audited: Auditor) -> None:
    source = write_html(audited())

    assert 'id="f-v-unexplained" checked' in source
    assert "body:has(#f-v-unexplained:not(:checked)) .note.v-unexplained{display:none}" in source


def test_overlapping_findings_are_cut_into_marks_that_do_not_overlap(audited: Auditor) -> None:
    audit = examined(audited("甲乙丙丁戊己庚辛\n"), [(0, 4), (2, 6), (2, 3)])

    page = Page(write_html(audit))

    assert page.marks == ["甲乙", "丙", "丁", "戊己"]
    assert {"m1", "m2", "m3"} <= set(page.ids)


def test_a_finding_over_several_lines_is_marked_in_each(audited: Auditor) -> None:
    audit = examined(audited("甲乙丙\n丁戊己\n"), [(1, 6)])

    page = Page(write_html(audit))

    assert page.marks == ["乙丙", "丁戊"]
    assert page.ids.count("m1") == 1


def test_tables_are_tables_with_their_heads_spans_and_marks(audited: Auditor) -> None:
    assembly = Assembly()
    assembly.table(
        [
            [Cell("科目"), Cell("金额", column=1, column_span=2)],
            [Cell("合计", row=1), Cell("1,234.50", row=1, column=1), Cell("甲\v乙", row=1, column=2)],
        ],
        title="支出表",
        unit="万元",
        header_rows=1,
    )
    document = assembly.finish(name="表.docx", kind="docx")
    audit = examined(audited(document), [(9, 17)])

    source = write_html(audit)

    assert "<caption>支出表　单位：万元</caption>" in source
    assert '<th colspan="2" scope="col">金额</th>' in source
    assert '<td class="num"><mark' in source
    assert "<td>甲<br>乙</td>" in source
    assert Page(source).marks == ["1,234.50"]


def test_pages_of_a_pdf_are_told(audited: Auditor) -> None:
    assembly = Assembly()
    for number in (1, 1, 2):
        assembly.paragraph([Run("文字", Place(page=number))])
    document: Document = assembly.finish(name="报告.pdf", kind="pdf")

    source = write_html(audited(document))

    assert source.count('<div class="page"') == 2
    assert '<div class="page" id="page-2">第2页</div>' in source


def test_an_answered_finding_is_shown_with_its_answer(audited: Auditor) -> None:
    name = audited().to_answer[0].fingerprint
    answer = Suppression(fingerprint=name, reason="见<附表>", by="财务科长", on="2025-03-20")

    source = write_html(audited(REPORT, suppressions=[answer]))

    assert "已有说明〔财务科长 2025-03-20：见&lt;附表&gt;〕" in in_chinese(source)
    assert "answered" in source


def test_the_page_ends_with_what_was_and_was_not_looked_at(audited: Auditor) -> None:
    source = write_html(audited())

    text = in_chinese(source)
    assert "核对事项 5 项" in text
    assert "TST-04增长率资料不足" in text
    assert "TST-05尚未实现的事项未实现" in text


def test_a_switch_shows_the_page_in_english(audited: Auditor) -> None:
    source = write_html(audited())

    assert '<input type="checkbox" id="english"> English' in source
    assert '<span class="zh">须答复</span><span class="en" lang="en">To answer</span>' in source
    assert ":root:has(#english:checked) .zh { display: none; }" in source
