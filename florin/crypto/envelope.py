"""Sealed values: what the database holds and cannot read.

AES-256-GCM-SIV (RFC 8452) rather than AES-GCM: a nonce that repeats by accident reveals only
that two plaintexts of the same row were equal, so random nonces need no count of messages.

    version (1 byte) | key id (2) | nonce (12) | ciphertext and tag (length + 16)

The place where the value stands (table, column, row) is authenticated with it: a sealed value
that is copied to another row does not open there.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from florin.crypto.keyring import Keyring, Purpose

_VERSION = 1
_HEADER_SIZE = 3
_NONCE_SIZE = 12
_BODY_AT = _HEADER_SIZE + _NONCE_SIZE


class DecryptionFailed(Exception):
    """A sealed value was altered, or stands in another place than it was sealed for."""


class Envelope:
    """Seals and opens the values of one column."""

    __slots__ = ("_ciphers", "_header", "_place", "_writer")

    def __init__(self, keyring: Keyring, table: str, column: str) -> None:
        """Prepare the ciphers of a column; both names are identifiers and never change.

        Raises:
            ValueError: a name is not an identifier.
        """
        if not (table.isidentifier() and column.isidentifier()):
            raise ValueError(f"{table!r}, {column!r} do not name a column")
        # No identifier contains a full stop or a colon, so two places never spell the same bytes.
        self._place = f"{table}.{column}:".encode()
        self._ciphers = {key_id: AESGCMSIV(key) for key_id, key in keyring.derive_all(Purpose.ENCRYPTION).items()}
        self._writer = self._ciphers[keyring.writing_key_id]
        self._header = bytes([_VERSION]) + keyring.writing_key_id.to_bytes(2)

    def seal(self, plaintext: bytes, row_id: bytes) -> bytes:
        """Return the plaintext sealed for one row under the writing key, 31 bytes longer."""
        nonce = os.urandom(_NONCE_SIZE)
        bound = self._header + self._place + row_id
        return self._header + nonce + self._writer.encrypt(nonce, plaintext, bound)

    def open(self, sealed: bytes, row_id: bytes) -> bytes:
        """Return the plaintext of a value that was sealed for this row under any known key.

        Raises:
            DecryptionFailed: it was altered, cut, sealed for another place, or its key is
                not in the keyring.
        """
        header, nonce = sealed[:_HEADER_SIZE], sealed[_HEADER_SIZE:_BODY_AT]
        cipher = self._ciphers.get(int.from_bytes(header[1:]))
        if len(sealed) < _BODY_AT or header[0] != _VERSION or cipher is None:
            raise DecryptionFailed("not a sealed value of this keyring")
        try:
            return cipher.decrypt(nonce, sealed[_BODY_AT:], header + self._place + row_id)
        except InvalidTag:
            raise DecryptionFailed("altered, or sealed for another row or column") from None
