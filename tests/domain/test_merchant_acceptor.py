"""Which programme pays a merchant on which day."""

from datetime import date
from uuid import UUID

import pytest

from florin.domain.merchant_acceptor import DatedAcceptor, acceptor_in_force

ONE, OTHER = UUID(int=1), UUID(int=2)
HISTORY = (
    DatedAcceptor(date(2026, 3, 2), ONE),
    DatedAcceptor(date(2026, 3, 5), OTHER),
    DatedAcceptor(date(2026, 3, 9), None),
)


@pytest.mark.parametrize(
    ("day", "acceptor"), [(1, None), (2, ONE), (4, ONE), (5, OTHER), (8, OTHER), (9, None), (31, None)]
)
def test_an_acceptor_pays_from_its_first_day_to_the_next_ones(day: int, acceptor: UUID | None) -> None:
    assert acceptor == acceptor_in_force(HISTORY, date(2026, 3, day))
