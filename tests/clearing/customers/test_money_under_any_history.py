"""Whatever a customer pays, orders and gets back, in any order: no money is lost, doubled or promised twice."""

from collections.abc import Callable
from typing import Any

import pytest

from florin.clearing.customers import decide_funding_refund
from florin.clearing.orders import cancel_order
from florin.storage.posting.group import Group
from florin.storage.posting.request import BrokenError, Outcome
from tests.clearing.any_history import find_fault, try_histories
from tests.clearing.customers.money_histories import MoneyHistories
from tests.clearing.stage import Stage


@pytest.mark.slow
def test_a_customers_money_under_any_history(stage: Stage) -> None:
    try_histories(MoneyHistories, stage, 15)


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
    stage: Stage, monkeypatch: pytest.MonkeyPatch, break_it: Callable[[pytest.MonkeyPatch], None]
) -> None:
    break_it(monkeypatch)
    # A proof or the plain numbers say so, or a wall of the schema that stands before them.
    with pytest.raises((AssertionError, BrokenError)):
        find_fault(MoneyHistories, stage)
