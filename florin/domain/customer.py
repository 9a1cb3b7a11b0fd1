"""Corporate customers as the rules see them."""

from dataclasses import dataclass
from enum import StrEnum, auto
from uuid import UUID


class CustomerStatus(StrEnum):
    """Whether business is done with a customer."""

    ACTIVE = auto()
    SUSPENDED = auto()  # nothing new is ordered, funded, activated or paid back; what it sends is still recorded


@dataclass(slots=True)
class CustomerStanding:
    """What a decision about a customer's money asks first; read under the lock of its funding account.

    ``refund_account_id`` is the bank account in force that refunds go to, None while there is none.
    """

    id: UUID
    status: CustomerStatus
    refund_account_id: UUID | None

    @property
    def is_active(self) -> bool:
        """Whether business is done with it."""
        return self.status is CustomerStatus.ACTIVE
