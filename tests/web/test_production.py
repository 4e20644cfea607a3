"""The site does not serve the public with secrets anybody could know, and it starts and stops cleanly."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from hengping_web.accounts import services
from hengping_web.accounts.models import User
from hengping_web.accounts.roles import Role
from hengping_web.environment import number, one_of
from hengping_web.production import Place, faults
from hengping_web.vault import keys

ROOT = Path(__file__).resolve().parents[2]
STRONG = "k3J9-vQ2x_Lm7Zt0Rb5Wn8Yc1Hd6Fg4Sp-aEuIoT_yXzCvBnMqK"
READY = {"HENGPING_SECRET_KEY": STRONG, "HENGPING_KEYS": "/etc/hengping/keys"}


def place(**changed: Any) -> Place:
    ready: dict[str, Any] = {
        "debug": False, "https": True, "second_factor": True, "hosts": ("xf.example.org",), "data": Path("/var/lib/hp"),
        "environment": READY,
    }  # fmt: skip
    return Place(**{**ready, **changed})


def test_a_place_in_order_has_no_faults() -> None:
    assert list(faults(place())) == []


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"debug": True}, "HENGPING_DEBUG 应为 no"),
        ({"https": False}, "HENGPING_HTTPS 应为 yes"),
        ({"second_factor": False}, "HENGPING_SECOND_FACTOR 应为 required"),
        ({"hosts": ("127.0.0.1", "localhost")}, "HENGPING_HOSTS 应写明本站域名"),
        ({"hosts": ("*",)}, "HENGPING_HOSTS 应写明本站域名"),
        ({"environment": {**READY, "HENGPING_SECRET_KEY": ""}}, "HENGPING_SECRET_KEY 未设置"),
        ({"environment": {**READY, "HENGPING_SECRET_KEY": "short"}}, "HENGPING_SECRET_KEY 太弱"),
        ({"environment": {**READY, "HENGPING_SECRET_KEY": "a" * 60}}, "HENGPING_SECRET_KEY 太弱"),
        ({"environment": {**READY, "HENGPING_SECRET_KEY": "change-me-" + STRONG}}, "像是示例值"),
        ({"environment": {**READY, "HENGPING_KEYS": ""}}, "HENGPING_KEYS 未设置"),
        ({"environment": {**READY, "HENGPING_KEYS": "/var/lib/hp/keys"}}, "数据文件夹之内"),
    ],
)
def test_every_fault_is_named(changed: dict[str, Any], fault: str) -> None:
    found = list(faults(place(**changed)))

    assert len(found) == 1
    assert fault in found[0]


def started(data: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HENGPING")}
    return subprocess.run(
        [sys.executable, "-m", "hengping_web", *words],
        env={**clean, "PYTHONPATH": str(ROOT / "src"), "HENGPING_DATA": str(data), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_with_nothing_prepared_production_does_not_start_and_says_everything_at_once(tmp_path: Path) -> None:
    finished = started(tmp_path / "data", "check", HENGPING_PRODUCTION="yes")

    assert finished.returncode == 1
    for name in ("HENGPING_HTTPS", "HENGPING_HOSTS", "HENGPING_SECRET_KEY", "HENGPING_KEYS"):
        assert name in finished.stderr
    assert "Traceback" not in finished.stderr
    assert not (tmp_path / "data" / "keys").exists()


def test_with_everything_prepared_production_passes_its_own_and_the_checks_of_the_framework(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    keys.write_private(path, keys.fresh())

    finished = started(
        tmp_path / "data",
        "check",
        "--deploy",
        HENGPING_PRODUCTION="yes",
        HENGPING_SECRET_KEY=STRONG,
        HENGPING_KEYS=str(path),
        HENGPING_HTTPS="yes",
        HENGPING_HOSTS="xf.example.org",
    )

    assert finished.returncode == 0, finished.stderr
    assert "security.W" not in finished.stderr.replace("security.W021", "")  # preloading HSTS is the owner's decision


def test_keys_others_can_read_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_text(keys.fresh(), encoding="ascii")
    path.chmod(0o644)

    finished = started(tmp_path / "data", "check", HENGPING_KEYS=str(path))

    assert finished.returncode == 1
    assert "他人可读" in finished.stderr


def test_keys_are_made_once_and_a_master_key_is_added(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    call_command("make_keys", path, verbosity=0)
    first = path.read_text(encoding="ascii")

    with pytest.raises(CommandError, match="没有覆盖"):
        call_command("make_keys", path)
    call_command("make_keys", path, "--add")

    assert path.read_text(encoding="ascii").startswith(first)
    assert list(keys.from_file(path, make=False)) == ["index", "signing", "master-1", "master-2"]


@pytest.mark.django_db
def test_a_sample_account_does_not_come_in_in_production(account: Callable[..., User], settings: Any, rf: Any) -> None:
    user = account(Role.CLERK)
    User.objects.filter(pk=user.pk).update(is_sample=True)

    assert services.check_password(rf.post("/"), "clerk", "两岸猿声啼不住 7", "10.0.0.1") is not None
    settings.PRODUCTION = True
    assert services.check_password(rf.post("/"), "clerk", "两岸猿声啼不住 7", "10.0.0.1") is None


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HENGPING")}
    server = subprocess.Popen(
        [sys.executable, "-m", "hengping_web", "serve", address],
        env={**clean, "PYTHONPATH": str(ROOT / "src"), "HENGPING_DATA": str(tmp_path / "data")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    yield f"http://{address}", server
    if server.poll() is None:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def answered(address: str) -> str:
    until = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(f"{address}/health/", timeout=5) as answer:
                return str(answer.read().decode())
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def test_the_site_starts_from_an_empty_folder_and_stops_with_its_worker(
    serving: tuple[str, subprocess.Popen[bytes]],
) -> None:
    address, server = serving

    assert answered(address) == '{"alive": true, "database": true}'
    server.send_signal(signal.SIGINT)
    server.wait(timeout=30)

    with pytest.raises(ProcessLookupError):
        os.killpg(server.pid, 0)


@pytest.mark.parametrize("value", ["-1", "ten", "1.5", "１"])
def test_a_number_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="应为不小于 0 的整数"):
        number("X", 1, {"X": value})


def test_a_word_that_is_not_known_is_refused_with_those_that_are() -> None:
    assert one_of("X", "a", ("a", "b"), {"X": "b"}) == "b"
    with pytest.raises(ImproperlyConfigured, match="应为 a、b 之一，实为“c”"):
        one_of("X", "a", ("a", "b"), {"X": "c"})
