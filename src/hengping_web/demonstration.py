"""``python -m hengping_web demo``: a site to try, with the model year in it and an account for every role.

It keeps to a folder of its own and never looks at the settings of a real site: no database, key or mail server that is
named in the environment is touched.
"""

from __future__ import annotations

import argparse
import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from unicodedata import east_asian_width

from hengping_web import serving

MATTERS, CURRENT = 1_500, 240
"""How many matters of the model year are loaded, and how many of it are moved to today so that they run."""


def main(words: Sequence[str]) -> None:
    """Prepare the site, say where it is and who may enter, and serve it until Ctrl-C."""
    asked = _parser().parse_args(list(words))
    folder: Path = asked.folder.resolve()
    port = asked.port or serving.free_port()
    _only_our_settings(folder, asked.results)
    password = _password(folder)
    serving.prepare()
    _load(asked.year, asked.most, password)
    _load_evaluation(asked.year.parent)
    door = serving.Door(port=port)
    print("\n".join(["", *_said(door, password, asked.results, folder)]), flush=True)
    serving.serve(door)
    print("已停止。下次启动沿用现有数据；删去该文件夹即重新开始。", flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hengping_web demo", description="启动带示例年度的网站，供试用")
    parser.add_argument("--folder", type=Path, default=Path("var/demo"), help="数据放在哪里（默认 var/demo）")
    parser.add_argument("--year", type=Path, default=Path("demo/model-year/data"), help="示例年度的 data 文件夹")
    parser.add_argument("--most", type=int, default=MATTERS, help=f"装入多少件，0 为全部（默认 {MATTERS}）")
    parser.add_argument("--results", default="", help="核对与年度结果的地址，首页给出链接")
    parser.add_argument("--port", type=int, default=0, help="端口（默认 8000 起第一个空闲的）")
    return parser


def _only_our_settings(folder: Path, results: str) -> None:
    for name in [name for name in os.environ if name.startswith("HENGPING_")]:
        del os.environ[name]
    os.environ["HENGPING_DATA"] = str(folder)
    os.environ["HENGPING_SECOND_FACTOR"] = "optional"
    if results:
        os.environ["HENGPING_RESULTS"] = results


def _password(folder: Path) -> str:
    """Return the one password of the sample accounts, made at the first start and kept beside the data."""
    from hengping_web.vault import keys

    path = folder / "sample-password"
    if not path.exists():
        keys.write_private(path, f"{secrets.token_urlsafe(9)}-demo\n")
    return path.read_text(encoding="ascii").strip()


def _load(year: Path, most: int, password: str) -> None:
    """Load the model year at the first start; a site that has it already is left as it is."""
    from django.utils import timezone

    from hengping_web.petitions.model_year import services as loading

    loading.organisations_and_accounts(password)
    if loading.is_loaded() or not (year / "events.csv").is_file():
        return
    amount = f"{most} 件" if most else "全部"
    print(f"▸ 装入示例年度：{amount}，另 {CURRENT} 件移到今天之前供试办（仅第一次；--most 0 装入全部）", flush=True)
    loading.matters(year, timezone.localdate(), most, CURRENT)


def _load_evaluation(folder: Path) -> None:
    """Open the budget year of the folder in the rooms of the cycle at the first start; its petitions are the site's."""
    from hengping_web.accounts.queries import organisations
    from hengping_web.cycle import loading, queries
    from hengping_web.cycle.models import State
    from hengping_web.petitions.model_year import OFFICE

    owner = organisations().filter(key=OFFICE).first()
    if owner is None or queries.any_year() or not (folder / "datapackage.json").is_file():
        return
    print("▸ 装入示例部门的预算绩效年度：账目、目标、佐证、问题（仅第一次）", flush=True)
    loading.load(folder, owner, state=State.EVALUATING, without=frozenset({"petitions", "events"}))


def _said(door: serving.Door, password: str, results: str, folder: Path) -> list[str]:
    """Return what to type where: the one address first, then who may enter."""
    from hengping_web.accounts import queries

    rows = [(user.username, user.role_names, str(user.organisation)) for user in queries.sample_accounts()]
    return [
        f"请在浏览器打开 {door.address} （按 Ctrl-C 停止）",
        f"  信访人　　{door.address}portal/",
        f"  工作人员　{door.address}accounts/sign-in/　样例账号的密码都是 {password}",
        *(f"    {_wide(name, 22)}{_wide(roles, 20)}{place}" for name, roles, place in rows),
        *([f"  核对与年度结果　{results}"] if results else []),
        f"  数据在 {folder}（虚构；样例账号只能用于演示，正式运行时不能登录）",
    ]


def _wide(text: str, width: int) -> str:
    """Fill a text with blanks; a Chinese character takes two places on a terminal."""
    return text + " " * (width - sum(2 if east_asian_width(one) in "WF" else 1 for one in text))
