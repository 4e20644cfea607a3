"""A small year of the model bureau: its own tables, and as many of its petitions as are asked for."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from pathlib import Path

import pytest

from hengping_io.year_layouts import descriptor
from hengping_web.accounts.models import Organisation
from hengping_web.petitions.model_year import OFFICE
from hengping_web.petitions.model_year import services as model_year

MODEL_YEAR = Path(__file__).resolve().parents[3] / "demo" / "model-year"
CASES = 300


def sample(target: Path, cases: int = CASES) -> Path:
    """Write a year folder with the model year's own tables and an even sample of its petitions."""
    package = json.loads((MODEL_YEAR / "datapackage.json").read_text(encoding="utf-8"))
    paths = {one["name"]: one["path"] for one in package["resources"]}
    (target / "data").mkdir(parents=True)
    shutil.copytree(MODEL_YEAR / "evidence", target / "evidence")
    columns = {}
    wanted: set[str] = set()
    for name, path in paths.items():
        with (MODEL_YEAR / path).open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file)
            columns[name] = next(reader)
            rows = list(reader)
        if name == "petitions":
            rows = rows[:: max(1, len(rows) // cases)][:cases] if cases else []
            wanted = {row[0] for row in rows}
            rows = [[*row[:9], row[9] if row[9] in wanted else "", row[10]] for row in rows]
        if name == "events":
            rows = [row for row in rows if row[0] in wanted]
        with (target / "data" / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([columns[name], *rows])
    resources = {name: (f"data/{name}.csv", columns[name]) for name in paths}
    text = json.dumps(descriptor("sample", "样本", resources), ensure_ascii=False)
    (target / "datapackage.json").write_text(text, encoding="utf-8")
    return target


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="session")
def sample_year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not (MODEL_YEAR / "datapackage.json").is_file():
        pytest.skip("the model year is not generated: demo/generate_model_year.py")
    return sample(tmp_path_factory.mktemp("model") / "year")


@pytest.fixture
def model_bureau(db: None) -> Organisation:
    model_year.organisations_and_accounts("两岸猿声啼不住 7")
    return Organisation.objects.get(key=OFFICE)
