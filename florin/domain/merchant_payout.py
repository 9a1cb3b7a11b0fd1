"""Payouts of merchants: what a statement has found to be paid, on its way to the merchant's bank account."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from florin.domain.payout import PayoutStatus


@dataclass(slots=True)
class MerchantPayout:
    """The working copy of a merchant's payout; its life is that of every payout (`domain.payout`).

    Which account it goes to is settled when it is put into a file: the one that is in force then. After the bank has
    sent one back, ``replaces_id`` names it, and the account must have been confirmed again since.
    """

    id: UUID
    statement_id: UUID
    programme_id: UUID
    merchant_id: UUID
    unit: str
    amount_minor: int
    pays_on: date
    status: PayoutStatus
    made_at: datetime
    replaces_id: UUID | None = None
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
