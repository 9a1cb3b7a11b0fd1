"""Who has a trial card: a person, told by the document on record, however many accounts it has."""

from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.membership.record_identity import opened_identity
from florin.storage.members.members import profile_of


async def trial_person(house: ClearingHouse, member_id: UUID) -> bytes | None:
    """A blind index of the member's document; None as long as no real name is on record."""
    profile = await profile_of(house.pool, member_id)
    if profile is None or profile.identity_encrypted is None:
        return None
    identity = opened_identity(house.vault, member_id, profile.identity_encrypted)
    return house.vault.trial_persons.of(f"{identity.document_kind}:{identity.document_number}")
