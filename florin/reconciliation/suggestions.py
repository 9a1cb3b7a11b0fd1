"""What might belong to a line or an entry that matching has found nothing for; shown to people, and never applied."""

from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Final
from uuid import UUID

from florin.clearing.answers import Json, amount
from florin.clearing.house import ClearingHouse
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.people import Actor
from florin.domain.suggestions import MOST_CANDIDATES, is_nearly, sums_to
from florin.reconciliation.counterparties import READERS
from florin.storage.reconciliation.open_candidates import OpenSide, nearest_to, open_item_of, open_line_of

MOST_NEARLY: Final = 5
"""How many references that are nearly the same are shown."""


class Likeness(StrEnum):
    """Why something is suggested."""

    SUM = auto()  # together they come to the same amount
    REFERENCE = auto()  # their references are the same but for a slip of the pen


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Entries or lines that might belong to what was asked about, and in words why."""

    likeness: Likeness
    parts: tuple[OpenSide, ...]
    words: str


async def suggest_for_line(house: ClearingHouse, actor: Actor, line_id: UUID) -> list[Suggestion] | Decline:
    """What might belong to a line that the last run has not matched; nothing for any other. ``role_required``."""
    if not actor.has(*READERS):
        return Decline.ROLE_REQUIRED
    return await _suggest(house, await open_line_of(house.pool, line_id))


async def suggest_for_item(
    house: ClearingHouse, actor: Actor, journal_id: UUID, account_code: int
) -> list[Suggestion] | Decline:
    """The same for a journal's entry on our account at the bank or provider. ``role_required``."""
    if not actor.has(*READERS):
        return Decline.ROLE_REQUIRED
    return await _suggest(house, await open_item_of(house.pool, journal_id, account_code))


async def _suggest(house: ClearingHouse, side: OpenSide | None) -> list[Suggestion]:
    if side is None:
        return []
    nearest = await nearest_to(house.pool, side)
    return [*_by_reference(side, nearest), *_by_sum(side, nearest)]


def _by_sum(side: OpenSide, nearest: list[OpenSide]) -> list[Suggestion]:
    candidates = [
        each for each in nearest if each.direction == side.direction and each.amount_minor <= side.amount_minor
    ][:MOST_CANDIDATES]
    sums = sums_to(side.amount_minor, [each.amount_minor for each in candidates])
    return [
        Suggestion(Likeness.SUM, tuple(candidates[place] for place in places), _words_of(len(places)))
        for places in sums
    ]


def _words_of(parts: int) -> str:
    return "the same amount" if parts == 1 else f"{parts} that come to the same amount together"


def _by_reference(side: OpenSide, nearest: list[OpenSide]) -> list[Suggestion]:
    found = []
    for each in nearest:
        pairs = ((one, other) for one in side.words for other in each.words if is_nearly(one, other))
        pair = next(pairs, None)
        if pair is not None:
            found.append(Suggestion(Likeness.REFERENCE, (each,), f"{pair[0]} is nearly {pair[1]}"))
    return found[:MOST_NEARLY]


def suggestion_view(suggestion: Suggestion) -> Json:
    """A suggestion as it is shown."""
    return {
        "likeness": suggestion.likeness,
        "words": suggestion.words,
        "parts": [
            {
                "line_id": None if each.line_id is None else wire_id("statement_line", each.line_id),
                "journal_id": None if each.journal_id is None else wire_id("journal", each.journal_id),
                "position": each.position,
                "account": each.account_code,
                "day": each.day.isoformat(),
                "amount": amount(each.amount_minor if each.direction == "in" else -each.amount_minor, each.currency),
            }
            for each in suggestion.parts
        ],
    }
