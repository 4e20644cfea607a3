"""The one door to the cryptography library: two ciphers behind one interface, and signatures.

A cipher takes a 32-byte key, binds the ciphertext to a context, and finds any change of either.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Protocol

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher as Engine
from cryptography.hazmat.primitives.ciphers import algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hengping.errors import HengpingError

NONCE = 12
TAG = 16


class Tampered(HengpingError):
    """A sealed record that was changed, moved to another place, or sealed with another key."""


class Cipher(Protocol):
    """What every cipher offers."""

    def seal(self, key: bytes, plaintext: bytes, context: bytes) -> bytes:
        """Return nonce and ciphertext."""
        ...

    def unseal(self, key: bytes, sealed: bytes, context: bytes) -> bytes:
        """Return the plaintext, or raise ``Tampered``."""
        ...


class AdvancedEncryptionStandard:
    """AES-256 in Galois counter mode."""

    def seal(self, key: bytes, plaintext: bytes, context: bytes) -> bytes:
        """Return nonce and ciphertext."""
        nonce = os.urandom(NONCE)
        return nonce + AESGCM(key).encrypt(nonce, plaintext, context)

    def unseal(self, key: bytes, sealed: bytes, context: bytes) -> bytes:
        """Return the plaintext, or raise ``Tampered``."""
        try:
            return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], context)
        except (InvalidTag, ValueError) as wrong:
            raise Tampered("密文校验未通过：内容被改动，或密钥不符") from wrong


class ShangMiFour:
    """SM4 (GB/T 32907) in Galois counter mode, for places that must use commercial ciphers; its key is 16 bytes."""

    def seal(self, key: bytes, plaintext: bytes, context: bytes) -> bytes:
        """Return nonce and ciphertext."""
        nonce = os.urandom(NONCE)
        encryptor = Engine(algorithms.SM4(key[:16]), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(context)
        ciphertext = encryptor.update(plaintext) + encryptor.finalize()
        return nonce + ciphertext + encryptor.tag

    def unseal(self, key: bytes, sealed: bytes, context: bytes) -> bytes:
        """Return the plaintext, or raise ``Tampered``."""
        if len(sealed) < NONCE + TAG:
            raise Tampered("密文不完整")
        nonce, ciphertext, tag = sealed[:NONCE], sealed[NONCE:-TAG], sealed[-TAG:]
        decryptor = Engine(algorithms.SM4(key[:16]), modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(context)
        try:
            return decryptor.update(ciphertext) + decryptor.finalize()
        except InvalidTag as wrong:
            raise Tampered("密文校验未通过：内容被改动，或密钥不符") from wrong


CIPHERS: Mapping[str, Cipher] = {"aes-256-gcm": AdvancedEncryptionStandard(), "sm4-gcm": ShangMiFour()}
"""Cipher by the name written into every envelope."""


def sign(seed: bytes, message: bytes) -> bytes:
    """Return the Ed25519 signature of a message."""
    return Ed25519PrivateKey.from_private_bytes(seed).sign(message)


def public_key(seed: bytes) -> bytes:
    """Return the 32 bytes anyone may check signatures with."""
    key = Ed25519PrivateKey.from_private_bytes(seed).public_key()
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def signature_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether a signature belongs to a message and a public key."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
