"""Read what stands in suspense: a page of items, or one with what its statement says and where it would go back to."""

from uuid import UUID

from florin.clearing.banking.resolve_item import DECIDE, PROPOSE, READ, details_of, opened_account
from florin.clearing.banking.views import ItemInFull
from florin.clearing.house import ClearingHouse
from florin.domain.declines import Decline
from florin.domain.paging import Page
from florin.domain.people import Actor
from florin.storage.banking.suspense import SuspenseEntry, find_item, list_items


async def suspense_page(
    house: ClearingHouse, actor: Actor, status: str | None, before: UUID | None, limit: int
) -> Page[SuspenseEntry, UUID] | Decline:
    """A page of items, the latest first; of a status or ``open``. Declines: ``role_required``."""
    if not actor.has(*READ):
        return Decline.ROLE_REQUIRED
    return await list_items(house.pool, status, before, limit)


async def read_suspense_item(house: ClearingHouse, actor: Actor, item_id: UUID) -> ItemInFull | Decline:
    """An item; who has sent it is told to those who decide.

    Declines: ``role_required``, ``suspense_item_not_found``.
    """
    if not actor.has(*READ):
        return Decline.ROLE_REQUIRED
    entry = await find_item(house.pool, item_id)
    if entry is None:
        return Decline.SUSPENSE_ITEM_NOT_FOUND
    if not actor.has(*PROPOSE, *DECIDE):
        return ItemInFull(entry, None, None)
    account = None if entry.resolution is None else opened_account(house.vault, entry.resolution)
    return ItemInFull(entry, await details_of(house, entry.item), account)
