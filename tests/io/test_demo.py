"""The main job runs on the data that ships, says where everything went, and serves it to this machine alone."""

from __future__ import annotations

import shutil
import threading
import urllib.request
from collections.abc import Iterator
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

from hengping_io.cli import main
from hengping_io.commands import demo


@pytest.fixture
def data(tmp_path: Path, repository: Path) -> Path:
    """Lay out the demonstration with the small published year standing in for the large invented one."""
    published = repository / "demo" / "hengyang-2024"
    shutil.copytree(published, tmp_path / "demo" / "hengyang-2024")
    shutil.copytree(published, tmp_path / "demo" / "model-year")
    return tmp_path


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """Serve a folder with one page and give its address."""
    (tmp_path / "index.html").write_text("<p>衡评</p>", encoding="utf-8")
    handler = partial(demo._QuietHandler, directory=str(tmp_path))
    with ThreadingHTTPServer((demo.ADDRESS, 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://{demo.ADDRESS}:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_the_main_job_ends_with_a_summary_of_one_screen(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["demo", "--no-serve", "--data", str(data)])

    printed = capsys.readouterr()
    assert code == 0
    assert len(printed.out.splitlines()) <= 40
    for job in (demo.REPORT, demo.PUBLISHED, demo.INVENTED):
        assert job.title in printed.out
        assert job.command in printed.out
        assert str(data / job.results) in printed.out
    assert "▸ 核对已公布的报告" in printed.err


def test_every_path_the_summary_names_exists_and_is_linked(data: Path) -> None:
    main(["demo", "--no-serve", "--data", str(data)])

    index = (data / "out" / "index.html").read_text(encoding="utf-8")
    for name in ("audit.html", "audit.json", "audit.txt"):
        assert (data / "out" / "published-report" / name).stat().st_size > 0
        assert f'href="published-report/{name}"' in index
    assert 'href="hengyang-2024/result.json"' in index


def test_without_its_data_it_says_where_to_run_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["demo", "--no-serve", "--data", str(tmp_path)])

    assert code == 2
    assert "请在衡评的仓库里执行" in capsys.readouterr().err


def test_pages_are_served_as_utf_8(site: str) -> None:
    with urllib.request.urlopen(site) as answer:
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "衡评" in answer.read().decode()


def test_the_site_listens_on_this_machine_alone() -> None:
    assert demo.ADDRESS == "127.0.0.1"
