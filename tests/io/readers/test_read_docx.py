from __future__ import annotations

import pytest
from tests.io import fixtures as make

from hengping.document import Document, Heading, Paragraph, Table
from hengping.errors import Unreadable
from hengping_io.read import read_bytes


def read(body: str, **parts: object) -> Document:
    return read_bytes("报告.docx", make.docx(body, **parts))  # type: ignore[arg-type]


def tables(document: Document) -> list[Table]:
    return [block for block in document.blocks if isinstance(block, Table)]


def test_numbers_of_three_levels_are_worked_out_and_marked_as_generated() -> None:
    levels = (
        make.level(0, "chineseCountingThousand", "%1、")
        + make.level(1, "chineseCounting", "（%2）")
        + make.level(2, "decimal", "%3.")
    )
    body = (
        make.listed("基本情况", 1)
        + make.listed("职能", 1, 1)
        + make.listed("甲", 1, 2)
        + make.listed("乙", 1, 2)
        + make.listed("机构", 1, 1)
        + make.listed("丙", 1, 2)
        + make.listed("支出情况", 1)
        + make.listed("基本支出", 1, 1)
    )

    document = read(body, numbering=make.word_list(1, levels))

    assert document.text.split("\n") == [
        "一、基本情况", "（一）职能", "1. 甲", "2. 乙", "（二）机构", "1. 丙", "二、支出情况", "（一）基本支出",
    ]  # fmt: skip
    assert document.is_generated(0)
    assert not document.is_generated(2)


def test_a_second_list_that_starts_at_six_prints_six() -> None:
    numbering = make.word_list(2, make.level(0, "decimal", "%1、", start=6))

    document = read(make.listed("存在的问题", 2) + make.listed("改进措施", 2), numbering=numbering)

    assert document.text == "6、存在的问题\n7、改进措施"


def test_two_lists_of_one_family_go_on_counting_unless_one_starts_anew() -> None:
    numbering = (
        make.word_list(1, make.level(0, "decimal", "%1)"))
        + '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
        + '<w:num w:numId="3"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0">'
        + '<w:startOverride w:val="1"/></w:lvlOverride></w:num>'
    )
    body = make.listed("a", 1) + make.listed("b", 2) + make.listed("c", 3) + make.listed("d", 3)

    document = read(body, numbering=numbering)

    assert document.text == "1) a\n2) b\n1) c\n2) d"


def test_legal_levels_restarts_and_multi_level_texts() -> None:
    levels = (
        make.level(0, "chineseCounting", "第%1章")
        + make.level(1, "decimal", "%1.%2", more="<w:isLgl/>")
        + make.level(2, "lowerLetter", "%3)", more='<w:lvlRestart w:val="0"/>')
    )
    body = "".join(make.listed(text, 1, at) for text, at in [("甲", 0), ("乙", 1), ("丙", 2), ("丁", 1), ("戊", 2)])

    document = read(body, numbering=make.word_list(1, levels))

    assert document.text == "第一章甲\n1.1 乙\na) 丙\n1.2 丁\nb) 戊"


def test_a_style_brings_its_list_level_and_outline() -> None:
    numbering = make.word_list(
        4, make.level(0, "decimal", "%1、") + make.level(1, "decimal", "（%2）", more='<w:pStyle w:val="Sub"/>')
    )
    styles = (
        '<w:style w:type="paragraph" w:styleId="Sub"><w:name w:val="小节"/><w:basedOn w:val="Base"/>'
        '<w:pPr><w:numPr><w:numId w:val="4"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Base"><w:name w:val="heading 2"/>'
        '<w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>'
    )

    document = read(make.paragraph("收入", '<w:pStyle w:val="Sub"/>'), numbering=numbering, styles=styles)

    heading = document.blocks[0]
    assert isinstance(heading, Heading)
    assert (heading.text, heading.level) == ("（1）收入", 2)


def test_number_zero_takes_a_paragraph_out_of_its_styles_list() -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="L"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    body = make.paragraph("有号", '<w:pStyle w:val="L"/>') + make.paragraph(
        "无号", '<w:pStyle w:val="L"/><w:numPr><w:numId w:val="0"/></w:numPr>'
    )

    document = read(body, numbering=make.word_list(1, make.level(0, "decimal", "%1.")), styles=styles)

    assert document.text == "1. 有号\n无号"


