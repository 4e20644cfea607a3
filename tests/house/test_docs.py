"""The documentation is current, its examples run, and its links lead somewhere."""

from __future__ import annotations

import doctest
import re
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from . import tree

DOCS = tree.ROOT / "docs"
PAGES = sorted([*tree.ROOT.glob("*.md"), *DOCS.rglob("*.md")])
EXAMPLES = sorted((DOCS / "algorithms").glob("*.md"))
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
CONTRACTS_OF_DECISIONS = ("**Context.**", "**Decision.**", "**Consequences.**")


def generator() -> ModuleType:
    """Load the script that writes the generated pages."""
    spec = spec_from_file_location("generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_generated_pages_are_current() -> None:
    pages: dict[Path, str] = generator().generated()

    stale = [
        str(path.relative_to(tree.ROOT))
        for path, text in pages.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]

    assert stale == [], "run ./run docs"
    assert set((DOCS / "rulebook").glob("*.md")) <= set(pages)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(tree.ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / link).exists()]

    assert broken == []


@pytest.mark.parametrize("page", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_of_a_page_give_what_it_prints(page: Path) -> None:
    results = doctest.testfile(str(page), module_relative=False)

    assert results.attempted > 0
    assert results.failed == 0


@pytest.mark.parametrize("name", tree.core_modules())
def test_the_examples_of_a_docstring_give_what_it_prints(name: str) -> None:
    assert doctest.testmod(import_module(name)).failed == 0


def test_decisions_are_numbered_without_a_gap_and_say_why() -> None:
    pages = sorted((DOCS / "decisions").glob("[0-9]*.md"))

    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert text.startswith(f"# {int(page.name[:4])}. ")
        assert all(word in text for word in CONTRACTS_OF_DECISIONS), page.name


def test_the_continuous_integration_runs_the_test_command_of_the_readme() -> None:
    script = (tree.ROOT / ".ci" / "run").read_text(encoding="utf-8")

    assert script.splitlines()[1:] == ['cd "$(dirname "$0")/.." && exec ./run test']
    assert "./run test" in (tree.ROOT / "README.md").read_text(encoding="utf-8")
