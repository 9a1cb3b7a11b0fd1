"""The keyring: every key of the service, in one file outside the database.

A key id names one random 256-bit root. What is used are the keys derived from it, one for
each purpose (HKDF-SHA256, RFC 5869), so that a key that leaks through one use opens nothing
else. Roots are never removed: what was written under a key must stay readable.

Rotation takes two steps, because several processes read the file and not all at once:

1. ``add_key`` makes a root that every process can read with after its next start;
2. ``promote``, when all have started again, lets new writes use it.

The index key does not rotate. A blind index can only be looked up under the key that it was
written with, and so can a request's fingerprint; to change that key is to rewrite the rows.
``index_key_id`` is therefore fixed when the keyring is made, and no operation here changes it.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, Self

import msgspec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from florin.crypto.private_file import ExposedFile, read_private, sole_writer, write_private

_KEY_SIZE = 32
_CHECK_VALUE_SIZE = 4

KeyId = Annotated[int, msgspec.Meta(ge=1, le=0xFFFF)]
"""Names a root; two bytes wide wherever it is stored."""

_Root = Annotated[bytes, msgspec.Meta(min_length=_KEY_SIZE, max_length=_KEY_SIZE)]


class Purpose(StrEnum):
    """What a derived key is for; the value is part of the derivation and never changes."""

    ENCRYPTION = "encryption"
    INDEX = "index"
    PIN = "pin"
    ECODE = "ecode"
    FINGERPRINT = "fingerprint"
    CHECK_VALUE = "check_value"
    CLAIM = "claim"
    DELIVERY = "delivery"


class KeyringError(Exception):
    """The keyring cannot be used; the message tells an operator what to do."""


class KeyringMissing(KeyringError):
    """There is no keyring file."""


class KeyringUnreadable(KeyringError):
    """The keyring file is malformed, or others than its owner may touch it."""


class KeyringExists(KeyringError):
    """A keyring file is there already, and its keys would be lost."""


class UnknownKey(KeyringError):
    """No root with this key id is in the keyring."""

    def __init__(self, key_id: int) -> None:
        super().__init__(f"key {key_id} is not in the keyring")


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyring:
    """The roots by key id, and which of them new writes and blind indexes use."""

    format: Literal["florin-keyring-1"] = "florin-keyring-1"
    writing_key_id: KeyId
    index_key_id: KeyId
    roots: dict[KeyId, _Root] = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse a keyring that names a root that it does not hold."""
        for key_id in (self.writing_key_id, self.index_key_id):
            if key_id not in self.roots:
                raise ValueError(f"key {key_id} is named and has no root")

    @classmethod
    def generate(cls) -> Self:
        """Return a new keyring with one random key, in memory only."""
        return cls(writing_key_id=1, index_key_id=1, roots={1: os.urandom(_KEY_SIZE)})

    @classmethod
    def create(cls, path: Path) -> Self:
        """Make a new keyring and its file (mode 0600, and its directory when there is none).

        Raises:
            KeyringExists: the file is there already; it is left alone.
            OSError: the file cannot be written.
        """
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with sole_writer(path):
            if path.exists():
                raise KeyringExists(f"there is a keyring at {path} already; it was not touched")
            keyring = cls.generate()
            _write(keyring, path)
        return keyring

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read the keyring file.

        Raises:
            KeyringMissing: there is no such file.
            KeyringUnreadable: it is malformed, unreadable, or open to group or others.
        """
        try:
            return msgspec.json.decode(read_private(path), type=cls)
        except FileNotFoundError:
            raise KeyringMissing(f"there is no keyring at {path}: make one with `florin keys create`") from None
        except (ExposedFile, OSError) as error:
            raise KeyringUnreadable(f"the keyring cannot be read: {error}") from None
        except msgspec.MsgspecError as error:
            # The message names the place and the type that was wrong, never a root.
            raise KeyringUnreadable(f"the keyring at {path} is malformed: {error}") from None

    @classmethod
    def add_key(cls, path: Path) -> int:
        """Add a random root to the file, for reading only, and return its key id.

        Raises:
            KeyringError: the keyring cannot be loaded.
            OSError: the file cannot be written.
        """

        def add(keyring: Self) -> Self:
            fresh = {max(keyring.roots) + 1: os.urandom(_KEY_SIZE)}
            return replace(keyring, roots=keyring.roots | fresh)

        return max(cls._change(path, add).roots)

    @classmethod
    def promote(cls, path: Path, key_id: int) -> None:
        """Let new writes use a key that is in the file already.

        Raises:
            UnknownKey: it is not in the file.
            KeyringError: the keyring cannot be loaded.
            OSError: the file cannot be written.
        """

        def promote(keyring: Self) -> Self:
            if key_id not in keyring.roots:
                raise UnknownKey(key_id)
            return replace(keyring, writing_key_id=key_id)

        cls._change(path, promote)

    @classmethod
    def _change(cls, path: Path, change: Callable[[Self], Self]) -> Self:
        # A missing keyring is reported as such, not as a directory that cannot be locked.
        cls.load(path)
        # Two changes at once must not overwrite each other: a root that gets lost is data that gets lost.
        with sole_writer(path):
            keyring = change(cls.load(path))
            _write(keyring, path)
        return keyring

    @property
    def key_ids(self) -> tuple[int, ...]:
        """The ids of all keys that can be read with, lowest first."""
        return tuple(sorted(self.roots))

    def derive(self, purpose: Purpose, key_id: int) -> bytes:
        """Return the 32-byte key of one purpose under one key id.

        It costs tens of microseconds: derive once and keep the result.

        Raises:
            UnknownKey: no such key id.
        """
        if key_id not in self.roots:
            raise UnknownKey(key_id)
        info = f"florin/{purpose}/{key_id}".encode()
        return HKDF(SHA256(), _KEY_SIZE, salt=None, info=info).derive(self.roots[key_id])

    def derive_all(self, purpose: Purpose) -> dict[int, bytes]:
        """Return the keys of one purpose by key id."""
        return {key_id: self.derive(purpose, key_id) for key_id in self.roots}

    def check_value(self, key_id: int) -> str:
        """Return eight hex digits that tell two roots apart and reveal neither.

        Kept beside the data, it shows a wrong keyring before anything is read with it (what
        payment security modules call a key check value).

        Raises:
            UnknownKey: no such key id.
        """
        return self.derive(Purpose.CHECK_VALUE, key_id)[:_CHECK_VALUE_SIZE].hex()


def _write(keyring: Keyring, path: Path) -> None:
    write_private(path, msgspec.json.format(msgspec.json.encode(keyring)) + b"\n")
