"""Personal tiers: what a member with a tier pays of a price, and how a refund is shared with the programme.

The merchant gets the whole price: the member pays a part of it and the programme the rest, its discount. The discount
is rounded down to a whole minor unit, so the member's part is rounded up, as a company's price of a card is.
"""

from typing import Final

from florin.domain.money import share

WHOLE_PRICE: Final = 10_000
"""Basis points of somebody without a tier."""


def paid_of(price_minor: int, basis_points: int) -> int:
    """What a member pays of a price in minor units; at least one of them, and with a tier never more than the price."""
    return price_minor - share(price_minor, WHOLE_PRICE - basis_points, WHOLE_PRICE)


def price_for(paid_minor: int, basis_points: int) -> int:
    """The highest price of which a member pays just ``paid_minor``: what so much money buys."""
    return paid_minor * WHOLE_PRICE // basis_points


def discount_given_back(price_minor: int, discount_minor: int, given_back_minor: int, amount_minor: int) -> int:
    """How much of a refund of ``amount_minor`` goes back to the programme that paid the discount of a purchase.

    ``given_back_minor`` of the price is given back already. The rule: what stays bought has its share of the discount,
    rounded down. So refunds in whatever parts give back just what each side paid, never more and never less.
    """
    before_minor = price_minor - given_back_minor
    kept_minor = share(discount_minor, before_minor, price_minor)
    return kept_minor - share(discount_minor, before_minor - amount_minor, price_minor)
