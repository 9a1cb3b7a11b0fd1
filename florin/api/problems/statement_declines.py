"""The declines of statements and counterparties, as `catalogue` explains codes.

For each: its HTTP status, what it means, and what the caller does about it.
"""

from collections.abc import Mapping
from typing import Final

from florin.domain.declines import Decline

STATEMENT_DECLINES: Final[Mapping[Decline, tuple[int, str, str]]] = {
    Decline.COUNTERPARTY_NOT_FOUND: (404, "There is no such counterparty.", "Check the id."),
    Decline.COUNTERPARTY_TAKEN: (
        409,
        "The code, the bank account or the provider is another counterparty's.",
        "Change the terms of the one that is there.",
    ),
    Decline.MATCHING_RUN_NOT_FOUND: (404, "There has been no such run of matching.", "Check the id."),
    Decline.STATEMENT_FILE_NOT_FOUND: (404, "There is no such file.", "Check the id."),
    Decline.STATEMENT_FILE_NOT_IN_STATE: (
        409,
        "Only a file that was kept apart can be read again.",
        "Read the file: its state says what has become of it.",
    ),
    Decline.SUSPENSE_ITEM_NOT_FOUND: (404, "There is no such item in suspense.", "Check the id."),
    Decline.SUSPENSE_NOT_IN_STATE: (
        409,
        "What was proposed for the item, or that nothing was, does not allow this operation.",
        "Read the item: its status says what comes next.",
    ),
    Decline.SUSPENSE_CHANGED: (
        409,
        "What is proposed for the item is not what was looked at: another proposal has taken its place.",
        "Read the item again, and approve what is proposed now.",
    ),
}
