"""The life of a case, a dispute or complaint: which operation its status allows, what follows, and who may ask."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum, auto
from types import MappingProxyType
from typing import Final
from uuid import UUID

from florin.domain.declines import Decline
from florin.domain.invalid_field import InvalidField

ANSWERED_WITHIN: Final = timedelta(days=7)
"""By when a case is to be decided, unless somebody who works on it sets another day."""

LATEST_DUE: Final = timedelta(days=365)
"""How far ahead a case can be put off: one that was never due would never be overdue either."""

LONGEST_TEXT: Final = 2_000


class CaseKind(StrEnum):
    """What a case is about."""

    DISPUTE = auto()  # a purchase that its payer does not accept; its account is not closed meanwhile
    COMPLAINT = auto()  # anything else


class CaseStatus(StrEnum):
    """Where a case stands."""

    OPENED = auto()
    ASSIGNED = auto()  # somebody of ours works on it
    WAITING_FOR_MEMBER = auto()
    WAITING_FOR_MERCHANT = auto()
    RESOLVED = auto()  # the member was right, or has been helped
    REJECTED = auto()
    REOPENED = auto()  # the member does not accept the end; it is to be assigned anew
    CLOSED = auto()  # over for good


class CaseOperation(StrEnum):
    """What can be asked of a case."""

    NOTE = auto()  # say something to it
    ASSIGN = auto()  # give it to somebody of ours
    ASK_MEMBER = auto()
    ASK_MERCHANT = auto()
    ANSWER = auto()  # whoever was asked has answered
    REFUND = auto()  # give back what the purchase took, or a part
    VOUCHER = auto()  # give the member a voucher
    RESOLVE = auto()
    REJECT = auto()
    REOPEN = auto()
    CLOSE = auto()


class Side(StrEnum):
    """Who has added a line to a case's story."""

    MEMBER = auto()
    MERCHANT = auto()  # whose purchase it is about
    SERVICE = auto()  # our people
    NOBODY = auto()  # it was time


_S: Final = CaseStatus
_O: Final = CaseOperation
_WAITING: Final = (_S.WAITING_FOR_MEMBER, _S.WAITING_FOR_MERCHANT)
_IN_WORK: Final = (_S.ASSIGNED, *_WAITING)
_ENDED: Final = (_S.RESOLVED, _S.REJECTED)

OPEN: Final = (_S.OPENED, _S.ASSIGNED, *_WAITING, _S.REOPENED)
"""The statuses in which a case is not decided."""


def _stays(*statuses: CaseStatus) -> dict[CaseStatus, CaseStatus]:
    return {status: status for status in statuses}


MOVES: Final[Mapping[CaseOperation, Mapping[CaseStatus, CaseStatus]]] = MappingProxyType(
    {
        _O.NOTE: _stays(*OPEN, *_ENDED),
        # Whoever takes a case over takes over what it waits for.
        _O.ASSIGN: {_S.OPENED: _S.ASSIGNED, _S.REOPENED: _S.ASSIGNED, **_stays(*_IN_WORK)},
        _O.ASK_MEMBER: dict.fromkeys((_S.ASSIGNED, _S.WAITING_FOR_MERCHANT), _S.WAITING_FOR_MEMBER),
        _O.ASK_MERCHANT: dict.fromkeys((_S.ASSIGNED, _S.WAITING_FOR_MEMBER), _S.WAITING_FOR_MERCHANT),
        _O.ANSWER: dict.fromkeys(_WAITING, _S.ASSIGNED),
        _O.REFUND: _stays(*_IN_WORK),
        _O.VOUCHER: _stays(*_IN_WORK),
        _O.RESOLVE: dict.fromkeys(_IN_WORK, _S.RESOLVED),
        _O.REJECT: dict.fromkeys(_IN_WORK, _S.REJECTED),
        _O.REOPEN: dict.fromkeys(_ENDED, _S.REOPENED),
        _O.CLOSE: dict.fromkeys(_ENDED, _S.CLOSED),
    }
)
"""Every operation and its moves; what is not listed is refused."""

