"""What can be wrong with an attempt at a till, all at once from some trouble on: refusals have an order."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeVar

from florin.clearing.payer import PayWith
from florin.domain.declines import Decline
from tests.till import Till
from tests.world import TODAY, World

Troubles = Sequence[tuple[dict[str, Any], Decline]]
"""Each line is wrong together with all the lines below it, and the first one is what the caller hears."""

_Attempt = TypeVar("_Attempt")


def befallen(attempt: _Attempt, troubles: Troubles) -> _Attempt:
    """The attempt with all the troubles at once; the first is the last to change it."""
    for change, _ in reversed(troubles):
        attempt = replace(attempt, **change)  # type: ignore[type-var]  # a dataclass of the test's own
    return attempt


@dataclass(frozen=True)
class CardAttempt:
    """What can be wrong with a payment by card."""

    merchant: str = "shop"
    wrong_pin: bool = False
    currency: str = "CNY"
    kind: str = "bearer_gift"
    status: str = "active"
    block: str = "none"
    expired: bool = False
    lifetime_s: int = 3600
    amount_minor: int = 30_00

    def made_in(self, world: World, till: Till) -> tuple[Till, PayWith]:
        """The merchant's till, and what its customer pays with."""
        card = world.card(
            kind=self.kind,
            status=self.status,
            block=self.block,
            expires_on=TODAY - timedelta(days=1) if self.expired else None,
        )
        return till.at(getattr(world, self.merchant)), card.by_wrong_pin if self.wrong_pin else card.by_pin


def card_troubles(status: str, block: str, *more: tuple[dict[str, Any], Decline]) -> Troubles:
    """Those of every payment by card, of which that status and that block are two."""
    return (
        ({"merchant": "suspended"}, Decline.MERCHANT_INACTIVE),
        ({"wrong_pin": True}, Decline.CARD_NOT_ACCEPTED),
        ({"currency": "EUR"}, Decline.CURRENCY_MISMATCH),
        ({"merchant": "stranger"}, Decline.OUT_OF_NETWORK),
        ({"status": status}, Decline.CARD_NOT_ACTIVE),
        ({"block": block}, Decline.CARD_BLOCKED),
        ({"expired": True}, Decline.CARD_EXPIRED),
        ({"kind": "recharge"}, Decline.CARD_NOT_ACCEPTED),
        *more,
        ({"amount_minor": 100_01}, Decline.INSUFFICIENT_FUNDS),
    )
