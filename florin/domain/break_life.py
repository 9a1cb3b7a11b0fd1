"""The life of a break: a difference between our book and somebody else's, from the day on which it is seen to its end.

A break ends by what explains it: the other side has arrived, or two people agree that a journal puts it right, that it
is small enough to be written off, or that something else explains it. One person alone ends only what differs in its
date and in nothing else.
"""

from collections.abc import Mapping
from enum import StrEnum, auto
from types import MappingProxyType
from typing import Final

from florin.domain.declines import Decline


class BreakKind(StrEnum):
    """What differs."""

    MISSING_INTERNAL = auto()  # the provider, or the bank when it has paid, has a line that our book has not
    UNIDENTIFIED_RECEIPT = auto()  # the bank has received money, and we do not know from whom and what for
    MISSING_PROVIDER = auto()  # our book has it, and the provider's statement of those days has not
    MISSING_BANK = auto()  # our book has it, and the bank's statement of those days has not
    AMOUNT_DIFF = auto()  # both have it, with another amount or direction
    FEE_DIFF = auto()  # the provider has kept another fee than agreed
    DATE_CUTOFF = auto()  # both have it, further apart than the counterparty's window of days
    DUPLICATE = auto()  # a second line under a reference that has been matched
    STATUS_DIFF = auto()  # our book has it, and the provider says that it has failed
    FILE_GAP = auto()  # a statement is missing between two others
    CONTROL_TOTAL = auto()  # a file was quarantined


class BreakState(StrEnum):
    """Where a break stands."""

    OPEN = auto()
    INVESTIGATING = auto()  # somebody has it
    PROPOSED = auto()  # a posting or write-off is proposed, and waits for another person
    APPROVED = auto()  # agreed on, and not posted yet
    POSTED = auto()  # the adjusting journal is in the book, by two people or within the tolerance
    CLOSED = auto()  # explained, and nothing posted
    AUTO_CLOSED = auto()  # the other side has arrived
    WRITTEN_OFF = auto()  # posted to the differences, within the counterparty's limit


class BreakOperation(StrEnum):
    """What can be done with a break."""

    TAKE = auto()  # make oneself its owner
    HAND_OVER = auto()  # make somebody else its owner
    NOTE = auto()
    PROPOSE = auto()
    REJECT = auto()  # the second person does not agree
    APPROVE = auto()
    POST = auto()
    WRITE_OFF = auto()
    CLOSE = auto()
    ARRIVE = auto()  # the other side was matched


_S: Final = BreakState
_O: Final = BreakOperation
_AT_WORK: Final = (_S.OPEN, _S.INVESTIGATING)

LIVE_STATES: Final = frozenset({_S.OPEN, _S.INVESTIGATING, _S.PROPOSED, _S.APPROVED})
"""The states in which a break still stands between a day and its close."""

MOVES: Final[Mapping[BreakOperation, Mapping[BreakState, BreakState]]] = MappingProxyType(
    {
        _O.TAKE: dict.fromkeys(_AT_WORK, _S.INVESTIGATING),
        # Who looks after it may change while another person decides.
        _O.HAND_OVER: dict.fromkeys(_AT_WORK, _S.INVESTIGATING) | {_S.PROPOSED: _S.PROPOSED},
        _O.NOTE: {state: state for state in BreakState},
        _O.PROPOSE: dict.fromkeys(_AT_WORK, _S.PROPOSED),
        _O.REJECT: {_S.PROPOSED: _S.INVESTIGATING},
        _O.APPROVE: {_S.PROPOSED: _S.APPROVED},
        _O.POST: {_S.APPROVED: _S.POSTED},
        _O.WRITE_OFF: {_S.APPROVED: _S.WRITTEN_OFF},
        _O.CLOSE: dict.fromkeys((*_AT_WORK, _S.APPROVED), _S.CLOSED),
        # What two people have agreed on is posted, whatever arrives meanwhile: the arrival is then a break of its own.
        _O.ARRIVE: dict.fromkeys((*_AT_WORK, _S.PROPOSED), _S.AUTO_CLOSED),
    }
)
"""Every operation and its moves; what is not listed is refused."""


def permit(operation: BreakOperation, state: BreakState) -> BreakState | Decline:
    """The state that follows ``operation``, or ``BREAK_NOT_IN_STATE``."""
    return MOVES[operation].get(state, Decline.BREAK_NOT_IN_STATE)


ARRIVING_KINDS: Final = frozenset(
    {
        BreakKind.MISSING_INTERNAL,
        BreakKind.UNIDENTIFIED_RECEIPT,
        BreakKind.MISSING_PROVIDER,
        BreakKind.MISSING_BANK,
        BreakKind.STATUS_DIFF,
        BreakKind.AMOUNT_DIFF,
        BreakKind.DUPLICATE,
    }
)
"""The kinds that end by themselves when what they miss is matched."""
