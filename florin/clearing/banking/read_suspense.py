"""Read what stands in suspense: a page of items, or one with what its statement says and where it would go back to."""

from datetime import datetime
from uuid import UUID

from florin.clearing.banking.resolve_item import DECIDE, PROPOSE, READ, details_of, opened_account
from florin.clearing.banking.views import AgedEntry, ItemInFull
from florin.clearing.breaks.ages import Ages, ages_of
from florin.clearing.house import ClearingHouse
from florin.domain.declines import Decline
from florin.domain.paging import Page
from florin.domain.people import Actor
from florin.storage.banking.suspense import SuspenseEntry, find_item, list_items


async def suspense_page(
    house: ClearingHouse, actor: Actor, status: str | None, now: datetime, before: UUID | None, limit: int
) -> Page[AgedEntry, UUID] | Decline:
    """A page of items with their ages, the latest first; of a status or ``open``. Declines: ``role_required``."""
    if not actor.has(*READ):
        return Decline.ROLE_REQUIRED
    ages = await ages_of(house, now)
    found = await list_items(house.pool, status, before, limit)
    return Page(tuple(_aged(ages, each) for each in found.items), found.next_after)


async def read_suspense_item(house: ClearingHouse, actor: Actor, item_id: UUID, now: datetime) -> ItemInFull | Decline:
    """An item with its age; who has sent it is told to those who decide.

    Declines: ``role_required``, ``suspense_item_not_found``.
    """
    if not actor.has(*READ):
        return Decline.ROLE_REQUIRED
    entry = await find_item(house.pool, item_id)
    if entry is None:
        return Decline.SUSPENSE_ITEM_NOT_FOUND
    aged = _aged(await ages_of(house, now), entry)
    if not actor.has(*PROPOSE, *DECIDE):
        return ItemInFull(aged, None, None)
    account = None if entry.resolution is None else opened_account(house.vault, entry.resolution)
    return ItemInFull(aged, await details_of(house, entry.item), account)


def _aged(ages: Ages, entry: SuspenseEntry) -> AgedEntry:
    item = entry.item
    return AgedEntry(entry, ages.of(item.programme_id, item.counterparty_id, item.booked_on))
