"""The declines of breaks, as `catalogue` explains codes.

For each: its HTTP status, what it means, and what the caller does about it.
"""

from collections.abc import Mapping
from typing import Final

from florin.domain.declines import Decline

BREAK_DECLINES: Final[Mapping[Decline, tuple[int, str, str]]] = {
    Decline.BREAK_NOT_IN_STATE: (
        409,
        "The break's state does not allow this operation.",
        "Read the break: its state and story say what comes next.",
    ),
}
