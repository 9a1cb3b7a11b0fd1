import itertools

import pytest

from florin.domain.declines import Decline
from florin.domain.funding_refund import FundingRefundOperation, FundingRefundStatus, permit_refund

S, O = FundingRefundStatus, FundingRefundOperation  # noqa: E741 (as short as the table is wide)

MOVES = {
    (O.APPROVE, S.REQUESTED): S.APPROVED,
    (O.REFUSE, S.REQUESTED): S.REFUSED,
    (O.PAY, S.APPROVED): S.PAID,
}


@pytest.mark.parametrize(("operation", "status"), list(itertools.product(O, S)))
def test_every_operation_against_every_status(operation: FundingRefundOperation, status: FundingRefundStatus) -> None:
    expected = MOVES.get((operation, status), Decline.FUNDING_REFUND_NOT_IN_STATE)
    assert expected == permit_refund(operation, status)
