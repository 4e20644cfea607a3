"""The package of a published year: everything a figure rests on, nothing that leads to a person, the same bytes twice."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from tests.io import publication_samples as samples
from tests.io.year.schemas import faults as schema_faults

from hengping.errors import InvalidPackage
from hengping_io import publication_package, signatures
from hengping_io.publication_package import Contents, Edition, Made

ANSWER = {
    "question": "ab12",
    "files": ("report.docx",),
    "check": "SUM-01",
    "finding": "差额没有说明",
    "working": "1 + 2",
    "answer": "其余为零星支出。",
    "answered_by": "财务科",
    "answered_on": "2025-03-05",
}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return samples.made(samples.year(tmp_path_factory.mktemp("year")))


def text(package: Made, name: str) -> str:
    return package.files[name].decode()


def test_the_package_holds_tables_results_rules_and_one_manifest(package: Made) -> None:
    names = set(package.files)

    assert {
        "datapackage.json", "manifest.json", "result.json", "page.json", "report.html", "report_figures.csv",
        "scores.csv", "indicators.csv", "files.csv", "rules.csv", "README.txt", "tables/ledger.csv",
        "tables/petition_counts.csv", "tables/withheld.csv", "rules/schemes/ministry_2020.toml",
    } <= names  # fmt: skip
    assert set(json.loads(package.manifest)["files"]) == names - {"manifest.json"}


def test_no_petition_no_voucher_no_payee_and_no_day_of_payment_goes_out(package: Made) -> None:
    everything = b"\n".join(data for name, data in package.files.items()).decode()

    for secret in ("P1,", "告1", "housing", "某某的凭证", "付给", "2024-05-06", "2024-11-06", "内部备注", "papers/"):
        assert secret not in everything
    assert "tables/petitions.csv" not in package.files
    assert "tables/events.csv" not in package.files


def test_the_ledger_goes_out_as_sums_of_accounts_by_month(package: Made) -> None:
    assert text(package, "tables/ledger.csv").splitlines()[3:7] == [
        "P00003,1300000.00,execution,basic,general,2014001,30101,,2024-05-31,,,,",
        "P00004,600000.00,execution,basic,general,2014001,30101,,2024-11-30,,,,",
        "P00005,950000.00,execution,project,general,2014004,30227,R1,2024-06-15,,,true,",
        "P00006,1900000.00,final,basic,general,2014001,30101,,,,,,",
    ]


def test_petitions_go_out_as_totals_of_the_year_for_the_indicators_in_force(package: Made) -> None:
    counts = text(package, "tables/petition_counts.csv")

    assert "visit_registrations,走访批次,0,petition-visits\n" in counts
    assert "accepted,受理（书面告知）件次,1,first-dispatch-resolution\n" in counts
    assert "signal_late_extension" not in counts


def test_what_stayed_behind_is_named_with_its_rows_and_its_hash(package: Made) -> None:
    rows = [line.split(",")[:3] for line in text(package, "tables/withheld.csv").splitlines()[1:]]

    assert [[name, count] for name, _, count in rows] == [
        ["ledger", "8"],
        ["figures", "3"],
        ["petitions", "1"],
        ["events", "7"],
        ["evidence", "1"],
    ]


def test_the_same_year_gives_the_same_bytes(package: Made, tmp_path: Path) -> None:
    again = samples.made(samples.year(tmp_path))

    assert publication_package.pack(again.files) == publication_package.pack(package.files)


def test_the_zip_is_plain(package: Made) -> None:
    with zipfile.ZipFile(io.BytesIO(publication_package.pack(package.files))) as archive:
        entries = archive.infolist()

    assert [entry.filename for entry in entries] == sorted(package.files)
    assert {(entry.date_time, entry.create_system) for entry in entries} == {((1980, 1, 1, 0, 0, 0), 3)}


def test_the_result_keeps_its_published_schema(package: Made, repository: Path) -> None:
    schema = json.loads((repository / "docs" / "schemas" / "result.schema.json").read_text(encoding="utf-8"))

    assert list(schema_faults(json.loads(package.files["result.json"]), schema, schema)) == []


def test_the_published_result_is_the_frozen_one_but_for_what_stays_behind(package: Made) -> None:
    result = json.loads(package.files["result.json"])

    assert result["tables"]["petitions"] == 1
    assert result["evaluation"]["scores"][0]["working"] == ("预算执行率：2850000.00÷3000000.00，目标 =100%，得 9.50 分")
    assert result["evaluation"]["scores"][0]["evidence"] == ["P00003", "P00004", "P00005", "P00001", "P00002"]


def test_an_identity_or_telephone_number_in_any_text_stops_the_package(tmp_path: Path) -> None:
    folder = samples.year(tmp_path, projects="code,title,category\nR1,电话 13800138000 的修缮（虚构）,业务工作专项\n")

    with pytest.raises(InvalidPackage, match="疑似身份证号码或者手机号码"):
        samples.made(folder)


def test_a_figure_that_the_published_tables_do_not_give_stops_the_package(tmp_path: Path) -> None:
    from hengping_io import year_documents, year_folder
    from hengping_io.year_counts import Counter

    year = year_folder.read(samples.year(tmp_path))
    counts = year_documents.count(year, Counter(None, "duckdb"))
    frozen = json.loads(year_documents.work(year, counts).result)
    frozen["figures"]["score.total"]["text"] = "99.99分"

    with pytest.raises(InvalidPackage, match=r"冻结时为“99\.99分”"):
        publication_package.build(year, counts, frozen, Contents())


def test_answers_are_printed_behind_the_report_and_travel_with_the_package(tmp_path: Path) -> None:
    package = samples.made(
        samples.year(tmp_path), Contents(answers=(ANSWER,), edition=Edition(version=2, reason="更正附表"))
    )

    assert "问题1（SUM-01）：差额没有说明" in text(package, "report.html")
    assert "说明：其余为零星支出。（财务科，2025-03-05）" in text(package, "report.html")
    assert "其余为零星支出。" in text(package, "tables/answers.csv")
    assert json.loads(package.manifest)["version"] == 2
    assert json.loads(package.manifest)["reason"] == "更正附表"


def test_last_years_published_numbers_stand_beside_this_years(tmp_path: Path) -> None:
    last = {"name": "final-accounts.total", "title": "支出", "printed": "280.00万元", "value": "280.00", "year": 2023}

    package = samples.made(samples.year(tmp_path), Contents(last_year=(last,)))

    assert json.loads(package.files["page.json"])["glance"][0]["last"] == "280.00万元"


def test_finished_files_are_named_with_their_hashes(tmp_path: Path) -> None:
    package = samples.made(samples.year(tmp_path), Contents(files={"report.docx": b"word"}))

    assert text(package, "files.csv").splitlines()[1] == (
        "report.docx,Word 文档,4,98c1eb4ee93476743763878fcb96a25fbc9a175074d64004779ecb5242f645e6"
    )


def test_a_signature_is_over_the_manifest_and_names_its_key(package: Made) -> None:
    files = publication_package.sign(package, bytes(32), lambda message: message[:64])

    found = json.loads(files["signature.json"])
    assert found["over"] == "manifest.json"
    assert found["fingerprint"].startswith("6668 7aad f862")


@pytest.mark.parametrize(
    "written",
    [
        "00" * 32,
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n-----END PUBLIC KEY-----\n",
    ],
)
def test_a_public_key_is_read_in_each_of_its_spellings(written: str) -> None:
    assert signatures.public_key_of(written) == bytes(32)


def test_what_is_no_key_is_none() -> None:
    assert signatures.public_key_of("hello") is None
    assert signatures.public_key_of("aGVsbG8=") is None
