"""Passwords of zip files with card numbers or PINs: derived from a key outside the database, and stored nowhere.

100 bits, because the key of an AES zip is made from its password by 1,000 rounds of PBKDF2 only (WinZip, "AES
Encryption Information"), which slow a guesser down by ten bits. They are spelled like an e-code, to be read and typed.
"""

from florin.crypto.ecode import ECODE_BITS, group_ecode, spell_ecode
from florin.crypto.keyring import Keyring, Purpose, UnknownKey
from florin.crypto.mac import Mac

_BYTES = 13
_SPARE_BITS = 8 * _BYTES - ECODE_BITS


class DeliveryPasswords:
    """Derives the password of a delivery under every key of the keyring."""

    __slots__ = ("_keys", "writing_key_id")

    def __init__(self, keyring: Keyring) -> None:
        """Prepare the keys; ``writing_key_id`` is the one that new deliveries are made under."""
        self.writing_key_id = keyring.writing_key_id
        self._keys = {key_id: Mac(key) for key_id, key in keyring.derive_all(Purpose.DELIVERY).items()}

    def derive(self, key_id: int, delivery_id: bytes) -> str:
        """Return the delivery's password, five groups of four characters with hyphens between.

        Raises:
            UnknownKey: the key id is not in the keyring.
        """
        key = self._keys.get(key_id)
        if key is None:
            raise UnknownKey(key_id)
        return group_ecode(spell_ecode(int.from_bytes(key.of(delivery_id)[:_BYTES]) >> _SPARE_BITS))
