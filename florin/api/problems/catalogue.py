"""The catalogue of problems: for every code its HTTP status, what it means and what the caller does about it.

`docs/problems.md` and the answers below ``/problems`` are made from this table, and a test says that no code is
missing. A published code never changes its meaning.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from florin.api.problems.break_declines import BREAK_DECLINES
from florin.api.problems.case_declines import CASE_DECLINES
from florin.api.problems.closure_declines import CLOSURE_DECLINES
from florin.api.problems.codes import Code, DoorProblem
from florin.api.problems.corporate_declines import CORPORATE_DECLINES
from florin.api.problems.day_declines import DAY_DECLINES
from florin.api.problems.dormancy_declines import DORMANCY_DECLINES
from florin.api.problems.loyalty_declines import LOYALTY_DECLINES
from florin.api.problems.notice_declines import NOTICE_DECLINES
from florin.api.problems.payment_declines import PAYMENT_DECLINES
from florin.api.problems.settlement_declines import SETTLEMENT_DECLINES
from florin.api.problems.statement_declines import STATEMENT_DECLINES
from florin.domain.declines import Decline


class Problem(NamedTuple):
    """The meaning, in one sentence or two, is also the problem's title; the remedy is what the caller does."""

    status: int
    meaning: str
    remedy: str


_DOOR: Final[Mapping[Code, tuple[int, str, str]]] = {
    DoorProblem.MALFORMED_JSON: (
        400,
        "The body is not JSON in UTF-8.",
        "Correct the request; the detail says where it broke off.",
    ),
    DoorProblem.INVALID_REQUEST: (
        422,
        "A field is missing, unknown, of the wrong type or out of bounds.",
        "Correct the `field`, a path into the body, the path or the query.",
    ),
    DoorProblem.UNSUPPORTED_MEDIA_TYPE: (
        415,
        "The body is not declared as JSON, or as a file of a kind that the route takes.",
        "Send `Content-Type: application/json`, or for a file its own.",
    ),
    DoorProblem.BODY_TOO_LARGE: (
        413,
        "The body is longer than the route reads: 64 KiB, 1 MiB for lists, 16 MiB for recipients, 1 GiB of statements.",
        "Send less at once.",
    ),
    DoorProblem.IDEMPOTENCY_KEY_MISSING: (
        400,
        "A request that moves money or orders cards needs an `Idempotency-Key`.",
        "Send one, new for each operation and the same for each repetition.",
    ),
    DoorProblem.IDEMPOTENCY_KEY_INVALID: (
        400,
        "An idempotency key has 8 to 128 visible ASCII characters.",
        "Use a random one, such as a UUID.",
    ),
    DoorProblem.IDEMPOTENCY_KEY_REUSED: (
        422,
        "The key was used before for another request.",
        "Give each operation its own key; nothing was done.",
    ),
    DoorProblem.UNAUTHENTICATED: (
        401,
        "No valid API key or session came with the request. Unknown, expired and revoked get this one answer.",
        "Send `Authorization: Bearer` with a valid token.",
    ),
    DoorProblem.INSUFFICIENT_SCOPE: (
        403,
        "The API key or session may not use this route.",
        "Use a key with the scope, or sign in with the role, that the route asks for.",
    ),
    DoorProblem.ENROLMENT_REQUIRED: (
        403,
        "The initial password has not been changed yet, or one-time codes are not on.",
        "Change the password and enrol for one-time codes at `/v1/desk` first.",
    ),
    DoorProblem.RELEASE_REQUIRED: (
        403,
        "Nobody has released the login since it was added or reset or was given more roles.",
        "Once you have enrolled, ask another person than the one who set the login up to release it.",
    ),
    DoorProblem.NOT_FOUND: (404, "There is nothing at this address.", "Check the path against the API's document."),
    DoorProblem.METHOD_NOT_ALLOWED: (
        405,
        "This address does not take this method.",
        "Use one of the methods in `Allow`.",
    ),
    DoorProblem.OUTCOME_UNKNOWN: (
        503,
        "It may or may not have been done: the database went away before it said so.",
        "Send the same request with the same key again to learn, or reverse it by its reference; without a key, read.",
    ),
    DoorProblem.INTERNAL_ERROR: (
        500,
        "The service failed; the operators have been alarmed.",
        "Send the same request with the same key again; quote the `instance` if it persists.",
    ),
}

