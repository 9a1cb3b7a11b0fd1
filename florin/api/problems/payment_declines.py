"""The declines of payments through providers, as `catalogue` explains codes.

For each: its HTTP status, what it means, and what the caller does about it.
"""

from collections.abc import Mapping
from typing import Final

from florin.domain.declines import Decline

PAYMENT_DECLINES: Final[Mapping[Decline, tuple[int, str, str]]] = {
    Decline.PROVIDER_NOT_FOUND: (
        422,
        "No payment provider has this name here.",
        "Choose one of those that `/v1/payment-providers` lists.",
    ),
    Decline.PROVIDER_UNAVAILABLE: (
        503,
        "The payment provider does not answer. A payment that was being begun waits, and nothing is lost.",
        "Send the same request with the same key again after `Retry-After` seconds.",
    ),
    Decline.PAYMENT_REFUSED: (
        422,
        "The provider will not offer this payment.",
        "Try another amount or another provider, under a new key.",
    ),
    Decline.PAYMENT_NOT_FOUND: (404, "There is no such payment.", "Check the id."),
    Decline.PAYMENT_NOT_REFUNDABLE: (
        409,
        "Nothing of the payment can be sent back this way: it is not in the state for it, or has gone back.",
        "Read the payment.",
    ),
    Decline.REFUND_PERIOD_OVER: (
        409,
        "The time within which the programme's policy gives a payment back for the asking is over.",
        "Spend the balance, or have the account closed and paid out.",
    ),
    Decline.REFUND_EXCEEDS_UNSPENT: (
        422,
        "More than is left of the payment, or more than is unspent in the wallet: `unspent` says how much can go back.",
        "Ask for at most that.",
    ),
    Decline.FUNDS_SUFFICE: (409, "The wallet holds enough to pay alone.", "Send a purchase."),
    Decline.SPLIT_PURCHASE_NOT_FOUND: (
        404,
        "No split purchase of this caller has this id.",
        "Check the id and which API key was used.",
    ),
    Decline.RETURN_URL_NOT_ALLOWED: (
        422,
        "The programme has not listed this page for payers to come back to.",
        "Use one of its `return_urls`, word for word, or none.",
    ),
    Decline.PAYMENT_FINDING_NOT_FOUND: (404, "There is no such finding.", "Check the id."),
    Decline.PAYMENT_FINDING_CLOSED: (
        409,
        "The finding has been closed, and nothing is written to it any more.",
        "Read the finding to see who has closed it, and why.",
    ),
    Decline.OUT_OF_STOCK: (
        409,
        "No card of this product and denomination is left for sale online; what was paid for one goes back by itself.",
        "Choose another denomination, or try again later under a new key.",
    ),
    Decline.TRIAL_CARD_NOT_OFFERED: (
        422,
        "The programme has no trial card of this product and denomination.",
        "Buy the card at its price, or choose the card that `/v1/me/card-offers` shows with a `trial_price`.",
    ),
    Decline.TRIAL_CARD_USED: (
        409,
        "The member has a card or is paying for a trial card, or the same person has had one by another account.",
        "Buy the card at its price.",
    ),
    Decline.CALLBACK_REFUSED: (
        400,
        "The callback is not to be believed; whatever is wrong with it gets this one answer.",
        "Nothing: this address is for payment providers alone.",
    ),
}