MEMBERS_OWN: Final = frozenset({_O.NOTE, _O.ANSWER, _O.REOPEN, _O.CLOSE})
"""What a member may ask of an own case."""

MERCHANTS_OWN: Final = frozenset({(_O.ANSWER, _S.WAITING_FOR_MERCHANT)})
"""What a merchant may do in a case about an own purchase, and when: answer what it was asked."""

BY_ITSELF: Final = (_O.CLOSE, _ENDED)
"""What happens to a case by itself, and in which statuses: an end that nobody disputes in time is for good."""

LONGEST_CLOSING_DAYS: Final = 365

WITH_MONEY: Final = frozenset({_O.REFUND, _O.VOUCHER})
"""What is no step by itself: a second person does it, with a one-time code."""


def permit_case(operation: CaseOperation, status: CaseStatus) -> CaseStatus | Decline:
    """The status that follows ``operation``, or ``CASE_NOT_IN_STATE``."""
    return MOVES[operation].get(status, Decline.CASE_NOT_IN_STATE)


def permit_member_step(operation: CaseOperation, status: CaseStatus) -> CaseStatus | Decline:
    """The same for the member whose case it is: what a merchant was asked, no member answers."""
    if operation not in MEMBERS_OWN or (operation is _O.ANSWER and status is not _S.WAITING_FOR_MEMBER):
        return Decline.CASE_NOT_IN_STATE
    return permit_case(operation, status)


def permit_merchant_step(operation: CaseOperation, status: CaseStatus) -> CaseStatus | Decline:
    """The same for the merchant whose purchase it is about."""
    return permit_case(operation, status) if (operation, status) in MERCHANTS_OWN else Decline.CASE_NOT_IN_STATE


def read_text(text: str) -> str:
    """What somebody says to a case, without blanks around it; `InvalidField` when nothing or too much is left."""
    stripped = text.strip()
    if not 1 <= len(stripped) <= LONGEST_TEXT or "\0" in stripped:
        raise InvalidField("text", f"1 to {LONGEST_TEXT} characters")
    return stripped


@dataclass(frozen=True, slots=True)
class Case:
    """A case. ``owner_id`` is the card or member whose purchase or account it is about, None of a customer's case.

    ``merchant_id`` is whose purchase or delivery it is about, if any; ``assignee_id`` the login that works on it;
    ``opened_person`` the human being of ours who opened it for somebody,
    None where the member did.
    """

    id: UUID
    programme_id: UUID
    kind: CaseKind
    status: CaseStatus
    owner_id: UUID | None
    member_id: UUID | None
    customer_id: UUID | None
    purchase_id: UUID | None
    merchant_id: UUID | None
    opened_by: UUID
    opened_person: UUID | None
    opened_at: datetime
    assignee_id: UUID | None
    due_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class CaseNote:
    """A line of a case's story: what was said, and what was asked of it. ``is_internal``: not for the member's eyes.

    What nobody has done has neither author nor text.
    """

    id: UUID
    operation: CaseOperation | None
    status: CaseStatus
    side: Side
    author_id: UUID | None
    is_internal: bool
    text: str | None = field(repr=False)
    at: datetime


class RemedyKind(StrEnum):
    """What a case has brought its member."""

    REFUND = auto()
    VOUCHER = auto()


@dataclass(frozen=True, slots=True)
class Remedy:
    """What a case has brought: a refund of its purchase, or a voucher; ``amount_minor`` of ``unit``."""

    kind: RemedyKind
    id: UUID
    amount_minor: int
    unit: str
    at: datetime

    def __post_init__(self) -> None:
        """The driver gives a text for what is a choice."""
        object.__setattr__(self, "kind", RemedyKind(self.kind))


def has_whom_to_ask(operation: CaseOperation, case: Case) -> bool:
    """Whether there is a member or merchant for a question; true of what is no question."""
    asked = {_O.ASK_MEMBER: case.member_id, _O.ASK_MERCHANT: case.merchant_id}
    return operation not in asked or asked[operation] is not None
