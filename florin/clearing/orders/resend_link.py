"""Send one recipient's claim link once more: a buyer, at most once a day, as long as the link was not used.

It asks for no one-time code: a link goes to the recipient whom the order was submitted with and to nobody else.
"""

from datetime import datetime
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.orders.allowed import allowed_order
from florin.clearing.orders.link_tokens import token_index
from florin.clearing.orders.request_delivery import BUYERS
from florin.domain.card_selection import read_card_name
from florin.domain.declines import Decline
from florin.domain.people import Actor
from florin.storage.corporate.claim_links import LinkSent, send_again
from florin.storage.corporate.customers import find_customer
from florin.storage.corporate.orders import find_order


async def resend_link(
    house: ClearingHouse, actor: Actor, order_id: UUID, card: str, now: datetime
) -> LinkSent | Decline:
    """The card's link with a new token and a new term; the link before is worth nothing from now on.

    Declines: ``order_not_found``, ``role_required``, ``customer_not_active``, ``order_not_in_state``,
    ``link_not_found``, ``link_claimed``, ``link_sent_today``. `InvalidField` for what is no name of a card.
    """
    named = read_card_name("card", card)
    order = allowed_order(await find_order(house.pool, order_id), actor, BUYERS)
    if isinstance(order, Decline):
        return order
    customer = await find_customer(house.pool, order.customer_id)
    if customer is None or not customer.is_active:
        return Decline.CUSTOMER_NOT_ACTIVE
    place = (named.line, named.first)
    return await send_again(house.pool, order_id, place, lambda *sent: token_index(house.vault, *sent), actor, now)
