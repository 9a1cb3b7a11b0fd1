"""The declines of dormant balances, as `catalogue` explains codes.

For each: its HTTP status, what it means, and what the caller does about it.
"""

from collections.abc import Mapping
from typing import Final

from florin.domain.declines import Decline

DORMANCY_DECLINES: Final[Mapping[Decline, tuple[int, str, str]]] = {
    Decline.BALANCE_ENDING_NOT_FOUND: (404, "There is no such proposal.", "Check the id."),
    Decline.BALANCE_ENDING_NOT_IN_STATE: (
        409,
        "The proposal has been decided on.",
        "Read it: its status says what became of it.",
    ),
    Decline.BALANCE_ENDING_NOT_PERMITTED: (
        409,
        "Under the programme's terms and its policy pack no balance ends.",
        "Nothing: balances are kept, however long nobody uses them.",
    ),
    Decline.BALANCE_ENDING_ALTERED: (
        409,
        "The hash is not that of the proposal's accounts and amounts.",
        "Read the proposal and its lines again, and approve what they say; if they do not hash to it, refuse it.",
    ),
    Decline.NOTHING_TO_END: (
        409,
        "No balance has been dormant for as long as the terms ask.",
        "Nothing: propose again when some have.",
    ),
    Decline.BALANCE_CHANGED: (
        409,
        "Something has happened on the account since the proposal.",
        "Nothing: the balance is left alone.",
    ),
    Decline.NOTHING_LAPSED: (
        409,
        "Nothing has lapsed of this card or member, or it is not in use.",
        "Look at the statement: it tells what has lapsed and what was restored.",
    ),
    Decline.BALANCE_NOT_RESTORABLE: (
        409,
        "The card or account is not in use any more.",
        "Restore the balance to where its value has gone, by an adjustment.",
    ),
}
