"""English for the Chinese of the pages: the ``.po`` texts of every room, compiled once into what Django reads.

The texts are Chinese in the code; a room that shows text keeps ``locale/en.po`` beside it. No outside program is needed:
a ``.mo`` file is two sorted tables, and this module writes them.
"""

from __future__ import annotations

import ast
import os
import struct
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

MAGIC = 0x950412DE
HEADER = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=1; plural=0;\n"


def messages(text: str) -> Iterator[tuple[str, str]]:
    """Yield every text of a ``.po`` file with its translation; an empty translation is left out."""
    parts: dict[str, str] = {}
    current = ""
    for line in [*text.splitlines(), 'msgid ""']:
        word, _, rest = line.partition(" ")
        if word in {"msgid", "msgstr"}:
            if word == "msgid" and parts.get("msgid") and parts.get("msgstr"):
                yield parts["msgid"], parts["msgstr"]
            if word == "msgid":
                parts = {}
            current = word
            parts[current] = ast.literal_eval(rest)
        elif line.startswith('"'):
            parts[current] += ast.literal_eval(line)


def compiled(table: Mapping[str, str]) -> bytes:
    """Return a ``.mo`` file: sorted originals, their translations, and where each begins."""
    rows = sorted((source.encode(), target.encode()) for source, target in {**table, "": HEADER}.items())
    originals, translations = [source for source, _ in rows], [target for _, target in rows]
    start = 28 + 16 * len(rows)
    head = struct.pack("<7I", MAGIC, 0, len(rows), 28, 28 + 8 * len(rows), 0, start)
    index = b""
    for texts in (originals, translations):
        for text in texts:
            index += struct.pack("<2I", len(text), start)
            start += len(text) + 1
    return head + index + b"".join(text + b"\0" for text in [*originals, *translations])


def together(rooms: Iterable[Path]) -> dict[str, str]:
    """Return the texts of every room's ``locale/en.po``; two translations of one text are refused."""
    table: dict[str, str] = {}
    for path in sorted(rooms):
        for source, target in messages(path.read_text(encoding="utf-8")):
            if table.setdefault(source, target) != target:
                raise ValueError(f"{path}: “{source}” already has another translation")
    return table


def prepare(package: Path, folder: Path) -> Path:
    """Compile the texts of the package into a folder for Django, where they have changed, and return the folder."""
    content = compiled(together(package.glob("*/locale/en.po")))
    target = folder / "en" / "LC_MESSAGES" / "django.mo"
    if not target.exists() or target.read_bytes() != content:
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch = target.with_suffix(f".{os.getpid()}")
        scratch.write_bytes(content)
        scratch.replace(target)
    return folder
