"""Sealing small things at rest: envelopes that name cipher and key, data keys wrapped for one record, keyed digests."""

from __future__ import annotations

import hashlib
import hmac
import os
from dataclasses import dataclass

from django.conf import settings

from hengping_web.vault import cipher, keys

SEPARATOR = b"|"
VERSION = b"hengping-1"


@dataclass(frozen=True, slots=True)
class DataKey:
    """The key of one record, and the form in which it is stored."""

    key: bytes
    wrapped: bytes


def seal(plaintext: bytes, context: str) -> bytes:
    """Seal with the newest master key; the context names the record and must be given again to open it."""
    name = keys.newest(settings.KEYS)
    return _close(settings.KEYS[name], name, plaintext, context)


def unseal(sealed: bytes, context: str) -> bytes:
    """Open an envelope with whichever master key it names."""
    _, _, name, _ = _parts(sealed)
    if name not in settings.KEYS:
        raise cipher.Tampered(f"密钥 {name} 不在密钥文件中。请放回旧密钥，或先执行 rewrap 命令再移除")
    return _open(settings.KEYS[name], sealed, context)


def new_data_key(context: str) -> DataKey:
    """Make a key for one record and wrap it."""
    key = os.urandom(keys.LENGTH)
    return DataKey(key, seal(key, f"key of {context}"))


def unwrap(wrapped: bytes, context: str) -> bytes:
    """Return the key of one record."""
    return unseal(wrapped, f"key of {context}")


def rewrap(wrapped: bytes, context: str) -> bytes:
    """Return the same data key wrapped by the newest master key."""
    return seal(unwrap(wrapped, context), f"key of {context}")


def seal_with(key: bytes, plaintext: bytes, context: str) -> bytes:
    """Seal with a data key."""
    return _close(key, "data", plaintext, context)


def unseal_with(key: bytes, sealed: bytes, context: str) -> bytes:
    """Open what was sealed with a data key."""
    return _open(key, sealed, context)


def keyed_digest(purpose: str, text: str) -> str:
    """Return a digest nobody can compute without the site's index key."""
    return hmac.new(keys.derive(settings.KEYS["index"], purpose), text.encode(), hashlib.sha256).hexdigest()


def sign(message: bytes) -> bytes:
    """Return the site's signature of a message."""
    return cipher.sign(settings.KEYS["signing"], message)


def public_key() -> bytes:
    """Return what anyone may check the site's signatures with."""
    return cipher.public_key(settings.KEYS["signing"])


def _close(key: bytes, name: str, plaintext: bytes, context: str) -> bytes:
    head = SEPARATOR.join((VERSION, settings.CIPHER.encode(), name.encode(), b""))
    engine = cipher.CIPHERS[settings.CIPHER]
    return head + engine.seal(keys.derive(key, settings.CIPHER), plaintext, head + context.encode())


def _open(key: bytes, sealed: bytes, context: str) -> bytes:
    head, method, _, body = _parts(sealed)
    return cipher.CIPHERS[method].unseal(keys.derive(key, method), body, head + context.encode())


def _parts(sealed: bytes) -> tuple[bytes, str, str, bytes]:
    pieces = bytes(sealed).split(SEPARATOR, 3)
    if len(pieces) != 4 or pieces[0] != VERSION or pieces[1].decode("latin-1") not in cipher.CIPHERS:
        raise cipher.Tampered("不是本系统密封的内容")
    _, method, name, body = pieces
    return SEPARATOR.join((VERSION, method, name, b"")), method.decode(), name.decode("latin-1"), body
