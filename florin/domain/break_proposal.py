"""What ends a break besides the other side's arrival: proposed by one person, decided by another.

An adjusting posting puts the account of the bank or provider right, so that our book says what the other side says. Its
other side is the programme's account of differences, or the fees of whoever has charged us: never a customer's, a
member's or a merchant's, whose money moves by verbs of its own.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto
from types import MappingProxyType
from typing import Final
from uuid import UUID

from florin.domain.break_life import BreakKind
from florin.domain.break_record import Break, BreakReason
from florin.domain.chart import AccountCode
from florin.domain.declines import Decline
from florin.domain.invalid_field import InvalidField
from florin.domain.journal import FlowAccount, Movement
from florin.domain.people import Role


class ProposalKind(StrEnum):
    """How a break is to end."""

    ADJUST = auto()  # somebody knows the cause, and a journal puts our book right
    WRITE_OFF = auto()  # the cause is not worth looking for: within the counterparty's limit
    EXPLAIN = auto()  # something else explains it, and nothing is posted
    TOLERATE = auto()  # within the counterparty's tolerance: posted without anybody


class ProposalState(StrEnum):
    """Where a proposal stands."""

    WAITING = auto()
    APPROVED = auto()
    REJECTED = auto()
    LAPSED = auto()  # the other side has arrived before anybody had decided


BY_PEOPLE: Final = frozenset(ProposalKind) - {ProposalKind.TOLERATE}
"""What people may propose."""

_DIFFERENCES: Final = frozenset({AccountCode.RECONCILIATION_DIFFERENCES})

POSTED_TO: Final[Mapping[BreakKind, frozenset[AccountCode]]] = MappingProxyType(
    {
        # A line that is not ours may be what the bank or provider has charged.
        BreakKind.MISSING_INTERNAL: _DIFFERENCES | {AccountCode.PROVIDER_FEES},
        BreakKind.UNIDENTIFIED_RECEIPT: _DIFFERENCES,
        BreakKind.MISSING_PROVIDER: _DIFFERENCES,
        BreakKind.MISSING_BANK: _DIFFERENCES,
        BreakKind.AMOUNT_DIFF: _DIFFERENCES,
        BreakKind.FEE_DIFF: _DIFFERENCES,
        BreakKind.DUPLICATE: _DIFFERENCES,
        BreakKind.STATUS_DIFF: _DIFFERENCES,
    }
)
"""The accounts that a break of each kind may be posted to; the others hold no money."""

_APPROVERS: Final = frozenset({Role.MANAGER, Role.FINANCE_APPROVER})
_OF_OWN_MONEY: Final = frozenset({Role.MANAGER})


@dataclass(slots=True, kw_only=True)
class BreakProposal:
    """The working copy of a proposal's row; amounts in minor units.

    ``limit_minor`` is what the counterparty's terms allowed of a write-off or tolerated difference. Accounts and amount
    are None of one that posts nothing; who has proposed and decided is None of what nobody has looked at.
    """

    id: UUID
    break_id: UUID
    kind: ProposalKind
    reason: BreakReason
    amount_minor: int | None
    debit_code: AccountCode | None
    debit_owner: UUID | None
    credit_code: AccountCode | None
    credit_owner: UUID | None
    limit_minor: int | None
    proposed_by: UUID | None
    proposed_person: UUID | None
    proposed_at: datetime
    state: ProposalState = ProposalState.WAITING
    decided_by: UUID | None = None
    decided_person: UUID | None = None
    decided_at: datetime | None = None
    journal_id: UUID | None = None

    @property
    def movement(self) -> Movement | None:
        """What it posts, if anything."""
        if self.amount_minor is None or self.debit_code is None or self.credit_code is None:
            return None
        if self.debit_owner is None or self.credit_owner is None:
            return None
        debit = FlowAccount(self.debit_code, self.debit_owner)
        return self.amount_minor, debit, FlowAccount(self.credit_code, self.credit_owner)

    @property
    def deciders(self) -> frozenset[Role]:
        """Who may agree: what goes to the differences is the programme's own money, which a manager answers for."""
        codes = {self.debit_code, self.credit_code}
        return _OF_OWN_MONEY if AccountCode.RECONCILIATION_DIFFERENCES in codes else _APPROVERS


def ends_alone(kind: BreakKind) -> bool:
    """Whether one person may close a break of a kind: both sides have the same, further apart than usual."""
    return kind is BreakKind.DATE_CUTOFF


def require_cause(kind: ProposalKind, reason: BreakReason) -> None:
    """`InvalidField` for a reason that a proposal cannot have: only a write-off leaves the cause open."""
    if reason is BreakReason.WITHIN_TOLERANCE:
        raise InvalidField("reason", "a reason that somebody has found out")
    if reason is BreakReason.UNKNOWN and kind is not ProposalKind.WRITE_OFF:
        raise InvalidField("reason", "only a write-off may leave the cause unknown")


def limit_of(known: Break, kind: ProposalKind) -> int | None:
    """Up to how many minor units a proposal of a kind may go; None: as far as two people agree."""
    match kind:
        case ProposalKind.WRITE_OFF:
            return known.write_off_limit_minor
        case ProposalKind.TOLERATE:
            return known.tolerance_minor
        case ProposalKind.ADJUST | ProposalKind.EXPLAIN:
            return None


def movement_for(known: Break, kind: ProposalKind, to: AccountCode) -> Movement | Decline | None:
    """What a proposal would post to the account ``to``, None for one that posts nothing.

    Declines: ``break_not_postable`` when a break of its kind holds no money that could be posted, or not to that
    account; ``break_above_limit``.
    """
    if kind is ProposalKind.EXPLAIN:
        return None
    code, owner = known.account_code, known.account_owner
    # A payment of another amount than was asked for is in no book yet: it is credited or sent back by its own verbs.
    is_of_no_book = known.kind is BreakKind.AMOUNT_DIFF and known.journal_id is None
    if code is None or owner is None or not known.to_post_minor or is_of_no_book:
        return Decline.BREAK_NOT_POSTABLE
    may_go_to = POSTED_TO.get(known.kind, frozenset())
    if to not in (may_go_to if kind is ProposalKind.ADJUST else may_go_to & _DIFFERENCES):
        return Decline.BREAK_NOT_POSTABLE
    limit_minor = limit_of(known, kind)
    if limit_minor is not None and abs(known.to_post_minor) > limit_minor:
        return Decline.BREAK_ABOVE_LIMIT
    own = FlowAccount(code, owner)
    other = FlowAccount(to, known.programme_id if to in _DIFFERENCES else owner)
    debit, credit = (own, other) if known.to_post_minor > 0 else (other, own)
    return abs(known.to_post_minor), debit, credit


def details_hash(known: Break, waiting: BreakProposal | None) -> bytes:
    """What stands for all that is approved of a break: SHA-256 of what it is about, where it stands and what waits."""
    told: list[object] = [known.id, known.kind, known.state, known.amount_minor, known.currency, known.line_id]
    told.append(known.journal_id)
    if waiting is not None:
        told += [waiting.id, waiting.kind, waiting.reason, waiting.amount_minor, waiting.proposed_person]
        told += [waiting.debit_code, waiting.debit_owner, waiting.credit_code, waiting.credit_owner]
    return hashlib.sha256(json.dumps([None if each is None else str(each) for each in told]).encode()).digest()
