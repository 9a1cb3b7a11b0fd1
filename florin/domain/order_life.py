"""The life of a corporate order: which operation its status allows, and what status follows.

Whether a person may ask for an operation, and whether money and cards are there for it, is asked after this table.
"""

from collections.abc import Mapping
from enum import StrEnum, auto
from types import MappingProxyType
from typing import Final

from florin.domain.declines import Decline


class OrderStatus(StrEnum):
    """Where an order stands."""

    DRAFT = auto()  # being put together; binds nobody
    SUBMITTED = auto()  # complete and hashed; waits for approval
    APPROVED = auto()  # waits for the customer's money
    FUNDED = auto()  # its price is reserved on the customer's funding account
    GENERATING = auto()  # its cards are being made
    PARTIALLY_FAILED = auto()  # some lines are made, at least one has failed
    READY = auto()  # all of its cards are made; delivery can begin
    DELIVERED = auto()  # the buyer has confirmed receipt; cards may be activated
    ACTIVATED = auto()  # no card waits for its activation any more
    CANCELLED = auto()  # given up; its cards are void and its money is free again


class OrderOperation(StrEnum):
    """What can be asked of an order."""

    CHANGE = auto()  # change lines, recipients or the kind of delivery
    SUBMIT = auto()
    RETURN = auto()  # take back or refuse a submission: it becomes a draft again
    APPROVE = auto()
    FUND = auto()  # reserve its price
    GENERATE = auto()  # begin to make its cards, or the lines that failed once more
    FINISH = auto()  # all of its lines are made
    FAIL = auto()  # a line could not be made, and no other is still being made
    DROP_LINE = auto()  # give up a line that failed
    DELIVER = auto()  # export its card files or send its claim links
    CONFIRM_RECEIPT = auto()
    ACTIVATE = auto()  # activate some or all of its cards
    COMPLETE = auto()  # the last of its cards was activated, voided or replaced
    REPLACE = auto()  # replace a card that is missing or damaged
    VOID_CARDS = auto()  # give up cards that were not activated
    CANCEL = auto()


_S: Final = OrderStatus
_O: Final = OrderOperation
_HAS_CARDS: Final = (_S.READY, _S.DELIVERED, _S.ACTIVATED)


def _stays(*statuses: OrderStatus) -> dict[OrderStatus, OrderStatus]:
    return {status: status for status in statuses}


MOVES: Final[Mapping[OrderOperation, Mapping[OrderStatus, OrderStatus]]] = MappingProxyType(
    {
        _O.CHANGE: _stays(_S.DRAFT),
        _O.SUBMIT: {_S.DRAFT: _S.SUBMITTED},
        _O.RETURN: {_S.SUBMITTED: _S.DRAFT},
        _O.APPROVE: {_S.SUBMITTED: _S.APPROVED},
        _O.FUND: {_S.APPROVED: _S.FUNDED},
        _O.GENERATE: {_S.FUNDED: _S.GENERATING, _S.PARTIALLY_FAILED: _S.GENERATING},
        _O.FINISH: {_S.GENERATING: _S.READY, _S.PARTIALLY_FAILED: _S.READY},
        _O.FAIL: {_S.GENERATING: _S.PARTIALLY_FAILED},
        _O.DROP_LINE: _stays(_S.PARTIALLY_FAILED),
        _O.DELIVER: _stays(*_HAS_CARDS),
        _O.CONFIRM_RECEIPT: {_S.READY: _S.DELIVERED},
        _O.ACTIVATE: _stays(_S.DELIVERED),
        _O.COMPLETE: {_S.DELIVERED: _S.ACTIVATED},
        # A replaced card that was active gives its value to one that is; another waits for its activation as before.
        _O.REPLACE: _stays(_S.DELIVERED, _S.ACTIVATED),
        _O.VOID_CARDS: _stays(_S.READY, _S.DELIVERED),
        # While cards are being made nothing else is decided about them.
        _O.CANCEL: dict.fromkeys(
            (_S.DRAFT, _S.SUBMITTED, _S.APPROVED, _S.FUNDED, _S.PARTIALLY_FAILED, _S.READY, _S.DELIVERED), _S.CANCELLED
        ),
    }
)
"""Every operation and its moves; what is not listed is refused."""

_BY_ITSELF: Final = frozenset({_O.FUND, _O.FINISH, _O.FAIL, _O.COMPLETE})


def permit(operation: OrderOperation, status: OrderStatus) -> OrderStatus | Decline:
    """The status that follows ``operation``, or ``ORDER_NOT_IN_STATE``."""
    return MOVES[operation].get(status, Decline.ORDER_NOT_IN_STATE)


def needed_for(operation: OrderOperation) -> tuple[OrderStatus, ...]:
    """The statuses that allow an operation, in their order."""
    return tuple(status for status in OrderStatus if status in MOVES[operation])


def allowed_in(status: OrderStatus) -> tuple[OrderOperation, ...]:
    """What people may ask of an order in a status, whoever they are; what follows by itself is left out."""
    return tuple(each for each in OrderOperation if status in MOVES[each] and each not in _BY_ITSELF)
