from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from florin.domain.order_life import OrderStatus
from florin.domain.order_line import LineStatus
from florin.domain.order_progress import LineProgress, OrderProgress, line_progress, order_progress, rate_of

BEGAN = datetime(2026, 3, 2, 4, tzinfo=UTC)
ORDER, CUSTOMER = UUID(int=1), UUID(int=2)


def line(
    ordered: int,
    generated: int,
    status: LineStatus = LineStatus.GENERATING,
    *,
    made_before: int = 0,
    took_s: int = 10,
    number: int = 1,
) -> LineProgress:
    until = BEGAN + timedelta(seconds=took_s)
    return line_progress(number, ordered, generated, status, None, made_before=made_before, began_at=BEGAN, until=until)


def progress(*lines: LineProgress, status: OrderStatus = OrderStatus.GENERATING) -> OrderProgress:
    return order_progress(ORDER, CUSTOMER, status, lines)


RATES = [
    (0, 10_000_000, None),
    (5, 0, None),
    (-5, 10_000_000, None),
    (5, -1, None),
    (1, 3_000_000, 0),
    (100, 3_000_000, 33),
    (5_000, 250_000, 20_000),
]


@pytest.mark.parametrize(("made", "took_us", "expected"), RATES)
def test_a_rate_is_whole_cards_a_second_where_there_is_something_to_tell_it_from(
    made: int, took_us: int, expected: int | None
) -> None:
    assert expected == rate_of(made, timedelta(microseconds=took_us))


def test_the_rate_is_that_since_the_line_was_last_taken_in_hand() -> None:
    assert 10 == line(1_000, 200, made_before=100).cards_per_s


def test_the_seconds_left_are_rounded_up() -> None:
    assert 81 == line(1_001, 200, made_before=100).seconds_left


def test_nothing_is_said_of_the_time_left_without_a_rate() -> None:
    assert (None, None) == (line(1_000, 0).cards_per_s, line(1_000, 0).seconds_left)
    slow = line(1_000, 1, took_s=3)
    assert (0, None) == (slow.cards_per_s, slow.seconds_left)
    waiting = line_progress(1, 10, 0, LineStatus.WAITING, None, made_before=0, began_at=None, until=BEGAN)
    assert (None, None) == (waiting.cards_per_s, waiting.seconds_left)


def test_a_line_that_is_made_keeps_its_rate_and_has_no_time_left() -> None:
    ready = line(1_000, 1_000, LineStatus.READY)
    assert (100, None) == (ready.cards_per_s, ready.seconds_left)


def test_the_time_left_of_an_order_is_that_of_all_cards_to_come() -> None:
    told = progress(line(100, 100, LineStatus.READY), line(500, 200), line(60, 0, LineStatus.WAITING))
    assert (660, 300, 18) == (told.ordered, told.generated, told.seconds_left)


def test_a_line_that_was_given_up_does_not_count() -> None:
    told = progress(line(100, 50, LineStatus.DROPPED), line(100, 50, LineStatus.DROPPING), line(7, 7, LineStatus.READY))
    assert (7, 7, None) == (told.ordered, told.generated, told.seconds_left)


@pytest.mark.parametrize("status", OrderStatus)
def test_it_is_over_when_nothing_is_made_any_more(status: OrderStatus) -> None:
    assert (status in {OrderStatus.FUNDED, OrderStatus.GENERATING}) is not progress(status=status).is_over


def test_only_what_has_changed_is_news() -> None:
    first = progress(line(500, 200))
    assert first.point == progress(line(500, 200, took_s=60)).point
    assert first.point != progress(line(500, 201)).point
    assert first.point != progress(line(500, 200, LineStatus.FAILED)).point
    assert first.point != progress(line(500, 200), status=OrderStatus.READY).point
