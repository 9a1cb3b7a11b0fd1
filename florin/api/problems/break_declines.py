"""The declines of breaks, as `catalogue` explains codes.

For each: its HTTP status, what it means, and what the caller does about it.
"""

from collections.abc import Mapping
from typing import Final

from florin.domain.declines import Decline

BREAK_DECLINES: Final[Mapping[Decline, tuple[int, str, str]]] = {
    Decline.BREAK_NOT_FOUND: (404, "There is no such break.", "Check the id."),
    Decline.BREAK_NOT_IN_STATE: (
        409,
        "The break's state does not allow this operation.",
        "Read the break: its state and story say what comes next.",
    ),
    Decline.BREAK_NOT_POSTABLE: (
        409,
        "A break of this kind cannot be put right by a posting, or not by one to this account.",
        "Let the verb of what it is about put it right, or propose that it is explained.",
    ),
    Decline.BREAK_ABOVE_LIMIT: (
        409,
        "The difference is more than the counterparty's terms allow to be written off.",
        "Find its cause and propose an adjusting posting, which a manager decides on.",
    ),
    Decline.BREAK_NEEDS_A_SECOND_PERSON: (
        409,
        "One person alone closes only what differs in nothing but its date.",
        "Propose that it is explained; another person decides.",
    ),
    Decline.BREAK_CHANGED: (
        409,
        "The break, or what is proposed for it, is not what was looked at.",
        "Read it again, and decide on what it says now.",
    ),
}
