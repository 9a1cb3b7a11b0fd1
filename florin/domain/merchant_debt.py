"""What a merchant owes for cards that it has sold at its tills, and what it has paid of that by bank transfer."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class MerchantDebt:
    """What a merchant owes a programme: besides what statements that are not approved yet set off, in minor units."""

    programme_id: UUID
    merchant_id: UUID
    unit: str
    owed_minor: int


@dataclass(frozen=True, slots=True)
class MerchantDebts:
    """What a merchant names when it pays, and what it owes each programme whose cards it sells or has sold."""

    payment_reference: str
    debts: tuple[MerchantDebt, ...]


@dataclass(frozen=True, slots=True)
class MerchantDebtPayment:
    """Money that has come in. ``bank_reference`` is unique in the programme, ``recorded_by`` is a login."""

    id: UUID
    programme_id: UUID
    merchant_id: UUID
    unit: str
    amount_minor: int
    bank_reference: str
    received_on: date
    business_date: date
    recorded_by: UUID
    journal_id: UUID
    posted_at: datetime
