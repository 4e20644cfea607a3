"""Writes the generated pages of the documentation: the rulebook, the year folder, the index of decisions. Run by ``./run docs``."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

from hengping_io import rulebook, year_layouts

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
CASES = ROOT / "tests" / "cases"


def generated() -> dict[Path, str]:
    """Return every generated page by its path."""
    pages = {DOCS / "rulebook" / name: text for name, text in rulebook.pages(case_names()).items()}
    pages[DOCS / "decisions" / "README.md"] = decisions_index()
    pages[DOCS / "year-folder.md"] = year_layouts.guide()
    return pages


def case_names() -> dict[str, tuple[str, ...]]:
    """Return the names of the cases by the rule they belong to."""
    found = {}
    for path in sorted(CASES.rglob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        found[path.stem] = tuple(case["name"] for case in table["case"])
    return found


def decisions_index() -> str:
    """Return the index of decisions, one line each, taken from their first lines."""
    lines = [rulebook.GENERATED, "# Decisions", ""]
    for path in sorted((DOCS / "decisions").glob("[0-9]*.md")):
        title = path.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")
        lines.append(f"- [{title}]({path.name})")
    return "\n".join([*lines, ""])


def main() -> int:
    """Write the pages that changed and remove what is no longer generated."""
    pages = generated()
    for stale in sorted(set((DOCS / "rulebook").glob("*.md")) - set(pages)):
        stale.unlink()
        sys.stdout.write(f"removed {stale.relative_to(ROOT)}\n")
    for path, text in pages.items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"written {path.relative_to(ROOT)}\n")
    sys.stdout.write(f"{len(pages)} pages are current\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
