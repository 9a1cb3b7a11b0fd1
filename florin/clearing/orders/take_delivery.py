"""Take a delivery: note that its file is handed over, before its first byte is."""

from datetime import datetime
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.orders.deliveries import allowed_delivery
from florin.clearing.orders.request_delivery import BUYERS
from florin.domain.declines import Decline
from florin.domain.delivery import Delivery, refused_fetch
from florin.domain.people import Actor
from florin.storage.audit_trail import Author
from florin.storage.corporate.delivery_steps import FileReceipt, delivery_change, write_fetched


async def take_delivery(
    house: ClearingHouse, actor: Actor, delivery_id: UUID, receipt: FileReceipt, now: datetime
) -> Delivery | Decline:
    """The delivery, fetched: however many ask at once, one of them gets it and the others ``delivery_fetched``.

    Declines: ``delivery_not_found``, ``role_required``, and what `refused_fetch` says.
    """
    async with delivery_change(house.pool, delivery_id, Author(actor.session_id, now)) as change:
        delivery = allowed_delivery(change.delivery, actor, BUYERS)
        if isinstance(delivery, Decline):
            return delivery
        refusal = refused_fetch(delivery, actor, now)
        if refusal is not None:
            return refusal
        await write_fetched(change, delivery, actor, receipt)
        detail = {"cards": receipt.cards, "bytes": receipt.size_bytes, "sha256": receipt.sha256.hex()}
        await change.record("delivery.fetched", delivery, detail)
        return await change.after(delivery)
