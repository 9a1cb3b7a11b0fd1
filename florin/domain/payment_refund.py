"""Payment refunds: money of a payment that goes back to where it came from, by the provider."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto
from uuid import UUID


class RefundCause(StrEnum):
    """Why money goes back."""

    COOLING_OFF = auto()  # the member wants it back, and the law gives a time for that
    NOT_CREDITABLE = auto()  # the wallet could not take it
    DISPUTED = auto()  # it was paid otherwise than it was asked for


class PaymentRefundStatus(StrEnum):
    """Where a refund stands."""

    REQUESTED = auto()  # it is taken from the wallet, if it was in it, and the provider is asked until it says
    PAID = auto()
    FAILED = auto()  # the provider will not; it is in the wallet again, if it was there


@dataclass(slots=True)
class PaymentRefund:
    """The working copy of a refund, in minor units; its status changes only under the locks of its member's wallet.

    ``requested_by`` is the session behind it, or the payment itself where nobody asked. The first journal takes the
    money out of the wallet, the second puts it back; neither is there for money that was never credited.
    """

    id: UUID
    shard: int
    programme_id: UUID
    payment_id: UUID
    member_id: UUID
    cause: RefundCause
    amount_minor: int
    unit: str
    status: PaymentRefundStatus
    requested_by: UUID
    requested_at: datetime
    provider_reference: str | None
    failure: str | None
    journal_id: UUID | None
    put_back_journal_id: UUID | None
    ended_at: datetime | None
    next_step_at: datetime | None

    @property
    def reference(self) -> str:
        """What the provider knows it by."""
        return self.id.hex
