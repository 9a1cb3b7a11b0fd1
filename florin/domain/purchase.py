"""Purchases and holds: what was taken or reserved, from which lots, and what is left to give back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, auto
from typing import Final
from uuid import UUID

from florin.domain.chart import AccountCode

VOID_WINDOW: Final = timedelta(hours=24)
"""How long a till may take back what it did as if it had not been, by void or reversal (interface page, Operations)."""


class OwnerKind(StrEnum):
    """Who pays: a card or a member's wallet."""

    CARD = auto()
    MEMBER = auto()

    @property
    def lot_codes(self) -> tuple[AccountCode, AccountCode]:
        """The payer's two lots: principal and bonus."""
        if self is OwnerKind.CARD:
            return AccountCode.CARD_PRINCIPAL, AccountCode.CARD_BONUS
        return AccountCode.WALLET_PRINCIPAL, AccountCode.WALLET_BONUS


class PurchaseStatus(StrEnum):
    """A completed purchase may be refunded; a voided or reversed one has been given back whole."""

    COMPLETED = auto()
    VOIDED = auto()
    REVERSED = auto()


@dataclass(slots=True)
class Purchase:
    """A debit in favour of a merchant; in minor units, over the payer's lots and the programme's discount."""

    id: UUID
    shard: int
    programme_id: UUID
    merchant_id: UUID
    terminal_id: UUID | None
    reference: str
    owner_kind: OwnerKind
    owner_id: UUID
    hold_id: UUID | None
    unit: str
    requested_minor: int
    principal_minor: int
    bonus_minor: int
    discount_minor: int
    refunded_principal_minor: int
    refunded_bonus_minor: int
    refunded_discount_minor: int
    status: PurchaseStatus
    journal_id: UUID
    event_at: datetime
    posted_at: datetime

    @property
    def taken_minor(self) -> int:
        """What the merchant got for it: what was taken from both lots, and what the programme paid."""
        return self.principal_minor + self.bonus_minor + self.discount_minor

    @property
    def refunded_minor(self) -> int:
        """What has been given back in all."""
        return self.refunded_principal_minor + self.refunded_bonus_minor + self.refunded_discount_minor

    @property
    def remaining_minor(self) -> int:
        """What may still be refunded."""
        return self.taken_minor - self.refunded_minor


class HoldStatus(StrEnum):
    """Only an open hold reserves money."""

    OPEN = auto()
    CAPTURED = auto()
    RELEASED = auto()
    EXPIRED = auto()


@dataclass(slots=True)
class Hold:
    """A reservation for a merchant that posts nothing; amounts in minor units by lot.

    ``payment_id`` is the payment of the rest where it keeps the wallet's part of a split purchase.
    """

    id: UUID
    shard: int
    programme_id: UUID
    merchant_id: UUID
    terminal_id: UUID | None
    reference: str
    owner_kind: OwnerKind
    owner_id: UUID
    unit: str
    principal_minor: int
    bonus_minor: int
    status: HoldStatus
    expires_at: datetime
    opened_at: datetime
    ended_at: datetime | None
    payment_id: UUID | None = None

    @property
    def amount_minor(self) -> int:
        """What is reserved in all."""
        return self.principal_minor + self.bonus_minor

    def lots(self) -> list[tuple[AccountCode, int]]:
        """The accounts on which it is reserved, and how much on each."""
        amounts = zip(self.owner_kind.lot_codes, (self.principal_minor, self.bonus_minor), strict=True)
        return [(code, amount_minor) for code, amount_minor in amounts if amount_minor]

    def end(self, status: HoldStatus, now: datetime) -> None:
        """The hold is over and reserves nothing any more; one that expired was over when its time had passed."""
        self.status = status
        self.ended_at = self.expires_at if status is HoldStatus.EXPIRED else now

    def has_expired(self, now: datetime) -> bool:
        """Whether it is still open although its time has passed."""
        return self.status is HoldStatus.OPEN and self.expires_at <= now
