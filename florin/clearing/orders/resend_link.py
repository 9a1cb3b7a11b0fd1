"""Send one recipient's claim link once more: a buyer, at most once a day, as long as the link was not used.

It asks for no one-time code: a link goes to the recipient whom the order was submitted with and to nobody else.
"""

from datetime import datetime
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.orders.allowed import allowed_order
from florin.clearing.orders.leaving import refused_to_leave
from florin.clearing.orders.link_tokens import token_index
from florin.clearing.orders.request_delivery import BUYERS
from florin.crypto.vault import Vault
from florin.domain.card_selection import CardRange, read_card_name
from florin.domain.claim_link import refused_resend
from florin.domain.declines import Decline
from florin.domain.people import Actor
from florin.storage.audit_trail import Author
from florin.storage.corporate.claim_links import LinkSent, lock_link, write_sent_again
from florin.storage.corporate.order_change import OrderChange, order_change
from florin.storage.corporate.orders import OrderView


async def resend_link(
    house: ClearingHouse, actor: Actor, order_id: UUID, card: str, now: datetime
) -> LinkSent | Decline:
    """The card's link with a new token and a new term; the link before is worth nothing from now on.

    Declines: ``order_not_found``, ``role_required``, ``customer_not_active``, ``order_not_in_state``,
    ``link_not_found``, ``link_claimed``, ``link_sent_today``. `InvalidField` for what is no name of a card.
    """
    named = read_card_name("card", card)
    async with order_change(house.pool, order_id, Author(actor.session_id, now)) as change:
        order = allowed_order(change.order, actor, BUYERS)
        return order if isinstance(order, Decline) else await _resend(change, house.vault, order, named)


async def _resend(change: OrderChange, vault: Vault, order: OrderView, card: CardRange) -> LinkSent | Decline:
    refusal = await refused_to_leave(change.connection, order)
    if refusal is not None:
        return refusal
    latest = await lock_link(change.connection, order.id, card.line, card.first)
    if latest is None or not latest.is_linked:
        return Decline.LINK_NOT_FOUND
    refusal = refused_resend(latest.claimed_at, latest.sent_at, change.author.now)
    if refusal is not None:
        return refusal
    index = token_index(vault, latest.key_id, latest.card_id, latest.sending + 1)
    return await write_sent_again(change, order, latest, index)
