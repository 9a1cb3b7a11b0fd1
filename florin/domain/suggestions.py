"""What a person might look at first: entries that together make an amount, and references that are nearly the same.

None of it matches anything: a sum may be chance, and a slip of the pen may be another customer. Both are bounded,
because of forty candidates nearly any amount is the sum of some.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

from florin.domain.matching import LEAST_MENTION

MOST_CANDIDATES: Final = 40
"""How many entries or lines are tried; those of the nearest days."""

MOST_PARTS: Final = 4
MOST_SUMS: Final = 5
_MOST_SLIPS: Final = 2


def sums_to(target_minor: int, amounts: Sequence[int]) -> list[tuple[int, ...]]:
    """Which of the amounts (minor units, above zero) make the target together: tuples of their places, at most five.

    Those of the fewest parts come first, and of equal ones those that stand first. Pairs are found by their other half,
    so that four parts of forty candidates are a few thousand steps. ``ValueError`` for more candidates than are tried.
    """
    if len(amounts) > MOST_CANDIDATES:
        raise ValueError(f"more than {MOST_CANDIDATES} candidates")
    found: list[tuple[int, ...]] = []
    for parts in range(1, MOST_PARTS + 1):
        for places in _of_parts(target_minor, amounts, parts):
            found.append(places)
            if len(found) == MOST_SUMS:
                return found
    return found


def _of_parts(target_minor: int, amounts: Sequence[int], parts: int) -> Iterator[tuple[int, ...]]:
    """The ways of so many parts, in the order of their places."""
    last: dict[int, list[int]] = {}
    for place, amount in enumerate(amounts):
        last.setdefault(amount, []).append(place)
    for places in combinations(range(len(amounts)), parts - 1):
        missing_minor = target_minor - sum(amounts[place] for place in places)
        after = places[-1] if places else -1
        yield from ((*places, place) for place in last.get(missing_minor, ()) if place > after)


def is_nearly(one: str | None, other: str | None) -> bool:
    """Whether two references are the same but for a slip of the pen: a sign more, less, or another.

    One slip in six signs or more, two in twelve or more; what is shorter, or nothing, is like nothing.
    """
    if not one or not other or one == other:
        return False
    shorter = min(len(one), len(other))
    allowed = min(shorter // LEAST_MENTION, _MOST_SLIPS)
    return allowed > 0 and _slips(one.upper(), other.upper(), allowed) <= allowed


def _slips(one: str, other: str, most: int) -> int:
    """How many signs have to be put in, left out or replaced (Levenshtein); beyond ``most`` any number above it."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before = list(range(len(other) + 1))
    for row, sign in enumerate(one, 1):
        now = [row]
        for column, against in enumerate(other, 1):
            now.append(min(before[column] + 1, now[-1] + 1, before[column - 1] + (sign != against)))
        if min(now) > most:
            return most + 1
        before = now
    return before[-1]
