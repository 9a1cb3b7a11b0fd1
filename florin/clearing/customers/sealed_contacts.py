"""How whom to call at a customer is sealed, and opened for eyes that may see it."""

from uuid import UUID

import msgspec

from florin.crypto.vault import Vault
from florin.domain.contacts import Contact


def seal_contacts(vault: Vault, customer_id: UUID, contacts: tuple[Contact, ...]) -> bytes:
    """Contacts as the database keeps them."""
    return vault.customer_contacts.seal(msgspec.json.encode(contacts), customer_id.bytes)


def open_contacts(vault: Vault, customer_id: UUID, sealed: bytes) -> tuple[Contact, ...]:
    """The contacts that were sealed for a customer."""
    opened = vault.customer_contacts.open(sealed, customer_id.bytes)
    return msgspec.json.decode(opened, type=tuple[Contact, ...])
