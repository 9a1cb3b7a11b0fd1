"""What a provider may keep of a payment, as it was agreed with it."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from florin.domain.configuration_fields import require_between
from florin.domain.money import MAX_AMOUNT_MINOR

BASIS_POINTS: Final = 10_000
"""The whole."""


@dataclass(frozen=True, slots=True)
class FeeTerms:
    """From a day on a share in basis points, rounded half up, and a flat sum in minor units of each payment.

    `InvalidField` for what nobody agrees on.
    """

    effective_on: date
    basis_points: int
    flat_minor: int

    def __post_init__(self) -> None:
        """Refuse what no terms can be."""
        require_between("basis_points", self.basis_points, 0, BASIS_POINTS)
        require_between("flat", self.flat_minor, 0, MAX_AMOUNT_MINOR)
