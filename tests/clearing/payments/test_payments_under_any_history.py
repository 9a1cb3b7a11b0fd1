"""Whatever providers say and whoever is killed, in any order: no money is lost, doubled or stranded."""

from collections.abc import Callable

import pytest

from florin.clearing.payments import credit_payment, hear_of_payment
from florin.domain.payment import PaymentOperation, PaymentStatus
from florin.domain.payment import following as right_following
from florin.storage.posting.request import BrokenError
from tests.clearing.any_history import find_fault, try_histories
from tests.clearing.payments.payment_histories import PaymentHistories
from tests.clearing.stage import Stage


@pytest.mark.slow
def test_payments_under_any_history(stage: Stage) -> None:
    try_histories(PaymentHistories, stage, 8)


def believe_every_callback(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is paid otherwise than asked for is credited as it was asked for."""
    monkeypatch.setattr(hear_of_payment, "dispute_payment", credit_payment.credit_payment)


def forget_late_money(monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes for a payment that has expired is not ours."""

    def forgetful(operation: PaymentOperation, status: PaymentStatus) -> PaymentStatus | None:
        return None if status is PaymentStatus.EXPIRED else right_following(operation, status)

    monkeypatch.setattr(credit_payment, "following", forgetful)


@pytest.mark.slow
@pytest.mark.parametrize("break_it", [believe_every_callback, forget_late_money])
def test_payment_histories_find_what_is_broken(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, break_it: Callable[[pytest.MonkeyPatch], None]
) -> None:
    break_it(monkeypatch)
    # A proof or the end of the history says so, or a wall of the schema that stands before them.
    with pytest.raises((AssertionError, BrokenError)):
        find_fault(PaymentHistories, stage)
