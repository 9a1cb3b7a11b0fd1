"""The declines of lost cards, as `catalogue` explains codes.

For each: its HTTP status, what it means, and what the caller does about it.
"""

from collections.abc import Mapping
from typing import Final

from florin.domain.declines import Decline

CASE_DECLINES: Final[Mapping[Decline, tuple[int, str, str]]] = {
    Decline.LOSS_NOT_FOUND: (
        404,
        "No card was reported lost under this id, or it is not the caller's.",
        "Check the id.",
    ),
    Decline.LOSS_NOT_IN_STATE: (
        409,
        "The card was replaced or found again before.",
        "Read the loss: its status says what was decided.",
    ),
    Decline.LOSS_REPORTED: (
        409,
        "The card is reported lost already, and nothing goes out of it.",
        "Wait for the decision, or say that it was found again.",
    ),
}
