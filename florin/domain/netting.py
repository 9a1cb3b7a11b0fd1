"""Netting: what two programmes owe each other for merchants, set off and settled in one payment."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum, auto
from typing import Final
from uuid import UUID

from florin.domain.bank_account import BankAccount
from florin.domain.declines import Decline


class NettingStatus(StrEnum):
    """Where a netting statement stands."""

    DRAFTED = auto()  # drawn up as often as anybody likes; nothing of it is posted
    APPROVED = auto()  # a second person has looked at it; what was set off is posted, and the rest is to be paid


@dataclass(slots=True, kw_only=True)
class NettingStatement:
    """The working copy of a netting statement's row; amounts in minor units.

    ``first_id`` is the smaller of the two programmes' ids. ``first_owes_minor`` is what the merchants' statements of
    the first pass on to the second, with what the bank has sent back of earlier payments, ``second_owes_minor`` the
    reverse; both may be below zero. ``net_minor`` is what the debtor pays to the payee's account.
    """

    id: UUID
    first_id: UUID
    second_id: UUID
    unit: str
    status: NettingStatus
    from_day: date
    until_day: date
    statements: int
    first_owes_minor: int
    second_owes_minor: int
    offset_minor: int = 0
    net_minor: int = 0
    debtor_id: UUID | None = None
    payee_holder: str | None = None
    payee_bank: str | None = None
    payee_number: str | None = None
    drafted_by: UUID
    drafted_person: UUID
    drafted_at: datetime
    approved_by: UUID | None = None
    approved_person: UUID | None = None
    approved_at: datetime | None = None
    approved_hash: bytes | None = None
    first_journal_id: UUID | None = None
    second_journal_id: UUID | None = None

    @property
    def creditor_id(self) -> UUID | None:
        """Who is paid, if anybody is."""
        if self.debtor_id is None:
            return None
        return self.second_id if self.debtor_id == self.first_id else self.first_id

    @property
    def payee(self) -> BankAccount | None:
        """Where to, if anybody is paid and has told its account."""
        if self.payee_holder is None or self.payee_bank is None or self.payee_number is None:
            return None
        return BankAccount(self.payee_holder, self.payee_bank, self.payee_number)

    @property
    def details_hash(self) -> bytes:
        """What stands for all that is approved: SHA-256 of the figures, of whose they are, and of who is paid where."""
        told = {name: _told(getattr(self, name)) for name in HASHED}
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).digest()


HASHED: Final = (
    "id", "first_id", "second_id", "unit", "from_day", "until_day", "statements", "first_owes_minor",
    "second_owes_minor", "offset_minor", "net_minor", "debtor_id", "payee_holder", "payee_bank", "payee_number",
)  # fmt: skip
"""What the hash of a netting statement binds."""


def _told(value: object) -> object:
    return value if value is None or isinstance(value, int) else str(value)


def set_off(statement: NettingStatement) -> None:
    """Work out what is set off and who pays the rest.

    The smaller of the two debts is set off against the other, in both books; a debt below zero is so made good by the
    other one's account. What is left is owed by one of them, or nothing is.
    """
    first_minor, second_minor = statement.first_owes_minor, statement.second_owes_minor
    statement.offset_minor = min(first_minor, second_minor)
    statement.net_minor = abs(first_minor - second_minor)
    debtor_id = statement.first_id if first_minor > second_minor else statement.second_id
    statement.debtor_id = debtor_id if statement.net_minor else None


def pays_to(statement: NettingStatement, account: BankAccount | None) -> None:
    """Name the account of the one that is paid; None when nobody is, or has told one."""
    named = account if statement.net_minor else None
    statement.payee_holder = None if named is None else named.holder
    statement.payee_bank = None if named is None else named.bank
    statement.payee_number = None if named is None else named.number


def permit_approval(statement: NettingStatement, details_hash: bytes) -> Decline | None:
    """Why what was looked at cannot be approved now, if it cannot.

    It is approved, it has changed, or nobody knows where its net is to be paid to.
    """
    if statement.status is not NettingStatus.DRAFTED:
        return Decline.NETTING_STATEMENT_NOT_IN_STATE
    if statement.details_hash != details_hash:
        return Decline.NETTING_STATEMENT_CHANGED
    if statement.net_minor and statement.payee is None:
        return Decline.BANK_ACCOUNT_NOT_SET
    return None
