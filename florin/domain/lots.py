"""Lots: value that was paid for (principal) and value that was given (bonus), kept apart on every card and wallet.

They are spent in the order that the programme sets, and a refund puts back what the purchase took from each.
"""

from dataclasses import dataclass
from enum import StrEnum, auto
from typing import assert_never

from florin.domain.money import share


class SpendOrder(StrEnum):
    """Which lot a debit takes first; a setting of the programme."""

    BONUS_FIRST = auto()
    PRINCIPAL_FIRST = auto()
    PRO_RATA = auto()


@dataclass(frozen=True, slots=True)
class Lots:
    """An amount in its two lots, in minor units, neither below zero."""

    principal_minor: int = 0
    bonus_minor: int = 0

    def __post_init__(self) -> None:
        if self.principal_minor < 0 or self.bonus_minor < 0:
            raise ValueError("a lot is never below zero")

    @property
    def total_minor(self) -> int:
        """Both lots together."""
        return self.principal_minor + self.bonus_minor

    def __add__(self, other: "Lots") -> "Lots":
        return Lots(self.principal_minor + other.principal_minor, self.bonus_minor + other.bonus_minor)

    def __sub__(self, other: "Lots") -> "Lots":
        return Lots(self.principal_minor - other.principal_minor, self.bonus_minor - other.bonus_minor)


def take(available: Lots, amount_minor: int, order: SpendOrder) -> Lots:
    """How much of each lot a debit of ``amount_minor`` takes; the two add up to it exactly.

    Pro rata rounds the principal's part down, so the odd minor unit comes out of the bonus: what the holder paid for
    lasts longest. ``ValueError`` if the amount is negative or more than ``available``, which the caller has declined
    before.
    """
    if not 0 <= amount_minor <= available.total_minor:
        raise ValueError("a debit takes between nothing and all that is available")
    match order:
        case SpendOrder.BONUS_FIRST:
            principal_minor = max(0, amount_minor - available.bonus_minor)
        case SpendOrder.PRINCIPAL_FIRST:
            principal_minor = min(amount_minor, available.principal_minor)
        case SpendOrder.PRO_RATA:
            principal_minor = share(amount_minor, available.principal_minor, max(1, available.total_minor))
        case _:
            assert_never(order)
    return Lots(principal_minor, amount_minor - principal_minor)


def give_back(taken: Lots, returned: Lots, amount_minor: int, order: SpendOrder) -> Lots:
    """How much of a refund of ``amount_minor`` goes to each lot of the purchase that took ``taken``.

    ``returned`` is what earlier refunds gave back. The rule: what stays spent is spent in the programme's order, so a
    partial refund leaves the lots as if only the rest had been bought; with bonus first, it therefore returns principal
    first. No lot gets back more than it gave, and refunds of everything restore both lots exactly, in whatever parts
    they come. ``ValueError`` if the amount is more than is left, which the caller has declined before.
    """
    remaining = taken - returned
    return remaining - take(remaining, remaining.total_minor - amount_minor, order)
