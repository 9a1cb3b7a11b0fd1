"""What a statement tells of cards whose holders the company knows: never what one of them has."""

from datetime import date

import pytest

from florin.domain.order_statement import CardCounts, CountedLine, OrderStatement, draw_up

FACE_MINOR = 100_00


def drawn_up(*counts: CardCounts, is_named: bool, outstanding_minor: int = 0) -> OrderStatement:
    lines = tuple(CountedLine(line, "gift", FACE_MINOR, each) for line, each in enumerate(counts, 1))
    paid_minor = FACE_MINOR * sum(each.activated for each in counts)
    return draw_up(
        date(2026, 3, 2), "CNY", lines, is_named=is_named, paid_minor=paid_minor, outstanding_minor=outstanding_minor
    )


@pytest.mark.parametrize(
    ("counts", "is_named", "unused", "outstanding_minor"),
    [
        (CardCounts(unused=1), False, 1, FACE_MINOR),
        (CardCounts(unused=1), True, None, None),
        (CardCounts(used_up=1), True, None, None),
        (CardCounts(loaded=1), True, None, None),
        (CardCounts(unused=9, waiting=50), True, None, None),
        (CardCounts(unused=10), True, 10, FACE_MINOR),
        (CardCounts(unused=9, partly_used=1), True, 9, None),
        (CardCounts(unused=9, partly_used=1), False, 9, None),
        (CardCounts(waiting=3), True, 0, FACE_MINOR),
    ],
)
def test_the_use_of_a_few_named_cards_is_not_told(
    counts: CardCounts, *, is_named: bool, unused: int | None, outstanding_minor: int | None
) -> None:
    statement = drawn_up(counts, is_named=is_named, outstanding_minor=FACE_MINOR)
    assert (unused, outstanding_minor) == (statement.total.unused, statement.amounts.outstanding_minor)
    assert counts.activated == statement.total.activated


def test_a_line_tells_the_use_of_no_named_card() -> None:
    statement = drawn_up(CardCounts(unused=11), CardCounts(used_up=1, voided=2), is_named=True)
    assert [(11, None), (1, None)] == [(each.counts.activated, each.counts.used_up) for each in statement.lines]
    assert (1, 2) == (statement.total.used_up, statement.total.voided)


def test_a_line_of_cards_for_nobody_in_particular_is_told_whole() -> None:
    statement = drawn_up(CardCounts(used_up=1), is_named=False)
    assert [1] == [each.counts.used_up for each in statement.lines]
