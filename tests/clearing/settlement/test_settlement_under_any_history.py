"""Whatever a shop sells and gives back, and whoever draws up, approves and pays when: every fen is in one statement."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from florin.clearing.settlement import approve_statement, merchant_payouts
from florin.domain.merchant_statement import draw_up
from florin.storage.settlement import draft
from tests.clearing.any_history import find_fault, try_histories
from tests.clearing.settlement.settlement_histories import SettlementHistories
from tests.clearing.stage import Stage


@pytest.mark.slow
def test_a_merchants_money_under_any_history(stage: Stage) -> None:
    try_histories(SettlementHistories, stage, 10)


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
    stage: Stage, monkeypatch: pytest.MonkeyPatch, break_it: Callable[[Any], None]
) -> None:
    break_it(monkeypatch)
    with pytest.raises(AssertionError):
        find_fault(SettlementHistories, stage)
