"""A statement's figures: what is carried, kept, given back and paid."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from florin.domain.bank_calendar import BankCalendar
from florin.domain.declines import Decline
from florin.domain.merchant_statement import (
    HASHED,
    KeptReserve,
    MerchantStatement,
    StatementOperation,
    StatementStatus,
    draw_up,
    permit_statement,
)
from florin.domain.merchant_terms import FeeBand, MerchantTerms

FRIDAY = date(2026, 3, 6)


def statement() -> MerchantStatement:
    return MerchantStatement(
        id=UUID(int=1),
        programme_id=UUID(int=2),
        merchant_id=UUID(int=3),
        business_date=FRIDAY,
        unit="CNY",
        status=StatementStatus.DRAFTED,
        drafted_at=datetime(2026, 3, 7, tzinfo=UTC),
    )


def drawn(
    terms: MerchantTerms, carried: int = 0, reserves: tuple[KeptReserve, ...] = (), **trade: int
) -> MerchantStatement:
    made = replace(statement(), **dict[str, Any](trade))
    draw_up(made, terms, BankCalendar(), carried_in_minor=carried, month_turnover_minor=0, reserves=reserves)
    return made


@pytest.mark.parametrize(
    ("carried", "purchases", "refunds", "payout", "carried_on"),
    [
        (0, 100_00, 0, 100_00, 0),
        (0, 0, 30_00, 0, -30_00),  # a negative net is carried forward
        (-30_00, 20_00, 0, 0, -10_00),
        (-30_00, 100_00, 0, 70_00, 0),
        (0, 49_99, 0, 0, 49_99),  # less than the minimum is carried, too
        (1, 49_99, 0, 50_00, 0),
        (0, 0, 0, 0, 0),
    ],
)
def test_what_is_owed_is_paid_from_the_minimum_on(
    carried: int, purchases: int, refunds: int, payout: int, carried_on: int
) -> None:
    made = drawn(MerchantTerms(minimum_payout_minor=50_00), carried, purchases_minor=purchases, refunds_minor=refunds)
    assert (payout, carried_on) == (made.payout_minor, made.carried_out_minor)
    assert carried + made.net_minor == made.payout_minor + made.carried_out_minor
    assert (date(2026, 3, 9) if payout else None) == made.pays_on


@pytest.mark.parametrize("minimum", [1, 500_00])
@pytest.mark.parametrize(
    ("carried", "purchases", "refunds", "taken_over", "passed_on"),
    [
        (0, 100_00, 0, 0, 100_00),
        (0, 0, 30_00, 0, -30_00),  # also below zero: one hand makes it good
        (-30_00, 20_00, 0, 0, -10_00),  # with what was carried on before
        (0, 10_00, 0, 5_00, 15_00),
        (0, 0, 0, 0, 0),
    ],
)
def test_the_whole_net_is_passed_on_to_who_pays_the_merchant(
    minimum: int, carried: int, purchases: int, refunds: int, taken_over: int, passed_on: int
) -> None:
    made = replace(statement(), purchases_minor=purchases, refunds_minor=refunds, taken_over_minor=taken_over)
    acceptor, terms = UUID(int=5), MerchantTerms(minimum_payout_minor=minimum)
    draw_up(made, terms, BankCalendar(), carried_in_minor=carried, month_turnover_minor=0, reserves=(),
            acceptor_id=acceptor)  # fmt: skip
    assert (acceptor, passed_on) == (made.acceptor_id, made.passed_on_minor)
    assert (0, 0, None) == (made.payout_minor, made.carried_out_minor, made.pays_on)


def test_what_is_taken_over_costs_nothing_and_nothing_of_it_is_kept() -> None:
    terms = MerchantTerms(bands=(FeeBand(0, 100),), reserve_basis_points=1_000, reserve_days=30)
    made = drawn(terms, purchases_minor=100_00, taken_over_minor=50_00)
    assert (1_00, 10_00, 139_00) == (made.fees_minor, made.reserve_kept_minor, made.payout_minor)


@pytest.mark.parametrize(
    ("sets_off", "before", "sold", "taken_back", "purchases", "set_off", "payout", "owed"),
    [
        (False, 0, 100, 0, 300, 0, 300, 100),  # without an agreement it is shown as owed
        (True, 0, 100, 0, 300, 100, 200, 0),
        (True, 50, 100, 0, 300, 150, 150, 0),
        (True, 0, 100, 0, 40, 40, 0, 60),  # as far as it goes: the rest stays owed
        (True, 0, 100, 0, 0, 0, 0, 100),
        (True, 0, 0, 100, 40, -100, 140, 0),  # taken back after it was set off
        (False, 0, 0, 100, 40, -100, 140, 0),
        (True, 100, 0, 100, 40, 0, 40, 0),
    ],
)
def test_what_is_owed_for_cards_is_set_off_as_far_as_it_goes(
    *, sets_off: bool, before: int, sold: int, taken_back: int, purchases: int, set_off: int, payout: int, owed: int
) -> None:
    made = replace(statement(), purchases_minor=purchases, sold_minor=sold, taken_back_minor=taken_back)
    draw_up(made, MerchantTerms(sets_off=sets_off), BankCalendar(), carried_in_minor=0, month_turnover_minor=0,
            reserves=(), receivable_in_minor=before)  # fmt: skip
    assert (set_off, payout, owed) == (made.set_off_minor, made.payout_minor, made.receivable_out_minor)
    assert before == made.receivable_in_minor
    again = replace(made)
    draw_up(again, MerchantTerms(sets_off=sets_off), BankCalendar(), carried_in_minor=0, month_turnover_minor=0,
            reserves=(), receivable_in_minor=before)  # fmt: skip
    assert made == again


@pytest.mark.parametrize(
    ("before", "sold", "paid", "paid_later", "set_off", "owed"),
    [
        (100, 0, 100, 0, 0, 0),
        (100, 50, 30, 0, 120, 0),
        (0, 100, 0, 60, 40, 60),  # what was paid since the day is not set off, too
        (0, 100, 0, 150, 0, 100),
        (0, 0, 100, 0, -100, 0),  # paid, and set off or taken back meanwhile: it comes back
    ],
)
def test_what_was_paid_for_cards_is_not_set_off(
    before: int, sold: int, paid: int, paid_later: int, set_off: int, owed: int
) -> None:
    made = replace(statement(), purchases_minor=300, sold_minor=sold, debt_paid_minor=paid)
    draw_up(made, MerchantTerms(sets_off=True), BankCalendar(), carried_in_minor=0, month_turnover_minor=0,
            reserves=(), receivable_in_minor=before, paid_later_minor=paid_later)  # fmt: skip
    assert (before, set_off, owed) == (made.receivable_in_minor, made.set_off_minor, made.receivable_out_minor)


def test_a_negative_net_is_carried_on_and_sets_nothing_off() -> None:
    made = replace(statement(), refunds_minor=30, sold_minor=100)
    draw_up(made, MerchantTerms(sets_off=True), BankCalendar(), carried_in_minor=0, month_turnover_minor=0, reserves=())
    assert (0, -30, 100) == (made.set_off_minor, made.carried_out_minor, made.receivable_out_minor)


def test_a_reserve_is_a_part_of_the_net_turnover_rounded_down() -> None:
    terms = MerchantTerms(reserve_basis_points=1_000, reserve_days=30)
    made = drawn(terms, purchases_minor=100_19, undone_minor=10, refunds_minor=0)
    assert (10_00, date(2026, 4, 5)) == (made.reserve_kept_minor, made.reserve_until)
    assert 90_09 == made.payout_minor


def test_nothing_is_kept_of_a_day_on_which_more_went_back() -> None:
    made = drawn(MerchantTerms(reserve_basis_points=1_000, reserve_days=30), purchases_minor=10, refunds_minor=20)
    assert (0, None) == (made.reserve_kept_minor, made.reserve_until)


def test_a_reserve_is_given_back_on_its_day_and_not_before() -> None:
    due, later = KeptReserve(UUID(int=8), 5_00, FRIDAY), KeptReserve(UUID(int=9), 7_00, date(2026, 3, 7))
    made = statement()
    released = draw_up(
        made, MerchantTerms(), BankCalendar(), carried_in_minor=0, month_turnover_minor=0, reserves=(due, later)
    )
    assert [due.statement_id] == released
    assert (5_00, 5_00) == (made.reserve_released_minor, made.payout_minor)


def test_fees_lower_what_is_paid() -> None:
    made = drawn(MerchantTerms(flat_fee_minor=10, bands=(FeeBand(0, 60),)), purchases=2, purchases_minor=100_00)
    assert (80, 99_20) == (made.fees_minor, made.payout_minor)


OTHER: dict[str, Any] = {
    "id": UUID(int=7), "programme_id": UUID(int=7), "merchant_id": UUID(int=7), "business_date": date(2026, 3, 5),
    "unit": "EUR", "reserve_until": date(2027, 1, 1), "pays_on": date(2027, 1, 1),
}  # fmt: skip


@pytest.mark.parametrize("name", HASHED)
def test_the_hash_binds_every_figure(name: str) -> None:
    made = drawn(MerchantTerms(), purchases_minor=100_00)
    assert replace(made, **{name: OTHER.get(name, 1234)}).details_hash != made.details_hash
    assert replace(made).details_hash == made.details_hash


def test_a_statement_is_approved_once() -> None:
    assert StatementStatus.APPROVED is permit_statement(StatementOperation.APPROVE, StatementStatus.DRAFTED)
    for operation in StatementOperation:
        assert Decline.MERCHANT_STATEMENT_NOT_IN_STATE is permit_statement(operation, StatementStatus.APPROVED)
