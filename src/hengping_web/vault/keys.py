"""The site's keys: read from a file only its owner may read, or from the environment; never from the code.

A line of the file is a name and 32 bytes in base64. ``index`` feeds keyed digests, ``signing`` signs receipts, and every
``master-…`` wraps data keys: the last one wraps new keys, the earlier ones still open old envelopes.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import stat
from collections.abc import Mapping
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

LENGTH = 32
SINGLE = ("index", "signing")
MASTER = "master-"


def parse(text: str, where: str) -> dict[str, bytes]:
    """Return the keys by name, in order; whatever is wrong is said without showing a key."""
    keys: dict[str, bytes] = {}
    for line in text.replace(",", "\n").splitlines():
        words = line.replace(":", " ", 1).split()
        if not words or words[0].startswith("#"):
            continue
        name, value = words[0], _bytes(words[1] if len(words) == 2 else "", f"{where} 中的 {words[0]}")
        if name in keys or not (name in SINGLE or name.startswith(MASTER)):
            raise ImproperlyConfigured(f"{where}：密钥名 {name} 重复或不认识。应为 index、signing 或 master-…。")
        keys[name] = value
    missing = [name for name in SINGLE if name not in keys]
    if missing or not any(name.startswith(MASTER) for name in keys):
        raise ImproperlyConfigured(f"{where}：缺少 {'、'.join(missing) or 'master-…'}。请用 make_keys 命令生成。")
    if len(set(keys.values())) < len(keys):
        raise ImproperlyConfigured(f"{where}：有两把相同的密钥。请用 make_keys 命令重新生成。")
    return keys


def _bytes(value: str, what: str) -> bytes:
    try:
        found = base64.b64decode(value, validate=True)
    except binascii.Error:
        found = b""
    if len(found) != LENGTH or len(set(found)) < LENGTH // 4:
        raise ImproperlyConfigured(f"{what}：应为 32 个随机字节的 base64。请用 make_keys 命令生成。")
    return found


def fresh(master: str = "master-1") -> str:
    """Return the text of a new key file."""
    return "".join(f"{name} {base64.b64encode(os.urandom(LENGTH)).decode()}\n" for name in (*SINGLE, master))


def write_private(path: Path, text: str) -> None:
    """Write a new file that only its owner can read; an existing one is left alone and the attempt fails."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)


def from_file(path: Path, *, make: bool) -> dict[str, bytes]:
    """Return the keys of a file; make the file on first use where that is allowed."""
    if make and not path.exists():
        write_private(path, fresh())
    try:
        open_to = stat.S_IMODE(path.stat().st_mode) & 0o077
        text = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as wrong:
        raise ImproperlyConfigured(f"密钥文件 {path} 读不了。请检查 HENGPING_KEYS。") from wrong
    if open_to:
        raise ImproperlyConfigured(f"密钥文件 {path} 他人可读。请执行 chmod 600 {path}。")
    return parse(text, f"密钥文件 {path}")


def newest(keys: Mapping[str, bytes]) -> str:
    """Return the name of the master key that wraps new data keys."""
    return [name for name in keys if name.startswith(MASTER)][-1]


def derive(key: bytes, purpose: str) -> bytes:
    """Return a key for one purpose only (one block of HKDF-Expand), so that no key serves two."""
    return hmac.new(key, b"hengping/" + purpose.encode() + b"\x01", hashlib.sha256).digest()
