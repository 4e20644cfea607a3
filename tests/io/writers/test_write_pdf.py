"""The PDF uses the faces it says, loudly anything else, and refuses to be written without Chinese."""

from __future__ import annotations

from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import pytest
from tests.core.reports import sample

from hengping.errors import Unavailable
from hengping.reports.compose import compose
from hengping_io.write_pdf import ANY_CHINESE, FOLDERS, choose, write_pdf

OWN = next((folder for folder in FOLDERS if folder.is_dir() and any(folder.glob("Fandol*.otf"))), None)


def test_official_faces_are_taken_before_free_ones() -> None:
    faces, notices = choose(["FandolFang R", "FangSong_GB2312", "SimHei", "FandolKai", "SimSun", "FZXiaoBiaoSong-B05S"])

    assert faces["body"] == "FangSong_GB2312"
    assert faces["kai"] == "FandolKai"
    assert notices == ()


def test_a_face_of_another_kind_is_used_with_a_notice_that_names_both() -> None:
    faces, notices = choose(["Noto Serif CJK SC"])

    assert set(faces.values()) == {"Noto Serif CJK SC"}
    assert "没有找到仿宋体，PDF 中改用“Noto Serif CJK SC”；安装仿宋体后重新生成即可。" in notices
    assert not any("宋体，PDF" in notice and notice.startswith("没有找到宋体") for notice in notices)


def test_a_machine_without_chinese_fonts_is_told_what_to_install() -> None:
    with pytest.raises(Unavailable) as refused:
        choose(["DejaVu Serif", "Libertinus Serif"])

    assert "apt-get install fonts-noto-cjk" in refused.value.remedy


def test_no_pdf_is_written_where_no_chinese_font_can_be_found(tmp_path: Path) -> None:
    report = compose(sample.bureau())

    with pytest.raises(Unavailable):
        write_pdf(report.document, folders=[tmp_path], installed=False)


def test_every_family_we_ask_for_is_listed_once() -> None:
    assert len(ANY_CHINESE) == len(set(ANY_CHINESE))


@pytest.mark.skipif(OWN is None, reason="the prepared fonts are not there; ./run puts them there")
def test_the_prepared_fonts_give_an_official_page_without_a_notice() -> None:
    report = compose(sample.bureau())

    made = write_pdf(report.document, report.label, installed=False)

    assert made.notices == ()
    assert made.faces == {
        "title": "FandolSong",
        "body": "FandolFang R",
        "kai": "FandolKai",
        "hei": "FandolHei",
        "song": "FandolSong",
    }


@pytest.mark.skipif(OWN is None, reason="the prepared fonts are not there; ./run puts them there")
def test_pages_are_a4_numbered_between_dashes_and_labelled() -> None:
    report = compose(sample.bureau())

    with pypdfium2.PdfDocument(write_pdf(report.document, report.label, installed=False).data) as pdf:
        sizes = {tuple(round(side) for side in page.get_size()) for page in pdf}
        texts = [page.get_textpage().get_text_bounded() for page in pdf]

    assert sizes == {(595, 842)}
    assert all(f"— {number} —" in text for number, text in enumerate(texts, 1))
    assert all("虚构单位与虚构数字，仅供测试" in text for text in texts)
