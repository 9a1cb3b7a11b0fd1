"""Lost cards: reported by their holder, stopped at once, and replaced by a second person's word or found again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto
from types import MappingProxyType
from typing import Final
from uuid import UUID

from florin.domain.declines import Decline


class LossStatus(StrEnum):
    """Where a loss stands."""

    REPORTED = auto()  # nothing goes out of the card; a second person is to decide
    REPLACED = auto()  # another card has the money; the old number is dead
    FOUND = auto()  # the card has turned up, or the report was wrong: it pays again


class LossOperation(StrEnum):
    """What can be asked of a loss."""

    REPLACE = auto()
    FIND = auto()


_S: Final = LossStatus

MOVES: Final[Mapping[tuple[LossOperation, LossStatus], LossStatus]] = MappingProxyType(
    {(LossOperation.REPLACE, _S.REPORTED): _S.REPLACED, (LossOperation.FIND, _S.REPORTED): _S.FOUND}
)
"""Every operation with the status that it starts from and leads to; what is not listed is refused."""


def permit_loss(operation: LossOperation, status: LossStatus) -> LossStatus | Decline:
    """The status that follows ``operation``, or ``LOSS_NOT_IN_STATE``."""
    return MOVES.get((operation, status), Decline.LOSS_NOT_IN_STATE)


@dataclass(slots=True)
class Loss:
    """The working copy of a loss's row; it changes only under the lock of its card's strict accounts.

    ``member_id`` is the member who reported it, None where somebody of ours did for the holder; the people are those
    behind the logins, None where the holder acted.
    """

    id: UUID
    shard: int
    programme_id: UUID
    card_id: UUID
    member_id: UUID | None
    status: LossStatus
    reported_by: UUID
    reported_person: UUID | None
    reported_at: datetime
    decided_by: UUID | None = None
    decided_person: UUID | None = None
    decided_at: datetime | None = None
    successor_id: UUID | None = None
    journal_id: UUID | None = None
