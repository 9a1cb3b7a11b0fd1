"""Whatever a member who leaves does, and whoever gives back what and when: no money is lost, doubled or stranded."""

from collections.abc import Callable
from typing import Any

import pytest

from florin.clearing import give_back
from florin.clearing.closures import approve_closure, cancel_closure
from tests.clearing.any_history import find_fault, try_histories
from tests.clearing.closures.closure_histories import ClosureHistories
from tests.clearing.stage import Stage


@pytest.mark.slow
def test_a_leaving_members_money_under_any_history(stage: Stage) -> None:
    try_histories(ClosureHistories, stage, 12)


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
    stage: Stage, monkeypatch: pytest.MonkeyPatch, break_it: Callable[[Any], None]
) -> None:
    break_it(monkeypatch)
    with pytest.raises(AssertionError):
        find_fault(ClosureHistories, stage)
