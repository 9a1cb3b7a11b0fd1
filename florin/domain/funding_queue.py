"""Which of a customer's approved orders its money funds next."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class WaitingOrder:
    """An approved order that is not funded. ``is_named``: a receipt has named its payment reference."""

    id: UUID
    price_minor: int
    is_named: bool


def next_to_fund(waiting: Sequence[WaitingOrder], available_minor: int) -> WaitingOrder | None:
    """The order that is funded next, whole or not at all; None when all have to wait.

    ``waiting`` is in the order of approval. Orders that a receipt has named come first, each as soon as there is enough
    for it. While one of them waits for the rest of its money, nothing that came for it funds an order that nobody has
    named; of those the oldest is first, and none overtakes it.
    """
    named = [each for each in waiting if each.is_named]
    if not named:
        return next((each for each in waiting[:1] if each.price_minor <= available_minor), None)
    return next((each for each in named if each.price_minor <= available_minor), None)
