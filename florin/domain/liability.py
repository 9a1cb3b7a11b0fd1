"""What customers are owed, and how it came about: the lines of the roll-forward, which lead from opening to closing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum, auto
from types import MappingProxyType
from typing import Final

from florin.domain.chart import AccountCode, Event
from florin.domain.movement import Movement, credited

_A: Final = AccountCode

LIABILITIES: Final = (
    _A.CARD_PRINCIPAL,
    _A.CARD_BONUS,
    _A.WALLET_PRINCIPAL,
    _A.WALLET_BONUS,
    _A.CORPORATE_FUNDING,
)
"""The accounts of customers in the programme's currency; points and vouchers are no money."""

PREPAID: Final = (_A.CARD_PRINCIPAL, _A.WALLET_PRINCIPAL)
"""What was paid in for cards and wallets, and not yet used: the Chinese law's 预收资金余额."""


class Line(StrEnum):
    """A line of the roll-forward, in its order. What undoes something stands in the line of what it undoes."""

    RECEIVED = auto()  # from companies, for cards to come
    SOLD = auto()  # cards; those that companies had paid for leave their funding in the same line
    TOPPED_UP = auto()
    GRANTED = auto()  # value that the programme gave
    MOVED = auto()  # from card to wallet or card, so nought in all
    SPENT = auto()
    REFUNDED = auto()  # by merchants
    PAID_OUT = auto()  # or put aside to be
    FORFEITED = auto()  # granted value that ended with its account
    LAPSED = auto()  # or given to the state, or restored
    OTHER = auto()  # nothing, as long as every event is listed below


_LINES: Final[Mapping[Event, Line]] = MappingProxyType(
    {
        Event.FUNDING_RECEIVED: Line.RECEIVED,
        Event.SUSPENSE_ASSIGNED: Line.RECEIVED,
        Event.FUNDING_REFUNDED: Line.PAID_OUT,
        Event.CARD_ACTIVATED: Line.SOLD,
        Event.TOP_UP: Line.TOPPED_UP,
        Event.TOP_UP_REFUNDED: Line.PAID_OUT,
        Event.TOP_UP_REFUND_FAILED: Line.PAID_OUT,
        Event.CARD_REDEEMED: Line.MOVED,
        Event.CARD_REPLACED: Line.MOVED,
        Event.PURCHASE: Line.SPENT,
        Event.VOID: Line.SPENT,
        Event.REVERSAL: Line.SPENT,
        Event.REFUND: Line.REFUNDED,
        Event.CLOSURE_REQUESTED: Line.PAID_OUT,
        Event.CLOSURE_CANCELLED: Line.PAID_OUT,
        Event.CLOSURE_APPROVED: Line.PAID_OUT,
        Event.BALANCE_LAPSED: Line.LAPSED,
        Event.LAPSED_BALANCE_RESTORED: Line.LAPSED,
        Event.BALANCE_ESCHEATED: Line.LAPSED,
        Event.VOUCHER_USED: Line.GRANTED,
    }
)
_BY_PAIR: Final[Mapping[tuple[Event, int, int], Line]] = MappingProxyType(
    {
        (Event.CARD_ACTIVATED, _A.PROMOTIONAL_VALUE, _A.CARD_BONUS): Line.GRANTED,
        (Event.REVERSAL, _A.CARD_PRINCIPAL, _A.MERCHANT_RECEIVABLE): Line.SOLD,
        (Event.CLOSURE_APPROVED, _A.CARD_BONUS, _A.PROMOTIONAL_VALUE): Line.FORFEITED,
        (Event.CLOSURE_APPROVED, _A.WALLET_BONUS, _A.PROMOTIONAL_VALUE): Line.FORFEITED,
    }
)


def line_of(event: str, debit_code: int, credit_code: int) -> Line:
    """In which line a transfer stands that touches what customers are owed."""
    known = Event(event)
    return _BY_PAIR.get((known, debit_code, credit_code), _LINES.get(known, Line.OTHER))


@dataclass(frozen=True, slots=True)
class RollForward:
    """How each account of customers came from opening to closing, in minor units of one unit; out is below zero."""

    opening: Mapping[AccountCode, int]
    lines: Mapping[Line, Mapping[AccountCode, int]]

    @property
    def closing(self) -> dict[AccountCode, int]:
        """What each account stands at in the end."""
        return {code: self.opening[code] + sum(line[code] for line in self.lines.values()) for code in LIABILITIES}


def roll_forward(before: Iterable[Movement], within: Iterable[Movement], unit: str) -> RollForward:
    """The roll-forward of a span: ``before`` is all that was moved until it began, ``within`` what it moved."""
    earlier = list(before)
    lines = {line: defaultdict[AccountCode, int](int) for line in Line}
    for each in within:
        if each.unit != unit:
            continue
        for code, sign in ((each.debit_code, -1), (each.credit_code, 1)):
            if code in LIABILITIES:
                line = lines[line_of(each.event, each.debit_code, each.credit_code)]
                line[AccountCode(code)] += sign * each.amount_minor
    opening = {code: credited(earlier, code, unit) for code in LIABILITIES}
    return RollForward(opening, {line: {code: of[code] for code in LIABILITIES} for line, of in lines.items()})


def prepaid(movements: Iterable[Movement], unit: str) -> int:
    """What was paid in and not yet used, in minor units, by all that was moved until some day."""
    moved = list(movements)
    return sum(credited(moved, code, unit) for code in PREPAID)
