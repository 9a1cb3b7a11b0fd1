"""The roll-forward of what customers are owed: every permitted posting has its line, and the lines add up."""

from florin.domain.chart import PERMITTED, AccountCode, Event
from florin.domain.liability import LIABILITIES, Line, line_of, prepaid, roll_forward
from florin.domain.movement import Movement, Sides, credited, on_normal_side, sides

A = AccountCode


def moved(event: Event, debit: int, credit: int, amount: int, unit: str = "CNY") -> Movement:
    return Movement(event, debit, credit, unit, 1, amount)


def test_every_permitted_posting_on_a_customers_account_has_a_line() -> None:
    touching = [
        (event, debit, credit)
        for event, pairs in PERMITTED.items()
        for debit, credit in pairs
        if {debit, credit} & set(LIABILITIES)
    ]
    assert [] == [each for each in touching if line_of(*each) is Line.OTHER]
    assert len(touching) > 40


def test_what_undoes_something_stands_in_its_line() -> None:
    assert Line.SOLD is line_of("reversal", A.CARD_PRINCIPAL, A.MERCHANT_RECEIVABLE)
    assert Line.SPENT is line_of("reversal", A.MERCHANT_PAYABLE, A.CARD_PRINCIPAL)
    assert Line.GRANTED is line_of("card_activated", A.PROMOTIONAL_VALUE, A.CARD_BONUS)
    assert Line.FORFEITED is line_of("closure_approved", A.WALLET_BONUS, A.PROMOTIONAL_VALUE)
    assert Line.PAID_OUT is line_of("closure_cancelled", A.CLOSURE_PAYABLE, A.CARD_PRINCIPAL)


def test_opening_and_lines_are_closing_and_other_units_do_not_count() -> None:
    before = [moved(Event.FUNDING_RECEIVED, A.BANK, A.CORPORATE_FUNDING, 100)]
    within = [
        moved(Event.CARD_ACTIVATED, A.CORPORATE_FUNDING, A.ACTIVATION_CLEARING, 60),
        moved(Event.CARD_ACTIVATED, A.ACTIVATION_CLEARING, A.CARD_PRINCIPAL, 60),
        moved(Event.PURCHASE, A.CARD_PRINCIPAL, A.MERCHANT_PAYABLE, 25),
        moved(Event.POINTS_EARNED, A.POINTS_GRANTED, A.POINTS, 9, "XPO"),
        moved(Event.TOP_UP, A.PROVIDER_RECEIVABLE, A.WALLET_PRINCIPAL, 9, "EUR"),
    ]
    rolled = roll_forward(before, within, "CNY")
    assert 100 == rolled.opening[A.CORPORATE_FUNDING]
    assert (60, -60) == (rolled.lines[Line.SOLD][A.CARD_PRINCIPAL], rolled.lines[Line.SOLD][A.CORPORATE_FUNDING])
    assert (35, 40) == (rolled.closing[A.CARD_PRINCIPAL], rolled.closing[A.CORPORATE_FUNDING])
    assert 35 == prepaid([*before, *within], "CNY")


def test_sides_are_added_up_by_code_and_unit() -> None:
    movements = [
        moved(Event.PURCHASE, A.CARD_PRINCIPAL, A.MERCHANT_PAYABLE, 25),
        moved(Event.REFUND, A.MERCHANT_PAYABLE, A.CARD_PRINCIPAL, 10),
    ]
    assert {(2010, "CNY"): Sides(25, 10), (2040, "CNY"): Sides(10, 25)} == sides(movements)
    assert (15, -15) == (credited(movements, 2040, "CNY"), credited(movements, 2010, "CNY"))
    assert (15, 15) == (on_normal_side(2040, Sides(10, 25)), on_normal_side(1010, Sides(25, 10)))
