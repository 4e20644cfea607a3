"""``hengping verify``: one changed figure anywhere is named; a broken or hostile file is refused in words."""

from __future__ import annotations

import base64
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.io import publication_samples as samples
from tests.io.publication_samples import Files, cell, forged, value
from tests.io.year import folders

from hengping_io import publication_package, publication_rules, signatures
from hengping_io.cli import main
from hengping_io.publication_verify import Fault, Kind, Signed, verify

KEY = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)
PUBLIC = KEY.public_key().public_bytes_raw()
OTHER = Ed25519PrivateKey.from_private_bytes(b"\x08" * 32).public_key().public_bytes_raw()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return samples.year(tmp_path_factory.mktemp("year"))


@pytest.fixture(scope="module")
def files(folder: Path) -> Files:
    return publication_package.sign(samples.made(folder), PUBLIC, KEY.sign)


@pytest.fixture
def package(files: Files, tmp_path: Path) -> Path:
    path = tmp_path / "published.zip"
    path.write_bytes(publication_package.pack(files))
    return path


def faults(files: Files) -> tuple[Fault, ...]:
    return verify("published.zip", files).faults


def told(files: Files) -> list[tuple[str, str, str]]:
    """Return what a forger who wrote the manifest anew is found out with: title, published, recomputed."""
    return [(fault.title, fault.printed, fault.recomputed) for fault in faults(forged(files))]


def test_a_package_that_follows_is_said_to_follow(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["verify", str(package)])

    said = capsys.readouterr().out
    assert code == 0
    assert "每一个公布的数字和得分都能由所附数据得出" in said
    assert "签名有效；公钥指纹" in said
    assert "请与公布网页上的指纹比对" in said


def test_an_unpacked_package_is_verified_alike(files: Files, tmp_path: Path) -> None:
    for name, data in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)

    assert main(["verify", str(tmp_path)]) == 0


def test_programs_get_the_same_as_json(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["verify", str(package), "--format", "json"])

    found = json.loads(capsys.readouterr().out)
    assert found["follows"] is True
    assert found["signature"]["state"] == "valid"
    assert found["checked"]["scores"] == 5
    assert found["faults"] == []


def test_it_runs_where_nothing_is_installed(package: Path, repository: Path) -> None:
    program = f"import sys; sys.path.insert(0, {str(repository / 'src')!r}); from hengping_io.cli import main; sys.exit(main(['verify', {str(package)!r}]))"

    finished = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=False)

    assert finished.returncode == 0, finished.stderr
    assert "有签名，未核验：本机没有 cryptography" in finished.stdout


# ── one figure changed ─────────────────────────────────────────────────────────────────────────────────────────

TABLES = [
    ("tables/ledger.csv", 4, "amount", "1300000.01"),
    ("tables/staffing.csv", 2, "people", "34"),
    ("tables/figures.csv", 3, "value", "100001"),
    ("tables/hospitality.csv", 2, "receptions", "9"),
    ("tables/measures.csv", 2, "value", "81"),
    ("tables/targets.csv", 2, "target", "101"),
    ("tables/targets.csv", 2, "points", "21"),
    ("tables/petition_counts.csv", 2, "count", "2"),
    ("tables/unit.csv", 2, "checkpoint_planned", "61"),
    ("tables/withheld.csv", 2, "rows", "9"),
    ("files.csv", 2, "bytes", "1"),
    ("scores.csv", 2, "points", "9.51"),
    ("indicators.csv", 2, "actual", "99.99"),
    ("report_figures.csv", 2, "exact", "2850000.01"),
]


@pytest.mark.parametrize(("name", "row", "column", "changed"), TABLES)
def test_a_changed_cell_is_named_with_its_file_and_line(
    files: Files, name: str, row: int, column: str, changed: str
) -> None:
    found = faults(cell(files, name, row, column, changed))

    assert (Kind.FILE, f"内容与清单不符：第{row}行被改动") in [
        (one.kind, one.message) for one in found if one.name == name
    ]


