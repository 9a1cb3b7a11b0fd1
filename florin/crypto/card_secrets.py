"""PINs and e-codes of cards, derived rather than stored.

A card's PIN is a function of a key and the card's id (the "natural PIN" of IBM 3624), and so
is its e-code. The database keeps nothing that either could be found from, and there is no file
of PINs to lose. The card remembers the key id that it was made under; its PIN never changes.
"""

import hmac

from florin.crypto.ecode import ECODE_BITS, spell_ecode
from florin.crypto.keyring import Keyring, Purpose, UnknownKey
from florin.crypto.mac import Mac

PIN_DIGITS = 8
_PIN_COUNT = 10**PIN_DIGITS
_ECODE_BYTES = 13
_NO_CARD = bytes(16)


class CardSecrets:
    """Derives and checks card secrets under every key of the keyring."""

    __slots__ = ("_ecode_keys", "_pin_keys", "writing_key_id")

    def __init__(self, keyring: Keyring) -> None:
        """Prepare the keys; ``writing_key_id`` is the one that new cards are made under."""
        self.writing_key_id = keyring.writing_key_id
        self._pin_keys = _macs(keyring, Purpose.PIN)
        self._ecode_keys = _macs(keyring, Purpose.ECODE)

    def derive_pin(self, key_id: int, card_id: bytes) -> str:
        """Return the card's PIN, 8 digits.

        64 bits modulo 10^8: the likeliest PIN is more likely than the unlikeliest by less than
        one part in 10^11.

        Raises:
            UnknownKey: the key id is not in the keyring.
        """
        mac = _mac(self._pin_keys, key_id, card_id)
        return f"{int.from_bytes(mac[:8]) % _PIN_COUNT:0{PIN_DIGITS}}"

    def derive_ecode(self, key_id: int, card_id: bytes) -> str:
        """Return the card's e-code, 20 characters without hyphens.

        Raises:
            UnknownKey: the key id is not in the keyring.
        """
        mac = _mac(self._ecode_keys, key_id, card_id)
        spare_bits = 8 * _ECODE_BYTES - ECODE_BITS
        return spell_ecode(int.from_bytes(mac[:_ECODE_BYTES]) >> spare_bits)

    def pin_matches(self, key_id: int, card_id: bytes, presented: str) -> bool:
        """Return whether the presented text is the card's PIN.

        The time tells nothing: the PIN is derived whatever was presented, and compared whole.

        Raises:
            UnknownKey: the key id is not in the keyring.
        """
        expected = self.derive_pin(key_id, card_id).encode()
        # A lone surrogate cannot be encoded; what stands in for it is no digit either.
        return hmac.compare_digest(expected, presented.encode(errors="replace"))

    def dummy_check(self, presented: str) -> bool:
        """Do the work of ``pin_matches`` for a card that does not exist, and return False."""
        self.pin_matches(self.writing_key_id, _NO_CARD, presented)
        return False


def _macs(keyring: Keyring, purpose: Purpose) -> dict[int, Mac]:
    return {key_id: Mac(key) for key_id, key in keyring.derive_all(purpose).items()}


def _mac(keys: dict[int, Mac], key_id: int, card_id: bytes) -> bytes:
    key = keys.get(key_id)
    if key is None:
        raise UnknownKey(key_id)
    return key.of(card_id)
