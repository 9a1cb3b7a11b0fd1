"""The bank account that a merchant is paid to: proposed by one person, in force by another's word.

Whoever could change it alone could lead money away, so nobody can. After the bank has sent a payout back the account is
confirmed in the same way, whether it is another one or the same.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import msgspec

from florin.clearing.house import ClearingHouse
from florin.clearing.settlement.allowed import DECIDE, PROPOSE, READ, SEE_ACCOUNTS
from florin.crypto.vault import Vault
from florin.domain.bank_account import BankAccount
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.people import Actor, open_to
from florin.storage.audit_trail import Author, record
from florin.storage.catalogue import read_catalogue
from florin.storage.connect import Connection, transaction
from florin.storage.fresh_ids import fresh_id
from florin.storage.people.logins import CodeProof, spend_code
from florin.storage.proposals import begun
from florin.storage.settlement.merchant_accounts import (
    MerchantAccount,
    accounts_of_merchant,
    insert_merchant_account,
    lock_merchant,
    read_merchant_account,
    settle_merchant_account,
)


@dataclass(frozen=True, slots=True)
class MerchantAccountInFull:
    """A bank account as it was proposed and decided, opened for those who may see it."""

    record: MerchantAccount
    account: BankAccount | None = field(repr=False)


async def propose_account(
    house: ClearingHouse, actor: Actor, merchant_id: UUID, account: BankAccount, now: datetime
) -> MerchantAccount | Decline:
    """Propose a bank account; until it is decided the one in force stays so.

    Declines: ``role_required``, ``merchant_not_found``, ``proposal_waits`` while another proposal does.
    """
    if not actor.has(*PROPOSE):
        return Decline.ROLE_REQUIRED
    if merchant_id not in (await read_catalogue(house.pool)).merchants:
        return Decline.MERCHANT_NOT_FOUND
    account_id = fresh_id()
    proposed = MerchantAccount(
        **begun(account_id, actor, now),
        merchant_id=merchant_id,
        last4=account.last4,
        account_encrypted=house.vault.merchant_accounts.seal(msgspec.json.encode(account), account_id.bytes),
    )
    async with transaction(house.pool) as connection:
        await lock_merchant(connection, merchant_id)
        known = await accounts_of_merchant(connection, merchant_id)
        if any(each.waits for each in known):
            return Decline.PROPOSAL_WAITS
        await insert_merchant_account(connection, proposed)
        await _record(connection, Author(actor.session_id, now), "merchant.account_proposed", proposed)
    return proposed


async def decide_account(
    house: ClearingHouse, actor: Actor, account_id: UUID, proof: CodeProof, now: datetime, *, accept: bool
) -> MerchantAccount | Decline:
    """Put a proposed account in force, or refuse it; the one-time code is spent by it.

    Declines: ``role_required``, ``proposal_not_found``, also when it is decided already; ``same_person``,
    ``totp_code_incorrect``.
    """
    if not actor.has(*DECIDE):
        return Decline.ROLE_REQUIRED
    async with transaction(house.pool) as connection:
        found = await read_merchant_account(connection, account_id)
        if found is None:
            return Decline.PROPOSAL_NOT_FOUND
        await lock_merchant(connection, found.merchant_id)
        proposed = open_to(actor, await read_merchant_account(connection, account_id))
        if isinstance(proposed, Decline):
            return proposed
        if not await spend_code(connection, proof):
            return Decline.TOTP_CODE_INCORRECT
        await settle_merchant_account(connection, proposed, actor, now, accept=accept)
        action = f"merchant.account_{'accepted' if accept else 'refused'}"
        await _record(connection, Author(actor.session_id, now), action, proposed)
        return await read_merchant_account(connection, account_id) or Decline.PROPOSAL_NOT_FOUND


async def list_accounts(house: ClearingHouse, actor: Actor, merchant_id: UUID) -> list[MerchantAccountInFull] | Decline:
    """All that were ever proposed for a merchant, the latest first; in full for those who may see them so.

    Declines: ``role_required``.
    """
    if not actor.has(*READ):
        return Decline.ROLE_REQUIRED
    async with house.pool.connection() as connection:
        found = await accounts_of_merchant(connection, merchant_id)
    may_see = actor.has(*SEE_ACCOUNTS)
    return [MerchantAccountInFull(each, opened_account(house.vault, each) if may_see else None) for each in found]


def opened_account(vault: Vault, account: MerchantAccount) -> BankAccount:
    """The bank account behind its seal."""
    opened = vault.merchant_accounts.open(account.account_encrypted, account.id.bytes)
    return msgspec.json.decode(opened, type=BankAccount)


async def _record(connection: Connection, author: Author, action: str, account: MerchantAccount) -> None:
    detail = {"account_id": wire_id("merchant_account", account.id), "last4": account.last4}
    await record(connection, author, action, account.merchant_id, detail)
