"""Whatever is bought, given back, settled, netted, paid and sent back: both books prove, and they mirror each other."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from florin.clearing.netting import approve_netting, netting_payouts
from florin.clearing.payouts.payout_rules import PayoutRules
from florin.clearing.settlement import approve_statement
from florin.domain.journal import signed
from tests.clearing.every_proof import connect_to_prove
from tests.clearing.netting.netting_histories import NettingHistories, NettingStage
from tests.world import World

ANY: Final = settings(
    max_examples=6, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck), print_blob=False
)
# The same histories every time, and the first that fails is enough.
SAME: Final = settings(ANY, derandomize=True, phases=[Phase.generate], report_multiple_bugs=False)


@pytest.fixture
def stage(world: World) -> Iterator[NettingStage]:
    with asyncio.Runner() as runner:
        process = world.clearing_house()
        house = runner.run(process.__aenter__())
        proving = runner.run(connect_to_prove(world.database.url))
        yield NettingStage(world, house, proving, runner)
        runner.run(proving.close())
        runner.run(process.__aexit__(None, None, None))


@pytest.mark.slow
def test_the_money_between_programmes_under_any_history(stage: NettingStage) -> None:
    NettingHistories.stage = stage
    run_state_machine_as_test(NettingHistories, settings=ANY)


def take_over_a_fen_less(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = iter(range(1_000))
    monkeypatch.setattr(approve_statement, "signed", lambda amount, *sides: signed(amount - (next(calls) % 2), *sides))


def send_in_one_book(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(netting_payouts.NettingPayoutRules, "outcome", PayoutRules.outcome)


def pay_a_fen_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    payout = approve_netting._payout  # noqa: SLF001 (what is broken)

    def broken(*about: Any) -> Any:  # noqa: ANN401 (whatever it takes)
        made = payout(*about)
        if made is not None:
            made.amount_minor += 1
        return made

    monkeypatch.setattr(approve_netting, "_payout", broken)


@pytest.mark.slow
@pytest.mark.parametrize("break_it", [take_over_a_fen_less, send_in_one_book, pay_a_fen_too_much])
def test_netting_histories_find_what_is_broken(
    stage: NettingStage, monkeypatch: pytest.MonkeyPatch, break_it: Callable[[Any], None]
) -> None:
    break_it(monkeypatch)
    NettingHistories.stage = stage
    with pytest.raises(AssertionError):
        run_state_machine_as_test(NettingHistories, settings=SAME)
