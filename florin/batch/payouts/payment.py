"""What both forms of a payout file say: who pays, and whom how much."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from florin.domain.bank_account import BankAccount


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment; ``reference`` goes with it to the receiver, and comes back in the bank's statement."""

    payout_id: UUID
    to: BankAccount = field(repr=False)
    amount_minor: int
    reference: str


@dataclass(frozen=True, slots=True)
class PaymentList:
    """Payments of one currency that are made on one day from one account."""

    id: UUID
    payer: BankAccount
    unit: str
    made_at: datetime
    pays_on: date
    payments: tuple[Payment, ...]

    @property
    def total_minor(self) -> int:
        """The control sum, in minor units."""
        return sum(each.amount_minor for each in self.payments)
