"""Send the claim links of an order: a buyer, with a one-time code for this order; each recipient once.

The word to send is written here. The links are made in the background, or by whoever waits for them
(`florin.batch.orders.waiting_links`).
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.orders.allowed import allowed_order
from florin.clearing.orders.request_delivery import BUYERS
from florin.domain.declines import Decline
from florin.domain.people import Actor
from florin.storage.corporate.customers import find_customer
from florin.storage.corporate.link_sendings import LinkSending, begin_sending, find_sending_by_key
from florin.storage.corporate.orders import find_order
from florin.storage.logins import CodeProof
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
    order = allowed_order(await find_order(house.pool, command.order_id), actor, BUYERS)
    if isinstance(order, Decline):
        return order
    customer = await find_customer(house.pool, order.customer_id)
    if customer is None or not customer.is_active:
        return Decline.CUSTOMER_NOT_ACTIVE
    return await begin_sending(house.pool, order.id, command.key, actor, proof, now)
