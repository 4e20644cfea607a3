"""Names are whole English words from the glossary, and what the package offers is pinned."""

from __future__ import annotations

import ast
import re

import hengping

from . import tree

KERNEL = {"errors", "tables", "figures", "dates", "law", "document", "classification"}
GLOSSARY = tree.ROOT / "docs" / "glossary.md"
TWELVE_NOUNS = (
    "Book", "Citation", "Document", "Entry", "Event", "Figure", "Finding", "Petition", "Rule", "Scheme", "Score", "Source",
)  # fmt: skip
FRAMEWORK_NOUNS = {"Field", "Form", "Manager", "Migration", "Model", "QuerySet", "Signal", "Task", "View"}


def test_the_package_offers_its_twelve_nouns_and_nothing_else() -> None:
    assert tuple(hengping.__all__) == TWELVE_NOUNS
    for noun in hengping.__all__:
        assert getattr(hengping, noun).__name__ == noun


def test_every_public_noun_of_the_kernel_and_the_models_is_in_the_glossary() -> None:
    known = set(re.findall(r"^\| `(\w+)` \|", GLOSSARY.read_text(encoding="utf-8"), re.MULTILINE))

    nouns = {
        node.name
        for module in tree.modules("hengping")
        if module.room in KERNEL or module.path.name == "model.py"
        for node in module.tree.body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    }

    assert sorted((nouns | set(TWELVE_NOUNS)) - known) == []


def test_no_noun_of_the_core_is_a_noun_of_the_framework() -> None:
    nouns = {
        node.name
        for module in tree.modules("hengping")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef)
    }

    assert nouns & FRAMEWORK_NOUNS == set()


def test_identifiers_are_plain_english_letters() -> None:
    wrong = [
        f"{tree.place(module, node.lineno)} {name}"
        for module in tree.modules()
        for node in ast.walk(module.tree)
        for name in [getattr(node, "name", None) or (node.id if isinstance(node, ast.Name) else None)]
        if isinstance(name, str) and isinstance(node, ast.Name | ast.FunctionDef | ast.ClassDef) and not name.isascii()
    ]

    assert wrong == []


def test_no_module_is_called_utilities() -> None:
    assert {module.path.stem for module in tree.modules()} & {"utils", "util", "helpers", "common", "misc"} == set()
