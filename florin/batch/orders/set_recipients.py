"""A recipients' file for an order: checked, which changes nothing, or checked and put in place of the draft's lines."""

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import IO
from uuid import UUID

from florin.batch.orders.reading_process import reading
from florin.batch.orders.recipients_file import Checked, PlacedRecipient
from florin.batch.orders.sheet_row import Percent
from florin.clearing.house import ClearingHouse
from florin.clearing.orders.allowed import MAKERS, allowed_order
from florin.clearing.orders.recipients import sealed_recipient
from florin.crypto.vault import Vault
from florin.domain.declines import Decline
from florin.domain.faces import holding_of
from florin.domain.order_life import OrderOperation, permit
from florin.domain.people import Actor
from florin.domain.policy.facts import Holding
from florin.domain.recipient_row import Offer, OfferedProduct
from florin.storage.audit_trail import Author
from florin.storage.catalogue import Catalogue, read_catalogue
from florin.storage.corporate.order_change import order_change
from florin.storage.corporate.order_lines import replace_lines
from florin.storage.corporate.orders import OrderView, find_order
from florin.storage.corporate.recipients import SealedRecipient, add_recipients


def offer_of(catalogue: Catalogue, programme_id: UUID) -> Offer:
    """What may be ordered of a programme."""
    products = {
        each.code: OfferedProduct(
            each.id, each.denominations_minor, is_registered=holding_of(each.kind) is Holding.REGISTERED
        )
        for each in catalogue.products.values()
        if each.programme_id == programme_id
    }
    return Offer(catalogue.programmes[programme_id].unit, products)


async def check_file(file: IO[bytes], offer: Offer, percent: Percent = lambda _percent: None) -> Checked:
    """What a file comes to; ``file`` has a descriptor."""
    async with reading(file, offer) as read:
        return await read.checked(percent)


async def check_recipients(house: ClearingHouse, actor: Actor, order_id: UUID, file: IO[bytes]) -> Checked | Decline:
    """What a file for an order comes to; nothing is changed. Declines: ``order_not_found``, ``role_required``."""
    order = allowed_order(await find_order(house.pool, order_id), actor, MAKERS)
    if isinstance(order, Decline):
        return order
    return await check_file(file, offer_of(await read_catalogue(house.pool), order.programme_id))


async def set_recipients(
    house: ClearingHouse,
    actor: Actor,
    order_id: UUID,
    file: IO[bytes],
    now: datetime,
    percent: Percent = lambda _percent: None,
) -> Checked | Decline:
    """Put the lines and recipients of a file in place of a draft's: all of them if it is accepted, else none.

    Returns what the file came to. Declines: ``order_not_found``, ``role_required``, ``order_not_in_state``.

    Raises:
        EOFError: the reading was ended half-way from outside; nothing was changed.
    """
    order = _changeable(await find_order(house.pool, order_id), actor)
    if isinstance(order, Decline):
        return order
    digest = await asyncio.to_thread(_digest, file)
    async with reading(file, offer_of(await read_catalogue(house.pool), order.programme_id)) as read:
        checked = await read.checked(percent)
        if not checked.is_accepted:
            return checked
        async with order_change(house.pool, order_id, Author(actor.session_id, now)) as change:
            order = _changeable(change.order, actor)
            if isinstance(order, Decline):
                return order
            await replace_lines(change.connection, order_id, checked.lines)
            async for batch in read.batches():
                sealed = await asyncio.to_thread(_sealed, house.vault, order_id, batch)
                await add_recipients(change.connection, order_id, sealed)
            detail = {"recipients": checked.rows, "lines": len(checked.lines), "file_sha256": digest}
            await change.record("order.recipients_set", order, detail)
    return checked


def _changeable(found: OrderView | None, actor: Actor) -> OrderView | Decline:
    order = allowed_order(found, actor, MAKERS)
    if isinstance(order, Decline):
        return order
    following = permit(OrderOperation.CHANGE, order.status)
    return following if isinstance(following, Decline) else order


def _digest(file: IO[bytes]) -> str:
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]


def _sealed(vault: Vault, order_id: UUID, batch: Sequence[PlacedRecipient]) -> list[SealedRecipient]:
    return [sealed_recipient(vault, order_id, (each.line, each.serial), each.recipient) for each in batch]
