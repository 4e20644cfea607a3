"""The one entry says what it can do, from wherever it is called, and refuses what it cannot."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from . import tree

ENTRY = tree.ROOT / "run"


def call(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["/bin/sh", str(ENTRY), *words], cwd=folder, capture_output=True, text=True, check=False)


def test_help_lists_the_verbs_without_preparing_anything(tmp_path: Path) -> None:
    finished = call("help", folder=tmp_path)

    assert finished.returncode == 0
    assert finished.stderr == ""
    assert {"demo", "test", "check", "bench", "docs", "web", "hengping"} <= set(
        re.findall(r"^\./run (\w+)", finished.stdout, re.MULTILINE)
    )


def test_an_unknown_verb_is_refused_with_the_list(tmp_path: Path) -> None:
    finished = call("dance", folder=tmp_path)

    assert finished.returncode == 1
    assert "no such verb: dance" in finished.stderr
    assert "./run test" in finished.stderr


def test_it_works_through_a_folder_with_a_space_in_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "two words"
    folder.symlink_to(tree.ROOT)

    finished = subprocess.run(
        ["/bin/sh", str(folder / "run"), "help"], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert finished.returncode == 0


def test_every_verb_it_lists_is_one_it_knows() -> None:
    script = ENTRY.read_text(encoding="utf-8")

    listed = set(re.findall(r"^\./run (\w+)", script, re.MULTILINE))
    known = set(re.findall(r"^    ([a-z]+)\)", script[script.index("case $verb in") :], re.MULTILINE))

    assert listed - known == set()
