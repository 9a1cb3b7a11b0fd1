"""Endings of dormant balances: what is proposed, by whom it is approved, and what the approval stands for."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto
from hashlib import sha256
from types import MappingProxyType
from typing import Final
from uuid import UUID

from florin.domain.declines import Decline
from florin.domain.dormancy import Ending


class EndingStatus(StrEnum):
    """Where a proposal stands. Nothing moves before it is approved."""

    PROPOSED = auto()
    APPROVED = auto()  # its lines are carried out one by one
    REFUSED = auto()
    FINISHED = auto()


class EndingOperation(StrEnum):
    """What can be asked of a proposal."""

    APPROVE = auto()
    REFUSE = auto()


_S: Final = EndingStatus

MOVES: Final[Mapping[tuple[EndingOperation, EndingStatus], EndingStatus]] = MappingProxyType(
    {
        (EndingOperation.APPROVE, _S.PROPOSED): _S.APPROVED,
        (EndingOperation.REFUSE, _S.PROPOSED): _S.REFUSED,
    }
)
"""Every operation with the status that it starts from and leads to; what is not listed is refused."""


def permit_ending(operation: EndingOperation, status: EndingStatus) -> EndingStatus | Decline:
    """The status that follows ``operation``, or ``BALANCE_ENDING_NOT_IN_STATE``."""
    return MOVES.get((operation, status), Decline.BALANCE_ENDING_NOT_IN_STATE)


@dataclass(frozen=True, slots=True)
class EndingLine:
    """One balance that is to end: whose, how much of principal in minor units, and the last line of its statement."""

    owner_id: UUID
    owner_kind: str
    amount_minor: int
    principal_sequence: int


@dataclass(frozen=True, slots=True)
class BalanceEnding:
    """A proposal to end the balances of its lines."""

    id: UUID
    programme_id: UUID
    kind: Ending
    status: EndingStatus
    accounts: int
    total_minor: int
    unit: str
    list_hash: bytes
    proposed_by: UUID
    proposed_person: UUID
    proposed_at: datetime
    decided_by: UUID | None
    decided_person: UUID | None
    decided_session: UUID | None
    decided_at: datetime | None
    finished_at: datetime | None


def hash_of(programme_id: UUID, kind: Ending, lines: Iterable[EndingLine]) -> bytes:
    """What an approval names: SHA-256 over the programme, the kind, and every line in the order of its owner."""
    ordered = sorted(lines, key=lambda each: each.owner_id)
    rows = [[each.owner_id.hex, each.owner_kind, each.amount_minor, each.principal_sequence] for each in ordered]
    text = json.dumps([programme_id.hex, kind.value, rows], separators=(",", ":"))
    return sha256(text.encode()).digest()