@pytest.mark.parametrize(
    ("name", "row", "column", "changed", "expected"),
    [
        ("tables/ledger.csv", 7, "amount", "1910000.00", ("支出决算数：总额", "285.00万元", "286.00万元")),
        ("tables/staffing.csv", 2, "posts", "37", ("编制数", "36人", "37人")),
        ("tables/figures.csv", 3, "value", "110000", ("年末结转", "10.00万元", "11.00万元")),
        ("tables/hospitality.csv", 2, "guests", "42", ("国内公务接待", "41人次", "42人次")),
        ("tables/measures.csv", 2, "value", "90", ("培训人次完成值", "80人次", "90人次")),
        ("tables/petition_counts.csv", 2, "count", "2", ("一次性化解率（首派办结口径）", "0÷1", "0÷2")),
        ("scores.csv", 3, "points", "17.00", ("培训人次", "17.00", "16.00")),
        ("indicators.csv", 2, "actual", "91.66", ("在职人员控制率", "91.66", "91.67")),
        ("report_figures.csv", 2, "printed", "285.01万元", ("支出决算数：总额", "285.01万元", "285.00万元")),
    ],
)
def test_a_changed_figure_is_named_even_where_the_manifest_was_written_anew(
    files: Files, name: str, row: int, column: str, changed: str, expected: tuple[str, str, str]
) -> None:
    assert expected in told(cell(files, name, row, column, changed))


@pytest.mark.parametrize(
    ("name", "path", "changed", "expected"),
    [
        ("result.json", ("evaluation", "scores", 1, "points"), "20.00", ("培训人次", "20.00", "16.00")),
        ("result.json", ("evaluation", "total"), "99.99", ("自评得分", "99.99", "65.50")),
        ("result.json", ("figures", "execution-rate.total", "text"), "99.00%", ("预算执行率", "99.00%", "95.00%")),
        ("result.json", ("counts", "accepted"), 7, ("受理（书面告知）件次", "7", "1")),
        ("result.json", ("facts", "income"), "1.00", ("本年收入", "1.00", "3000000")),
        ("page.json", ("glance", 1, "text"), "99.00%", ("预算执行率", "99.00%", "95.00%")),
        ("page.json", ("targets", 1, "text"), "180人次", ("培训人次完成值", "180人次", "80人次")),
    ],
)
def test_a_changed_result_or_page_is_named_with_both_values(
    files: Files, name: str, path: tuple[str | int, ...], changed: object, expected: tuple[str, str, str]
) -> None:
    assert expected in told(value(files, name, *path, to=changed))


def test_a_fault_tells_the_working_the_rows_behind_it_and_where_it_is_published(files: Files) -> None:
    found = faults(forged(value(files, "result.json", "figures", "final-accounts.total", "text", to="300.00万元")))

    (fault,) = (one for one in found if one.kind is Kind.FIGURE)
    assert (fault.printed, fault.recomputed) == ("300.00万元", "285.00万元")
    assert fault.working == "2,850,000.00元 ＝ 285.00万元；各分项之和"
    assert fault.operands == ("tables/ledger.csv 第7、8行",)
    assert fault.where == ("result.json figures/final-accounts.total/text",)


def test_the_figures_nearest_to_the_data_are_told_first(files: Files) -> None:
    found = faults(forged(cell(files, "tables/ledger.csv", 7, "amount", "1910000.00")))

    figures = [fault for fault in found if fault.kind is Kind.FIGURE]
    assert figures[0].name == "final-accounts.general.basic.301.30101"
    assert figures[0].depth <= figures[-1].depth


def test_a_report_that_is_another_than_the_data_give_is_told(files: Files) -> None:
    changed = {**files, "report.html": files["report.html"].replace(b"285.00", b"286.00", 1)}

    assert "与由数据重新写出的报告不同" in [fault.message for fault in faults(forged(changed))]


