"""Payouts of closed accounts: what is owed to their holders, on its way to them."""

from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Final
from uuid import UUID

from florin.domain.payout import Payout, PayoutStatus


class PayoutCause(StrEnum):
    """Why it is owed."""

    CLOSURE = auto()  # the account was closed
    GIVEN_BACK = auto()  # a merchant has given a purchase back since
    RETURNED = auto()  # the bank has sent an earlier payout back


OWED: Final = (PayoutStatus.ACCOUNT_NEEDED, PayoutStatus.PROPOSED, PayoutStatus.DUE)
"""The statuses in which the money still stands on the account of closures."""


@dataclass(slots=True, kw_only=True)
class ClosurePayout(Payout):
    """The payout of a closed account; it changes only under the locks of its owner's strict accounts.

    ``source_journal_id`` is the journal that has put the money on the account of closures. In cash it is in no file.
    ``account_person`` is who named an account after the closure was approved.
    """

    shard: int
    closure_id: UUID
    owner_id: UUID
    cause: PayoutCause
    source_journal_id: UUID
    in_cash: bool
    account_person: UUID | None = None
    accepted_by: UUID | None = None
    accepted_person: UUID | None = None
