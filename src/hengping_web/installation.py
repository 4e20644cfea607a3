"""``python -m hengping_web site``: the site for real use: its settings and secrets made once, and every start checked.

The settings are one file that only its owner can read, in the form a service manager reads too; the keys are another
beside it, outside the folder of the data. What the environment already says goes first, and whatever would be careless
stops the start (``production``).
"""

from __future__ import annotations

import argparse
import os
import secrets
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from hengping_web import serving
from hengping_web.vault import keys

FILE, KEYS, DATABASE = "environment", "keys", "database"
SIGNS = "0123456789bcdfghjklmnpqrstvwxzBCDFGHJKLMNPQRSTVWXZ"
"""Without vowels no word comes about by chance that the check of careless secrets would stumble over."""

CERTIFICATE, CERTIFICATE_KEY = "HENGPING_CERTIFICATE", "HENGPING_CERTIFICATE_KEY"


def main(words: Sequence[str]) -> None:
    """Make the settings where there are none, then serve, or run the one command that was given."""
    asked = _parser().parse_args(list(words))
    folder = _place("HENGPING_SETTINGS", "/etc/hengping", ".config/hengping")
    path = folder / FILE
    if not path.exists():
        keys.write_private(path, _text(_fresh(folder, asked)))
        print(
            f"已生成本站设置 {path} 和密钥 {folder / KEYS}，只许本人读取。请另存一份密钥，不与备份放在一起。",
            flush=True,
        )
    for name, value in read(path).items():
        os.environ.setdefault(name, value)
    if asked.command:
        execute_from_command_line(["hengping_web", *asked.command])
        return
    door = _door(asked.address)
    serving.prepare()
    _first_account(asked.first_organisation)
    shown = f"https://{os.environ['HENGPING_HOSTS'].split(',')[0]}/"
    behind = "本程序直接提供 HTTPS" if door.certificate else "前面须有提供 HTTPS 的代理"
    print(f"衡评已启动：{shown} ，监听 {door.host}:{door.port}（{behind}；按 Ctrl-C 停止）", flush=True)
    serving.serve(door)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hengping_web site", description="正式运行：首次生成设置与密钥，以后沿用")
    parser.add_argument("--host", default="", help="本站域名，如 xinfang.example.gov.cn；首次必填")
    parser.add_argument("--address", default="127.0.0.1:8000", help="监听地址（默认 127.0.0.1:8000）")
    parser.add_argument("--certificate", type=Path, help="证书文件：由本程序直接提供 HTTPS，不另设代理")
    parser.add_argument("--certificate-key", type=Path, help="证书的私钥文件")
    parser.add_argument("--first-organisation", default="信访局", help="首个机构的名称（默认“信访局”）")
    parser.add_argument("command", nargs=argparse.REMAINDER, help="以本站设置执行一条管理命令，如 backup 文件")
    return parser


def _place(name: str, for_root: str, for_others: str) -> Path:
    """Return a folder as the environment says, else where such things are kept for root or for anybody else."""
    return Path(os.environ.get(name) or (for_root if os.geteuid() == 0 else Path.home() / for_others)).resolve()


def _fresh(folder: Path, asked: argparse.Namespace) -> dict[str, str]:
    """Return the settings of a new site; the keys are written, the secret is made, the rest was asked for."""
    if not asked.host:
        raise ImproperlyConfigured("首次启动须写明本站域名：./run site --host xinfang.example.gov.cn")
    if bool(asked.certificate) is not bool(asked.certificate_key):
        raise ImproperlyConfigured("--certificate 与 --certificate-key 须一起给出。")
    data = _place("HENGPING_DATA", "/var/lib/hengping", ".local/share/hengping")
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (folder / KEYS).exists():
        keys.write_private(folder / KEYS, keys.fresh())
    found = {
        "HENGPING_PRODUCTION": "yes",
        "HENGPING_HTTPS": "yes",
        "HENGPING_HOSTS": asked.host,
        "HENGPING_ADDRESS": f"https://{asked.host.split(',')[0]}/",
        "HENGPING_DATABASE": _database(folder),
        "HENGPING_DATA": str(data),
        "HENGPING_KEYS": str(folder / KEYS),
        "HENGPING_SECRET_KEY": "".join(secrets.choice(SIGNS) for _ in range(64)),
    }
    if asked.certificate:
        certificates = {CERTIFICATE: asked.certificate, CERTIFICATE_KEY: asked.certificate_key}
        return found | {name: str(path.resolve()) for name, path in certificates.items()}
    return found | {"HENGPING_PROXIES": "1"}


def _database(folder: Path) -> str:
    """Return the address of the database: as the environment says, or as it was set up beside the settings."""
    given = os.environ.get("HENGPING_DATABASE", "").strip()
    path = folder / DATABASE
    if not given and path.exists():
        given = path.read_text(encoding="utf-8").strip()
    if not given:
        raise ImproperlyConfigured("请用 HENGPING_DATABASE 写明数据库：postgresql://用户:密码@主机:5432/库名")
    return given


def _text(settings: Mapping[str, str]) -> str:
    return "".join(f"{name}={value}\n" for name, value in settings.items())


def read(path: Path) -> dict[str, str]:
    """Return the settings of a file; one that others may read is refused."""
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise ImproperlyConfigured(f"设置文件 {path} 他人可读。请执行 chmod 600 {path}。")
    lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    rows = [line.partition("=") for line in lines if line and not line.startswith("#")]
    wrong = [name for name, equals, _ in rows if not equals or not name.startswith("HENGPING_")]
    if wrong:
        raise ImproperlyConfigured(f"设置文件 {path} 有看不懂的行：{'、'.join(wrong)}。每行应为 HENGPING_名称=值。")
    return {name: value for name, _, value in rows}


def _door(address: str) -> serving.Door:
    at = serving.door_at(address)
    certificate, key = os.environ.get(CERTIFICATE), os.environ.get(CERTIFICATE_KEY)
    if not (certificate and key):
        return at
    for path in (certificate, key):
        if not Path(path).is_file():
            raise ImproperlyConfigured(f"没有证书文件 {path}。")
    return serving.Door(host=at.host, port=at.port, certificate=Path(certificate), certificate_key=Path(key))


def _first_account(organisation: str) -> None:
    """Make the first organisation and its administrator in an empty site, and show the first password this once."""
    from hengping_web.accounts import services

    made = services.first_account(organisation)
    if made:
        user, password = made
        print(
            f"首个账号：{user.username}，初始密码 {password}（只显示这一次；登录后须修改并设置第二步验证）", flush=True
        )
