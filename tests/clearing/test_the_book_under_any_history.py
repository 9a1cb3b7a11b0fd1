"""Whatever is asked, in any order: the book is what a naive reading of the rules makes it, and every proof holds."""

from collections.abc import Callable
from copy import copy
from typing import Any, Final

import pytest

from florin.clearing import give_back, hold, purchase, reverse
from florin.clearing.give_back import return_to_lots
from florin.domain.lots import Lots, SpendOrder
from florin.domain.purchase import HoldStatus
from florin.storage.posting.group import Group
from tests.clearing.any_history import find_fault, try_histories
from tests.clearing.histories import BookHistories
from tests.clearing.stage import Stage

STEPS: Final = 50


@pytest.mark.slow
def test_the_book_under_any_history(stage: Stage) -> None:
    try_histories(BookHistories, stage, 20, steps=STEPS)


def give_back_bonus_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Into the other lot than the rule says, and nothing is given back that was not taken."""

    def bonus_first(taken: Lots, returned: Lots, amount_minor: int, _order: SpendOrder) -> Lots:
        bonus_minor = min(amount_minor, taken.bonus_minor - returned.bonus_minor)
        return Lots(amount_minor - bonus_minor, bonus_minor)

    monkeypatch.setattr(give_back, "give_back", bonus_first)


def forget_to_release_what_expires(monkeypatch: pytest.MonkeyPatch) -> None:
    end_hold = Group.end_hold

    def end_without_release(group: Group, ended: Any, status: HoldStatus) -> None:  # noqa: ANN401 (a hold)
        if status is not HoldStatus.EXPIRED:
            return end_hold(group, ended, status)
        ended.end(status, group.now)
        return group.holds.save(ended)

    monkeypatch.setattr(Group, "end_hold", end_without_release)


def reverse_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    def twice(group: Group, payer: Any, bought: Any, *how: Any) -> Any:  # noqa: ANN401 (passed on as it is)
        return_to_lots(group, payer, copy(bought), *how)
        return return_to_lots(group, payer, bought, *how)

    monkeypatch.setattr(reverse, "return_to_lots", twice)


def let_a_payment_code_pay_again(monkeypatch: pytest.MonkeyPatch) -> None:
    for verb in (purchase, hold):
        monkeypatch.setattr(verb, "use_consent", lambda _group, _payer: None)


def refund_in_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """No number is wrong then: only a proof can tell."""
    emit = Group.emit

    def emit_others(group: Group, name: str, *about: Any) -> None:  # noqa: ANN401 (passed on as it is)
        if name != "purchase.refunded":
            emit(group, name, *about)

    monkeypatch.setattr(Group, "emit", emit_others)


@pytest.mark.slow
@pytest.mark.parametrize(
    "break_it",
    [
        give_back_bonus_first,
        refund_in_silence,
        forget_to_release_what_expires,
        reverse_twice,
        let_a_payment_code_pay_again,
    ],
)
def test_histories_find_what_is_broken(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, break_it: Callable[[pytest.MonkeyPatch], None]
) -> None:
    break_it(monkeypatch)
    with pytest.raises(AssertionError):
        find_fault(BookHistories, stage, steps=STEPS)
