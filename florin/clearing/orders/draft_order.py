"""Draft an order: what a buyer wants, or what our operator enters for a customer; it binds nobody yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from florin.clearing.house import ClearingHouse
from florin.clearing.orders.allowed import MAKERS
from florin.domain.corporate_order import DeliveryKind
from florin.domain.declines import Decline
from florin.domain.identifiers import shard_of
from florin.domain.invalid_field import InvalidField
from florin.domain.order_rules import WantedLine, refused_product, require_lines
from florin.domain.people import Actor
from florin.storage.audit_trail import Author
from florin.storage.catalogue import read_catalogue
from florin.storage.connect import Pool
from florin.storage.corporate.customers import Customer, find_customer
from florin.storage.corporate.order_drafts import DraftKey, NewOrder, new_order, order_made_under
from florin.storage.corporate.orders import OrderView, find_order
from florin.storage.fresh_ids import fresh_id
from florin.storage.posting.request import KeyReusedError

_canonical: Final = msgspec.json.Encoder(order="deterministic").encode


@dataclass(frozen=True, slots=True)
class DraftOrder:
    """A new order of a customer; None is the buyer's own. `InvalidField` for lines that no order can have.

    Lines may be left out: they come with a recipients' file.
    """

    customer_id: UUID | None
    delivery: DeliveryKind
    lines: tuple[WantedLine, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what no order can be."""
        require_lines(self.lines)


async def draft_order(
    house: ClearingHouse, actor: Actor, command: DraftOrder, now: datetime, order_key: str | None = None
) -> OrderView | Decline:
    """The new draft, or the order that the same request has made under its key before (it bears an earlier time).

    Declines: ``role_required``, ``customer_not_found``, ``customer_not_active``, ``product_not_found``,
    ``denomination_not_offered``.

    Raises:
        InvalidField: our operator does not say for whom.
        KeyReusedError: the key has made an order of another request.
    """
    if not actor.has(*MAKERS):
        return Decline.ROLE_REQUIRED
    if command.customer_id is None and actor.customer_id is None:
        raise InvalidField("customer_id", "the customer that the order is for")
    key = draft_key(house, "draft_order", command, order_key)
    made = await made_before(house.pool, actor, key)
    if made is not None:
        return made
    customer = await _customer(house.pool, actor, command.customer_id)
    if isinstance(customer, Decline):
        return customer
    refusal = await refused_products(house.pool, customer.programme_id, command.lines)
    if refusal is not None:
        return refusal
    order = NewOrder(
        id=fresh_id(shard_of(customer.id)),
        programme_id=customer.programme_id,
        customer_id=customer.id,
        delivery=command.delivery,
        repeats_order_id=None,
        created_by=actor.login_id,
        lines=command.lines,
    )
    async with new_order(house.pool, order, key, Author(actor.session_id, now)):
        pass
    return await made_now(house.pool, actor, order.id, key)


def draft_key(house: ClearingHouse, verb: str, command: Any, order_key: str | None) -> DraftKey | None:  # noqa: ANN401 (any command that makes an order)
    """The key of a request that makes an order, with the fingerprint of what it asks for."""
    if order_key is None:
        return None
    return DraftKey(order_key, UUID(bytes=house.vault.fingerprint.of(verb, _canonical(command))[:16]))


async def made_before(pool: Pool, actor: Actor, key: DraftKey | None) -> OrderView | None:
    """The order that the actor's login has made under the key, if any; `KeyReusedError` for another request."""
    if key is None:
        return None
    made = await order_made_under(pool, actor.login_id, key.order_key)
    if made is None:
        return None
    if made.fingerprint != key.fingerprint:
        raise KeyReusedError
    return await find_order(pool, made.id)


async def made_now(pool: Pool, actor: Actor, order_id: UUID, key: DraftKey | None) -> OrderView:
    """The order that has just been written, or the one of the same request that was sent at the same time."""
    order = await find_order(pool, order_id) or await made_before(pool, actor, key)
    if order is None:
        raise LookupError(f"order {order_id} was written and is not there")
    return order


async def refused_products(pool: Pool, programme_id: UUID, lines: Sequence[WantedLine]) -> Decline | None:
    """Why a programme has no such cards, if so."""
    products = (await read_catalogue(pool)).products
    for line in lines:
        refusal = refused_product(products.get(line.product_id), programme_id, line.denomination_minor)
        if refusal is not None:
            return refusal
    return None


async def _customer(pool: Pool, actor: Actor, customer_id: UUID | None) -> Customer | Decline:
    wanted = customer_id or actor.customer_id
    if wanted is None or not actor.may_see(wanted):
        return Decline.CUSTOMER_NOT_FOUND
    customer = await find_customer(pool, wanted)
    if customer is None:
        return Decline.CUSTOMER_NOT_FOUND
    return customer if customer.is_active else Decline.CUSTOMER_NOT_ACTIVE
