"""What a span of business days moved between the accounts of the chart, and what follows from it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from florin.domain.chart import CHART, AccountCode, Side


@dataclass(frozen=True, slots=True)
class Movement:
    """All that an event moved from one account of the chart to another; ``journals`` count each journal once."""

    event: str
    debit_code: int
    credit_code: int
    unit: str
    journals: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Sides:
    """What was debited to all accounts of a code and credited to them, in minor units."""

    debits_minor: int = 0
    credits_minor: int = 0


def sides(movements: Iterable[Movement]) -> dict[tuple[int, str], Sides]:
    """Debits and credits by account code and unit, in their order."""
    debited: defaultdict[tuple[int, str], int] = defaultdict(int)
    credited_to: defaultdict[tuple[int, str], int] = defaultdict(int)
    for each in movements:
        debited[each.debit_code, each.unit] += each.amount_minor
        credited_to[each.credit_code, each.unit] += each.amount_minor
    return {key: Sides(debited[key], credited_to[key]) for key in sorted({*debited, *credited_to})}


def on_normal_side(code: int, moved: Sides) -> int:
    """The balance of an account on its normal side; accounts without one count debits."""
    debit_minor = moved.debits_minor - moved.credits_minor
    return -debit_minor if CHART[AccountCode(code)].normal_side is Side.CREDIT else debit_minor


def credited(movements: Iterable[Movement], code: int, unit: str) -> int:
    """What all accounts of a code have gained on their credit side, in minor units."""
    moved = sides(movements).get((code, unit), Sides())
    return moved.credits_minor - moved.debits_minor
