"""Suspense: money on a bank account of ours that nobody can be found for, until two people say what becomes of it.

An item is a fact and never changes. What is to become of it is a **resolution**: proposed by one person, approved by
another. An item without a resolution that stands is open, and has one at most.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum, auto
from types import MappingProxyType
from typing import Final
from uuid import UUID

from florin.domain.declines import Decline
from florin.domain.payout import Payout


class SuspenseReason(StrEnum):
    """Why nobody could be found for a line."""

    NOBODY_NAMED = auto()  # no reference of ours stands in it
    SEVERAL_NAMED = auto()  # two or more do, and nobody knows which part is for which
    OTHER_PROGRAMME = auto()  # it names an order of another programme than the bank account's
    CUSTOMER_NOT_ACTIVE = auto()  # the customer that it names is suspended
    PAYER_UNKNOWN = auto()  # it does not say from which account it comes, which a receipt must
    OTHER_AMOUNT = auto()  # it names a payout that has another amount
    PAYOUT_NOT_SENT = auto()  # it names a payout that is not on its way, or has come back or arrived before
    MORE_THAN_OWED = auto()  # it names a merchant that owes less for cards
    REFUND_CAME_BACK = auto()  # a refund of a customer's money has come back
    REFUSED = auto()  # the rules do not let it be received


class ItemStatus(StrEnum):
    """Where an item stands: as the resolution that stands, if there is one."""

    OPEN = auto()
    PROPOSED = auto()
    APPROVED = auto()


class ResolutionKind(StrEnum):
    """What is to become of an item."""

    ASSIGN = auto()  # it is a receipt of a corporate customer
    PAYOUT = auto()  # it is a provider's payout, which the book has from the provider's bill
    SEND_BACK = auto()  # it goes back to whom it came from


class ResolutionStatus(StrEnum):
    """Where a resolution stands."""

    PROPOSED = auto()
    REJECTED = auto()
    APPROVED = auto()
    UNDONE = auto()  # the bank has sent back what was to go back, and the item is open again


class ResolutionOperation(StrEnum):
    """What can be asked of a resolution."""

    REJECT = auto()
    APPROVE = auto()
    UNDO = auto()


_S: Final = ResolutionStatus
_O: Final = ResolutionOperation

MOVES: Final[Mapping[tuple[ResolutionOperation, ResolutionStatus], ResolutionStatus]] = MappingProxyType(
    {
        (_O.REJECT, _S.PROPOSED): _S.REJECTED,
        (_O.APPROVE, _S.PROPOSED): _S.APPROVED,
        (_O.UNDO, _S.APPROVED): _S.UNDONE,
    }
)
"""Every operation with the status that it starts from and leads to; what is not listed is refused."""


def permit_resolution(operation: ResolutionOperation, status: ResolutionStatus) -> ResolutionStatus | Decline:
    """The status that follows ``operation``, or ``SUSPENSE_NOT_IN_STATE``."""
    return MOVES.get((operation, status), Decline.SUSPENSE_NOT_IN_STATE)


@dataclass(slots=True)
class SuspenseItem:
    """A line of a bank's statement that nobody was found for; its journal has put the money into suspense.

    ``counterparty_id`` is the bank account, and owns what stands in suspense. ``bank_reference`` is the bank's own.
    """

    id: UUID
    line_id: UUID
    counterparty_id: UUID
    programme_id: UUID
    unit: str
    amount_minor: int
    reason: SuspenseReason
    bank_reference: str
    booked_on: date
    journal_id: UUID
    opened_at: datetime


@dataclass(slots=True)
class SuspenseResolution:
    """The working copy of a resolution, which changes only under the lock of its item.

    An assignment has a customer, and an order's payment reference if it is for one; what goes back has an account,
    sealed; a provider's payout has the journal by which the book has it. The parties of a receipt are kept as the
    proposer has read them off the statement. What a rule has found, nobody has proposed and nobody decided on.
    """

    id: UUID
    item_id: UUID
    programme_id: UUID
    unit: str
    amount_minor: int
    kind: ResolutionKind
    reason: str
    status: ResolutionStatus
    proposed_by: UUID
    proposed_person: UUID
    proposed_at: datetime
    customer_id: UUID | None = None
    payment_reference: str | None = None
    parties_encrypted: bytes | None = None
    account_encrypted: bytes | None = None
    last4: str | None = None
    payout_journal_id: UUID | None = None
    decided_by: UUID | None = None
    decided_person: UUID | None = None
    decided_at: datetime | None = None
    approved_hash: bytes | None = None
    receipt_id: UUID | None = None
    journal_id: UUID | None = None

    @property
    def stands(self) -> bool:
        """Whether it is the one resolution that its item has."""
        return self.status in (ResolutionStatus.PROPOSED, ResolutionStatus.APPROVED)

    @property
    def details_hash(self) -> bytes:
        """What stands for all that is approved: SHA-256 of what is proposed, of which item, and by whom."""
        told = {name: str(getattr(self, name)) for name in HASHED}
        told["sealed"] = (self.account_encrypted or self.parties_encrypted or b"").hex()
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).digest()


@dataclass(slots=True, kw_only=True)
class SuspensePayout(Payout):
    """The payout of an item that goes back to its sender, to the account of the resolution that was approved."""

    item_id: UUID
    resolution_id: UUID
    counterparty_id: UUID


HASHED: Final = (
    "id", "item_id", "programme_id", "unit", "amount_minor", "kind", "reason", "proposed_person", "customer_id",
    "payment_reference", "last4", "payout_journal_id",
)  # fmt: skip
"""What the hash of a resolution binds, besides what is sealed."""
