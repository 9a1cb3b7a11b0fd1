"""The declines of cases, lost cards and orders paid at the door, as `catalogue` explains codes.

For each: its HTTP status, what it means, and what the caller does about it.
"""

from collections.abc import Mapping
from typing import Final

from florin.domain.declines import Decline

CASE_DECLINES: Final[Mapping[Decline, tuple[int, str, str]]] = {
    Decline.CASE_NOT_FOUND: (404, "There is no such case, or it is not the caller's.", "Check the id."),
    Decline.CASE_NOT_IN_STATE: (
        409,
        "The case's status does not allow this operation, or it is not the caller's to ask for.",
        "Read the case: its status and story say what comes next.",
    ),
    Decline.CASE_WITHOUT_MEMBER: (
        409,
        "The case is no member's, so there is nobody to give a voucher to.",
        "Give back what its purchase took, or end the case otherwise.",
    ),
    Decline.CASE_HAS_NOBODY_TO_ASK: (
        409,
        "The case is of no member, or about no merchant, so nobody could answer.",
        "Ask the other side, or whoever it is in another way, and note the answer.",
    ),
    Decline.CASE_WITHOUT_PURCHASE: (
        409,
        "The case is about no purchase, so there is nothing to give back by it.",
        "Open a dispute about the purchase, or end the case otherwise.",
    ),
    Decline.CASH_ORDER_NOT_FOUND: (
        404,
        "There is no such order on delivery, or it is not the caller's.",
        "Check the id.",
    ),
    Decline.CASH_ORDER_NOT_IN_STATE: (
        409,
        "The order is not delivered yet, was delivered, reviewed or cancelled before, or the time for it is over.",
        "Read the order: its status says what became of it, `review_until` until when it is reviewed.",
    ),
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
