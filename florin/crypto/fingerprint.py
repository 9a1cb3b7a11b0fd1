"""Fingerprints of requests: is this the same request as the one with that key before?

The fingerprint is kept for as long as the operation, and a body may hold a PIN. An unkeyed
hash of such a body would let the holder of a dump try all PINs; a keyed one does not.
"""

from florin.crypto.keyring import Keyring, Purpose
from florin.crypto.mac import Mac


class Fingerprint:
    """Fingerprints under the keyring's index key id, so that a replay survives a rotation."""

    __slots__ = ("_mac",)

    def __init__(self, keyring: Keyring) -> None:
        """Prepare the key."""
        self._mac = Mac(keyring.derive(Purpose.FINGERPRINT, keyring.index_key_id))

    def of(self, verb: str, canonical: bytes) -> bytes:
        """Return the 32-byte fingerprint of a verb and the canonical bytes of its request.

        A verb has no NUL byte, so the place where it ends is certain.
        """
        return self._mac.of(verb.encode() + b"\0" + canonical)
