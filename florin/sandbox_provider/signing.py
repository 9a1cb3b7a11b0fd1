"""The signature of a notification: Ed25519 over timestamp, nonce and body, each followed by a line feed.

That is the form of WeChat Pay's version 3, with another algorithm. The serial says which key has signed.
"""

import hashlib
import os
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key and the serial that merchants know it by."""

    key: Ed25519PrivateKey
    serial: str

    @classmethod
    def of(cls, key: Ed25519PrivateKey) -> "SigningKey":
        """The key with its serial: the beginning of its fingerprint."""
        return cls(key, hashlib.sha256(_public_bytes(key)).hexdigest()[:16].upper())

    @classmethod
    def stranger(cls) -> "SigningKey":
        """A key that no merchant knows."""
        return cls.of(Ed25519PrivateKey.generate())

    @property
    def public_key(self) -> str:
        """What a merchant checks with, in base 64."""
        return b64encode(_public_bytes(self.key)).decode()

    def headers(self, body: bytes, signed_at: int) -> dict[str, str]:
        """The headers of a notification that is signed at a moment in seconds since 1970."""
        nonce = token_hex(16)
        signature = self.key.sign(b"%d\n%s\n%s\n" % (signed_at, nonce.encode(), body))
        return {
            "Content-Type": "application/json",
            "Sandbox-Timestamp": str(signed_at),
            "Sandbox-Nonce": nonce,
            "Sandbox-Serial": self.serial,
            "Sandbox-Signature": b64encode(signature).decode(),
        }


def load_signing_key(path: Path) -> SigningKey:
    """The key of a file that only its owner may read, made when it is missing."""
    try:
        pem = path.read_bytes()
    except FileNotFoundError:
        return _new_key(path)
    key = load_pem_private_key(pem, None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{path} holds no Ed25519 key")
    return SigningKey.of(key)


def _new_key(path: Path) -> SigningKey:
    key = Ed25519PrivateKey.generate()
    unfinished = path.with_suffix(".new")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    return SigningKey.of(key)


def _public_bytes(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