_DECLINES: Final[Mapping[Code, tuple[int, str, str]]] = {
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
    Decline.PAYMENT_CODE_INVALID: (
        402,
        "The member's consent code is wrong, spent or too old.",
        "Have the member show a fresh code.",
    ),
    Decline.MEMBER_NOT_ACTIVE: (
        403,
        "The member is not registered far enough, blocked, or gone.",
        "Send the member to customer service.",
    ),
    Decline.REAL_NAME_REQUIRED: (
        403,
        "A real name must be on record before this card is sold, so much is bought, or money comes into the account.",
        "Record the buyer's or member's name and document, then send it again under a new key.",
    ),
    Decline.AGREEMENT_REQUIRED: (
        422,
        "The current agreement has not been accepted.",
        "Show the agreement, then send its version with the request.",
    ),
    Decline.USER_NAME_TAKEN: (409, "Another member, or another login, has this user name.", "Choose another one."),
    Decline.CONTACT_TAKEN: (
        409,
        "Another member of the programme has this mail address or mobile number. Which of the two is not said.",
        "Sign in with it instead, or register with another one.",
    ),
    Decline.SIGN_IN_REFUSED: (
        401,
        "Name, password and one-time code open no account; whatever was wrong gets this one answer.",
        "Check what was typed, and the one-time code if it is on.",
    ),
    Decline.PASSWORD_INCORRECT: (
        403,
        "The own password of who is signed in, asked for again, is wrong.",
        "Ask again; after ten wrong ones within a quarter of an hour it is not looked at.",
    ),
    Decline.TOTP_ALREADY_ON: (
        409,
        "One-time codes are on already.",
        "Remove them first, or have the login reset by somebody else, then enrol anew.",
    ),
    Decline.TOTP_CODE_INCORRECT: (
        422,
        "The one-time code is wrong, was used before, or no enrolment waits for it.",
        "Wait for the next code; begin the enrolment again if it was given up.",
    ),
    Decline.IDENTITY_ON_RECORD: (
        409,
        "The real name is on record, with its document.",
        "Send corrections to customer service.",
    ),
    Decline.MEMBER_NOT_FOUND: (404, "There is no such member.", "Check the id, or the programme and user name."),
    Decline.CODE_TAKEN: (
        409,
        "Another programme, product, merchant, terminal or agreement version has this code.",
        "Choose another code, or use what has it.",
    ),
    Decline.ISSUER_PREFIX_TAKEN: (
        409,
        "Another programme's card numbers begin with these six digits.",
        "Choose other digits: a card's number tells whose card it is.",
    ),
    Decline.VALIDITY_TOO_SHORT: (
        422,
        "The programme's policy does not let cards of this kind expire so soon, or at all.",
        "Offer a longer validity, or leave it out and let the policy say.",
    ),
    Decline.PROGRAMME_NOT_FOUND: (404, "There is no such programme.", "Check the id."),
    Decline.PRODUCT_NOT_FOUND: (404, "There is no such card product.", "Check the id."),
    Decline.MERCHANT_NOT_FOUND: (404, "There is no such merchant.", "Check the id."),
    Decline.TERMINAL_NOT_FOUND: (404, "The merchant has no such terminal.", "Check the id and whose terminal it is."),
    Decline.API_KEY_NOT_FOUND: (
        404,
        "There is no such API key, or it was revoked before.",
        "Nothing if it was to be revoked: it opens nothing.",
    ),
    Decline.AGREEMENT_NOT_FOUND: (
        404,
        "The programme has no agreement in force, or there is no such programme.",
        "Check the programme's id; its operator publishes an agreement before anybody can register.",
    ),
    Decline.JOURNAL_NOT_FOUND: (404, "Nothing was posted under this id.", "Check the id."),
    Decline.DENOMINATION_NOT_OFFERED: (
        422,
        "The product is not issued in this denomination.",
        "Order one of the product's denominations.",
    ),
    Decline.NOT_SOLD_ONLINE: (
        422,
        "Registered cards are sold at a till, where their holder's name is taken.",
        "Order the cards for stock, or cards of another product for sale online.",
    ),
    Decline.ISSUE_NOT_FOUND: (404, "No cards were ordered under this id.", "Check the id."),
    Decline.ISSUE_NOT_READY: (
        409,
        "Not all cards of the issue have been made yet.",
        "Resume the issue, and wait until it is ready.",
    ),
    Decline.RATE_LIMITED: (
        429,
        "Too many attempts by this caller, from this address, or in total.",
        "Wait for `Retry-After` seconds.",
    ),
    Decline.BUSY: (
        503,
        "Nothing was done: the service is at its limit or its database is away.",
        "Send the same request with the same key after `Retry-After` seconds.",
    ),
    Decline.OPEN_HOLDS: (
        409,
        "Open holds reserve part of the value that was to move whole.",
        "Capture or release the holds first, or wait until they expire.",
    ),
    Decline.BALANCE_REMAINS: (
        409,
        "The account is not empty, so it cannot be closed.",
        "Spend, refund or pay out what is left first.",
    ),
    Decline.NOT_REVERSIBLE: (
        409,
        "The operation is of a kind, or has been used since, so that its reference cannot undo it.",
        "Refund instead, or send the holder to customer service.",
    ),
}

PROBLEMS: Final[Mapping[Code, Problem]] = MappingProxyType(
    {
        code: Problem(*entry)
        for entries in (
            _DOOR,
            _DECLINES,
            CORPORATE_DECLINES,
            BREAK_DECLINES,
            CASE_DECLINES,
            CLOSURE_DECLINES,
            LOYALTY_DECLINES,
            NOTICE_DECLINES,
            DORMANCY_DECLINES,
            PAYMENT_DECLINES,
            DAY_DECLINES,
            STATEMENT_DECLINES,
            SETTLEMENT_DECLINES,
        )
        for code, entry in entries.items()
    }
)
"""Every problem by its code, what the door says first."""


def status_of(code: Code) -> int:
    """The HTTP status of a code."""
    return PROBLEMS[code].status
