"""Every text of the pages has its English, and no translation is left over from a text that is gone."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

import hengping_web
from hengping_web.base import catalogue

PACKAGE = Path(hengping_web.__file__).parent
FUNCTIONS = {"_", "gettext", "gettext_lazy", "gettext_noop"}
TAG = re.compile(r"""\{%\s*translate\s+(?:"([^"]+)"|'([^']+)')""")
BLOCK = re.compile(r"\{%\s*blocktranslate[^%]*%\}(.*?)\{%\s*endblocktranslate\s*%\}", re.DOTALL)


def texts() -> Iterator[tuple[str, str]]:
    for path in sorted(PACKAGE.rglob("*.html")):
        page = path.read_text(encoding="utf-8")
        for found in TAG.finditer(page):
            yield found[1] or found[2], path.name
        for found in BLOCK.finditer(page):
            trimmed = " ".join(line.strip() for line in found[1].strip().splitlines())
            yield re.sub(r"\{\{\s*(\w+)\s*\}\}", r"%(\1)s", trimmed), path.name
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS:
                argument = node.args[0]
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value, path.name


def test_every_text_has_its_english() -> None:
    table = catalogue.together(PACKAGE.glob("*/locale/en.po"))

    missing = sorted({(name, text) for text, name in texts() if text not in table})

    assert missing == []


def test_no_translation_is_left_over() -> None:
    table = catalogue.together(PACKAGE.glob("*/locale/en.po"))

    assert sorted(set(table) - {text for text, _ in texts()}) == []


def test_a_translation_keeps_the_places_for_what_is_filled_in() -> None:
    table = catalogue.together(PACKAGE.glob("*/locale/en.po"))
    places = re.compile(r"%(?:\(\w+\))?s")

    assert [source for source, target in table.items() if places.findall(source) != places.findall(target)] == []


def test_the_compiled_texts_are_what_the_reader_gets() -> None:
    with translation.override("en"):
        assert translation.gettext("规则与依据") == "Rules and sources"
    with translation.override("zh-hans"):
        assert translation.gettext("规则与依据") == "规则与依据"


def test_a_text_of_several_lines_and_an_empty_translation_are_read() -> None:
    page = 'msgid ""\nmsgstr ""\n\nmsgid "甲"\n"乙\\n"\nmsgstr "A"\n"B"\n\n# why\nmsgid "丙"\nmsgstr ""\n'

    assert list(catalogue.messages(page)) == [("甲乙\n", "AB")]


def test_one_text_with_two_translations_is_refused(tmp_path: Path) -> None:
    for name, english in (("a", "A"), ("b", "B")):
        (tmp_path / f"{name}.po").write_text(f'msgid "甲"\nmsgstr "{english}"\n', encoding="utf-8")

    with pytest.raises(ValueError, match="already has another translation"):
        catalogue.together(tmp_path.glob("*.po"))