def test_a_line_taken_out_or_a_file_put_in_is_told(files: Files) -> None:
    shorter = {**files, "scores.csv": b"\n".join(files["scores.csv"].splitlines()[:-1]) + b"\n"}

    assert any("原有 7 行，现有 6 行" in fault.message for fault in faults(shorter))
    assert "清单没有列，是后来放进去的" in [fault.message for fault in faults({**files, "more.csv": b"a\n"})]


@pytest.mark.parametrize("name", ["tables/ledger.csv", "tables/unit.csv", "scores.csv", "result.json", "report.html"])
def test_a_missing_file_is_told(files: Files, name: str) -> None:
    rest = {path: data for path, data in files.items() if path != name}

    assert (name, "清单列有，数据包里没有") in [(fault.name, fault.message) for fault in faults(rest)]
    assert faults(forged(rest)) != ()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("tables/ledger.csv", b"entry,amount\nA,x\n"),
        ("tables/ledger.csv", b"\xff\xfe\x00"),
        ("tables/unit.csv", b"name,fiscal_year,reported_on,scheme\nX,2024,2025-03-01,no-such-scheme\n"),
        ("tables/unit.csv", b"name,fiscal_year,reported_on\nX,2024,2025-03-01\nY,2024,2025-03-01\n"),
        ("tables/targets.csv", b"indicator\nx\n"),
        ("datapackage.json", b"[]"),
        ("datapackage.json", b"{"),
        ("result.json", b"{"),
        ("page.json", b"[1]"),
        ("scores.csv", b"\xff"),
        ("rules.csv", b"path\n"),
    ],
)
def test_nonsense_in_a_file_is_told_and_never_a_crash(files: Files, name: str, content: bytes) -> None:
    assert faults(forged({**files, name: content})) != () or name == "rules.csv"


# ── whose it is, and by which rules ────────────────────────────────────────────────────────────────────────────


