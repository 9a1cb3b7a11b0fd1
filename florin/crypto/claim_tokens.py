"""Tokens of claim links: whoever holds one gets a card's secrets, once.

    fl_clm_  32 hex digits (128 bits)  8 hex digits (CRC-32 of all before)

A token is derived rather than stored: from a key outside the database, the card's id and the number of the sending.
Whoever sends a link computes it then, and the database keeps a blind index to find it by. A new sending has a new
token. The prefix and the checksum are those of bearer tokens (`tokens`), for the same reasons.
"""

import re
import zlib

from florin.crypto.keyring import Keyring, Purpose, UnknownKey
from florin.crypto.mac import Mac

_PREFIX = "fl_clm_"
_TOKEN_BYTES = 16
_CHECKSUM_DIGITS = 8
_SENDING_BYTES = 4
_FORM = re.compile(f"{_PREFIX}[0-9a-f]{{{2 * _TOKEN_BYTES + _CHECKSUM_DIGITS}}}")


class ClaimTokens:
    """Derives the tokens of claim links under every key of the keyring."""

    __slots__ = ("_keys",)

    def __init__(self, keyring: Keyring) -> None:
        """Prepare the keys."""
        self._keys = {key_id: Mac(key) for key_id, key in keyring.derive_all(Purpose.CLAIM).items()}

    def derive(self, key_id: int, card_id: bytes, sending: int) -> str:
        """Return the token of a card's link in its sending of that number, 1 for the first.

        ``key_id`` is the one that the card was made under.

        Raises:
            UnknownKey: the key id is not in the keyring.
        """
        key = self._keys.get(key_id)
        if key is None:
            raise UnknownKey(key_id)
        body = _PREFIX + key.of(card_id + sending.to_bytes(_SENDING_BYTES))[:_TOKEN_BYTES].hex()
        return body + _checksum(body)


def is_claim_token(presented: str) -> bool:
    """Say whether a text has the form of a token and its checksum, so that a made-up one costs no look-up."""
    body, checksum = presented[:-_CHECKSUM_DIGITS], presented[-_CHECKSUM_DIGITS:]
    return _FORM.fullmatch(presented) is not None and _checksum(body) == checksum


def _checksum(body: str) -> str:
    return f"{zlib.crc32(body.encode()):0{_CHECKSUM_DIGITS}x}"
