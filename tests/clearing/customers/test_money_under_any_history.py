"""Whatever a customer pays, orders and gets back, in any order: no money is lost, doubled or promised twice."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from florin.clearing.customers import decide_funding_refund
from florin.clearing.orders import cancel_order
from florin.storage.posting.group import Group
from florin.storage.posting.request import Outcome
from tests.clearing.customers.money_histories import MoneyHistories, MoneyStage
from tests.clearing.every_proof import connect_to_prove
from tests.world import World

ANY: Final = settings(
    max_examples=15, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck), print_blob=False
)
# The same histories every time, and the first that fails is enough.
SAME: Final = settings(ANY, derandomize=True, phases=[Phase.generate], report_multiple_bugs=False)


@pytest.fixture
def stage(world: World) -> Iterator[MoneyStage]:
    with asyncio.Runner() as runner:
        process = world.clearing_house()
        house = runner.run(process.__aenter__())
        proving = runner.run(connect_to_prove(world.database.url))
        yield MoneyStage(world, house, proving, runner)
        runner.run(proving.close())
        runner.run(process.__aexit__(None, None, None))


@pytest.mark.slow
def test_a_customers_money_under_any_history(stage: MoneyStage) -> None:
    MoneyHistories.stage = stage
    run_state_machine_as_test(MoneyHistories, settings=ANY)


def release_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cancelled order keeps its customer's money."""

    def forget(group: Group, order: Any, _amount_minor: int) -> None:  # noqa: ANN401 (an order)
        order.reserved_minor = 0
        group.orders.save(order)

    monkeypatch.setattr(cancel_order, "release_reservation", forget)


def receive_in_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """No number is wrong then: only a proof can tell."""
    emit = Group.emit

    def emit_others(group: Group, name: str, *about: Any) -> None:  # noqa: ANN401 (passed on as it is)
        if name != "funding.received":
            emit(group, name, *about)

    monkeypatch.setattr(Group, "emit", emit_others)


def forget_what_a_refused_refund_reserved(monkeypatch: pytest.MonkeyPatch) -> None:
    def keep(group: Group, refund: Any) -> Outcome:  # noqa: ANN401 (a refund)
        group.funding_refunds.save(refund)
        return Outcome({}, subject_id=refund.id)

    monkeypatch.setattr(decide_funding_refund, "_refuse", keep)


def approve_from_free_money_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was requested stays reserved after it has gone."""
    reserve = Group.reserve

    def reserve_only(group: Group, account: Any, amount_minor: int) -> None:  # noqa: ANN401 (an account)
        if amount_minor > 0:
            reserve(group, account, amount_minor)

    monkeypatch.setattr(Group, "reserve", reserve_only)


@pytest.mark.slow
@pytest.mark.parametrize(
    "break_it",
    [
        release_nothing,
        receive_in_silence,
        forget_what_a_refused_refund_reserved,
        approve_from_free_money_too,
    ],
)
def test_money_histories_find_what_is_broken(
    stage: MoneyStage, monkeypatch: pytest.MonkeyPatch, break_it: Callable[[pytest.MonkeyPatch], None]
) -> None:
    break_it(monkeypatch)
    MoneyHistories.stage = stage
    with pytest.raises(AssertionError):
        run_state_machine_as_test(MoneyHistories, settings=SAME)
