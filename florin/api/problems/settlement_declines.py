"""The declines of the settlement of merchants, as `catalogue` explains codes.

For each: its HTTP status, what it means, and what the caller does about it.
"""

from collections.abc import Mapping
from typing import Final

from florin.domain.declines import Decline

SETTLEMENT_DECLINES: Final[Mapping[Decline, tuple[int, str, str]]] = {
    Decline.NETTING_STATEMENT_NOT_FOUND: (404, "There is no such netting statement.", "Check the id."),
    Decline.NETTING_STATEMENT_NOT_IN_STATE: (
        409,
        "The netting statement is approved already.",
        "Read it: its payout says what comes next.",
    ),
    Decline.NETTING_STATEMENT_CHANGED: (
        409,
        "The figures of the netting statement, or the account that it is paid to, are not those that were looked at.",
        "Let finance draw it up again, and approve what it says then.",
    ),
    Decline.NOTHING_TO_NET: (
        409,
        "Neither of the two programmes owes the other anything that is not netted yet.",
        "Nothing: approve merchants' statements first.",
    ),
    Decline.MERCHANT_STATEMENT_NOT_FOUND: (404, "There is no such statement.", "Check the id."),
    Decline.MERCHANT_STATEMENT_NOT_IN_STATE: (
        409,
        "The statement is approved already.",
        "Read it: its payout says what comes next.",
    ),
    Decline.MERCHANT_STATEMENT_NOT_DRAFTED: (
        409,
        "The close of the day has drawn the statement up, and nobody of finance has looked at it yet.",
        "Let finance draw the statements up: two people look at each.",
    ),
    Decline.MERCHANT_STATEMENT_WAITS: (
        409,
        "An earlier day of the same merchant is not approved yet.",
        "Approve the earlier statement first: what it carries on is part of this one.",
    ),
    Decline.MERCHANT_STATEMENT_CHANGED: (
        409,
        "The statement's figures are not those that were looked at: terms or an earlier day have changed.",
        "Read the statement again, and approve what it says now.",
    ),
    Decline.MERCHANT_OWES_LESS: (
        409,
        "The merchant does not owe that much for cards that it has sold.",
        "Read what it owes; what else it has paid is recorded as what it is for, or goes back.",
    ),
    Decline.MERCHANT_DAY_SETTLED: (
        409,
        "A statement of that day, or of a later one, is approved, so its terms cannot change.",
        "Let the terms begin on a later day.",
    ),
}
