"""Blind indexes: find a row by a secret text that the database does not hold.

HMAC-SHA256 under a key outside the database, cut to 16 bytes. Card numbers are few enough to
try them all, so a plain hash would give them away; a keyed one tells the holder of a dump
nothing. With 16 bytes, a thousand million cards meet a collision with a chance below 10^-20.
"""

import hmac
from enum import StrEnum

from florin.crypto.keyring import Keyring, Purpose
from florin.crypto.mac import Mac

_SIZE = 16


class IndexKind(StrEnum):
    """What is indexed; the same text under two kinds gives unrelated indexes."""

    CARD_NUMBER = "card_number"
    ECODE = "ecode"
    PAYMENT_CODE = "payment_code"
    CLAIM = "claim"
    CLOSURE_CODE = "closure_code"
    MAIL = "mail"
    MOBILE = "mobile"
    PERSON_IDENTITY = "person_identity"
    PERSON_MOBILE = "person_mobile"
    TRIAL_PERSON = "trial_person"
    THROTTLE_SUBJECT = "throttle_subject"


class BlindIndex:
    """The blind indexes of one kind, under the keyring's index key, which does not rotate."""

    __slots__ = ("_mac",)

    def __init__(self, keyring: Keyring, kind: IndexKind) -> None:
        """Prepare the key of the kind."""
        index_key = keyring.derive(Purpose.INDEX, keyring.index_key_id)
        self._mac = Mac(hmac.digest(index_key, kind.encode(), "sha256"))

    def of(self, text: str) -> bytes:
        """Return the 16-byte index of a text, which the caller has brought to its one spelling."""
        return self._mac.of(text.encode())[:_SIZE]
