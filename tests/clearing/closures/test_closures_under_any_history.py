"""Whatever a member who leaves does, and whoever gives back what and when: no money is lost, doubled or stranded."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from florin.clearing import give_back
from florin.clearing.closures import approve_closure, cancel_closure
from tests.clearing.closures.closure_histories import ClosureHistories, ClosureStage
from tests.clearing.every_proof import connect_to_prove
from tests.world import World

ANY: Final = settings(
    max_examples=12, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck), print_blob=False
)
# The same histories every time, and the first that fails is enough.
SAME: Final = settings(ANY, derandomize=True, phases=[Phase.generate], report_multiple_bugs=False)


@pytest.fixture
def stage(world: World) -> Iterator[ClosureStage]:
    with asyncio.Runner() as runner:
        process = world.clearing_house()
        house = runner.run(process.__aenter__())
        proving = runner.run(connect_to_prove(world.database.url))
        yield ClosureStage(world, house, proving, runner)
        runner.run(proving.close())
        runner.run(process.__aexit__(None, None, None))


@pytest.mark.slow
def test_a_leaving_members_money_under_any_history(stage: ClosureStage) -> None:
    ClosureHistories.stage = stage
    run_state_machine_as_test(ClosureHistories, settings=ANY)


def owe_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is put aside at the approval is owed to nobody."""
    monkeypatch.setattr(approve_closure, "owe", lambda *_, **__: None)


def strand_later_refunds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(give_back, "owe_what_came_back", lambda *_: None)


def approve_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("florin.domain.closure.Closure.is_cooling", lambda *_: False)


def leave_it_closing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cancelled closure puts the money back, and leaves the member unable to spend it."""
    monkeypatch.setattr(cancel_closure, "keep", lambda *_: None)


@pytest.mark.slow
@pytest.mark.parametrize("break_it", [owe_nothing, strand_later_refunds, approve_at_once, leave_it_closing])
def test_closure_histories_find_what_is_broken(
    stage: ClosureStage, monkeypatch: pytest.MonkeyPatch, break_it: Callable[[Any], None]
) -> None:
    break_it(monkeypatch)
    ClosureHistories.stage = stage
    with pytest.raises(AssertionError):
        run_state_machine_as_test(ClosureHistories, settings=SAME)
