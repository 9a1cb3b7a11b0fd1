"""Payments: money that a member brings in through a payment provider, from the offer to its credit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, auto
from hashlib import sha256
from types import MappingProxyType
from typing import Final
from uuid import UUID

PAYMENT_LIFETIME: Final = timedelta(minutes=35)
"""How long a payment can be paid. Stripe offers none for less than 30 minutes; a code on a screen needs no more."""

CLOSING_TIME: Final = timedelta(minutes=1)
"""How long after its end a payment is left alone before it is closed: the clocks of two houses differ."""

SPLIT_HOLD_TIME: Final = PAYMENT_LIFETIME + timedelta(minutes=10)
"""How long the wallet's part of a split purchase is held at most: as long as its payment may live, and be heard of."""

COMPLETION_TIME: Final = timedelta(days=1)
"""How long the hold of a split purchase lives on once all of its money has come in; it is captured at once."""

FIRST_QUESTION_S: Final = 30
SLOWEST_QUESTION_S: Final = 3600
"""Providers are asked after so many seconds, then after twice as many each time, until once an hour."""


class PaymentPurpose(StrEnum):
    """What a payment is for."""

    TOP_UP = auto()  # the member's wallet
    SPLIT_PURCHASE = auto()  # the part of a purchase that the wallet could not pay
    CARD = auto()  # a card, which is the buyer's once it is paid


class PaymentStatus(StrEnum):
    """Where a payment stands with us. That it is paid is no status of its own: it is credited or returned by then."""

    CREATED = auto()  # the provider has not said yet that it offers it
    OFFERED = auto()  # it can be paid
    WITHDRAWN = auto()  # nobody waits for it any more; its provider has still to close it
    CREDITED = auto()  # its money is in the wallet
    RETURNED = auto()  # it was paid, could not be credited, and goes back whole to where it came from
    EXPIRED = auto()  # nobody has paid, and nobody can any more
    FAILED = auto()  # the provider would not offer it
    DISPUTED = auto()  # it was paid otherwise than it was asked for; a person looks at it


class PaymentOperation(StrEnum):
    """What becomes of a payment."""

    OFFER = auto()
    CREDIT = auto()
    RETURN = auto()
    DISPUTE = auto()
    WITHDRAW = auto()
    EXPIRE = auto()
    FAIL = auto()


_S: Final = PaymentStatus
_OFFERED: Final = (_S.CREATED, _S.OFFERED)
_OPEN: Final = (*_OFFERED, _S.WITHDRAWN)
_UNPAID: Final = (*_OPEN, _S.EXPIRED, _S.FAILED)

MOVES: Final[Mapping[PaymentOperation, tuple[tuple[PaymentStatus, ...], PaymentStatus]]] = MappingProxyType(
    {
        PaymentOperation.OFFER: ((_S.CREATED,), _S.OFFERED),
        # Money counts whenever it comes, also after we had given the payment up.
        PaymentOperation.CREDIT: ((*_UNPAID, _S.DISPUTED), _S.CREDITED),
        PaymentOperation.RETURN: ((*_UNPAID, _S.DISPUTED), _S.RETURNED),
        PaymentOperation.DISPUTE: (_UNPAID, _S.DISPUTED),
        PaymentOperation.WITHDRAW: (_OFFERED, _S.WITHDRAWN),
        PaymentOperation.EXPIRE: (_OPEN, _S.EXPIRED),
        PaymentOperation.FAIL: ((_S.CREATED,), _S.FAILED),
    }
)
"""Every operation with the statuses that it starts from, and where it leads."""


def following(operation: PaymentOperation, status: PaymentStatus) -> PaymentStatus | None:
    """The status that follows; None where the operation changes nothing, because it comes too late or again."""
    starts, end = MOVES[operation]
    return end if status in starts else None


def provider_account(provider: str) -> UUID:
    """The owner of the receivable account of a provider, made of the name that the settings give it.

    The name alone tells it, so nothing must be registered before the first payment.
    """
    return UUID(bytes=sha256(f"florin payment provider {provider}".encode()).digest()[:16])


@dataclass(slots=True)
class Payment:
    """The working copy of a payment; its status changes only under the locks of its member's wallet.

    Amounts are minor units. ``paid_...`` is what the provider says was paid, ``refunded_minor`` what has gone back or
    is on its way, ``purchase_minor`` what a split purchase costs in all, ``face_minor`` what the card that it buys is
    to be worth, ``return_url`` the page to which the payer comes back. ``next_step_at`` is when a duty looks at it
    again, None when there is nothing left to do.
    """

    id: UUID
    shard: int
    programme_id: UUID
    member_id: UUID
    provider: str
    provider_id: UUID
    purpose: PaymentPurpose
    hold_id: UUID | None
    purchase_minor: int | None
    amount_minor: int
    unit: str
    status: PaymentStatus
    pay_url: str | None
    provider_reference: str | None
    created_at: datetime
    expires_at: datetime
    paid_minor: int | None
    paid_unit: str | None
    paid_at: datetime | None
    refunded_minor: int
    journal_id: UUID | None
    ended_at: datetime | None
    next_step_at: datetime | None
    product_id: UUID | None = None
    face_minor: int | None = None
    card_id: UUID | None = None
    return_url: str | None = None

    @property
    def reference(self) -> str:
        """What the provider knows it by."""
        return self.id.hex

    @property
    def is_open(self) -> bool:
        """Whether it can still be paid, as far as we know."""
        return self.status in _OPEN

    @property
    def discount_minor(self) -> int:
        """What the card that it buys is worth beyond its price: the programme gives it, with a trial card alone."""
        return 0 if self.face_minor is None else self.face_minor - self.amount_minor

    @property
    def left_minor(self) -> int:
        """What was paid and has not gone back."""
        return (self.paid_minor or 0) - self.refunded_minor

    def end_as_paid(
        self, status: PaymentStatus, paid_minor: int, paid_unit: str, told_at: datetime | None, now: datetime
    ) -> None:
        """It is over, because its provider says that so much was paid at that time."""
        self.status, self.ended_at, self.next_step_at = status, now, None
        self.paid_minor, self.paid_unit = paid_minor, paid_unit
        self.paid_at = self.paid_between(told_at, now)

    def paid_between(self, told: datetime | None, now: datetime) -> datetime:
        """When it was paid: what the provider says, yet neither before it was made nor after ``now``."""
        return now if told is None else max(self.created_at, min(told, now))

    def is_to_be_closed(self, now: datetime) -> bool:
        """Whether it is withdrawn, or its time is over, with some patience for clocks that differ."""
        return self.status is PaymentStatus.WITHDRAWN or now >= self.expires_at + CLOSING_TIME
