"""What a customer wants done with some cards of an order, and how far that is."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, auto
from typing import NamedTuple
from uuid import UUID

from florin.domain.card_selection import Selection


class InstructionKind(StrEnum):
    """What is to be done with each of the cards."""

    ACTIVATE = auto()
    VOID = auto()


class RefusedCard(NamedTuple):
    """A card that the instruction could not be carried out for, and the code of the reason."""

    line: int
    serial: int
    code: str


@dataclass(frozen=True, slots=True)
class Instruction:
    """An instruction about ``cards`` cards: of them ``done`` were changed by it, and ``skipped`` needed no change.

    Those had been so before or, where all cards were meant, are void or replaced.

    ``session_id`` is the session in which it was given, which stands in the book as who did it.
    """

    id: UUID
    order_id: UUID
    customer_id: UUID
    kind: InstructionKind
    is_for_all: bool
    selection: Selection
    cards: int
    done: int
    skipped: int
    refused: int
    asked_by: UUID
    session_id: UUID
    asked_at: datetime
    finished_at: datetime | None

    @property
    def past(self) -> int:
        """How many of the cards have had their turn."""
        return self.done + self.skipped + self.refused

    @property
    def is_finished(self) -> bool:
        """Whether every card has had its turn."""
        return self.past == self.cards
