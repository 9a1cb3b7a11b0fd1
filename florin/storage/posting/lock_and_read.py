"""Locking and reading what a posting group decides on.

First every strict account of every owner concerned is locked, in one fixed order so that two groups cannot wait for
each other in a ring. Only then, in later statements with snapshots of their own, is everything else read: a row read in
the locking statement itself could be older than the lock.
"""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, Final

from psycopg import AsyncConnection

from florin.domain.chart import AccountCode
from florin.storage.catalogue import VERSION
from florin.storage.posting import fact_queries as sql
from florin.storage.posting.columns import byteas, texts, uuids
from florin.storage.posting.exchange import Asked, exchange
from florin.storage.posting.facts import Facts
from florin.storage.posting.request import PostingRequest

_IDS: Final = tuple(
    (f"{each}s", attrgetter(each))
    for each in (
        "purchase_id",
        "hold_id",
        "order_id",
        "funding_refund_id",
        "payment_id",
        "payment_refund_id",
        "closure_id",
        "merchant_statement_id",
        "merchant_payout_id",
        "break_id",
        "netting_statement_id",
        "netting_payout_id",
        "suspense_item_id",
        "voucher_id",
    )
)
"""Parameters that are all the ids of one kind that the requests name."""


async def lock_and_read(
    connection: AsyncConnection[Any], requests: Sequence[PostingRequest], lock_wait_ms: int | None = None
) -> Facts:
    """Begin a transaction, lock the strict accounts concerned and read all that the requests decide on.

    Two round trips: the locks, then everything else under them. The caller commits or rolls back. A lock is waited for
    no longer than ``lock_wait_ms``, or as long as the session allows; then psycopg's ``LockNotAvailable`` is raised.
    """
    parameters = _what_is_wanted(requests)
    facts = Facts()
    locks: list[Asked] = [(sql.BEGIN, {}), (sql.SHARE_DAY_LOCK, {}), (sql.LOCK_ACCOUNTS, parameters)]
    if lock_wait_ms is not None:
        locks.insert(1, (sql.LIMIT_LOCK_WAIT, {"lock_wait_ms": str(lock_wait_ms).encode()}))
    *_, locked = await exchange(connection, locks)
    for row in locked.rows:
        facts.add_account(row)
    parameters["locked_owners"] = uuids(list(facts.accounts))
    holding = [owner for owner, each in facts.accounts.items() if any(account.held_minor for account in each)]
    parameters["holding_owners"] = uuids(holding)
    queries = _needed(requests, facts, holds=bool(holding))
    found = await exchange(connection, [(query, parameters) for query in queries])
    for each, add in zip(found, queries.values(), strict=True):
        for row in each.rows:
            add(facts, row)
    return facts


