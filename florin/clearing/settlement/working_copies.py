"""The working copies of a statement and of a payout in a posting group: read under their locks, written with it."""

from uuid import UUID

from florin.domain.merchant_payout import MerchantPayout
from florin.domain.merchant_statement import MerchantStatement
from florin.storage.posting.group import Group, StaleFactsError


def statement_in(group: Group, statement_id: UUID) -> MerchantStatement:
    """The statement, which its caller has read before it asked for the lock."""
    found = group.facts.merchant_statements.get(statement_id)
    if found is None:
        raise StaleFactsError(f"statement {statement_id} was not read")
    return found


def payout_in(group: Group, payout_id: UUID) -> MerchantPayout:
    """The payout, which its caller has read before it asked for the lock."""
    found = group.facts.merchant_payouts.get(payout_id)
    if found is None:
        raise StaleFactsError(f"payout {payout_id} was not read")
    return found


def save_statement(group: Group, statement: MerchantStatement) -> None:
    """Write that the statement has been approved."""
    group.writes.merchant_statements[statement.id] = statement


def save_payout(group: Group, payout: MerchantPayout) -> None:
    """Write how far the payout has come."""
    group.writes.merchant_payouts[payout.id] = payout


def add_payout(group: Group, payout: MerchantPayout) -> None:
    """Record a new payout, visible to the decisions that follow."""
    group.facts.merchant_payouts[payout.id] = payout
    group.writes.new_merchant_payouts.append(payout)
