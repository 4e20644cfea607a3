"""The report written for the repository: the published figures and faults, in other words, each fault at its place."""

from __future__ import annotations

import json
import re
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


@pytest.fixture(scope="module")
def script(repository: Path) -> ModuleType:
    sys.path.insert(0, str(repository / "demo"))
    try:
        return import_module("published_report_truth")
    finally:
        sys.path.remove(str(repository / "demo"))


@pytest.fixture(scope="module")
def text(hengyang: Path) -> str:
    return (hengyang / "published-report.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def truth(hengyang: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((hengyang / "published-report.truth.json").read_text(encoding="utf-8"))
    return found


def test_the_truth_is_what_the_script_finds(script: ModuleType, text: str, truth: dict[str, Any]) -> None:
    assert script.truth(text) == truth


def test_every_span_holds_its_words(text: str, truth: dict[str, Any]) -> None:
    lines = text.split("\n")
    spans = [span for finding in truth["findings"] for span in finding["spans"]]

    assert len(spans) == 36
    assert all(lines[span["line"] - 1][span["start"] : span["end"]] == span["quote"] for span in spans)


def test_every_known_fault_is_there(truth: dict[str, Any]) -> None:
    keys = [finding["id"] for finding in truth["findings"]]

    assert keys == [
        *(f"A{number}" for number in range(1, 20)),
        "B1",
        *(f"C{number}" for number in range(1, 12)),
        "D7",
        "D8",
    ]


def test_the_figures_are_the_published_ones(text: str) -> None:
    amounts = re.findall(r"([0-9]+(?:\.[0-9]+)?)万元", text)

    assert len(amounts) == 50
    assert {"742.24", "906.54", "553.6", "118.31", "69.41", "0.91", "801.54", "289.12", "147.11"} <= set(amounts)
    assert set(re.findall(r"[0-9]{4}(?=年)", text)) == {"2024"}
    assert text.count("2024") == 10


def test_the_sentences_are_not_those_of_the_published_report(text: str, shared: Path) -> None:
    published = (shared / "seed" / "self-evaluation-2024.txt").read_text(encoding="utf-8")
    sentences = [
        sentence
        for sentence in re.split(r"[。；\n]", text)
        if len(sentence) > 40 and not re.search(r"[0-9]万元|[0-9]人|科、|等指标大幅提升|信访人次同比", sentence)
    ]

    assert len(sentences) > 10
    assert not [sentence for sentence in sentences if sentence in published]
