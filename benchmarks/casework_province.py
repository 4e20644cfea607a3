"""An invented province for measuring casework: twelve cities that each have the offices of the model year, and their staff.

The histories are the model year's, moved by whole weeks into three years, so that weekdays stay weekdays; what lies
after today has not happened yet. The words of a matter are drawn from small lists, the common ones far more often than
the rare ones, so that a search can be asked for both.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from hengping_web.petitions import model_year, queries
from hengping_web.petitions.model_year import Log

CITIES = 12
YEARS = 3
WEEKS_OF_A_YEAR = 52
PROVINCE = "province"
PASSWORD = "measuring takes patience 7"  # noqa: S105 - of invented accounts in a throw-away database
SUBJECTS = ("路灯", "供水", "供暖", "噪声", "油烟", "物业费", "停车", "电梯", "绿化", "排水", "公交", "社保", "医保", "工资", "补偿", "低保", "校车", "学区", "井盖", "围挡", "扬尘", "垃圾", "消防", "燃气", "房产证", "公积金", "养老金", "抚恤金", "拆迁", "征地", "宅基地", "承包地", "违建", "占道", "夜市", "广场舞", "网约车", "共享单车", "宠物", "快递柜")  # fmt: skip
PROBLEMS = ("长期无人处理", "多次反映未果", "标准不明确", "未按约定办理", "收费偏高", "影响出行", "影响休息", "存在安全隐患", "迟迟不发放", "手续办不下来", "答复前后不一", "损坏未修复")  # fmt: skip
PLACES = ("人民路", "建设街", "东风巷", "解放大道", "和平里", "新华苑", "青年园", "胜利村", "光明镇", "团结湖", "朝阳坡", "向阳湾", "幸福里", "长征桥", "工农渠", "红旗渡")  # fmt: skip
RARE = ("水文站", "天文台", "渡槽", "古樟树", "灯塔", "盐井", "索道", "窑址", "牌坊", "碾坊")
WORDS_ASKED = {"common": "影响", "middling": "路灯 安全隐患", "rare": "古樟树", "number": ""}
"""Words of falling frequency a search is asked for; the number is filled in by who asks."""


@dataclass(frozen=True, slots=True)
class Seat:
    """One invented account: its name, post, organisation and role."""

    username: str
    title: str
    organisation: str
    role: str


def key_in(city: int, key: str) -> str:
    """Return the key an organisation of the model year has in a city; the province is the same for all."""
    return key.replace("model-province-government", PROVINCE).replace("model-", f"c{city:02}-")


def name_in(city: int, name: str) -> str:
    """Return the name an organisation or a place of the model year has in a city."""
    return name.replace("示例", f"示例{city:02}市").replace("市市", "市")


def seats() -> Iterator[Seat]:
    """Yield the accounts of every city: those of the model year's offices."""
    for city in range(CITIES):
        for username, title, organisation, role in model_year.ACCOUNTS:
            yield Seat(f"c{city:02}-{username}", title, key_in(city, organisation), role)


@cache
def _logs(folder: Path) -> tuple[Log, ...]:
    return tuple(log for log in model_year.logs(folder) if log.events)


@cache
def histories(folder: Path, year: int, most: int, today: date) -> tuple[Log, ...]:
    """Return the histories of a year, the same for every city: at most so many, of what had begun by today."""
    begun = tuple(log for log in _logs(folder) if log.events[0].on + _later_by(year) <= today)
    return begun[:: max(1, len(begun) // most)][:most]


def moved(log: Log, year: int, today: date) -> Log:
    """Return a history moved into a year, without what lies after today."""
    by = _later_by(year)
    events = (replace(event, on=event.on + by, details=_details(event.details, by)) for event in log.events)
    return Log(log.attributes, log.summary, tuple(event for event in events if event.on <= today))


def _later_by(year: int) -> timedelta:
    return timedelta(weeks=WEEKS_OF_A_YEAR * year)


def _details(details: Mapping[str, str], by: timedelta) -> dict[str, str]:
    return {name: _later(value, by) if name in queries.DAYS else value for name, value in details.items()}


def _later(value: str, by: timedelta) -> str:
    return (date.fromisoformat(value) + by).isoformat()


def words_of(number: str) -> tuple[str, str]:
    """Return an invented summary and claim, always the same for the same number."""
    chance = random.Random(number)  # noqa: S311 - invented text needs no secrets
    subject, problem, place = _one(chance, SUBJECTS), _one(chance, PROBLEMS), _one(chance, PLACES)
    rare = f"，在{_one(chance, RARE)}附近" if chance.random() < 0.004 else ""
    summary = f"反映{place}{chance.randrange(1, 400)}号{subject}{problem}{rare}"
    return summary, f"请求{('尽快', '依法', '书面')[chance.randrange(3)]}处理{subject}问题"


def _one(chance: random.Random, words: Sequence[str]) -> str:
    """Choose a word, the first of a list far more often than the last."""
    return words[int(len(words) * chance.random() ** 2)]
