"""Payouts: what somebody is owed, on its way through the bank: a closed account's holder, a merchant, a programme."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto
from types import MappingProxyType
from typing import Final
from uuid import UUID

from florin.domain.declines import Decline


class PayoutStatus(StrEnum):
    """Where a payout stands."""

    ACCOUNT_NEEDED = auto()  # nobody knows where to pay it to: the bank sent it back, or no account was ever given
    PROPOSED = auto()  # an account was given, and waits for a second person
    DUE = auto()  # to be paid
    SENT = auto()  # in a payout file, or handed over in cash
    SETTLED = auto()  # the bank statement shows it
    RETURNED = auto()  # the bank has sent it back; another payout of the same amount takes its place


HAS_LEFT: Final = frozenset({PayoutStatus.SENT, PayoutStatus.SETTLED})
"""With the bank, and not come back."""


class PayoutOperation(StrEnum):
    """What can be asked of a payout."""

    PROPOSE = auto()  # give an account for it
    ACCEPT = auto()  # a second person has looked at the account
    SEND = auto()
    SETTLE = auto()
    RETURN = auto()


class PayoutKind(StrEnum):
    """To whom a payout goes."""

    CLOSURE = auto()  # to the holder of a closed account
    MERCHANT = auto()
    NETTING = auto()  # to another programme
    SUSPENSE = auto()  # back to whom money came from that nobody was found for


_S: Final = PayoutStatus
_O: Final = PayoutOperation

MOVES: Final[Mapping[tuple[PayoutOperation, PayoutStatus], PayoutStatus]] = MappingProxyType(
    {
        (_O.PROPOSE, _S.ACCOUNT_NEEDED): _S.PROPOSED,
        (_O.PROPOSE, _S.PROPOSED): _S.PROPOSED,
        (_O.ACCEPT, _S.PROPOSED): _S.DUE,
        (_O.SEND, _S.DUE): _S.SENT,
        (_O.SETTLE, _S.SENT): _S.SETTLED,
        (_O.RETURN, _S.SENT): _S.RETURNED,
        # Banks book first and find out later that an account does not exist.
        (_O.RETURN, _S.SETTLED): _S.RETURNED,
    }
)
"""Every operation with the status that it starts from and leads to; what is not listed is refused."""


def permit_payout(operation: PayoutOperation, status: PayoutStatus) -> PayoutStatus | Decline:
    """The status that follows ``operation``, or ``PAYOUT_NOT_IN_STATE``."""
    return MOVES.get((operation, status), Decline.PAYOUT_NOT_IN_STATE)


@dataclass(slots=True, kw_only=True)
class Payout:
    """The working copy of a payout's row, as far as all kinds have it: what is owed, and how far it is on its way.

    ``file_id`` is the payout file that it is in; ``account_id`` the bank account that it goes to.
    """

    id: UUID
    programme_id: UUID
    unit: str
    amount_minor: int
    status: PayoutStatus
    made_at: datetime
    account_id: UUID | None = None
    file_id: UUID | None = None
    sent_by: UUID | None = None
    sent_at: datetime | None = None
    paid_journal_id: UUID | None = None
    settled_by: UUID | None = None
    settled_at: datetime | None = None
    settled_journal_id: UUID | None = None
    bank_reference: str | None = None
    returned_by: UUID | None = None
    returned_at: datetime | None = None
    returned_journal_id: UUID | None = None
    return_reason: str | None = None

    @property
    def may_come_back(self) -> bool:
        """Whether the bank can still send it back, as far as anybody knows."""
        return True