def test_the_publishers_key_is_accepted_and_another_is_not(
    package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    right, wrong = tmp_path / "right", tmp_path / "wrong"
    right.write_text(base64.b64encode(PUBLIC).decode(), encoding="ascii")
    wrong.write_text(OTHER.hex(), encoding="ascii")

    assert main(["verify", str(package), "--key", str(right)]) == 0
    assert main(["verify", str(package), "--key", str(wrong)]) == 1
    assert f"给出的公钥指纹 {signatures.fingerprint(OTHER)}" in capsys.readouterr().out


def test_a_key_file_that_is_none_is_refused(package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "key").write_bytes(b"\xff\x00")

    assert main(["verify", str(package), "--key", str(tmp_path / "key")]) == 2
    assert "不是 Ed25519 公钥" in capsys.readouterr().err


def test_a_manifest_changed_after_it_was_signed_is_told(files: Files) -> None:
    changed = cell(files, "scores.csv", 2, "points", "10.00")
    again = {**forged(changed), "signature.json": files["signature.json"]}

    found = verify("published.zip", again)

    assert found.signed is Signed.INVALID
    assert found.faults[0].message.startswith("签名无效")


def test_a_package_without_a_signature_is_no_fault_until_a_key_is_given(files: Files) -> None:
    unsigned = {name: data for name, data in files.items() if name != "signature.json"}

    assert verify("published.zip", unsigned).holds
    assert [fault.message for fault in verify("published.zip", unsigned, PUBLIC).faults] == [
        "给出了公钥，而数据包没有签名"
    ]


@pytest.mark.parametrize("content", [b"{", b"{}", b'{"public_key": "x"}'])
def test_a_signature_nobody_can_read_is_told(files: Files, content: bytes) -> None:
    assert verify("published.zip", {**files, "signature.json": content}).signed is Signed.INVALID


def test_a_package_made_by_other_rules_says_so(
    files: Files, package: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = {**publication_rules.rules(), "rules/scoring.toml": ("规则", "0" * 64)}
    monkeypatch.setattr(publication_rules, "rules", lambda: rules)

    code = main(["verify", str(package)])

    assert code == 0
    assert "与本机有 1 个文件不同：rules/scoring.toml；以下按本机的规则重算" in capsys.readouterr().out


# ── bad files ──────────────────────────────────────────────────────────────────────────────────────────────────


def archive(names: dict[str, bytes], **attributes: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in names.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = attributes.get("mode", 0o100644) << 16
            made.writestr(entry, data)
    return out.getvalue()


def hostile() -> Iterator[tuple[str, bytes, str]]:
    yield "not-a-zip", b"hello", "文件不完整或已损坏"
    yield "upwards", archive({"../evil.csv": b"x"}), "指向包外"
    yield "rooted", archive({"/etc/evil.csv": b"x"}), "指向包外"
    yield "drive", archive({"C:evil.csv": b"x"}), "指向包外"
    yield "inside-upwards", archive({"tables/../../evil": b"x"}), "指向包外"
    yield "link", archive({"manifest.json": b"/etc/passwd"}, mode=0o120777), "是链接"
    yield "bomb", archive({"manifest.json": b"0" * 20_000_000}), "解压后过大"
    yield "no-manifest", archive({"a.csv": b"x"}), "没有 manifest.json"
    yield "other-json", archive({"manifest.json": b'{"format": "other"}'}), "不是 hengping-publication/1 的清单"
    yield "broken-json", archive({"manifest.json": b"{"}), "不是合格的 JSON"
    yield "list", archive({"manifest.json": b"[]"}), "不是一个对象"
    yield "many", archive({f"{place}.csv": b"" for place in range(2_001)}), "太多"


@pytest.mark.parametrize(("data", "says"), [pytest.param(data, says, id=name) for name, data, says in hostile()])
def test_a_hostile_or_broken_file_is_refused_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes, says: str
) -> None:
    (tmp_path / "p.zip").write_bytes(data)

    assert main(["verify", str(tmp_path / "p.zip")]) == 2
    assert says in capsys.readouterr().err


def test_the_same_path_twice_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("manifest.json", b"{}")
        with pytest.warns(UserWarning, match="Duplicate name"):
            made.writestr("manifest.json", b"{}")
    (tmp_path / "p.zip").write_bytes(out.getvalue())

    assert main(["verify", str(tmp_path / "p.zip")]) == 2
    assert "同一路径出现两次" in capsys.readouterr().err


def test_a_truncated_zip_is_refused(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    package.write_bytes(package.read_bytes()[:-2_000])

    assert main(["verify", str(package)]) == 2
    assert "文件不完整或已损坏" in capsys.readouterr().err


def test_a_place_without_anything_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "link").symlink_to("/etc/passwd")

    assert main(["verify", str(tmp_path / "none.zip")]) == 2
    assert main(["verify", str(tmp_path / "folder")]) == 2
    assert "link 是链接" in capsys.readouterr().err


# ── beyond the package ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_downloaded_report_is_compared_with_the_one_the_package_names(
    files: Files, package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    downloads = tmp_path / "downloads"
    downloads.mkdir()
    (downloads / "report.html").write_bytes(files["report.html"])
    assert main(["verify", str(package), "--files", str(downloads)]) == 0

    (downloads / "report.html").write_bytes(b"another")

    assert main(["verify", str(package), "--files", str(downloads)]) == 1
    assert "下载的文件与数据包所列的 SHA-256 不符" in capsys.readouterr().out


def test_whoever_holds_the_frozen_year_counts_again(
    package: Path, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", str(package), "--year", str(folder)]) == 0

    another = samples.year(tmp_path / "another", petitions=folders.PETITIONS.replace("online", "visit"))

    assert main(["verify", str(package), "--year", str(another)]) == 1
    said = capsys.readouterr().out
    assert (
        "公布 visit_registrations,走访批次,0,petition-visits，重算 visit_registrations,走访批次,1,petition-visits"
        in said
    )
