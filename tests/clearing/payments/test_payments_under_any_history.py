"""Whatever providers say and whoever is killed, in any order: no money is lost, doubled or stranded."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from florin.clearing.payments import credit_payment, hear_of_payment
from florin.domain.payment import PaymentOperation, PaymentStatus
from florin.domain.payment import following as right_following
from florin.storage.posting.request import BrokenError
from tests.clearing.every_proof import connect_to_prove
from tests.clearing.payments.payment_histories import PaymentHistories, PaymentStage
from tests.world import World

ANY: Final = settings(
    max_examples=8, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck), print_blob=False
)
# The same histories every time, and the first that fails is enough.
SAME: Final = settings(ANY, derandomize=True, phases=[Phase.generate], report_multiple_bugs=False)


@pytest.fixture
def stage(world: World) -> Iterator[PaymentStage]:
    with asyncio.Runner() as runner:
        process = world.clearing_house()
        house = runner.run(process.__aenter__())
        proving = runner.run(connect_to_prove(world.database.url))
        yield PaymentStage(world, house, proving, runner)
        runner.run(proving.close())
        runner.run(process.__aexit__(None, None, None))


@pytest.mark.slow
def test_payments_under_any_history(stage: PaymentStage) -> None:
    PaymentHistories.stage = stage
    run_state_machine_as_test(PaymentHistories, settings=ANY)


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
    stage: PaymentStage, monkeypatch: pytest.MonkeyPatch, break_it: Callable[[pytest.MonkeyPatch], None]
) -> None:
    break_it(monkeypatch)
    PaymentHistories.stage = stage
    # A proof or the end of the history says so, or a wall of the schema that stands before them.
    with pytest.raises((AssertionError, BrokenError)):
        run_state_machine_as_test(PaymentHistories, settings=SAME)
