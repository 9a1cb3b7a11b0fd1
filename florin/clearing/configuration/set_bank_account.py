"""Set the bank account that a programme's corporate customers pay to."""

from dataclasses import dataclass
from uuid import UUID

from florin.domain.bank_account import BankAccount
from florin.domain.declines import Decline
from florin.storage.configuration import ConfigurationChange


@dataclass(frozen=True, slots=True)
class SetBankAccount:
    """The account that pro-forma invoices name from now on."""

    programme_id: UUID
    account: BankAccount


async def set_bank_account(change: ConfigurationChange, command: SetBankAccount) -> BankAccount | Decline:
    """Set it and return it; `PROGRAMME_NOT_FOUND`."""
    if command.programme_id not in change.catalogue.programmes:
        return Decline.PROGRAMME_NOT_FOUND
    await change.set_bank_account(command.programme_id, command.account)
    return command.account
