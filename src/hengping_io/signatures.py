"""The one door of the files to the cryptography library: is a signature by this key? Without the library nobody knows."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from importlib.util import find_spec

LENGTH = 32
PEM_PREFIX = bytes.fromhex("302a300506032b6570032100")
"""What stands before the 32 bytes of an Ed25519 key in the form other programs write."""
ARMOUR = re.compile(r"-----[^-]+-----|\s+")


def fingerprint(public: bytes) -> str:
    """Return what people compare of a key: its SHA-256, in groups of four.

    >>> fingerprint(bytes(32))[:14]
    '6668 7aad f862'
    """
    digest = hashlib.sha256(public).hexdigest()
    return " ".join(digest[at : at + 4] for at in range(0, len(digest), 4))


def public_key_of(text: str) -> bytes | None:
    """Return the 32 bytes of a key, written as PEM, base64 or hexadecimal; None where it is none of them."""
    bare = ARMOUR.sub("", text)
    if re.fullmatch(r"[0-9a-fA-F]{64}", bare):
        return bytes.fromhex(bare)
    try:
        found = base64.b64decode(bare, validate=True)
    except (binascii.Error, ValueError):
        return None
    found = found.removeprefix(PEM_PREFIX)
    return found if len(found) == LENGTH else None


def can_check() -> bool:
    """Tell whether this machine has what it takes to check a signature."""
    return find_spec("cryptography") is not None


def holds(public: bytes, message: bytes, signature: bytes) -> bool | None:
    """Tell whether an Ed25519 signature belongs to a message and a key; None where this machine cannot tell."""
    if not can_check():
        return None
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
