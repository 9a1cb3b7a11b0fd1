"""Forgetting what the law no longer wants kept: what providers said of payers, and the recipients of orders.

What stays is what the book is proved by and what nobody can be told from: ids, amounts, times, and that there was one.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Final
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.domain.business_day import opens_at
from florin.domain.policy.catalogue import PACKS, PackName
from florin.domain.policy.pack import Pack, identities_kept_since, transactions_kept_since
from florin.storage.catalogue import Catalogue, read_catalogue
from florin.storage.corporate.recipients import forget_recipients, orders_over
from florin.storage.payments.payment_callbacks import forget_callbacks

AT_ONCE: Final = 2_000
"""How many rows are forgotten by one statement, in well under a second."""

ORDERS_AT_ONCE: Final = 10


async def forget_records(house: ClearingHouse, now: datetime, *, at_once: int = AT_ONCE) -> int:
    """Forget every record that need not be kept any longer at ``now``; return how many that were.

    A callback is the record of a transaction, from the day on which it came. A recipient is known by name and perhaps
    by a document, as holders are, and the years begin when the order is over.
    """
    catalogue = await read_catalogue(house.pool)
    forgotten = 0
    since = _kept_since(catalogue, transactions_kept_since, now)
    while gone := await forget_callbacks(house.pool, since, at_once):
        forgotten += gone
    since = _kept_since(catalogue, identities_kept_since, now)
    while orders := await orders_over(house.pool, since, ORDERS_AT_ONCE):
        for order_id in orders:
            while gone := await forget_recipients(house.pool, order_id, at_once):
                forgotten += gone
    return forgotten


def _kept_since(catalogue: Catalogue, first_day: Callable[[Pack, date], date], now: datetime) -> dict[UUID, datetime]:
    """The first instant of each programme's first day that still counts."""
    return {
        each.id: opens_at(
            first_day(PACKS[PackName(each.policy_pack)], each.business_date(now)), each.zone, each.cut_off
        )
        for each in catalogue.programmes.values()
    }
