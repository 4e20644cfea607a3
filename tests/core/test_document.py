"""One model for reading and writing, in which every character has its place."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hengping.document import Assembly, Cell, Document, Heading, Paragraph, Place, Run, Table

words = st.text(alphabet="甲乙丙12.%\v", max_size=8)


def small_report() -> Document:
    """Lay a title, a paragraph of two runs and a table with one merged cell."""
    assembly = Assembly()
    assembly.heading([Run("自评报告", Place(paragraph=1))], level=0)
    assembly.paragraph(
        [Run("一、", Place(paragraph=2), generated=True), Run("支出742.24万元", Place(paragraph=2, run=1))]
    )
    assembly.table(
        [
            [Cell("科目", row=0, column=0, row_span=2), Cell("金额", row=0, column=1)],
            [Cell("", runs=(Run("742.24", Place(table=1, row=2, column=2)),), row=1, column=1)],
        ],
        title="支出表",
        unit="万元",
        header_rows=1,
    )
    return assembly.finish(name="report.docx", kind="docx", title="自评报告")


def test_blocks_follow_each_other_and_a_row_is_a_line() -> None:
    document = small_report()

    assert document.text == "自评报告\n一、支出742.24万元\n科目\t金额\n742.24"
    assert [type(block) for block in document.blocks] == [Heading, Paragraph, Table]
    assert [block.start for block in document.blocks] == [0, 5, 18]


def test_every_part_stands_at_its_own_offset() -> None:
    document = small_report()

    table = document.blocks[2]

    assert isinstance(table, Table)
    assert [document.text[cell.start : cell.start + len(cell.text)] for cell in table.cells] == [
        "科目",
        "金额",
        "742.24",
    ]
    assert (table.title, table.unit, table.header_rows) == ("支出表", "万元", 1)


def test_an_offset_has_a_line_and_a_place_in_it() -> None:
    document = small_report()

    assert document.line(0) == (1, 0)
    assert document.line(5) == (2, 0)
    assert document.line(document.text.index("742.24")) == (2, 4)
    assert document.line_text(2) == "一、支出742.24万元"
    assert document.line_text(4) == "742.24"


def test_a_character_knows_its_run_and_its_place() -> None:
    document = small_report()
    start = document.text.index("742.24")

    place = document.place(start)

    assert place == Place(paragraph=2, run=1, offset=2)
    assert str(place) == "第2段"
    assert str(document.place(document.text.rindex("742.24"))) == "表1第2行第2列"


def test_between_runs_there_is_no_place() -> None:
    document = small_report()

    assert document.run_at(4) is None
    assert document.place(4) is None
    assert Document("甲", ()).run_at(0) is None


def test_what_the_program_computed_is_marked_as_generated() -> None:
    document = small_report()

    assert document.is_generated(document.text.index("一、"))
    assert not document.is_generated(document.text.index("支出"))
    assert not document.is_generated(4)


def test_a_merged_cell_stands_in_every_position_it_covers() -> None:
    table = small_report().blocks[2]

    assert isinstance(table, Table)
    assert [[cell.text if cell else None for cell in row] for row in table.grid()] == [
        ["科目", "金额"],
        ["科目", "742.24"],
    ]


def test_a_position_no_cell_covers_is_empty() -> None:
    assembly = Assembly()

    table = assembly.table([[Cell("甲", row=0, column=0), Cell("乙", row=0, column=1)], [Cell("丙", row=1, column=0)]])

    assert table.grid()[1][1] is None


def test_an_empty_row_keeps_its_line() -> None:
    assembly = Assembly()
    assembly.table([[], [Cell("甲", row=1, column=0)]])

    document = assembly.finish()

    table = document.blocks[0]
    assert isinstance(table, Table)
    assert document.text == "\n甲"
    assert next(table.cells).start == 1


def test_a_box_narrows_to_the_characters_asked_for() -> None:
    assembly = Assembly()
    run = Run("742.24", Place(page=3, box=(100, 20, 700, 40)), edges=(100, 200, 300, 400, 500, 600, 700))
    assembly.paragraph([run])
    document = assembly.finish()

    place = document.place(1, 3)
    single = document.place(5)

    assert place is not None
    assert place.box == (200, 20, 400, 40)
    assert single is not None
    assert single.box == (600, 20, 700, 40)
    assert str(place) == "第3页"


def test_a_place_in_a_workbook_names_sheet_and_cell() -> None:
    assert str(Place(sheet="支出表", cell="B3")) == "工作表“支出表”B3"
    assert str(Place(part="word/footnotes.xml")) == "word/footnotes.xml"


@given(
    texts=st.lists(
        st.one_of(words, st.lists(st.lists(words, min_size=1, max_size=3), min_size=1, max_size=3)), max_size=6
    )
)
def test_every_laid_character_is_found_again_at_its_offset(texts: list[str | list[list[str]]]) -> None:
    assembly = Assembly()
    for block in texts:
        if isinstance(block, str):
            assembly.paragraph([Run(block)])
        else:
            assembly.table(
                [
                    [Cell("", runs=(Run(text),), row=r, column=c) for c, text in enumerate(row)]
                    for r, row in enumerate(block)
                ]
            )

    document = assembly.finish()

    for laid in document.blocks:
        for part in laid.cells if isinstance(laid, Table) else (laid,):
            assert document.text[part.start : part.start + len(part.text)] == part.text
            for offset in range(part.start, part.start + len(part.text)):
                found = document.run_at(offset)
                assert found is not None
                assert found[0].text[found[1]] == document.text[offset]
                line, column = document.line(offset)
                assert document.line_text(line)[column] == document.text[offset]
