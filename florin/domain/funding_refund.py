"""Funding refunds: money of a corporate customer that no order needs, on its way back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto
from types import MappingProxyType
from typing import Final
from uuid import UUID

from florin.domain.declines import Decline


class FundingRefundStatus(StrEnum):
    """Where a refund stands."""

    REQUESTED = auto()  # reserved on the funding account; waits for another person
    APPROVED = auto()  # taken from the funding account; on its way to the bank
    REFUSED = auto()  # given up; its money is free again
    PAID = auto()  # the bank has paid it


class FundingRefundOperation(StrEnum):
    """What can be asked of a refund."""

    APPROVE = auto()
    REFUSE = auto()
    PAY = auto()  # record that the bank has paid


_S: Final = FundingRefundStatus
_O: Final = FundingRefundOperation

MOVES: Final[Mapping[tuple[FundingRefundOperation, FundingRefundStatus], FundingRefundStatus]] = MappingProxyType(
    {
        (_O.APPROVE, _S.REQUESTED): _S.APPROVED,
        (_O.REFUSE, _S.REQUESTED): _S.REFUSED,
        (_O.PAY, _S.APPROVED): _S.PAID,
    }
)
"""Every operation with the status that it starts from and leads to; what is not listed is refused."""


def permit_refund(operation: FundingRefundOperation, status: FundingRefundStatus) -> FundingRefundStatus | Decline:
    """The status that follows ``operation``, or ``FUNDING_REFUND_NOT_IN_STATE``."""
    return MOVES.get((operation, status), Decline.FUNDING_REFUND_NOT_IN_STATE)


@dataclass(slots=True)
class FundingRefund:
    """The working copy of a refund's row; it changes only under the lock of its customer's funding account.

    ``refund_account_id`` is the bank account that it was requested for. The people are those behind the logins.
    """

    id: UUID
    shard: int
    programme_id: UUID
    customer_id: UUID
    refund_account_id: UUID
    amount_minor: int
    unit: str
    reason: str
    status: FundingRefundStatus
    requested_by: UUID
    requested_person: UUID
    requested_at: datetime
    decided_by: UUID | None = None
    decided_person: UUID | None = None
    decided_at: datetime | None = None
    journal_id: UUID | None = None
    paid_by: UUID | None = None
    paid_at: datetime | None = None
    paid_journal_id: UUID | None = None
    bank_reference: str | None = None
