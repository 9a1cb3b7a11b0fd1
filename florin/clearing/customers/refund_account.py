"""The bank account that a customer's refunds go to: proposed by one person, in force by another's word.

It is held in the customer's own name. Whoever could change it alone could lead money away, so nobody can.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from florin.clearing.customers.allowed import READERS, allowed_customer, refuse_insider
from florin.clearing.house import ClearingHouse
from florin.domain.bank_account import BankAccount
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.people import Actor, Role, second_person
from florin.storage.audit_trail import Author
from florin.storage.corporate.customers import find_customer
from florin.storage.corporate.proposals import CustomerChange, ProposalStatus, customer_change
from florin.storage.corporate.refund_accounts import (
    RefundAccount,
    find_refund_account,
    insert_refund_account,
    read_refund_account,
    refund_accounts_of,
    settle_refund_account,
)
from florin.storage.fresh_ids import fresh_id
from florin.storage.people.logins import CodeProof, spend_code

PROPOSE: Final = frozenset({Role.BUYER, Role.APPROVER, Role.OPERATOR, Role.FINANCE})
DECIDE: Final = frozenset({Role.MANAGER, Role.FINANCE_APPROVER})
OPEN: Final = frozenset({Role.FINANCE, Role.FINANCE_APPROVER, Role.MANAGER})
"""Who sees the account in full, to compare it with the customer's letter and to pay to it."""


@dataclass(frozen=True, slots=True)
class RefundAccountInFull:
    """A bank account as it was proposed and decided, opened for those who may see it."""

    record: RefundAccount
    account: BankAccount | None


async def propose_refund_account(
    house: ClearingHouse, actor: Actor, customer_id: UUID, account: BankAccount, now: datetime
) -> RefundAccount | Decline:
    """Propose a bank account; until it is decided the one in force stays so.

    Declines: ``customer_not_found``, ``role_required``, ``refund_account_not_own`` when its holder is not called as the
    customer is, ``proposal_waits`` while another proposal does.
    """
    async with customer_change(house.pool, customer_id, Author(actor.session_id, now)) as change:
        customer = allowed_customer(change.customer, actor, PROPOSE)
        if isinstance(customer, Decline):
            return customer
        if not account.is_held_by(customer.name):
            return Decline.REFUND_ACCOUNT_NOT_OWN
        if any(each.waits for each in await refund_accounts_of(change.connection, customer.id)):
            return Decline.PROPOSAL_WAITS
        proposed = _proposal(house, actor, customer_id, account, now)
        await insert_refund_account(change.connection, proposed)
        await _record(change, "customer.refund_account_proposed", proposed)
        return proposed


async def see_refund_account(house: ClearingHouse, actor: Actor, account_id: UUID) -> RefundAccount | Decline:
    """The account as it is kept, if the actor may see its customer; ``proposal_not_found`` otherwise."""
    found = await find_refund_account(house.pool, account_id)
    return found if found is not None and actor.may_see(found.customer_id) else Decline.PROPOSAL_NOT_FOUND


async def decide_refund_account(
    house: ClearingHouse, actor: Actor, account_id: UUID, proof: CodeProof, now: datetime, *, accept: bool
) -> RefundAccount | Decline:
    """Put a proposed account in force, or refuse it; the one-time code is spent by it. Returns the account.

    Declines: ``proposal_not_found``, also when it is decided already; ``role_required``, ``same_person``,
    ``works_for_customer`` when it is somebody of ours who has a login there, ``refund_account_not_own`` when the holder
    is not called as the customer is by now, ``totp_code_incorrect``.
    """
    found = await see_refund_account(house, actor, account_id)
    if isinstance(found, Decline):
        return found
    if not actor.has(*DECIDE):
        return Decline.ROLE_REQUIRED
    async with customer_change(house.pool, found.customer_id, Author(actor.session_id, now)) as change:
        proposed = await read_refund_account(change.connection, account_id)
        if proposed is None or not proposed.waits:
            return Decline.PROPOSAL_NOT_FOUND
        refusal = second_person(proposed.proposed_person, actor) or await refuse_insider(
            change.connection, actor, proposed.customer_id
        )
        if refusal is not None:
            return refusal
        # The customer may have been called otherwise when the account was proposed.
        if accept and change.customer and not _opened(house, proposed).is_held_by(change.customer.name):
            return Decline.REFUND_ACCOUNT_NOT_OWN
        if not await spend_code(change.connection, proof):
            return Decline.TOTP_CODE_INCORRECT
        await settle_refund_account(change.connection, proposed, actor, now, accept=accept)
        await _record(change, f"customer.refund_account_{'accepted' if accept else 'refused'}", proposed)
        return await read_refund_account(change.connection, account_id) or Decline.PROPOSAL_NOT_FOUND


async def list_refund_accounts(
    house: ClearingHouse, actor: Actor, customer_id: UUID
) -> list[RefundAccountInFull] | Decline:
    """All that were ever proposed for a customer, the latest first, in full for those who may see them so.

    Declines: ``customer_not_found``, ``role_required``.
    """
    customer = allowed_customer(await find_customer(house.pool, customer_id), actor, READERS)
    if isinstance(customer, Decline):
        return customer
    async with house.pool.connection() as connection:
        accounts = await refund_accounts_of(connection, customer_id)
    return [RefundAccountInFull(each, _opened(house, each) if actor.has(*OPEN) else None) for each in accounts]


def _proposal(
    house: ClearingHouse, actor: Actor, customer_id: UUID, account: BankAccount, now: datetime
) -> RefundAccount:
    account_id = fresh_id()
    return RefundAccount(
        id=account_id,
        customer_id=customer_id,
        status=ProposalStatus.PROPOSED,
        proposed_by=actor.login_id,
        proposed_person=actor.person_id,
        proposed_at=now,
        proposed_by_customer=actor.customer_id is not None,
        last4=account.last4,
        account_encrypted=house.vault.refund_accounts.seal(msgspec.json.encode(account), account_id.bytes),
    )


def _opened(house: ClearingHouse, record: RefundAccount) -> BankAccount:
    opened = house.vault.refund_accounts.open(record.account_encrypted, record.id.bytes)
    return msgspec.json.decode(opened, type=BankAccount)


async def _record(change: CustomerChange, action: str, account: RefundAccount) -> None:
    detail = {"refund_account_id": wire_id("refund_account", account.id), "last4": account.last4}
    await change.record(action, account.customer_id, detail)
