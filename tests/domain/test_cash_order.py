"""Every operation of an order on delivery against every status, and the last instant of a review."""

from datetime import UTC, datetime, timedelta

import pytest

from florin.domain.cash_order import CashOrderOperation, CashOrderStatus, permit_cash_order, review_until
from florin.domain.declines import Decline

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
UNTIL = review_until(NOON, 48)
LETTERS = dict(zip("rdvc", CashOrderStatus, strict=True))
# recorded, delivered, reviewed, cancelled; before the time for a review is over, and from then on.
EXPECTED = {
    CashOrderOperation.DELIVER: ("d---", "d---"),
    CashOrderOperation.CANCEL: ("c---", "c---"),
    CashOrderOperation.REVIEW: ("-v--", "----"),
    CashOrderOperation.REVIEW_BY_DEFAULT: ("----", "-v--"),
}


def test_the_table_has_every_operation() -> None:
    assert set(CashOrderOperation) == set(EXPECTED)


@pytest.mark.parametrize("operation", CashOrderOperation)
def test_every_status_allows_what_the_table_says(operation: CashOrderOperation) -> None:
    moments = (UNTIL - timedelta(microseconds=1), UNTIL)
    for now, letters in zip(moments, EXPECTED[operation], strict=True):
        found = [permit_cash_order(operation, status, UNTIL, now) for status in CashOrderStatus]
        assert [LETTERS.get(each, Decline.CASH_ORDER_NOT_IN_STATE) for each in letters] == found


def test_a_review_has_the_hours_of_its_programme() -> None:
    assert datetime(2026, 11, 24, 12, tzinfo=UTC) == UNTIL
    assert NOON + timedelta(hours=1) == review_until(NOON, 1)
