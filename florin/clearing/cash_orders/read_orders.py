"""Read orders on delivery: the merchant its own, the member its own, our people all of them."""

from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from florin.clearing.answers import Json, amount, id_if_any, instant, instant_if_any
from florin.clearing.house import ClearingHouse
from florin.domain.cash_order import CashOrder, CashOrderStatus
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.paging import Page
from florin.domain.people import Actor, Role
from florin.storage.cash_orders import KeptOrder, find_cash_order, list_cash_orders

READERS: Final = frozenset({Role.OPERATOR, Role.MANAGER, Role.AUDITOR})


@dataclass(frozen=True, slots=True)
class WholeOrder:
    """An order with what its member wrote."""

    order: CashOrder
    text: str | None = field(repr=False)


async def read_cash_order(house: ClearingHouse, order_id: UUID) -> WholeOrder | Decline:
    """An order, for whoever may see it; ``cash_order_not_found``."""
    kept = await find_cash_order(house.pool, order_id)
    return Decline.CASH_ORDER_NOT_FOUND if kept is None else _opened(house, kept)


async def cash_orders_page(
    house: ClearingHouse,
    *,
    merchant_id: UUID | None = None,
    member_id: UUID | None = None,
    status: CashOrderStatus | None = None,
    before: UUID | None = None,
    limit: int,
) -> Page[WholeOrder, UUID]:
    """A page of the orders of a merchant or member, the latest first."""
    found = await list_cash_orders(house.pool, merchant_id, member_id, status, before, limit)
    return Page(tuple(_opened(house, each) for each in found.items), found.next_after)


async def all_cash_orders(
    house: ClearingHouse, actor: Actor, status: CashOrderStatus | None, limit: int
) -> tuple[WholeOrder, ...] | Decline:
    """Everybody's orders, the latest first; ``role_required``."""
    if not actor.has(*READERS):
        return Decline.ROLE_REQUIRED
    return (await cash_orders_page(house, status=status, limit=limit)).items


def cash_order_view(order: CashOrder, text: str | None = None) -> Json:
    """An order with its review, as everybody sees it who may."""
    review = order.review
    return {
        "id": wire_id("cash_order", order.id),
        "merchant_id": wire_id("merchant", order.merchant_id),
        "member_id": wire_id("member", order.member_id),
        "reference": order.reference,
        "status": order.status,
        "amount": amount(order.amount_minor, order.unit),
        "recorded_at": instant(order.recorded_at),
        "delivered_at": instant_if_any(order.delivered_at),
        "review_until": instant_if_any(order.review_until),
        "cancelled_at": instant_if_any(order.cancelled_at),
        "review": None
        if review is None
        else {
            "id": wire_id("review", review.id),
            "verdict": review.verdict,
            "by_default": review.by_default,
            "text": text,
            "case_id": id_if_any("case", review.case_id),
            "at": instant(review.at),
        },
    }


def _opened(house: ClearingHouse, kept: KeptOrder) -> WholeOrder:
    review = kept.order.review
    if kept.text_encrypted is None or review is None:
        return WholeOrder(kept.order, None)
    return WholeOrder(kept.order, house.vault.review_texts.open(kept.text_encrypted, review.id.bytes).decode())
