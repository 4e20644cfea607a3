"""The site for real use: settings and secrets made once and kept private, the demonstration apart from it."""

from __future__ import annotations

import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from hengping_web import installation, production, serving

ROOT = Path(__file__).resolve().parents[2]
PASSING = {name: value for name, value in os.environ.items() if not name.startswith(("HENGPING_", "DJANGO_"))}


def start(*words: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "hengping_web", *words],
        env={**PASSING, "PYTHONPATH": str(ROOT / "src"), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
        start_new_session=True,
    )


def said(program: subprocess.Popen[str], word: str) -> str:
    """Read what a program says until a word comes up."""
    assert program.stdout is not None
    found = ""
    for line in program.stdout:
        found += line
        if word in line:
            return found
    raise AssertionError(found)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ended(program: subprocess.Popen[str]) -> int:
    """Press Ctrl-C: the terminal sends it to every process at once."""
    os.killpg(program.pid, signal.SIGINT)
    program.communicate(timeout=60)
    return program.returncode


@pytest.fixture
def where(tmp_path: Path) -> dict[str, str]:
    return {
        "HENGPING_SETTINGS": str(tmp_path / "settings"),
        "HENGPING_DATA": str(tmp_path / "data"),
        "HENGPING_DATABASE": f"sqlite:///{tmp_path}/site.sqlite3",
    }


def test_settings_and_secrets_are_made_once_and_only_their_owner_reads_them(
    where: dict[str, str], tmp_path: Path
) -> None:
    first = start("site", "--host", "xf.example.org", "check", **where)
    told = first.communicate(timeout=120)[0]
    path = tmp_path / "settings" / "environment"
    before = path.read_text()
    second = start("site", "check", HENGPING_SETTINGS=where["HENGPING_SETTINGS"])
    again = second.communicate(timeout=120)[0]

    assert (first.returncode, second.returncode) == (0, 0), told + again
    assert ("已生成本站设置" in told, "已生成本站设置" in again) == (True, False)
    assert path.read_text() == before
    assert {stat.S_IMODE(one.stat().st_mode) for one in path.parent.iterdir()} == {0o600}
    assert not (tmp_path / "data" / "keys").exists()
    assert list(production.faults(_place(tmp_path, installation.read(path)))) == []


def _place(folder: Path, environment: dict[str, str]) -> production.Place:
    return production.Place(
        debug=False,
        https=True,
        second_factor=True,
        hosts=("xf.example.org",),
        data=folder / "data",
        environment=environment,
    )


def test_careless_settings_stop_the_start_and_all_are_named_at_once(where: dict[str, str]) -> None:
    careless = {"HENGPING_SECRET_KEY": "change-me", "HENGPING_SECOND_FACTOR": "optional", "HENGPING_HOSTS": "localhost"}
    program = start("site", "--host", "xf.example.org", "check", **where, **careless)

    told = program.communicate(timeout=120)[0]

    assert program.returncode == 1
    for name in careless:
        assert name in told


def test_without_a_host_or_a_database_it_says_what_to_give(where: dict[str, str]) -> None:
    nameless = start("site", **where).communicate(timeout=120)[0]
    baseless = start("site", "--host", "xf.example.org", HENGPING_SETTINGS=where["HENGPING_SETTINGS"])

    assert "首次启动须写明本站域名" in nameless
    assert "请用 HENGPING_DATABASE 写明数据库" in baseless.communicate(timeout=120)[0]


def test_settings_others_can_read_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "environment"
    path.write_text("HENGPING_HTTPS=yes\n")
    path.chmod(0o644)

    with pytest.raises(ImproperlyConfigured, match="chmod 600"):
        installation.read(path)


@pytest.mark.parametrize("text", ["8000", "127.0.0.1:", "127.0.0.1:99999", "127.0.0.1:http"])
def test_an_address_nobody_can_listen_at_is_refused(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="监听地址应如"):
        serving.door_at(text)


def test_the_real_site_starts_shows_its_first_account_once_and_ends_on_ctrl_c(where: dict[str, str]) -> None:
    port = free_port()
    first = start("site", "--host", "xf.example.org", "--address", f"127.0.0.1:{port}", **where)
    told = said(first, "衡评已启动")
    code = ended(first)
    second = start("site", "--address", f"127.0.0.1:{port}", HENGPING_SETTINGS=where["HENGPING_SETTINGS"])
    again = said(second, "衡评已启动")
    ended(second)

    assert code in (0, 130)  # 130 where Ctrl-C came before the server had begun to listen
    assert "https://xf.example.org/" in told
    assert ("首个账号：administrator" in told, "首个账号" in again) == (True, False)


def test_the_demonstration_serves_until_ctrl_c_and_starts_again_with_the_same_password(tmp_path: Path) -> None:
    port = str(free_port())
    words = (
        "demo",
        "--folder",
        str(tmp_path / "demo"),
        "--year",
        str(tmp_path),
        "--port",
        port,
        "--results",
        "http://r/",
    )
    real = {"HENGPING_DATABASE": "postgresql://nobody@nowhere/real", "HENGPING_PRODUCTION": "yes"}
    passwords = []
    for _ in range(2):
        program = start(*words, **real)
        told = said(program, "数据在")
        until = time.monotonic() + 30
        page = ""
        while not page and time.monotonic() < until:
            try:
                page = urllib.request.urlopen(f"http://127.0.0.1:{port}/").read().decode()
            except OSError:
                time.sleep(0.2)
        assert 'href="http://r/"' in page
        assert ended(program) == 0
        passwords += re.findall(r"密码都是 (\S+)", told)

    assert "sample-registrar" in told
    assert passwords[0] == passwords[1]
