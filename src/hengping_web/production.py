"""What must be true before the site serves the public; whatever is not stops the start, all of it said at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

SHORTEST_SECRET = 50
DEFAULT_SECRETS = ("change", "secret", "insecure", "example", "test", "password", "default")
"""Words that show that a secret was copied from somewhere."""
THIS_MACHINE = frozenset({"127.0.0.1", "localhost", "[::1]"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What the environment says about the place the site runs in."""

    debug: bool
    https: bool
    second_factor: bool
    hosts: tuple[str, ...]
    data: Path
    environment: Mapping[str, str]


def faults(place: Place) -> Iterator[str]:
    """Yield every reason not to start."""
    if place.debug:
        yield "HENGPING_DEBUG 应为 no：出错页面会显示内部信息"
    if not place.https:
        yield "HENGPING_HTTPS 应为 yes：没有加密的连接会泄露身份与密码"
    if not place.second_factor:
        yield "HENGPING_SECOND_FACTOR 应为 required：工作人员须用两步验证"
    if set(place.hosts) <= THIS_MACHINE or "*" in place.hosts:
        yield "HENGPING_HOSTS 应写明本站域名"
    yield from _weak_secret(place.environment.get("HENGPING_SECRET_KEY", "").strip())
    yield from _careless_keys(place)


def _weak_secret(secret: str) -> Iterator[str]:
    if not secret:
        yield "HENGPING_SECRET_KEY 未设置：签名密钥须由本单位生成"
    elif len(secret) < SHORTEST_SECRET or len(set(secret)) < 20:
        yield f"HENGPING_SECRET_KEY 太弱：应为不少于 {SHORTEST_SECRET} 个随机字符"
    elif any(word in secret.lower() for word in DEFAULT_SECRETS):
        yield "HENGPING_SECRET_KEY 像是示例值：须由本单位生成"


def _careless_keys(place: Place) -> Iterator[str]:
    if place.environment.get("HENGPING_MASTER_KEYS", "").strip():
        return
    path = place.environment.get("HENGPING_KEYS", "").strip()
    if not path:
        yield "HENGPING_KEYS 未设置：请用 make_keys 命令生成密钥文件，并与数据分开保存"
    elif Path(path).resolve().is_relative_to(place.data):
        yield "HENGPING_KEYS 指向数据文件夹之内：密钥与密文放在一起，一并丢失时等于没有加密"


def insist(place: Place) -> None:
    """Stop the start where anything is wrong."""
    found = list(faults(place))
    if found:
        raise ImproperlyConfigured("正式运行的条件不具备，没有启动：\n" + "\n".join(f"  · {fault}" for fault in found))
