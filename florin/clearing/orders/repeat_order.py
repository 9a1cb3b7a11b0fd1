"""Repeat an order: the same lines for the same recipients as a new draft, at the prices of its own submission."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.orders.allowed import MAKERS, allowed_order
from florin.clearing.orders.draft_order import draft_key, made_before, made_now
from florin.clearing.orders.recipients import resealed_recipient
from florin.clearing.orders.submitted import altered
from florin.crypto.envelope import DecryptionFailed
from florin.crypto.vault import Vault
from florin.domain.declines import Decline
from florin.domain.identifiers import shard_of
from florin.domain.order_rules import WantedLine
from florin.domain.people import Actor
from florin.storage.audit_trail import Author
from florin.storage.connect import Connection
from florin.storage.corporate.customers import find_customer
from florin.storage.corporate.order_drafts import NewOrder, new_order
from florin.storage.corporate.orders import OrderView, find_order
from florin.storage.corporate.recipients import SealedRecipient, add_recipients, read_recipients
from florin.storage.fresh_ids import fresh_id


@dataclass(frozen=True, slots=True)
class RepeatOrder:
    """The same again."""

    order_id: UUID


async def repeat_order(
    house: ClearingHouse, actor: Actor, command: RepeatOrder, now: datetime, order_key: str | None = None
) -> OrderView | Decline:
    """A new draft like the order, or the one that the same request has made under its key before.

    Declines: ``order_not_found``, ``role_required``, ``customer_not_active``; ``order_altered`` when a recipient cannot
    be opened any more.

    Raises:
        KeyReusedError: the key has made an order of another request.
    """
    key = draft_key(house, "repeat_order", command, order_key)
    made = await made_before(house.pool, actor, key)
    if made is not None:
        return made
    original = allowed_order(await find_order(house.pool, command.order_id), actor, MAKERS)
    if isinstance(original, Decline):
        return original
    customer = await find_customer(house.pool, original.customer_id)
    if customer is None or not customer.is_active:
        return Decline.CUSTOMER_NOT_ACTIVE
    draft = NewOrder(
        id=fresh_id(shard_of(original.customer_id)),
        programme_id=original.programme_id,
        customer_id=original.customer_id,
        delivery=original.delivery,
        repeats_order_id=original.id,
        created_by=actor.login_id,
        lines=[WantedLine(each.product_id, each.denomination_minor, each.quantity) for each in original.lines],
    )
    try:
        async with new_order(house.pool, draft, key, Author(actor.session_id, now)) as connection:
            if connection is not None:
                await _copy_recipients(connection, house.vault, original.id, draft.id)
    except DecryptionFailed:
        return altered(original)
    return await made_now(house.pool, actor, draft.id, key)


async def _copy_recipients(connection: Connection, vault: Vault, from_id: UUID, to_id: UUID) -> None:
    """Seal every recipient for its place in the new order: what is sealed for one order opens in no other.

    A page is sealed in a thread while the database writes the one before it and reads the next.
    """
    sealed: Sequence[SealedRecipient] = ()
    page = await read_recipients(connection, from_id)
    while page:
        sealing = asyncio.ensure_future(asyncio.to_thread(_resealed, vault, from_id, to_id, page))
        try:
            await add_recipients(connection, to_id, sealed)
            page = await read_recipients(connection, from_id, page[-1].place)
        finally:
            sealed = await sealing
    await add_recipients(connection, to_id, sealed)


def _resealed(vault: Vault, from_id: UUID, to_id: UUID, page: Sequence[SealedRecipient]) -> list[SealedRecipient]:
    return [resealed_recipient(vault, from_id, to_id, each) for each in page]
