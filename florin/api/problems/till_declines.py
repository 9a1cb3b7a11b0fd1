"""The declines of cards, purchases and holds at a till, as `catalogue` explains codes.

For each: its HTTP status, what it means, and what the caller does about it.
"""

from collections.abc import Mapping
from typing import Final

from florin.domain.declines import Decline

TILL_DECLINES: Final[Mapping[Decline, tuple[int, str, str]]] = {
    Decline.CARD_NOT_ACCEPTED: (
        402,
        "What was shown opens no usable card. Unknown, wrong and inactive get this one answer.",
        "Check what was typed. Where a PIN is asked for, five wrong ones lock the card for a day.",
    ),
    Decline.CARD_NOT_ACTIVE: (
        402,
        "The card is not in use: unsold, closed, voided or replaced.",
        "Activate it at the till that sold it, or use the card that replaced it.",
    ),
    Decline.CARD_BLOCKED: (
        402,
        "An operator has stopped this operation on the card.",
        "Send the holder to customer service.",
    ),
    Decline.CARD_EXPIRED: (
        402,
        "The card's last day has passed.",
        "Have the card reactivated or exchanged: its value is never lost.",
    ),
    Decline.CARD_REDEEMED: (402, "The card's whole value has gone into a wallet.", "Pay with the wallet."),
    Decline.CARD_NOT_FOUND: (
        404,
        "No card that this caller may see has this id.",
        "Check the id and which API key was used.",
    ),
    Decline.CARD_NOT_SELLABLE: (
        409,
        "The card is not at the step of its sale that the operation needs.",
        "Read the card's status first.",
    ),
    Decline.CARD_NOT_VOIDABLE: (409, "Only unsold stock can be voided.", "Take back the sale, or refund."),
    Decline.INSUFFICIENT_FUNDS: (
        402,
        "Less is available than was asked for. Authenticated callers see the `shortfall`.",
        "Take the rest in another way, or allow a partial approval.",
    ),
    Decline.LIMIT_EXCEEDED: (
        422,
        "A cap of the programme on faces, on balances or on the life of a hold would be passed.",
        "Stay within it: a smaller face, less value on one card or account, a shorter hold.",
    ),
    Decline.CURRENCY_MISMATCH: (
        422,
        "The amount is not in the programme's currency.",
        "Send amounts in the programme's currency.",
    ),
    Decline.MERCHANT_INACTIVE: (403, "The merchant is suspended or has left.", "Call the operator of the service."),
    Decline.OUT_OF_NETWORK: (
        402,
        "The card's programme does not include this merchant.",
        "Take another means of payment.",
    ),
    Decline.DUPLICATE_REFERENCE: (
        409,
        "The merchant has used this reference for another operation: `verb` and `subject_id` say which.",
        "Give each operation its own reference.",
    ),
    Decline.ALREADY_REVERSED: (
        409,
        "The operation has been voided or reversed, or its reversal came first.",
        "Nothing: what it took is given back, or was never taken. A new sale needs a new reference.",
    ),
    Decline.PURCHASE_NOT_FOUND: (
        404,
        "No purchase of this caller has this id or reference.",
        "Check the id or reference, and which API key was used.",
    ),
    Decline.REFUND_NOT_FOUND: (
        404,
        "No refund of this caller has this id.",
        "Check the id and which API key was used.",
    ),
    Decline.REFUND_EXCEEDS_REMAINING: (
        422,
        "The refund asks for more than the purchase took and has not given back.",
        "Refund at most the remaining amount.",
    ),
    Decline.REFUND_ABOVE_CAP: (
        422,
        "The refund would bring the card or account above what the programme's policy lets it hold.",
        "Refund less, or later when some of the balance is spent; otherwise send the holder to customer service.",
    ),
    Decline.PARTLY_REFUNDED: (
        409,
        "Part of the purchase has been given back, so that it cannot be voided whole.",
        "Refund the `remaining` amount, or reverse the purchase by its reference.",
    ),
    Decline.VOID_WINDOW_PASSED: (409, "It is too late to void.", "Refund instead."),
    Decline.REVERSAL_WINDOW_PASSED: (
        409,
        "It is too late to reverse: more than 24 hours have passed since the money was moved.",
        "Refund a purchase instead; send the holder of a card that was sold to customer service.",
    ),
    Decline.EVENT_TIME_NOT_ACCEPTED: (
        422,
        "The sale's `event_at` lies more than 366 days back, or more than five minutes ahead of our clock.",
        "Set the till's clock right, and send the sale with its true time under a new key.",
    ),
    Decline.HOLD_NOT_FOUND: (404, "No hold of this caller has this id.", "Check the id and which API key was used."),
    Decline.HOLD_NOT_OPEN: (
        409,
        "The hold was captured or released before.",
        "Nothing: read the hold to see how it ended.",
    ),
    Decline.HOLD_AWAITS_PAYMENT: (
        409,
        "The hold keeps the wallet's part of a split purchase, which is completed by itself once the rest is paid.",
        "Wait for it, or release the hold: that gives the whole purchase up.",
    ),
    Decline.HOLD_EXPIRED: (
        409,
        "The hold's time has run out and its money is free again.",
        "Take a new hold or a purchase.",
    ),
    Decline.CAPTURE_EXCEEDS_HOLD: (
        422,
        "The capture asks for more than the hold keeps.",
        "Capture at most what is held; take the rest with a purchase.",
    ),
}
