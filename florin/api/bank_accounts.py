"""Bank accounts on the wire: as they are typed, and as one person has proposed and another decided on them."""

from datetime import datetime
from typing import Annotated, Protocol, Self

from pydantic import Field

from florin.api.corporate.customer_bodies import Name
from florin.api.fields import Choice, LoginId, PrivateFields
from florin.api.views import View
from florin.domain.bank_account import BankAccount
from florin.storage.proposals import ProposalStatus


class BankAccountFields(PrivateFields):
    """A bank account."""

    holder: Name
    bank: Name
    number: Annotated[str, Field(min_length=4, max_length=60)]

    def read(self) -> BankAccount:
        """The account in its one spelling."""
        return BankAccount.read(self.holder, self.bank, self.number)


class BankAccountView(View):
    """A bank account in full."""

    holder: str
    bank: str
    number: str


class ProposedAccountView(View):
    """How a bank account stands that was proposed; who it is of, the views say that are made of it."""

    status: Annotated[ProposalStatus, Choice]
    last4: str
    proposed_by: LoginId
    proposed_at: datetime
    decided_by: LoginId | None
    decided_at: datetime | None

    @classmethod
    def of(cls, record: object) -> Self:
        """An account as everybody sees it who may."""
        return cls.model_validate(record)


class Opened(Protocol):
    """A proposed account with the account itself, which is None for those who are not to see it."""

    @property
    def record(self) -> object:
        """The proposal."""

    @property
    def account(self) -> BankAccount | None:
        """The account."""


class AccountInFullView(View):
    """The account itself; null for those who are not to see it."""

    account: BankAccountView | None

    @classmethod
    def opened(cls, opened: Opened) -> Self:
        """A proposed account with the account itself."""
        record = {name: getattr(opened.record, name) for name in cls.model_fields if name != "account"}
        account = None if opened.account is None else BankAccountView.model_validate(opened.account)
        return cls(**record, account=account)
