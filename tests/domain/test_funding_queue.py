from uuid import UUID

import pytest

from florin.domain.funding_queue import WaitingOrder, next_to_fund

OLD, NEW = UUID(int=1), UUID(int=2)


def waiting(*orders: tuple[UUID, int, bool]) -> list[WaitingOrder]:
    return [WaitingOrder(*each) for each in orders]


@pytest.mark.parametrize(
    ("orders", "available_minor", "expected"),
    [
        ([], 100, None),
        ([(OLD, 100, False)], 99, None),
        ([(OLD, 100, False)], 100, OLD),
        ([(OLD, 100, True)], 99, None),
        ([(OLD, 100, True)], 100, OLD),
        # Nobody has named any: the oldest is first and is not overtaken.
        ([(OLD, 100, False), (NEW, 50, False)], 150, OLD),
        ([(OLD, 100, False), (NEW, 50, False)], 99, None),
        # What a receipt has named comes first.
        ([(OLD, 100, False), (NEW, 100, True)], 100, NEW),
        ([(OLD, 100, True), (NEW, 100, True)], 100, OLD),
        # An order that is paid for does not wait for another that is paid for in parts...
        ([(OLD, 100, True), (NEW, 50, True)], 60, NEW),
        # ... but nobody else uses those parts.
        ([(OLD, 50, False), (NEW, 100, True)], 60, None),
        ([(OLD, 100, True), (NEW, 50, False)], 60, None),
    ],
)
def test_orders_are_funded_in_turn_and_whole(
    orders: list[tuple[UUID, int, bool]], available_minor: int, expected: UUID | None
) -> None:
    chosen = next_to_fund(waiting(*orders), available_minor)
    assert expected == (None if chosen is None else chosen.id)
