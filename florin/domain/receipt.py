"""Receipts: money that has come in from a corporate customer, and who paid it to whom."""

from dataclasses import dataclass, field
from enum import StrEnum, auto
from typing import Self

from florin.domain.bank_account import read_account_number
from florin.domain.invalid_field import InvalidField
from florin.domain.names import spelled_name


class PaymentMethod(StrEnum):
    """How the money came."""

    BANK_TRANSFER = auto()
    CASH = auto()


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody at one end of a payment, and the account that the money left or reached; cash knows none."""

    name: str = field(repr=False)
    account: str | None = field(default=None, repr=False)

    @classmethod
    def read(cls, which: str, name: str, account: str | None) -> Self:
        """The party in its one spelling; `InvalidField` names a field of ``which`` when it is malformed."""
        number = None if account is None else read_account_number(f"{which}.account", account)
        return cls(spelled_name(f"{which}.name", name), number)


@dataclass(frozen=True, slots=True)
class Parties:
    """Payer and payee, which are kept sealed."""

    payer: Party
    payee: Party

    def require_accounts(self, method: PaymentMethod) -> None:
        """Refuse a bank transfer without the account of either side: `InvalidField`.

        Pack ``cn`` wants name, account and amount of both kept for every transfer, and a transfer has them anywhere.
        """
        if method is PaymentMethod.BANK_TRANSFER:
            for which, party in (("payer", self.payer), ("payee", self.payee)):
                if party.account is None:
                    raise InvalidField(f"{which}.account", "a bank transfer has an account at both ends")
