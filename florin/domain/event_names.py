"""The names of events as the outside world is told of them; a published name never changes its meaning."""

from typing import Final

EVENT_NAMES: Final = (
    "batch.completed",
    "card.activated",
    "card.balance_low",
    "card.blocked",
    "card.redeemed",
    "card.replaced",
    "card.taken_back",
    "card.unblocked",
    "card.voided",
    "card_link.sent",
    "funding.received",
    "funding.refund_paid",
    "funding.refunded",
    "hold.expired",
    "member.balance_low",
    "member.registered",
    "order.activated",
    "order.delivered",
    "order.funded",
    "order.line_dropped",
    "order.partially_failed",
    "order.ready",
    "purchase.completed",
    "purchase.refunded",
    "purchase.reversed",
    "purchase.voided",
)
