"""The trial card: a programme may sell a member's first card, in one face of one product, below its face."""

from collections.abc import Sequence
from typing import Final

from florin.domain.payment import Payment, PaymentStatus
from florin.domain.programme import Product

TRIAL_TAKEN: Final = (PaymentStatus.CREATED, PaymentStatus.OFFERED, PaymentStatus.DISPUTED)
"""The statuses of a payment for a trial card beside which no other is begun."""


def trial_price(product: Product, face_minor: int) -> int | None:
    """What a first card of that face costs, in minor units; None where the product has no trial card of it."""
    return product.trial_price_minor if product.trial_face_minor == face_minor else None


def may_begin_trial(others: Sequence[Payment]) -> bool:
    """Whether a member with these payments for cards may begin to pay for a trial card: not beside another one."""
    return is_first_card(others) and not any(each.discount_minor and each.status in TRIAL_TAKEN for each in others)


def is_first_card(others: Sequence[Payment]) -> bool:
    """Whether a card is the first that a member buys online, after these payments for others."""
    return not any(each.status is PaymentStatus.CREDITED for each in others)
