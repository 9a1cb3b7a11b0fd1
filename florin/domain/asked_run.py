"""Long work that somebody asks for and that is done when nobody waits: proofs, matching, the close of a day.

Whoever asks is answered at once with a run that is `ASKED`. It is begun again when the process that was at it died.
"""

from collections.abc import Callable
from enum import StrEnum, auto
from typing import Final

OnStep = Callable[[int, int], None]
"""Told how many steps of a run are done, and of how many."""

MOST_BEGINNINGS: Final = 5
"""How often a run is begun: one that takes its process down with it must not do so for ever."""


class RunKind(StrEnum):
    """What is run."""

    MATCHING = auto()
    PROOFS = auto()
    DAY_CLOSE = auto()


class RunState(StrEnum):
    """Where a run stands."""

    ASKED = auto()  # it is done within seconds, or when the one of its kind that is under way is over
    RUNNING = auto()  # somebody is at it, or was killed while at it and another process takes it up
    DONE = auto()
    FAILED = auto()  # it ended without a result; the code says why


class RunFailure(StrEnum):
    """Why a run failed, where it is no decline."""

    INTERNAL_ERROR = auto()  # nobody foresaw it; the log has `run_failed`
    CUT_OFF = auto()  # it was begun `MOST_BEGINNINGS` times, and whoever was at it died each time
