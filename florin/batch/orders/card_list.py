"""The list of an order's cards as a file: which there are and how far each is, without secrets and without balances."""

import asyncio
from typing import IO, Final
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.orders.read_statement import read_order_cards
from florin.documents.sheets import SheetForm, open_sheet
from florin.domain.card_selection import card_name
from florin.domain.declines import Decline
from florin.domain.people import Actor
from florin.storage.corporate.order_statement import ListedCard

PAGE: Final = 5_000
COLUMNS: Final = ("card", "line", "serial", "last4", "step", "successor")


async def write_card_list(
    house: ClearingHouse, actor: Actor, order_id: UUID, form: SheetForm, file: IO[bytes]
) -> int | Decline:
    """Write the list, page by page, and return how many cards are in it; the declines of `read_order_cards`."""
    page = await read_order_cards(house, actor, order_id, PAGE)
    if isinstance(page, Decline):
        return page
    cards = 0
    with open_sheet(form, file, "cards", COLUMNS) as sheet:
        while page:
            await asyncio.to_thread(sheet.add, [_row(each) for each in page])
            cards += len(page)
            page = await read_order_cards(house, actor, order_id, PAGE, (page[-1].line, page[-1].serial))
            if isinstance(page, Decline):
                return page
    return cards


def _row(card: ListedCard) -> tuple[str | int | None, ...]:
    successor = None if card.successor is None else card_name(card.line, card.successor)
    return card_name(card.line, card.serial), card.line, card.serial, card.last4, card.step, successor
