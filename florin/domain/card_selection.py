"""Which cards of an order somebody means: ranges of serial numbers within lines, however they were named.

A box is a range, a single card a range of one, and everything is one range a line. Ranges are kept in the order of
their cards, touching ones joined, so that no card has two turns however often it was named.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from florin.domain.invalid_field import InvalidField

MOST_RANGES: Final = 10_000
"""How many ranges or single cards one request may name; more are several requests."""

SERIAL_DIGITS: Final = 6

_CARD_NAME: Final = re.compile(r"([1-9][0-9]{0,2})-([0-9]{1,8})")


class CardRange(NamedTuple):
    """The cards of a line from one serial number to another, both included."""

    line: int
    first: int
    last: int

    @property
    def cards(self) -> int:
        """How many cards that are."""
        return self.last - self.first + 1


Selection = tuple[CardRange, ...]
"""Ranges in ascending order, none of which overlaps or touches another."""


def card_name(line: int, serial: int) -> str:
    """What people call a card of an order: ``2-000123``."""
    return f"{line}-{serial:0{SERIAL_DIGITS}}"


def read_card_name(field: str, text: str) -> CardRange:
    """The card of that name, as a range of one; `InvalidField` for what is no name of a card."""
    match = _CARD_NAME.fullmatch(text)
    if match is None or int(match[2]) == 0:
        raise InvalidField(field, "a card of an order is named by line and serial number, as in 2-000123")
    return CardRange(int(match[1]), int(match[2]), int(match[2]))


def select(ranges: Iterable[CardRange]) -> Selection:
    """The cards of all the ranges, each once."""
    joined: list[CardRange] = []
    for each in sorted(ranges):
        before = joined[-1] if joined else None
        if before is not None and before.line == each.line and each.first <= before.last + 1:
            joined[-1] = before._replace(last=max(before.last, each.last))
        else:
            joined.append(each)
    return tuple(joined)


def count_cards(selection: Selection) -> int:
    """How many cards are selected."""
    return sum(each.cards for each in selection)


def part_of(selection: Selection, begin: int, most: int) -> Selection:
    """The next cards of a selection: at most so many, after the first ``begin`` of them."""
    part: list[CardRange] = []
    for line, first, last in selection:
        skipped = min(begin, last - first + 1)
        begin -= skipped
        taken = min(most, last - first + 1 - skipped)
        if taken:
            part.append(CardRange(line, first + skipped, first + skipped + taken - 1))
            most -= taken
        if not most:
            break
    return tuple(part)


def require_within(field: str, ranges: Sequence[CardRange], cards_of_lines: dict[int, int]) -> None:
    """Refuse a range that is empty or is not all within the cards that a line has.

    ``cards_of_lines``: the number of cards by line. `InvalidField` names the first range that is wrong.
    """
    for place, (line, first, last) in enumerate(ranges):
        cards = cards_of_lines.get(line)
        if cards is None:
            raise InvalidField(f"{field}[{place}]", f"the order has no cards in a line {line}")
        if not 1 <= first <= last <= cards:
            raise InvalidField(f"{field}[{place}]", f"line {line} has the cards 1 to {cards}, in ascending order")
