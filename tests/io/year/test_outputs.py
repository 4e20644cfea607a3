"""Outputs appear complete or not at all, whatever happens on the way."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from hengping.errors import Unavailable
from hengping_io.outputs import complete_or_nothing


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())}


def write_and_fail(folder: Path, error: Exception) -> None:
    with complete_or_nothing(folder) as outputs:
        outputs.write("report.txt", "新")
        raise error


def test_a_finished_set_appears_whole_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "out"

    with complete_or_nothing(folder) as outputs:
        outputs.write("report.txt", "报告")
        outputs.write("data.bin", b"\x00\x01")

        assert not folder.exists()

    assert sorted(path.name for path in folder.iterdir()) == ["data.bin", "report.txt"]
    assert [path.name for path in folder.parent.iterdir()] == ["out"]


def test_a_failure_leaves_what_was_there_before(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    with complete_or_nothing(folder) as outputs:
        outputs.write("report.txt", "旧")

    with pytest.raises(RuntimeError):
        write_and_fail(folder, RuntimeError())

    assert contents(folder) == {"report.txt": "旧"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_new_set_replaces_files_of_the_same_name_and_no_others(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "report.txt").write_text("旧", encoding="utf-8")
    (folder / "notes.txt").write_text("我的", encoding="utf-8")

    with complete_or_nothing(folder) as outputs:
        outputs.write("report.txt", "新")
        outputs.write("more.txt", "添")

    assert contents(folder) == {"more.txt": "添", "notes.txt": "我的", "report.txt": "新"}


def test_a_full_disk_is_told_in_words_and_changes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "report.txt").write_text("旧", encoding="utf-8")

    with pytest.raises(Unavailable, match="磁盘已满") as refused:
        write_and_fail(folder, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))

    assert "原有文件没有改动" in str(refused.value)
    assert contents(folder) == {"report.txt": "旧"}


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    place = tmp_path / "out"
    place.write_text("文件", encoding="utf-8")

    with pytest.raises(Unavailable, match="不是文件夹"), complete_or_nothing(place):
        pass

    assert place.read_text(encoding="utf-8") == "文件"


def test_a_file_beyond_what_the_system_allows_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    script = """
        import resource, signal, sys
        from pathlib import Path
        from hengping.errors import Unavailable
        from hengping_io.outputs import complete_or_nothing
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        try:
            with complete_or_nothing(Path(sys.argv[1])) as outputs:
                outputs.write("small.txt", "x")
                outputs.write("large.txt", "x" * 2000)
        except Unavailable as error:
            print(error.reason)
    """

    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), str(tmp_path / "out")],
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
    )

    assert done.stdout.strip() == "写不进去：文件超过了系统允许的大小"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("moment", ["while writing", "while moving"])
def test_a_run_killed_outright_is_undone_by_the_next(tmp_path: Path, moment: str) -> None:
    folder = tmp_path / "out"
    with complete_or_nothing(folder) as outputs:
        outputs.write("a.txt", "旧")
        outputs.write("b.txt", "旧")
    script = """
        import os, signal, sys
        from pathlib import Path
        from hengping_io import outputs
        moment = sys.argv[2]
        replace = outputs._replace
        def killed(new, place, kept):
            if moment == "while moving" and place.name == "b.txt":
                os.kill(os.getpid(), signal.SIGKILL)
            replace(new, place, kept)
        outputs._replace = killed
        with outputs.complete_or_nothing(Path(sys.argv[1])) as found:
            found.write("a.txt", "新")
            found.write("b.txt", "新")
            found.write("c.txt", "新")
            if moment == "while writing":
                os.kill(os.getpid(), signal.SIGKILL)
    """

    killed = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), str(folder), moment], check=False, capture_output=True
    )
    with pytest.raises(RuntimeError):
        write_and_fail(folder, RuntimeError())

    assert killed.returncode == -signal.SIGKILL
    assert contents(folder) == {"a.txt": "旧", "b.txt": "旧"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
