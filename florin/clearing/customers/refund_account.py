"""The bank account that a customer's refunds go to, held in the customer's own name: a `proposal`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from florin.clearing.customers.proposal import ProposalKind, begun, list_proposals, propose
from florin.clearing.house import ClearingHouse
from florin.domain.bank_account import BankAccount
from florin.domain.declines import Decline
from florin.domain.people import Actor, Role
from florin.storage.corporate.customers import Customer
from florin.storage.corporate.proposals import RefundAccount

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

    def draft(customer: Customer, earlier: list[RefundAccount]) -> RefundAccount | Decline:
        if not account.is_held_by(customer.name):
            return Decline.REFUND_ACCOUNT_NOT_OWN
        if any(each.waits for each in earlier):
            return Decline.PROPOSAL_WAITS
        life = begun(actor, customer_id, now)
        sealed = house.vault.refund_accounts.seal(msgspec.json.encode(account), life["id"].bytes)
        return RefundAccount(**life, last4=account.last4, account_encrypted=sealed)

    return await propose(house, actor, REFUND_ACCOUNT, customer_id, now, draft)


async def list_refund_accounts(
    house: ClearingHouse, actor: Actor, customer_id: UUID
) -> list[RefundAccountInFull] | Decline:
    """All that were ever proposed for a customer, the latest first, in full for those who may see them so.

    Declines: ``customer_not_found``, ``role_required``.
    """
    accounts = await list_proposals(house, actor, REFUND_ACCOUNT, customer_id)
    if isinstance(accounts, Decline):
        return accounts
    return [RefundAccountInFull(each, _opened(house, each) if actor.has(*OPEN) else None) for each in accounts]


def _opened(house: ClearingHouse, record: RefundAccount) -> BankAccount:
    opened = house.vault.refund_accounts.open(record.account_encrypted, record.id.bytes)
    return msgspec.json.decode(opened, type=BankAccount)


def _not_own(house: ClearingHouse, proposed: RefundAccount, customer: Customer) -> Decline | None:
    # The customer may have been called otherwise when the account was proposed.
    return None if _opened(house, proposed).is_held_by(customer.name) else Decline.REFUND_ACCOUNT_NOT_OWN


REFUND_ACCOUNT: Final = ProposalKind(
    RefundAccount,
    "refund_account",
    proposers=frozenset({Role.BUYER, Role.APPROVER, Role.OPERATOR, Role.FINANCE}),
    deciders=lambda _: DECIDE,
    detail=lambda account: {"last4": account.last4},
    objection=_not_own,
)
"""`refund_account_not_own` is declined when the holder is not called as the customer is by now."""
