"""Build the file of a delivery on demand and hand it over: sealed whole first, then taken once, then read.

A file that fails half-way has cost its buyer nothing, and neither a slow client nor a large order takes memory. What
nobody may read is on no disk: pages are sealed as they are made, into a file without a name.
"""

import asyncio
import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Final
from uuid import UUID

from florin.batch.orders.card_parts import CardTexts, PartPages
from florin.clearing.house import ClearingHouse
from florin.clearing.orders.deliveries import find_delivery
from florin.clearing.orders.read_password import password_of
from florin.clearing.orders.request_delivery import BUYERS
from florin.clearing.orders.take_delivery import take_delivery
from florin.crypto.password_file import zip_pages
from florin.crypto.recipient_file import encrypt_pages
from florin.domain.declines import Decline
from florin.domain.delivery import Delivery, DeliveryForm, refused_fetch
from florin.domain.identifiers import wire_id
from florin.domain.people import Actor
from florin.storage.corporate.delivered_cards import CardsWanted, OrderedCardSecrets
from florin.storage.corporate.delivery_steps import FileReceipt
from florin.storage.corporate.orders import find_order

FILE_NAME_ENDINGS: Final = {DeliveryForm.AGE: ".csv.age", DeliveryForm.ZIP: ".zip"}


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A delivery that has just been fetched; its file stands at its beginning in what it was written to."""

    delivery: Delivery
    file: IO[bytes]


def file_name(delivery: Delivery) -> str:
    """What the file is called: by the delivery's id, so that the name says nothing."""
    return wire_id("delivery", delivery.id) + FILE_NAME_ENDINGS[delivery.form]


async def fetch_delivery(
    house: ClearingHouse, actor: Actor, delivery_id: UUID, file: IO[bytes], now: datetime
) -> HandedOver | Decline:
    """Write a delivery into ``file``, empty and open for writing and reading, and take it: that happens once.

    Nothing of the file may be shown to anybody unless it was taken: on a decline the caller throws it away.

    Declines: ``delivery_not_found``, ``role_required``, ``approval_required``, ``delivery_not_in_state``,
    ``delivery_expired``, ``delivery_fetched``, ``requester_only``, ``customer_not_active``, ``order_not_in_state``,
    ``delivery_key_not_in_force``, ``nothing_to_deliver``.

    Raises:
        OSError: the file cannot be written; the delivery can still be fetched.
    """
    delivery = await find_delivery(house, actor, delivery_id, BUYERS)
    if isinstance(delivery, Decline):
        return delivery
    # Who may not have the file is told so before it is made, and once more when it is taken.
    refusal = refused_fetch(delivery, actor, now)
    if refusal is not None:
        return refusal
    cards = await _write(house, delivery, file)
    if not cards:
        return Decline.NOTHING_TO_DELIVER
    receipt = await asyncio.to_thread(_receipt, cards, file)
    taken = await take_delivery(house, actor, delivery_id, receipt, now)
    return taken if isinstance(taken, Decline) else HandedOver(taken, file)


async def _write(house: ClearingHouse, delivery: Delivery, file: IO[bytes]) -> int:
    """Write the file and return how many cards are in it."""
    wanted = CardsWanted(delivery.order_id, delivery.selection)
    pages = PartPages(house.pool, house.vault, delivery.part, wanted, await _texts(house, delivery))
    # Opening and sealing take a thread of their own, which asks this thread's loop for every page: tills that the
    # process serves meanwhile wait for neither.
    loop = asyncio.get_running_loop()
    seal = _seal(house, delivery)
    stopped = False

    def next_cards() -> list[OrderedCardSecrets]:
        if stopped:
            raise InterruptedError("nobody waits for the file any more")
        return asyncio.run_coroutine_threadsafe(pages.read(), loop).result()

    texts = pages.texts(next_cards)
    writing = asyncio.ensure_future(asyncio.to_thread(seal, lambda: next(texts, b""), file))
    try:
        await asyncio.shield(writing)
    except asyncio.CancelledError:
        # The thread is not left behind: it would write into a file that is closed, and read by a pool that is.
        stopped = True
        with suppress(Exception):
            await writing
        raise
    return pages.cards


def _seal(house: ClearingHouse, delivery: Delivery) -> Callable[[Callable[[], bytes], IO[bytes]], None]:
    match delivery.form, delivery.recipient:
        case DeliveryForm.AGE, str() as recipient:
            return lambda next_page, file: encrypt_pages(next_page, file, recipient)
        case _:
            password = password_of(house.vault, delivery)
            member = wire_id("delivery", delivery.id) + ".csv"
            return lambda next_page, file: zip_pages(next_page, file, member, password)


async def _texts(house: ClearingHouse, delivery: Delivery) -> CardTexts:
    order = await find_order(house.pool, delivery.order_id)
    if order is None:
        raise LookupError(f"there is no order {delivery.order_id}")
    catalogue = await house.engine.current_catalogue()
    products = {each.id: each.code for each in catalogue.products.values()}
    return CardTexts(catalogue.programmes[order.programme_id].unit, products)


def _receipt(cards: int, file: IO[bytes]) -> FileReceipt:
    """What is noted of a file that has been written, which is then at its beginning again."""
    size_bytes = file.seek(0, 2)
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").digest()  # type: ignore[arg-type]  # any file that reads bytes will do
    file.seek(0)
    return FileReceipt(cards, size_bytes, digest)
