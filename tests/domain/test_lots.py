import pytest
from hypothesis import given
from hypothesis import strategies as st

from florin.domain.lots import Lots, SpendOrder, give_back, take

BONUS_FIRST, PRINCIPAL_FIRST, PRO_RATA = SpendOrder
amounts = st.integers(0, 1_000_000)
lots = st.builds(Lots, amounts, amounts)
orders = st.sampled_from(SpendOrder)


@pytest.mark.parametrize(
    ("order", "amount_minor", "expected"),
    [
        (BONUS_FIRST, 150, Lots(0, 150)),
        (BONUS_FIRST, 200, Lots(0, 200)),
        (BONUS_FIRST, 201, Lots(1, 200)),
        (PRINCIPAL_FIRST, 1000, Lots(1000, 0)),
        (PRINCIPAL_FIRST, 1001, Lots(1000, 1)),
        (PRO_RATA, 600, Lots(500, 100)),
        (PRO_RATA, 601, Lots(500, 101)),  # 500.83 rounds down, the odd unit is bonus
        (PRO_RATA, 1, Lots(0, 1)),
        *((order, 0, Lots(0, 0)) for order in SpendOrder),
        *((order, 1200, Lots(1000, 200)) for order in SpendOrder),
    ],
)
def test_a_debit_takes_the_lots_in_the_programmes_order(order: SpendOrder, amount_minor: int, expected: Lots) -> None:
    assert expected == take(Lots(principal_minor=1000, bonus_minor=200), amount_minor, order)


@given(lots, orders, st.data())
def test_a_debit_takes_exactly_its_amount_and_no_lot_below_zero(
    available: Lots, order: SpendOrder, data: st.DataObject
) -> None:
    amount_minor = data.draw(st.integers(0, available.total_minor))

    taken = take(available, amount_minor, order)

    assert amount_minor == taken.total_minor
    assert available == (available - taken) + taken  # the subtraction refuses a lot below zero


@given(lots, orders)
def test_more_than_there_is_cannot_be_taken(available: Lots, order: SpendOrder) -> None:
    with pytest.raises(ValueError, match="debit"):
        take(available, available.total_minor + 1, order)


def test_a_negative_amount_cannot_be_taken_nor_a_lot_be_negative() -> None:
    with pytest.raises(ValueError, match="debit"):
        take(Lots(1, 1), -1, BONUS_FIRST)
    with pytest.raises(ValueError, match="below zero"):
        Lots(1, 0) - Lots(0, 1)


@pytest.mark.parametrize(
    ("order", "expected"),
    [(BONUS_FIRST, Lots(300, 0)), (PRINCIPAL_FIRST, Lots(100, 200)), (PRO_RATA, Lots(250, 50))],
)
def test_a_partial_refund_undoes_the_end_of_the_spending(order: SpendOrder, expected: Lots) -> None:
    assert expected == give_back(take(Lots(1000, 200), 1200, order), Lots(), 300, order)


@given(lots, orders, st.data())
def test_a_partial_refund_leaves_what_buying_the_rest_would_have_left(
    available: Lots, order: SpendOrder, data: st.DataObject
) -> None:
    bought = data.draw(st.integers(0, available.total_minor))
    refunded = data.draw(st.integers(0, bought))
    taken = take(available, bought, order)

    kept = taken - give_back(taken, Lots(), refunded, order)

    exact = take(available, bought - refunded, order)
    tolerance = 1 if order is PRO_RATA else 0  # two roundings in place of one
    assert abs(kept.principal_minor - exact.principal_minor) <= tolerance
    assert kept.total_minor == exact.total_minor


@given(lots, st.data())
def test_partial_refunds_restore_both_lots_exactly_even_if_the_order_changes(taken: Lots, data: st.DataObject) -> None:
    returned = Lots()
    while returned != taken:
        left_minor = (taken - returned).total_minor  # refuses a lot that got back more than it gave
        amount_minor = data.draw(st.integers(max(1, left_minor // 4), left_minor))
        part = give_back(taken, returned, amount_minor, data.draw(orders))
        assert amount_minor == part.total_minor
        returned += part


@given(lots, orders, st.data())
def test_more_than_is_left_cannot_be_given_back(taken: Lots, order: SpendOrder, data: st.DataObject) -> None:
    returned = take(taken, data.draw(st.integers(0, taken.total_minor)), order)
    with pytest.raises(ValueError, match="debit"):
        give_back(taken, returned, (taken - returned).total_minor + 1, order)
