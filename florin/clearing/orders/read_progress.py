"""How far the cards of an order are made, for whoever may see the order."""

from datetime import datetime
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.orders.allowed import READERS
from florin.domain.declines import Decline
from florin.domain.order_progress import OrderProgress
from florin.domain.people import Actor
from florin.storage.corporate.generation_progress import read_progress


async def progress_of(house: ClearingHouse, actor: Actor, order_id: UUID, now: datetime) -> OrderProgress | Decline:
    """The progress of an order at ``now``.

    Declines: ``order_not_found`` for none and for a stranger's, ``role_required``.
    """
    progress = await read_progress(house.pool, order_id, now)
    if progress is None or not actor.may_see(progress.customer_id):
        return Decline.ORDER_NOT_FOUND
    return progress if actor.has(*READERS) else Decline.ROLE_REQUIRED
