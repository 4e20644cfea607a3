"""The receipt a citizen keeps: a number, a time, a hash of what was filed, a code to follow it with, and a signature.

The code has twenty signs of thirty-two (a hundred bits), without the letters that look like digits. It is kept only as
a keyed digest. What is signed is the text itself, so that anybody with the published key can check it offline.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from hengping_web.vault import cipher, envelope

SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH, GROUP = 20, 4
FORMAT = "hengping-receipt/1"
LINE = re.compile(r"^(format|number|filed-at|salt|content-sha256): ([^\n]{1,100})$")
SIGNATURE = re.compile(r"^signature: ([A-Za-z0-9+/]{86}==)$")


@dataclass(frozen=True, slots=True)
class Paper:
    """A receipt: what is signed, the signature, and the code that is written on it but not signed."""

    text: str
    signature: str
    code: str

    @property
    def groups(self) -> str:
        """Return the code in groups of four, as people copy it."""
        return "-".join(self.code[at : at + GROUP] for at in range(0, LENGTH, GROUP))

    @property
    def whole(self) -> str:
        """Return the signed lines with their signature, as a citizen keeps them."""
        return f"{self.text}signature: {self.signature}\n"


def new_code() -> str:
    """Return a code nobody can guess."""
    return "".join(secrets.choice(SIGNS) for _ in range(LENGTH))


def normal(code: str) -> str:
    """Return a code as it was given, however it was typed; empty where it cannot be one.

    >>> normal("abcd-efgh jkmn２３４５ 6789")
    'ABCDEFGHJKMN23456789'
    """
    found = re.sub(r"[\s\-—–_·.]", "", unicodedata.normalize("NFKC", code[:200]).upper())
    return found if len(found) == LENGTH and set(found) <= set(SIGNS) else ""


def digest_of(code: str) -> str:
    """Return what is kept of a code."""
    return envelope.keyed_digest("receipt", code)


def content_hash(salt: str, content: str) -> str:
    """Return the hash of what was filed; the salt keeps a short content from being guessed.

    >>> content_hash("salt", "内容")[:16]
    'adab2acd7168cbf9'
    """
    return hashlib.sha256(f"{salt}\n{content}".encode()).hexdigest()


def sign(number: str, content: str, now: datetime) -> Paper:
    """Return a receipt."""
    salt = secrets.token_hex(16)
    moment = timezone.localtime(now).isoformat(timespec="seconds")
    text = (
        f"format: {FORMAT}\nnumber: {number}\nfiled-at: {moment}\nsalt: {salt}\n"
        f"content-sha256: {content_hash(salt, content)}\n"
    )
    return Paper(text, base64.b64encode(envelope.sign(text.encode())).decode(), new_code())


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of a receipt found: whether the signature holds, and whether the content is what was filed."""

    genuine: bool
    number: str = ""
    filed_at: str = ""
    content_agrees: bool | None = None


def check(whole: str, public: bytes, content: str = "") -> Checked:
    """Check a receipt with the published key; nothing else is asked."""
    lines = [line.strip() for line in whole.strip().splitlines() if line.strip()]
    signature = SIGNATURE.match(lines[-1]) if lines else None
    found = {match[1]: match[2] for line in lines[:-1] if (match := LINE.match(line))}
    if signature is None or len(found) != 5 or len(lines) != 6:
        return Checked(genuine=False)
    text = "".join(f"{line}\n" for line in lines[:-1])
    given = base64.b64decode(signature.group(1))
    # The last letter of base64 carries bits that say nothing; a signature has one way of being written.
    if base64.b64encode(given).decode() != signature.group(1) or not cipher.signature_holds(
        public, text.encode(), given
    ):
        return Checked(genuine=False)
    agrees = content_hash(found["salt"], content) == found["content-sha256"] if content else None
    return Checked(genuine=True, number=found["number"], filed_at=found["filed-at"], content_agrees=agrees)
