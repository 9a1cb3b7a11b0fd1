"""Read a split purchase: where it stands, with its hold, its payment and the purchase that it has become."""

from datetime import datetime
from uuid import UUID

from florin.clearing.answers import Json, amount, hold_view
from florin.clearing.house import ClearingHouse
from florin.clearing.payments.payment_views import payment_view
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.payment import Payment
from florin.domain.purchase import Hold, HoldStatus, Purchase
from florin.storage.book.holds import find_hold
from florin.storage.book.purchases import find_purchase
from florin.storage.payments.payments import find_payment_of_hold


async def read_split(house: ClearingHouse, merchant_id: UUID | None, hold_id: UUID, now: datetime) -> Json | Decline:
    """A merchant's split purchase by its hold, any merchant's for None.

    Declines: ``split_purchase_not_found``, also for another merchant's.
    """
    hold, payment = await find_hold(house.pool, hold_id, now), await find_payment_of_hold(house.pool, hold_id)
    if hold is None or payment is None or merchant_id not in (None, hold.merchant_id):
        return Decline.SPLIT_PURCHASE_NOT_FOUND
    return _view(hold, payment, await find_purchase(house.pool, hold_id))


def _view(hold: Hold, payment: Payment, purchase: Purchase | None) -> Json:
    waits = hold.status is HoldStatus.OPEN
    return {
        "hold_id": wire_id("hold", hold.id),
        "status": "completed" if purchase is not None else "waiting" if waits else "given_up",
        "reference": hold.reference,
        "requested": amount(payment.purchase_minor or 0, payment.unit),
        "purchase_id": None if purchase is None else wire_id("purchase", purchase.id),
        "hold": hold_view(hold),
        "payment": payment_view(payment),
    }
