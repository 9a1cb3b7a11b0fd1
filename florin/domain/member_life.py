"""The life of a member: which operation each status allows, and what status follows."""

from collections.abc import Mapping
from enum import StrEnum, auto
from types import MappingProxyType
from typing import Final

from florin.domain.declines import Decline


class MemberStatus(StrEnum):
    """Where a member stands. Dormancy is no status: it is derived from the last activity."""

    REGISTERED = auto()  # has signed up; no value has come in yet
    ACTIVE = auto()  # in use
    BLOCKED = auto()  # stopped by an operator
    CLOSING = auto()  # has asked to be paid out; the principal is kept for that, and nothing is spent
    CLOSED = auto()  # gone and paid out; nothing follows


class MemberOperation(StrEnum):
    """What can be asked of a member's account."""

    SIGN_IN = auto()
    CHANGE_PROFILE = auto()
    INQUIRE = auto()  # read balance, statement and purchases
    CREDIT = auto()  # new value comes in: a top-up or a recharge card
    PURCHASE = auto()  # pay at a merchant
    HOLD = auto()  # keep value for a purchase to come
    CAPTURE = auto()  # take what a hold has kept
    RELEASE = auto()  # free what a hold has kept
    REFUND_IN = auto()  # put back what a purchase took: refund, void or reversal
    BLOCK = auto()
    UNBLOCK = auto()
    CLOSE = auto()  # of an empty account
    GIVE_UP = auto()  # keep the whole value for its payout
    KEEP = auto()  # call that off
    PAY_OUT = auto()  # close what was given up


_S: Final = MemberStatus
_IN_USE: Final = {_S.REGISTERED: _S.REGISTERED, _S.ACTIVE: _S.ACTIVE}
_IN_USE_OR_BLOCKED: Final = {**_IN_USE, _S.BLOCKED: _S.BLOCKED}
_LEAVING: Final = {_S.CLOSING: _S.CLOSING}

MOVES: Final[Mapping[MemberOperation, Mapping[MemberStatus, MemberStatus]]] = MappingProxyType(
    {
        MemberOperation.SIGN_IN: _IN_USE | _LEAVING,
        # What a closure is verified by does not change while it is.
        MemberOperation.CHANGE_PROFILE: _IN_USE,
        MemberOperation.INQUIRE: _IN_USE | _LEAVING,
        MemberOperation.CREDIT: {_S.REGISTERED: _S.ACTIVE, _S.ACTIVE: _S.ACTIVE},
        # A new member without value may ask to pay: the answer then is the shortfall, which can be topped up.
        MemberOperation.PURCHASE: _IN_USE,
        MemberOperation.HOLD: _IN_USE,
        # The merchant has relied on the hold, and a refund is the member's own value: a block stops neither.
        MemberOperation.CAPTURE: _IN_USE_OR_BLOCKED,
        MemberOperation.RELEASE: _IN_USE_OR_BLOCKED,
        MemberOperation.REFUND_IN: _IN_USE_OR_BLOCKED | _LEAVING,
        MemberOperation.BLOCK: {_S.REGISTERED: _S.BLOCKED, _S.ACTIVE: _S.BLOCKED, _S.BLOCKED: _S.BLOCKED},
        # Back to where it stood before: see `status_before_block`.
        MemberOperation.UNBLOCK: {_S.BLOCKED: _S.ACTIVE, _S.REGISTERED: _S.REGISTERED, _S.ACTIVE: _S.ACTIVE},
        # A blocked account is looked at and unblocked before it is paid out.
        MemberOperation.CLOSE: {_S.REGISTERED: _S.CLOSED, _S.ACTIVE: _S.CLOSED},
        MemberOperation.GIVE_UP: {_S.REGISTERED: _S.CLOSING, _S.ACTIVE: _S.CLOSING},
        # Back to where it stood before: see `status_before_block`.
        MemberOperation.KEEP: {_S.CLOSING: _S.ACTIVE},
        MemberOperation.PAY_OUT: {_S.CLOSING: _S.CLOSED},
    }
)
"""Every operation with the statuses that it starts from and leads to; what is not listed is refused."""


def permit_member(operation: MemberOperation, status: MemberStatus) -> MemberStatus | Decline:
    """The status that follows ``operation``, or ``member_not_active``."""
    return MOVES[operation].get(status, Decline.MEMBER_NOT_ACTIVE)


def status_before_block(*, has_received: bool) -> MemberStatus:
    """Where a blocked account goes on when the block is lifted: it was in use exactly when value had ever come in."""
    return MemberStatus.ACTIVE if has_received else MemberStatus.REGISTERED


def statuses_for(operation: MemberOperation) -> list[str]:
    """The statuses that ``operation`` starts from, as text for the condition of a statement."""
    return [status.value for status in MOVES[operation]]