def test_merged_cells_stand_once_with_their_spans() -> None:
    body = make.table(
        make.cell("一级指标", '<w:vMerge w:val="restart"/>') + make.cell("数量", '<w:gridSpan w:val="2"/>'),
        make.cell("", "<w:vMerge/>") + make.cell("目标") + make.cell("完成"),
        make.cell("合计") + make.cell("≥50人") + make.cell("52"),
    )

    table = tables(read(body))[0]

    assert [[cell.text for cell in row] for row in table.rows] == [
        ["一级指标", "数量"],
        ["目标", "完成"],
        ["合计", "≥50人", "52"],
    ]
    first, second = table.rows[0]
    assert (first.row_span, first.column_span, second.row_span, second.column_span) == (2, 1, 1, 2)
    assert [cell.column for cell in table.rows[1]] == [1, 2]


def test_a_merge_both_ways_covers_a_block() -> None:
    body = make.table(
        make.cell("块", '<w:gridSpan w:val="2"/><w:vMerge w:val="restart"/>') + make.cell("甲"),
        make.cell("", '<w:gridSpan w:val="2"/><w:vMerge/>') + make.cell("乙"),
    )

    grid = tables(read(body))[0].grid()

    assert [[cell.text if cell else None for cell in row] for row in grid] == [["块", "块", "甲"], ["块", "块", "乙"]]


def test_a_nested_table_follows_as_its_own_table() -> None:
    inner = make.table(make.cell("内1") + make.cell("内2"))
    body = make.table(f"<w:tc><w:p>{make.run('外')}</w:p>{inner}<w:p/></w:tc>") + make.paragraph("后文")

    document = read(body)

    assert document.text == "外\n内1\t内2\n后文"
    assert [table.text for table in tables(document)] == ["外", "内1\t内2"]


def test_caption_and_unit_above_a_table_are_its_title_and_unit() -> None:
    body = (
        make.paragraph("收入支出决算总表")
        + make.paragraph("单位：万元")
        + make.table(make.cell("项目") + make.cell("决算数"), make.cell("合计") + make.cell("3,835.52"))
    )

    table = tables(read(body))[0]

    assert (table.title, table.unit, table.header_rows) == ("收入支出决算总表", "万元", 1)


def test_tracked_changes_are_read_as_the_final_text() -> None:
    body = (
        f"<w:p>{make.run('支出')}<w:ins>{make.run('553.60')}</w:ins>"
        "<w:del><w:r><w:delText>553.6</w:delText></w:r></w:del>" + make.run("万元") + "</w:p>"
        f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{make.run('前半')}</w:p>" + make.paragraph("后半")
    )

    document = read(body)

    assert document.text == "支出553.60万元\n前半后半"
    place = document.place(8)
    assert place is not None
    assert (place.paragraph, place.run) == (1, 4)
    assert any("插入 1 处、删除 1 处" in note.message for note in document.notes)


def test_field_codes_are_dropped_and_results_kept() -> None:
    body = (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>SUM(ABOVE)</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        + make.run("742.24")
        + '<w:r><w:fldChar w:fldCharType="end"/>'
        "</w:r>" + make.run("万元") + f'<w:fldSimple w:instr="PAGE">{make.run("7")}</w:fldSimple></w:p>'
    )

    assert read(body).text == "742.24万元7"


def test_text_boxes_notes_and_margins_have_their_kinds() -> None:
    box = f"<w:txbxContent>{make.paragraph('框内')}</w:txbxContent>"
    shape = (
        f'<mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent>"
    )
    body = f'<w:p>{make.run("正文")}<w:r>{shape}</w:r><w:r><w:footnoteReference w:id="2"/></w:r>{make.run("尾")}</w:p>'
    notes = (
        f'<w:footnotes {make.WORD_NAMESPACES}><w:footnote w:id="2">{make.paragraph("脚注")}</w:footnote></w:footnotes>'
    )
    header = f"<w:hdr {make.WORD_NAMESPACES}>{make.paragraph('页眉')}</w:hdr>"

    document = read(body, parts={"footnotes.xml": ("footnotes", notes), "header1.xml": ("header", header)})

    assert [(block.text, block.kind) for block in document.blocks if isinstance(block, Paragraph)] == [
        ("正文尾", "body"),
        ("框内", "box"),
        ("脚注", "footnote"),
        ("页眉", "header"),
    ]
    place = document.place(2)
    assert place is not None
    assert place.run == 6


