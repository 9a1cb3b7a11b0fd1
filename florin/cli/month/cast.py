"""Who takes part in the month: members with parts of their own, and others who live as chance has it."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Final

from florin.domain.identity import DocumentKind, Identity, is_resident_id


class Habit(StrEnum):
    """How somebody lives with the wallet."""

    REGULAR = auto()  # comes back every few days until the end
    STOPS = auto()  # buys for a few days, and then no more
    NEVER_PAYS = auto()  # begins a top-up, and leaves it


class Part(StrEnum):
    """What befalls somebody, once; `florin.cli.month.incidents` tells it."""

    CASTS_NET = auto()  # brings others in, reaches a tier, exchanges points
    SPLITS = auto()  # pays more than the wallet holds, the rest online
    RUNS_LOW = auto()  # buys until little is left, and stops
    FORGETS = auto()  # tops up, buys once, becomes inactive, and comes back in the end
    LEAVES = auto()  # closes the account, to the certificate
    WANTS_TO_LEAVE = auto()  # asks to close, and waits for the approval at the end
    COMPLAINS = auto()  # disputes a purchase and gets it back
    LOSES_CARD = auto()  # holds a registered gift card
    PAYS_WRONG = auto()  # pays another amount than was asked for
    THINKS_BETTER = auto()  # has a top-up sent back


@dataclass(frozen=True, slots=True)
class Role:
    """Somebody of the cast, who joins on a day of the story (0 is the first)."""

    user_name: str
    name: str
    joins_on: int
    habit: Habit
    part: Part | None = None
    referred: bool = False


_LEADS: Final = (
    Role("chen.jie", "陈洁", 0, Habit.REGULAR, Part.CASTS_NET),
    Role("sun.li", "孙丽", 0, Habit.STOPS, Part.FORGETS),
    Role("qian.bo", "钱波", 1, Habit.STOPS, Part.RUNS_LOW),
    Role("zhou.ning", "周宁", 1, Habit.STOPS, Part.LEAVES),
    Role("zhao.yun", "赵云", 2, Habit.REGULAR, Part.SPLITS, referred=True),
    Role("zheng.an", "郑安", 3, Habit.REGULAR, Part.COMPLAINS),
    Role("wang.xia", "王霞", 4, Habit.REGULAR, Part.LOSES_CARD, referred=True),
    Role("feng.rui", "冯睿", 6, Habit.REGULAR, Part.PAYS_WRONG),
    Role("chu.ke", "褚可", 8, Habit.REGULAR, Part.THINKS_BETTER),
    Role("wei.lan", "卫兰", 2, Habit.STOPS, Part.WANTS_TO_LEAVE),
)
FEWEST: Final = len(_LEADS)
"""So many members the story needs; all others live as chance has it."""

_HABITS: Final = (Habit.REGULAR, Habit.REGULAR, Habit.REGULAR, Habit.STOPS, Habit.NEVER_PAYS)
_REFERRED: Final = 0.3
_NEWCOMERS_UNTIL: Final = 30
_REGION: Final = "330106"
"""Xihu, Hangzhou: the first digits of the documents' numbers."""


def cast_of(members: int, chance: random.Random) -> tuple[Role, ...]:
    """So many members, in the order in which they join; the leads among them."""
    others = [
        Role(
            f"member.{number:04}",
            f"会员{number:04}",
            chance.randint(0, _NEWCOMERS_UNTIL),
            chance.choice(_HABITS),
            referred=chance.random() < _REFERRED,
        )
        for number in range(1, members - len(_LEADS) + 1)
    ]
    return tuple(sorted((*_LEADS, *others), key=lambda each: each.joins_on))


def identities(roles: Sequence[Role], chance: random.Random) -> Iterator[Identity]:
    """A document for each of them, of nobody: dates of birth by chance, and numbers that are well formed."""
    for order, role in enumerate(roles, start=1):
        born = f"19{chance.randint(60, 99)}{chance.randint(1, 12):02}{chance.randint(1, 28):02}"
        digits = f"{_REGION}{born}{order % 1000:03}"
        number = next(each for each in (digits + check for check in "0123456789X") if is_resident_id(each))
        yield Identity.read(role.name, DocumentKind.RESIDENT_ID, number)
