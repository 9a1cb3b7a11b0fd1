"""The recipients of an order: how each is sealed for the place where it stands, and one digest over all of them."""

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Final
from uuid import UUID

import msgspec

from florin.clearing.house import ClearingHouse
from florin.crypto.envelope import Envelope
from florin.crypto.vault import Vault
from florin.domain.identity import Identity
from florin.domain.recipient import Recipient
from florin.storage.connect import Connection
from florin.storage.corporate.recipients import Place, SealedRecipient, all_recipients

_encode: Final = msgspec.json.Encoder(order="deterministic").encode
_identity: Final = msgspec.json.Decoder(Identity).decode


def sealed_recipient(vault: Vault, order_id: UUID, place: Place, recipient: Recipient) -> SealedRecipient:
    """A recipient as the database keeps it: what is personal opens at this place of this order only."""
    line, serial = place
    row = _row_id(order_id, place)
    identity = recipient.identity
    return SealedRecipient(
        line,
        serial,
        vault.recipient_names.seal(recipient.name.encode(), row),
        vault.recipient_contacts.seal(recipient.contact.encode(), row),
        recipient.employee_number,
        None if identity is None else vault.recipient_identities.seal(_encode(identity), row),
    )


def opened_recipient(vault: Vault, order_id: UUID, sealed: SealedRecipient) -> Recipient:
    """The recipient that was sealed for its place; `DecryptionFailed` when it was altered or moved there."""
    row = _row_id(order_id, sealed.place)
    identity = sealed.identity_encrypted
    return Recipient(
        vault.recipient_names.open(sealed.name_encrypted, row).decode(),
        vault.recipient_contacts.open(sealed.contact_encrypted, row).decode(),
        sealed.employee_number,
        None if identity is None else opened_identity(vault, order_id, sealed.place, identity),
    )


def resealed_recipient(vault: Vault, from_id: UUID, to_id: UUID, sealed: SealedRecipient) -> SealedRecipient:
    """The recipient of a place of one order, sealed for the same place of another: each value is opened, none is read.

    Raises:
        DecryptionFailed: it was altered, or moved there from another place.
    """
    old, new = _row_id(from_id, sealed.place), _row_id(to_id, sealed.place)

    def moved(envelope: Envelope, value: bytes) -> bytes:
        return envelope.seal(envelope.open(value, old), new)

    identity = sealed.identity_encrypted
    return sealed._replace(
        name_encrypted=moved(vault.recipient_names, sealed.name_encrypted),
        contact_encrypted=moved(vault.recipient_contacts, sealed.contact_encrypted),
        identity_encrypted=None if identity is None else moved(vault.recipient_identities, identity),
    )


def opened_contact(vault: Vault, order_id: UUID, place: Place, sealed: bytes) -> str:
    """The contact that was sealed for a place; `DecryptionFailed` when it was altered or moved there."""
    return vault.recipient_contacts.open(sealed, _row_id(order_id, place)).decode()


def opened_identity(vault: Vault, order_id: UUID, place: Place, sealed: bytes) -> Identity:
    """The identity that was sealed for a place; `DecryptionFailed` when it was altered or moved there."""
    return _identity(vault.recipient_identities.open(sealed, _row_id(order_id, place)))


async def recipients_digest(house: ClearingHouse, order_id: UUID) -> bytes | None:
    """What `digest_recipients` says of an order as it stands now."""
    async with house.pool.connection() as connection:
        return await digest_recipients(connection, house.vault, order_id)


async def digest_recipients(connection: Connection, vault: Vault, order_id: UUID) -> bytes | None:
    """A digest over the plain content and the place of every recipient, 32 bytes; None for an order without any.

    It is made under a key: whoever holds a dump cannot try out who is on a short list. The caller holds the order's row
    lock, or does not mind that the order may change meanwhile.

    Raises:
        DecryptionFailed: a recipient was altered, or moved here from another place, in the database.
    """
    digest = hashlib.sha256()
    empty = True
    async for page in all_recipients(connection, order_id):
        empty = False
        # Opening a page takes milliseconds that the event loop of a serving process does not have.
        digest.update(await asyncio.to_thread(_plain, vault, order_id, page))
    return None if empty else vault.fingerprint.of("order.recipients", digest.digest())


def _plain(vault: Vault, order_id: UUID, page: Sequence[SealedRecipient]) -> bytes:
    return b"".join(_encode((each.place, opened_recipient(vault, order_id, each))) for each in page)


def _row_id(order_id: UUID, place: Place) -> bytes:
    line, serial = place
    return order_id.bytes + line.to_bytes(2) + serial.to_bytes(4)
