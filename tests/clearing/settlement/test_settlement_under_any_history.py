"""Whatever a shop sells and gives back, and whoever draws up, approves and pays when: every fen is in one statement."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from florin.clearing.settlement import approve_statement, merchant_payouts
from florin.domain.merchant_statement import draw_up
from florin.storage.settlement import draft
from tests.clearing.every_proof import connect_to_prove
from tests.clearing.settlement.settlement_histories import SettlementHistories, SettlementStage
from tests.world import World

ANY: Final = settings(
    max_examples=10, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck), print_blob=False
)
# The same histories every time, and the first that fails is enough.
SAME: Final = settings(ANY, derandomize=True, phases=[Phase.generate], report_multiple_bugs=False)


@pytest.fixture
def stage(world: World) -> Iterator[SettlementStage]:
    with asyncio.Runner() as runner:
        process = world.clearing_house()
        house = runner.run(process.__aenter__())
        proving = runner.run(connect_to_prove(world.database.url))
        yield SettlementStage(world, house, proving, runner)
        runner.run(proving.close())
        runner.run(process.__aexit__(None, None, None))


@pytest.mark.slow
def test_a_merchants_money_under_any_history(stage: SettlementStage) -> None:
    SettlementHistories.stage = stage
    run_state_machine_as_test(SettlementHistories, settings=ANY)


def post_no_fees(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(approve_statement, "_post", lambda *_: None)


def leave_refunds_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draft, "TRADE", draft.TRADE.replace("('purchase', 'refund', ", "('purchase', "))


def forget_what_is_carried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draft, "draw_up", lambda *about, **how: draw_up(*about, **{**how, "carried_in_minor": 0}))


def owe_a_fen_of_what_came_back(monkeypatch: pytest.MonkeyPatch) -> None:
    again = merchant_payouts._again  # noqa: SLF001 (what is broken)
    monkeypatch.setattr(merchant_payouts, "_again", lambda *about: replace(again(*about), amount_minor=1))


@pytest.mark.slow
@pytest.mark.parametrize(
    "break_it", [post_no_fees, leave_refunds_out, forget_what_is_carried, owe_a_fen_of_what_came_back]
)
def test_settlement_histories_find_what_is_broken(
    stage: SettlementStage, monkeypatch: pytest.MonkeyPatch, break_it: Callable[[Any], None]
) -> None:
    break_it(monkeypatch)
    SettlementHistories.stage = stage
    with pytest.raises(AssertionError):
        run_state_machine_as_test(SettlementHistories, settings=SAME)
