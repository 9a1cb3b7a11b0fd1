"""The declines of closures and their payouts, as `catalogue` explains codes.

For each: its HTTP status, what it means, and what the caller does about it.
"""

from collections.abc import Mapping
from typing import Final

from florin.domain.declines import Decline

CLOSURE_DECLINES: Final[Mapping[Decline, tuple[int, str, str]]] = {
    Decline.CLOSURE_NOT_FOUND: (404, "There is no such closure.", "Check the id."),
    Decline.CLOSURE_NOT_IN_STATE: (
        409,
        "The closure's status does not allow this operation.",
        "Read the closure: its status says what comes next.",
    ),
    Decline.CLOSURE_UNDER_WAY: (
        409,
        "The account or card is being closed already.",
        "Go on with the closure that is under way, or call it off first.",
    ),
    Decline.CLOSURE_CHANGED: (
        409,
        "What is confirmed or approved is not what the closure says now.",
        "Read the closure again, and confirm what it says now.",
    ),
    Decline.CLOSURE_CODE_INCORRECT: (
        403,
        "This code confirms no closure: wrong, too old, tried too often, or sent for another. All get this one answer.",
        "Type the code of the latest message, or have another one sent.",
    ),
    Decline.CLOSURE_COOLING_OFF: (
        409,
        "The holder may still think better of it.",
        "Approve it after `cools_until`.",
    ),
    Decline.CARD_NOT_REGISTERED: (
        409,
        "The card is no registered one: nobody is known as its holder.",
        "Load it into a wallet, or let it be spent.",
    ),
    Decline.IDENTITY_DIFFERS: (
        422,
        "The identity that was shown is not the one on record.",
        "Compare name and number with the document; whoever cannot show it is not paid out.",
    ),
    Decline.DISPUTE_OPEN: (
        409,
        "A dispute about a purchase of the account is not decided yet.",
        "Close the account when it is.",
    ),
    Decline.PAYMENT_OPEN: (
        409,
        "A payment into the account is under way.",
        "Wait until it has arrived or expired.",
    ),
    Decline.VERIFICATION_IMPOSSIBLE: (
        409,
        "Neither are one-time codes on nor is a mail address on record, so nobody can confirm the closure.",
        "Set a mail address or turn one-time codes on first.",
    ),
    Decline.PAYOUT_ACCOUNT_REQUIRED: (
        422,
        "There is money to pay out, and no bank account to pay it to.",
        "Name a bank account in the name on record.",
    ),
    Decline.PAYOUT_ACCOUNT_NOT_OWN: (
        422,
        "The bank account is not held in the name on record.",
        "Name an account of the same name: money goes back to nobody else.",
    ),
    Decline.PAYOUT_NOT_FOUND: (404, "There is no such payout.", "Check the id."),
    Decline.PAYOUT_NOT_IN_STATE: (
        409,
        "The payout's status does not allow this operation.",
        "Read the payout: its status says what comes next.",
    ),
    Decline.PAYOUT_FILE_NOT_FOUND: (404, "There is no such payout file.", "Check the id."),
    Decline.PAYOUT_FILE_NOT_FINISHED: (
        409,
        "The file's payouts are still being posted.",
        "Try again in a few seconds.",
    ),
    Decline.PAYOUT_FILE_ALTERED: (
        409,
        "The file is not what it was when it was made: its payouts were changed since, or their accounts forgotten.",
        "Send nothing to the bank; ask for the proofs of the book.",
    ),
    Decline.NOTHING_TO_PAY: (409, "No payout waits for a file.", "Nothing: approve closures first."),
}