def test_controls_links_breaks_symbols_and_hyphens() -> None:
    body = (
        f"<w:sdt><w:sdtContent><w:p><w:hyperlink>{make.run('链接')}</w:hyperlink>"
        f"<w:sdt><w:sdtContent>{make.run('控件')}</w:sdtContent></w:sdt>"
        '<w:r><w:br/><w:t>下行</w:t><w:tab/><w:noBreakHyphen/><w:softHyphen/><w:br w:type="page"/></w:r>'
        '<w:r><w:sym w:font="Symbol" w:char="F0B3"/><w:t>95%</w:t></w:r></w:p></w:sdtContent></w:sdt>'
    )

    assert read(body).text == "链接控件\v下行\t-≥95%"


def test_hidden_text_is_left_out_and_named() -> None:
    document = read(f"<w:p>{make.run('可见')}{make.run('隐藏 99', '<w:vanish/>')}</w:p>")

    assert document.text == "可见"
    assert [note.message for note in document.notes] == ["隐藏文字未计入：“隐藏 99”"]


def test_an_embedded_workbook_is_named() -> None:
    body = '<w:p><w:r><w:object><o:OLEObject ProgID="Excel.Sheet.12" r:id="rembed"/></w:object></w:r></w:p>'

    document = read(body, parts={"embed.xlsx": ("package", "")})

    assert [note.message for note in document.notes] == ["嵌入文件“embed.xlsx”未读取，请单独核对"]


def test_every_run_leads_back_to_its_element() -> None:
    body = make.paragraph("甲") + make.table(make.cell("乙")) + f"<w:p>{make.run('丙')}{make.run('丁')}</w:p>"

    document = read(body)

    places = [document.place(document.text.index(letter)) for letter in "甲乙丙丁"]
    assert [(place.paragraph, place.run, place.table) for place in places if place] == [
        (1, 1, None),
        (2, 1, 1),
        (3, 1, None),
        (3, 2, None),
    ]


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_a_truncated_file_is_refused(share: float) -> None:
    data = make.docx(make.paragraph("甲" * 5000))

    with pytest.raises(Unreadable, match="不完整或已损坏"):
        read_bytes("报告.docx", data[: int(len(data) * share)])


def test_entities_are_refused() -> None:
    evil = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><w:document>&a;</w:document>'
    data = make.zipped({"word/document.xml": evil})

    with pytest.raises(Unreadable, match="实体"):
        read_bytes("报告.docx", data)


def test_a_bomb_is_refused_by_its_ratio() -> None:
    data = make.zipped({"word/document.xml": b"<a>" + b" " * 60_000_000})

    with pytest.raises(Unreadable, match="压缩比"):
        read_bytes("报告.docx", data)


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"),
        ("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>"),
        ("<w:ins>", "</w:ins>"),
        ("<w:p><w:r><w:pict><w:txbxContent>", "</w:txbxContent></w:pict></w:r></w:p>"),
    ],
)
def test_absurd_nesting_is_refused_and_nothing_overflows(opening: str, closing: str) -> None:
    with pytest.raises(Unreadable, match="嵌套过深"):
        read(
            f"<w:p>{opening * 3000}{closing * 3000}</w:p>" if opening == "<w:ins>" else opening * 3000 + closing * 3000
        )


def test_a_part_that_is_missing_is_named() -> None:
    data = make.zipped({"word/other.xml": "<a/>", "[Content_Types].xml": "<a/>"})

    with pytest.raises(Unreadable, match=r"word/document\.xml"):
        read_bytes("报告.docx", data)
