"""The second factor: one-time codes from a shared secret and the clock (RFC 6238), checked without any library."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import struct
import unicodedata
from urllib.parse import quote

DIGITS = 6
PERIOD = 30
SECRET_BYTES = 20
RECOVERY_CODES = 10
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No letter that is taken for a digit or another letter."""


def new_secret() -> bytes:
    """Return a secret for one account."""
    return secrets.token_bytes(SECRET_BYTES)


def written(secret: bytes) -> str:
    """Return a secret in the groups a person types into an authenticator."""
    text = base64.b32encode(secret).decode()
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def address(secret: bytes, username: str, issuer: str) -> str:
    """Return the address an authenticator on the same machine opens."""
    label = quote(f"{issuer}:{username}")
    text = base64.b32encode(secret).decode().rstrip("=")
    return f"otpauth://totp/{label}?secret={text}&issuer={quote(issuer)}&digits={DIGITS}&period={PERIOD}"


def code(secret: bytes, step: int, digits: int = DIGITS) -> str:
    """Return the code of one time step (RFC 4226, 5.3)."""
    found = hmac.new(secret, struct.pack(">Q", step), hashlib.sha1).digest()
    offset = found[-1] & 0x0F
    number = struct.unpack(">I", found[offset : offset + 4])[0] & 0x7FFF_FFFF
    return str(number % 10**digits).zfill(digits)


def step_of(secret: bytes, given: str, seconds: int, after: int) -> int | None:
    """Return the time step a code belongs to, one before or after now allowed; a step is good once only."""
    now = seconds // PERIOD
    typed = unicodedata.normalize("NFKC", "".join(given.split())).encode()
    for step in (now, now - 1, now + 1):
        if step > after and hmac.compare_digest(code(secret, step).encode(), typed):
            return step
    return None


def new_recovery_code() -> str:
    """Return a code that opens the door once: fifty bits, two groups of five."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(10))
    return f"{letters[:5]}-{letters[5:]}"


def normal(recovery_code: str) -> str:
    """Return a recovery code as it was made, however it was typed."""
    upper = recovery_code.upper().translate(str.maketrans("OIL", "011"))
    letters = "".join(letter for letter in upper if letter in ALPHABET)
    return f"{letters[:5]}-{letters[5:]}"
