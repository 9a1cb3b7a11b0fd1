"""The secrets of a card: its number is opened, PIN and e-code are derived; for whoever the card belongs to."""

from dataclasses import dataclass, field
from uuid import UUID

from florin.crypto.ecode import group_ecode
from florin.crypto.vault import Vault


@dataclass(frozen=True, slots=True)
class CardSecrets:
    """What a card is paid with; no representation shows a value. The e-code is in groups, for people."""

    number: str = field(repr=False)
    pin: str = field(repr=False)
    ecode: str | None = field(repr=False)


def open_secrets(vault: Vault, card_id: UUID, key_id: int, number_encrypted: bytes, *, has_ecode: bool) -> CardSecrets:
    """The secrets of the card of that id."""
    row_id = card_id.bytes
    return CardSecrets(
        number=vault.card_numbers.open(number_encrypted, row_id).decode(),
        pin=vault.cards.derive_pin(key_id, row_id),
        ecode=group_ecode(vault.cards.derive_ecode(key_id, row_id)) if has_ecode else None,
    )
