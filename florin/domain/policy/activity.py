"""What counts as activity: which events of the book show that the holder is still there, a pack each.

Activity is a debit or load that the holder has asked for and that stands. What posts nothing, such as a balance inquiry
or signing in, is none under any pack, because it leaves nothing in the book.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from florin.domain.chart import Event
from florin.domain.policy.catalogue import PackName
from florin.domain.policy.rules import Provision


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity(Provision):
    """The events that count, and those that undo one so that it never counted."""

    counted: frozenset[Event]
    undone_by: frozenset[Event]


_LOADS: Final = frozenset({Event.CARD_ACTIVATED, Event.TOP_UP, Event.CARD_REDEEMED, Event.VOUCHER_USED})
# Whoever asks for closure, or for what has lapsed, has come back.
_CALLS: Final = frozenset({Event.CLOSURE_REQUESTED, Event.LAPSED_BALANCE_RESTORED})
_UNDOING: Final = frozenset({Event.VOID, Event.REVERSAL})

ACTIVITY: Final[Mapping[PackName, Activity]] = MappingProxyType(
    {
        PackName.CN: Activity(
            # The Measures name no dormancy; the programme's own terms do, in these words.
            source="the programme's terms: consumption or top-up",
            effective_from=date.min,
            counted=_LOADS | _CALLS | {Event.PURCHASE},
            undone_by=_UNDOING,
        ),
        PackName.NONE: Activity(
            source="the programme's terms",
            effective_from=date.min,
            counted=_LOADS | _CALLS | {Event.PURCHASE},
            undone_by=_UNDOING,
        ),
    }
)
"""A refund is the merchant's doing and no sign of the holder, nor does it undo one; a void or reversal does."""
