"""``hengping audit`` and ``hengping explain`` as people and programs use them."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hengping_io import read_image
from hengping_io.cli import main

CLEAN = "部门整体支出绩效自评报告\n（一）说明\n2024年基本支出100.00万元，其中：工资福利支出50.00万元，商品和服务支出50.00万元。\n"
FAULTY = "2024年基本支出100.00万元，其中：工资福利支出50.00万元，商品和服务支出60.00万元。\n"


@pytest.fixture
def faulty(tmp_path: Path) -> Path:
    path = tmp_path / "有误.txt"
    path.write_text(FAULTY, encoding="utf-8")
    return path


def heavy(output: str) -> set[str]:
    return {one["check"] for one in json.loads(output)["findings"] if one["to_answer"]}


def test_findings_end_with_one_and_are_printed(faulty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["audit", str(faulty)])

    output = capsys.readouterr().out
    assert code == 1
    assert "50.00 + 60.00 = 110.00" in output
    assert "\x1b" not in output


def test_answered_findings_end_with_nothing_to_answer(faulty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["audit", str(faulty), "--format", "json"])
    found = [one["fingerprint"] for one in json.loads(capsys.readouterr().out)["findings"] if one["to_answer"]]
    answers = faulty.with_name("说明.toml")
    answers.write_text(
        "".join(
            f'[[suppress]]\nfingerprint = "{name}"\nreason = "见附表"\nby = "财务科长"\non = 2025-03-20\n'
            for name in found
        ),
        encoding="utf-8",
    )

    code = main(["audit", str(faulty), "--suppress", str(answers), "--format", "json"])

    data = json.loads(capsys.readouterr().out)
    assert found
    assert code == 0
    assert data["coverage"]["to_answer"] == 0
    assert {one["fingerprint"] for one in data["findings"]} >= set(found)


def test_an_unreadable_file_ends_with_two_and_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "空.docx"
    path.touch()

    code = main(["audit", str(path)])

    assert code == 2
    assert "文件是空的（0 字节）。请重新导出或下载。" in capsys.readouterr().err


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(FAULTY.encode())))

    code = main(["audit", "-", "--format", "json"])

    data = json.loads(capsys.readouterr().out)
    assert code == 1
    assert data["document"]["name"] == "标准输入"


@pytest.mark.parametrize(
    ("form", "ending", "beginning"),
    [("json", ".json", "{"), ("html", ".html", "<!DOCTYPE"), ("csv", ".csv", "\ufeff"), ("text", ".txt", "有误")],
)
def test_a_result_is_written_where_it_is_wanted(
    faulty: Path, capsys: pytest.CaptureFixture[str], form: str, ending: str, beginning: str
) -> None:
    out = faulty.parent / "结果"

    code = main(["audit", str(faulty), "--format", form, "--out", str(out)])

    path = out / f"有误.txt{ending}"
    assert code == 1
    assert path.read_text(encoding="utf-8").startswith(beginning)
    assert capsys.readouterr().out == f"{path}\n"
    assert [one.name for one in out.iterdir()] == [path.name]


def test_a_file_name_may_be_given(faulty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = faulty.parent / "网页" / "核对.html"

    main(["audit", str(faulty), "--format", "html", "--out", str(path)])

    assert path.is_file()


def test_two_runs_are_compared(faulty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    earlier = faulty.with_name("上次.json")
    main(["audit", str(faulty), "--format", "json", "--out", str(earlier)])
    faulty.write_text(FAULTY.replace("60.00", "61.00"), encoding="utf-8")
    capsys.readouterr()

    main(["audit", str(faulty), "--since", str(earlier), "--format", "json"])

    data = json.loads(capsys.readouterr().out)
    assert "new" in {one["status"] for one in data["findings"] if one["check"].startswith("SUM")}
    assert [one["check"] for one in data["gone"] if one["check"].startswith("SUM")]


def test_a_folder_is_audited_into_a_folder(faulty: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "各单位"
    folder.mkdir()
    (folder / "甲.txt").write_text(FAULTY, encoding="utf-8")
    (folder / "乙.txt").write_text(CLEAN, encoding="utf-8")
    out = tmp_path / "结果"

    code = main(["audit", str(folder), "--out", str(out)])

    index = json.loads((out / "index.json").read_text(encoding="utf-8"))
    assert code == 1
    assert [one["name"] for one in index["documents"]] == ["乙.txt", "甲.txt"]
    assert (out / "index.html").is_file()
    assert (out / "index.csv").is_file()
    assert "已核对 2 份" in capsys.readouterr().out


def test_a_batch_with_an_unreadable_file_ends_with_two(faulty: Path, tmp_path: Path) -> None:
    (tmp_path / "空.txt").touch()

    assert main(["audit", str(faulty), str(tmp_path / "空.txt"), "--out", str(tmp_path / "结果")]) == 2


def test_a_place_that_cannot_be_written_is_told(faulty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", str(faulty.parent), "--out", str(faulty)]) == 2
    assert main(["audit", str(faulty), "--out", str(faulty / "结果")]) == 2
    assert "请换一个 --out 位置再试" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--authority", "衡阳"], "六位行政区划代码"),
        (["-"], "标准输入"),
        (["."], "--out"),
    ],
)
def test_a_wrong_request_is_refused_with_a_remedy(
    faulty: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: list[str], told: str
) -> None:
    monkeypatch.chdir(faulty.parent)

    code = main(["audit", str(faulty), *words])

    assert code == 2
    assert told in capsys.readouterr().err


def test_one_units_other_documents_are_not_for_a_batch(faulty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["audit", str(faulty.parent), "--out", str(faulty.parent / "结果"), "--last-year", str(faulty)])

    assert code == 2
    assert "批量时不能使用" in capsys.readouterr().err


def test_other_documents_of_the_unit_are_read(faulty: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = faulty.with_name("决算.txt")
    other.write_text(f"2024年度部门决算\n{FAULTY.replace('100.00', '120.00')}", encoding="utf-8")

    main(["audit", str(faulty), "--format", "json", "--with", str(other)])

    data = json.loads(capsys.readouterr().out)
    found = next(one for one in data["findings"] if one["check"] == "XDC-01")
    assert (found["stated"], found["computed"]) == ("100.00", "120.00")


@pytest.mark.parametrize("option", ["--last-year", "--with", "--suppress", "--since"])
def test_a_file_beside_the_report_that_is_not_there_is_told(
    faulty: Path, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    code = main(["audit", str(faulty), option, str(faulty.with_name("没有"))])

    assert code == 2
    assert "没有" in capsys.readouterr().err


def test_the_program_starts_without_what_it_does_not_need(faulty: Path) -> None:
    """A cold start is quick only while nothing heavy is imported for one file on a terminal."""
    script = (
        "import sys; from hengping_io.cli import main; main(['audit', sys.argv[1]]); "
        "print(sorted({'json', 'html', 'multiprocessing', 'asyncio', 'hashlib', 'tqdm', 'duckdb', 'ibis', 'django', 'lxml', "
        "'pypdfium2', 'concurrent.futures', 'socket', 'subprocess'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", script, str(faulty)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONIOENCODING": "utf-8"},
    )

    assert done.stdout.splitlines()[-1] == "[]", done.stderr


def test_a_check_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["explain", "sum-01"])

    output = capsys.readouterr().out
    assert code == 0
    for part in ("SUM-01", "说明", "依据", "需要的资料", "不针对", "会指出的例子", "不会指出的例子", "起适用"):
        assert part in output


def test_every_check_can_be_explained(capsys: pytest.CaptureFixture[str]) -> None:
    main(["explain"])
    codes = [line.split()[0] for line in capsys.readouterr().out.splitlines()[1:] if "-" in line[:8]]

    for code in codes:
        assert main(["explain", code]) == 0
    assert len(codes) > 80


def test_an_unknown_check_is_told_with_its_neighbours(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["explain", "SUM-99"])

    assert code == 2
    assert "SUM-01" in capsys.readouterr().err


def test_nothing_read_is_nothing_vouched_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = tmp_path / "扫描.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\x00" * 64)

    code = main(["audit", str(picture)])

    output = capsys.readouterr().out
    assert code == 0
    assert "没有文字层（图片），无法核对" in output
    assert output.endswith("结论：没有读到可以核对的陈述，不能据此认为报告无误。\n")


def test_recognition_where_it_is_not_installed_ends_with_two(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = tmp_path / "扫描.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\x00" * 64)
    monkeypatch.setattr(read_image, "can_recognise", lambda: False)

    code = main(["audit", str(picture), "--ocr"])

    assert code == 2
    assert "tesseract-ocr-chi-sim" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("会议纪要\n时间：2024年6月3日\n会议议定追加维修经费15万元。\n", "会议纪要"),
        ("部门整体支出绩效评价研究综述\n摘要：本文梳理了126篇文献，约62%采用案例研究。\n", "论文或研究报告"),
    ],
)
def test_a_document_of_another_kind_is_told_as_such_and_asked_for_nothing(
    text: str, kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "其他.txt"
    path.write_text(text, encoding="utf-8")

    code = main(["audit", str(path)])

    assert code == 0
    assert f"本文是{kind}，" in capsys.readouterr().out
