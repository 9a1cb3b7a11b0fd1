"""What a provider may keep of a payment."""

from datetime import date

import pytest

from florin.domain.fee_terms import FeeTerms
from florin.domain.invalid_field import InvalidField

DAY = date(2026, 11, 20)


@pytest.mark.parametrize(("basis_points", "flat_minor"), [(-1, 0), (10_001, 0), (0, -1)])
def test_nobody_agrees_on_less_than_nothing_or_more_than_all(basis_points: int, flat_minor: int) -> None:
    with pytest.raises(InvalidField):
        FeeTerms(DAY, basis_points, flat_minor)
