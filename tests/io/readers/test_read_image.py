from __future__ import annotations

import pytest
from tests.io import fixtures as make

from hengping.errors import Unavailable
from hengping_io import read_image
from hengping_io.read import read_bytes
from hengping_io.read_pdf import page_images

PICTURE = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64


def test_a_picture_is_named_as_one_without_text() -> None:
    document = read_bytes("扫描.png", PICTURE)

    assert (document.kind, document.text) == ("image", "")
    assert [note.kind for note in document.notes] == ["loss"]


def test_recognition_that_is_not_installed_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_image, "can_recognise", lambda: False)

    with pytest.raises(Unavailable, match="tesseract-ocr-chi-sim"):
        read_bytes("扫描.png", PICTURE, ocr=True)


def test_pages_become_grey_images() -> None:
    images = list(page_images("报告.pdf", make.pdf([([], []), ([], [])]), 72))

    assert [(image[:15], scale) for image, scale in images] == [(b"P5 595 842 255\n", 1.0)] * 2
    assert len(images[0][0]) == 15 + 595 * 842


@pytest.mark.skipif(not read_image.can_recognise(), reason="Tesseract with simplified Chinese is not installed")
def test_a_scan_is_recognised_with_the_boxes_of_its_lines() -> None:
    from hengping_io.read_image import recognise

    page = make.pdf([([(72.0, 100.0, 20.0, "553.60")], [])])

    document = recognise("扫描.pdf", page_images("扫描.pdf", page, 200))

    assert document.kind == "ocr"
    assert any("可能有误" in note.message for note in document.notes)
