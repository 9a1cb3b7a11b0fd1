"""Bearer tokens: API keys of machines, sessions of members, and sessions of the people who work with Florin.

    fl_key_  64 hex digits (256 random bits)  8 hex digits (CRC-32 of all before)

The prefix lets leak scanners find a token in a log or a repository, and the checksum lets a
mistyped or made-up one be refused without asking the database.

What is stored is the plain SHA-256 of the token. A slow or salted hash protects secrets that
people choose; against 256 random bits there is nothing to guess, and every request pays for it.
"""

import hashlib
import re
import secrets
import zlib

_SECRET_BYTES = 32
_CHECKSUM_DIGITS = 8


class TokenForm:
    """One kind of token, told from the others by its prefix."""

    __slots__ = ("_form", "_prefix")

    def __init__(self, prefix: str) -> None:
        """Fix the prefix."""
        self._prefix = prefix
        digits = 2 * _SECRET_BYTES + _CHECKSUM_DIGITS
        self._form = re.compile(f"{re.escape(prefix)}[0-9a-f]{{{digits}}}")

    def new(self) -> tuple[str, bytes]:
        """Return a fresh token, to be shown once, and its digest, to be stored."""
        body = self._prefix + secrets.token_hex(_SECRET_BYTES)
        token = body + _checksum(body)
        return token, _digest(token)

    def digest(self, presented: str) -> bytes | None:
        """Return the 32 bytes to look a token up by, or None when it never was one of ours."""
        if not self._form.fullmatch(presented):
            return None
        body, checksum = presented[:-_CHECKSUM_DIGITS], presented[-_CHECKSUM_DIGITS:]
        return _digest(presented) if _checksum(body) == checksum else None


def _checksum(body: str) -> str:
    return f"{zlib.crc32(body.encode()):0{_CHECKSUM_DIGITS}x}"


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


API_KEY = TokenForm("fl_key_")
SESSION = TokenForm("fl_ses_")
LOGIN = TokenForm("fl_lgn_")
