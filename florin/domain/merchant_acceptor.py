"""Which programme a merchant belongs to: the one that pays it, also for the cards of other programmes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class DatedAcceptor:
    """A merchant's acceptor and the first business day that it is so; None: each programme pays for its own cards."""

    effective_on: date
    programme_id: UUID | None


def acceptor_in_force(history: Sequence[DatedAcceptor], day: date) -> UUID | None:
    """The acceptor on a business day, of a history in ascending order; None before the first."""
    held = [each.programme_id for each in history if each.effective_on <= day]
    return held[-1] if held else None