def _needed(requests: Sequence[PostingRequest], facts: Facts, *, holds: bool) -> dict[str, Callable[..., None]]:
    """The queries that can find anything, each with what takes its rows in."""
    wanted = [request.wanted for request in requests]
    codes = {each.code for accounts in facts.accounts.values() for each in accounts}
    originals = any(each.original_reference for each in wanted)
    purchases = originals or any(each.purchase_id for each in wanted)
    orders = any(each.order_id for each in wanted)
    closures = any(each.closure_id for each in wanted)
    inquiring = all(each.key is None for each in requests)
    queries = (
        (VERSION, Facts.set_version, True),
        (sql.READ_OPERATIONS, Facts.add_operation, True),
        (sql.READ_CARDS, Facts.add_card, AccountCode.CARD_PRINCIPAL in codes or inquiring),
        (sql.READ_WALLETS, Facts.add_wallet, AccountCode.WALLET_PRINCIPAL in codes),
        (sql.READ_PAYMENT_CODES, Facts.add_payment_code, any(each.payment_code_index for each in wanted)),
        (sql.READ_CARD_SALES, Facts.add_card_sale, originals),
        (sql.READ_PURCHASES, Facts.add_purchase, purchases),
        (sql.READ_REDEMPTIONS, Facts.add_redemption, purchases and AccountCode.CARD_PRINCIPAL in codes),
        (sql.READ_HOLDS, Facts.add_hold, originals or holds or any(each.hold_id for each in wanted)),
        (sql.LOCK_ORDERS, Facts.add_order, orders),
        (sql.READ_ORDERED_CARDS, Facts.add_ordered_card, orders),
        (sql.READ_ORDERED_LINES, Facts.add_ordered_line, any(each.order_lines for each in wanted)),
        (sql.READ_CUSTOMERS, Facts.add_customer, AccountCode.CORPORATE_FUNDING in codes),
        # What a closed account has paid is given back to its payout.
        (sql.READ_CLOSURES, Facts.add_closure, closures or purchases),
        (sql.READ_PAYOUTS, Facts.add_payout, closures),
        (sql.READ_LOSSES, Facts.add_loss, any(each.with_losses for each in wanted)),
        (sql.READ_FUNDING_REFUNDS, Facts.add_funding_refund, any(each.funding_refund_id for each in wanted)),
        (sql.READ_CARD_PAYMENTS, Facts.add_payment, any(each.with_card_payments for each in wanted)),
        (sql.LOCK_PAYMENTS, Facts.add_payment, any(each.payment_id or each.with_payment for each in wanted)),
        (sql.LOCK_PAYMENT_REFUNDS, Facts.add_payment_refund, any(each.payment_refund_id for each in wanted)),
        (
            sql.LOCK_MERCHANT_STATEMENTS,
            Facts.add_merchant_statement,
            any(each.merchant_statement_id for each in wanted),
        ),
        (sql.LOCK_MERCHANT_PAYOUTS, Facts.add_merchant_payout, any(each.merchant_payout_id for each in wanted)),
        (sql.LOCK_BREAKS, Facts.add_break, any(each.break_id for each in wanted)),
        (sql.READ_BREAK_PROPOSALS, Facts.add_break_proposal, any(each.break_id for each in wanted)),
        (sql.LOCK_NETTING_STATEMENTS, Facts.add_netting_statement, any(each.netting_statement_id for each in wanted)),
        (sql.LOCK_NETTING_PAYOUTS, Facts.add_netting_payout, any(each.netting_payout_id for each in wanted)),
        (sql.LOCK_SUSPENSE_ITEMS, Facts.add_suspense_item, any(each.suspense_item_id for each in wanted)),
        (
            sql.READ_SUSPENSE_RESOLUTIONS,
            Facts.add_suspense_resolution,
            any(each.suspense_item_id for each in wanted),
        ),
        (sql.READ_SUSPENSE_PAYOUTS, Facts.add_suspense_payout, any(each.suspense_item_id for each in wanted)),
        (sql.READ_VOUCHERS, Facts.add_voucher, any(each.voucher_id or each.open_vouchers for each in wanted)),
    )
    return {query: add for query, add, needed in queries if needed}


def _what_is_wanted(requests: Sequence[PostingRequest]) -> dict[str, bytes]:
    wanted = [request.wanted for request in requests]
    originals = [
        (each.caller.id, each.wanted.original_reference) for each in requests if each.wanted.original_reference
    ]
    keyed = [(each.caller.id, each.key) for each in requests if each.key is not None]
    references = {(each.caller.id, each.reference) for each in requests if each.reference}.union(originals)
    return {
        "callers": uuids([caller for caller, _ in keyed]),
        "keys": texts([key for _, key in keyed]),
        "reference_callers": uuids([caller for caller, _ in references]),
        "references": texts([reference for _, reference in references]),
        "original_callers": uuids([caller for caller, _ in originals]),
        "original_references": texts([reference for _, reference in originals]),
        "number_indexes": byteas([each.number_index for each in wanted if each.number_index]),
        "ecode_indexes": byteas([each.ecode_index for each in wanted if each.ecode_index]),
        "payment_code_indexes": byteas([each.payment_code_index for each in wanted if each.payment_code_index]),
        **{ids: uuids(list(filter(None, map(id_of, wanted)))) for ids, id_of in _IDS},
        "given_up_holds": uuids([each.hold_id for each in wanted if each.with_payment and each.hold_id]),
        "card_buyers": uuids([each.member_id for each in wanted if each.with_card_payments and each.member_id]),
        "voucher_owners": uuids([each.member_id for each in wanted if each.open_vouchers and each.member_id]),
        "points_owners": uuids([each.member_id for each in wanted if each.points_and_vouchers and each.member_id]),
        "owner_ids": uuids([each for want in wanted for each in want.owner_ids if each]),
    }
