"""Payouts between programmes: the rest of a netting statement, on its way from one programme's bank to the other's."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from florin.domain.payout import Payout


@dataclass(slots=True, kw_only=True)
class NettingPayout(Payout):
    """The payout of a netting statement; ``programme_id`` is the debtor's.

    Its account is the one that two people have approved with the statement. The creditor's bank shows it by itself:
    ``received_at``. One that came back is owed again, and part of the next netting statement, ``carried_into``.
    """

    netting_id: UUID
    creditor_id: UUID
    account_encrypted: bytes
    received_by: UUID | None = None
    received_at: datetime | None = None
    received_journal_id: UUID | None = None
    received_reference: str | None = None
    carried_into: UUID | None = None

    @property
    def may_come_back(self) -> bool:
        """Until the creditor's bank has shown it."""
        return self.received_at is None
