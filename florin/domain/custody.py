"""How much is in custody, beside what the policy pack asks for."""

from dataclasses import dataclass
from typing import Final

_BASIS: Final = 10_000


@dataclass(frozen=True, slots=True)
class CustodyPosition:
    """What is in custody, what was prepaid at the end of the last quarter, and the parts of it that are asked for.

    Amounts in minor units; ``asked_basis_points`` is None where the pack asks for nothing.
    """

    custody_minor: int
    prepaid_minor: int
    asked_basis_points: int | None

    @property
    def required_minor(self) -> int:
        """The least that must be in custody: a part of a minor unit counts as a whole one."""
        return -(-max(0, self.prepaid_minor) * (self.asked_basis_points or 0) // _BASIS)

    @property
    def ratio_basis_points(self) -> int | None:
        """What is in custody in parts of what was prepaid, rounded down; None where nothing was."""
        return self.custody_minor * _BASIS // self.prepaid_minor if self.prepaid_minor > 0 else None

    @property
    def short_minor(self) -> int:
        """What is missing; nought where enough is there."""
        return max(0, self.required_minor - self.custody_minor)

    @property
    def is_short(self) -> bool:
        """Whether less is in custody than is asked for."""
        return self.asked_basis_points is not None and self.custody_minor < self.required_minor
