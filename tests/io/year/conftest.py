"""The two years that ship with the repository: the published one as it is, the invented one in small."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def demo(repository: Path) -> Iterator[ModuleType]:
    """Return the script that generates the model year."""
    folder = str(repository / "demo")
    sys.path.insert(0, folder)
    yield import_module("generate_model_year")
    sys.path.remove(folder)


@pytest.fixture(scope="session")
def model_year(repository: Path, demo: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a model year of twelve hundred petitions."""
    folder = tmp_path_factory.mktemp("model") / "model-year"
    for part in ("written", "evidence"):
        shutil.copytree(repository / "demo" / "model-year" / part, folder / part)
    demo.generate(folder, petitions=1_200)
    return folder


@pytest.fixture(scope="session")
def hengyang(repository: Path) -> Path:
    """Return the year of published figures."""
    return repository / "demo" / "hengyang-2024"
