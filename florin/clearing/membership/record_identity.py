"""Record a member's identity: the real-name step that a policy pack may ask for before value comes in."""

from uuid import UUID

import msgspec

from florin.clearing.house import ClearingHouse
from florin.crypto.vault import Vault
from florin.domain.declines import Decline
from florin.domain.identity import Identity, birthday_of
from florin.storage.audit_trail import Author
from florin.storage.members.members import record_identity as keep_identity


async def record_identity(house: ClearingHouse, member_id: UUID, identity: Identity, author: Author) -> Decline | None:
    """None when the identity is on record, for good: a closure is paid out to the same name.

    Declines: ``identity_on_record`` when there is one already, ``member_not_active``.
    """
    sealed = sealed_identity(house.vault, member_id, identity)
    return await keep_identity(house.pool, member_id, sealed, birthday_of(identity), author)


def sealed_identity(vault: Vault, member_id: UUID, identity: Identity) -> bytes:
    """An identity as the database keeps it."""
    return vault.member_identities.seal(msgspec.json.encode(identity), member_id.bytes)


def opened_identity(vault: Vault, member_id: UUID, sealed: bytes) -> Identity:
    """The identity that was sealed for a member."""
    return msgspec.json.decode(vault.member_identities.open(sealed, member_id.bytes), type=Identity)
