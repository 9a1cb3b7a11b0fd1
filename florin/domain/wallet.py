"""A member as the clearing verbs see one: the owner of a wallet."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from florin.domain.member_life import MemberStatus


@dataclass(slots=True)
class Wallet:
    """The working copy of a member; it changes only under the locks of the wallet's strict accounts.

    ``price_basis_points`` is what the member's tier pays of a price, 10,000 without one.
    """

    id: UUID
    shard: int
    programme_id: UUID
    status: MemberStatus
    has_identity: bool
    price_basis_points: int


@dataclass(slots=True)
class PaymentCode:
    """A member's consent to one payment: shown at the till, used once, short-lived."""

    code_index: bytes
    member_id: UUID
    expires_at: datetime
    used_at: datetime | None

    def is_usable(self, now: datetime) -> bool:
        """Whether it may still pay."""
        return self.used_at is None and now < self.expires_at
