"""Every operation on a loss against every status."""

import pytest

from florin.domain.declines import Decline
from florin.domain.loss import LossOperation, LossStatus, permit_loss

EXPECTED = {
    (LossOperation.REPLACE, LossStatus.REPORTED): LossStatus.REPLACED,
    (LossOperation.FIND, LossStatus.REPORTED): LossStatus.FOUND,
}


@pytest.mark.parametrize("operation", LossOperation)
@pytest.mark.parametrize("status", LossStatus)
def test_a_loss_is_decided_once(operation: LossOperation, status: LossStatus) -> None:
    assert EXPECTED.get((operation, status), Decline.LOSS_NOT_IN_STATE) is permit_loss(operation, status)
