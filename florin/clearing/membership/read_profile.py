"""Read a member's profile: what the member has told us, opened for the member's own eyes."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.membership.record_identity import opened_identity
from florin.crypto.envelope import Envelope
from florin.domain.identity import Identity
from florin.domain.member_life import MemberStatus
from florin.storage.members.members import profile_of


@dataclass(frozen=True, slots=True)
class Profile:
    """A member as the member sees it. ``identity`` is None until a real name is on record."""

    member_id: UUID
    programme_id: UUID
    user_name: str
    status: MemberStatus
    mail: str | None = field(repr=False)
    mobile: str | None = field(repr=False)
    identity: Identity | None
    agreement_version: str
    agreed_at: datetime
    totp_on: bool
    created_at: datetime


async def read_profile(house: ClearingHouse, member_id: UUID) -> Profile | None:
    """The profile of a member; None when there is no such member."""
    sealed = await profile_of(house.pool, member_id)
    if sealed is None:
        return None
    vault, identity = house.vault, sealed.identity_encrypted
    return Profile(
        member_id,
        sealed.programme_id,
        sealed.user_name,
        sealed.status,
        _opened(vault.mails, sealed.mail_encrypted, member_id),
        _opened(vault.mobiles, sealed.mobile_encrypted, member_id),
        None if identity is None else opened_identity(vault, member_id, identity),
        sealed.agreement_version,
        sealed.agreed_at,
        sealed.totp_on,
        sealed.created_at,
    )


def _opened(envelope: Envelope, sealed: bytes | None, member_id: UUID) -> str | None:
    return None if sealed is None else envelope.open(sealed, member_id.bytes).decode()
