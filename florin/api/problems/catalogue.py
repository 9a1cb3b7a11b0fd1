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
from florin.api.problems.codes import Code
from florin.api.problems.corporate_declines import CORPORATE_DECLINES
from florin.api.problems.day_declines import DAY_DECLINES
from florin.api.problems.door_problems import DOOR_PROBLEMS
from florin.api.problems.dormancy_declines import DORMANCY_DECLINES
from florin.api.problems.loyalty_declines import LOYALTY_DECLINES
from florin.api.problems.notice_declines import NOTICE_DECLINES
from florin.api.problems.payment_declines import PAYMENT_DECLINES
from florin.api.problems.settlement_declines import SETTLEMENT_DECLINES
from florin.api.problems.statement_declines import STATEMENT_DECLINES
from florin.api.problems.till_declines import TILL_DECLINES
from florin.domain.declines import Decline


class Problem(NamedTuple):
    """The meaning, in one sentence or two, is also the problem's title; the remedy is what the caller does."""

    status: int
    meaning: str
    remedy: str


_DECLINES: Final[Mapping[Code, tuple[int, str, str]]] = {
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
            DOOR_PROBLEMS,
            TILL_DECLINES,
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
