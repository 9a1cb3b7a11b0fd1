"""Send the claim links of an order: a buyer, with a one-time code for this order; each recipient once.

The word to send is written here. The links are made in the background, or by whoever waits for them
(`florin.batch.orders.waiting_links`).
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.orders.allowed import allowed_order
from florin.clearing.orders.leaving import refused_to_leave
from florin.clearing.orders.request_delivery import BUYERS
from florin.domain.corporate_order import DeliveryKind
from florin.domain.declines import Decline
from florin.domain.people import Actor
from florin.storage.audit_trail import Author
from florin.storage.corporate.link_sendings import (
    LinkSending,
    add_sending,
    count_unsent,
    find_sending_by_key,
    sending_under_way,
)
from florin.storage.corporate.order_change import OrderChange, order_change
from florin.storage.corporate.orders import OrderView, find_order
from florin.storage.people.logins import CodeProof, spend_code
from florin.storage.posting.request import KeyReusedError


@dataclass(frozen=True, slots=True)
class SendLinks:
    """Every card of the order that has no link yet gets one; ``key`` is the idempotency key, if there is one."""

    order_id: UUID
    key: str | None = None


async def sending_asked_before(house: ClearingHouse, actor: Actor, command: SendLinks) -> LinkSending | Decline | None:
    """What the same request of the same login made when it was sent first; its one-time code has been spent by that.

    Declines: ``order_not_found``, ``role_required``.

    Raises:
        KeyReusedError: the key was used for another order.
    """
    order = allowed_order(await find_order(house.pool, command.order_id), actor, BUYERS)
    if isinstance(order, Decline):
        return order
    made = None if command.key is None else await find_sending_by_key(house.pool, actor.login_id, command.key)
    if made is not None and made.order_id != command.order_id:
        raise KeyReusedError
    return made


async def send_links(
    house: ClearingHouse, actor: Actor, command: SendLinks, proof: CodeProof, now: datetime
) -> LinkSending | Decline:
    """A sending that has begun, or the one that is under way; the code is spent.

    Declines: ``order_not_found``, ``role_required``, ``customer_not_active``, ``order_not_in_state`` until all cards
    are made, ``delivered_otherwise``, ``nothing_to_deliver`` when every card has its link, ``totp_code_incorrect``.

    Raises:
        KeyReusedError: the key was used for another order.
    """
    async with order_change(house.pool, command.order_id, Author(actor.session_id, now)) as change:
        order = allowed_order(change.order, actor, BUYERS)
        return order if isinstance(order, Decline) else await _send(change, order, actor, command, proof)


async def _send(
    change: OrderChange, order: OrderView, actor: Actor, command: SendLinks, proof: CodeProof
) -> LinkSending | Decline:
    connection, now = change.connection, change.author.now
    refusal = await refused_to_leave(connection, order, DeliveryKind.LINKS)
    if refusal is not None:
        return refusal
    under_way = await sending_under_way(connection, order.id)
    unsent = await count_unsent(connection, order.id)
    if under_way is None and not unsent:
        return Decline.NOTHING_TO_DELIVER
    if not await spend_code(connection, proof):
        return Decline.TOTP_CODE_INCORRECT
    if under_way is not None:
        return under_way
    await change.record("order.links_sent", order, {"cards": unsent})
    return await add_sending(connection, order.id, unsent, command.key, actor, now)
