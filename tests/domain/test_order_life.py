import pytest

from florin.domain.declines import Decline
from florin.domain.order_life import OrderOperation, OrderStatus, allowed_in, needed_for, permit

# Every operation against every status, in the order of their lives: what follows, or a dot for "refused".
# draft submitted approved funded generating partial ready delivered activated cancelled
TABLE = """
change          draft     .         .         .         .         .         .         .         .         .
submit          submitted .         .         .         .         .         .         .         .         .
return          .         draft     .         .         .         .         .         .         .         .
approve         .         approved  .         .         .         .         .         .         .         .
fund            .         .         funded    .         .         .         .         .         .         .
generate        .         .         .         generating .         generating .         .         .         .
finish          .         .         .         .         ready     ready     .         .         .         .
fail            .         .         .         .         partial   .         .         .         .         .
drop_line       .         .         .         .         .         partial   .         .         .         .
deliver         .         .         .         .         .         .         ready     delivered activated .
confirm_receipt .         .         .         .         .         .         delivered .         .         .
activate        .         .         .         .         .         .         .         delivered .         .
complete        .         .         .         .         .         .         .         activated .         .
replace         .         .         .         .         .         .         .         delivered activated .
void_cards      .         .         .         .         .         .         ready     delivered .         .
cancel          cancelled cancelled cancelled cancelled .         cancelled cancelled cancelled .         .
"""

MEANS = {".": Decline.ORDER_NOT_IN_STATE, "partial": OrderStatus.PARTIALLY_FAILED} | {
    str(each): each for each in OrderStatus
}
CASES = [
    (OrderOperation(operation), status, MEANS[following])
    for operation, *row in (line.split() for line in TABLE.strip().splitlines())
    for status, following in zip(OrderStatus, row, strict=True)
]


@pytest.mark.parametrize(("operation", "status", "following"), CASES)
def test_an_operation_leads_where_the_table_says(
    operation: OrderOperation, status: OrderStatus, following: OrderStatus | Decline
) -> None:
    assert following == permit(operation, status)


def test_the_table_has_every_operation_in_every_status() -> None:
    assert {(operation, status) for operation in OrderOperation for status in OrderStatus} == {
        (operation, status) for operation, status, _ in CASES
    }


def test_nothing_happens_to_a_cancelled_order_any_more() -> None:
    assert {Decline.ORDER_NOT_IN_STATE} == {permit(each, OrderStatus.CANCELLED) for each in OrderOperation}


def test_what_an_operation_needs_and_a_status_allows_is_told() -> None:
    assert (OrderStatus.DELIVERED, OrderStatus.ACTIVATED) == needed_for(OrderOperation.REPLACE)
    assert ["generate", "drop_line", "cancel"] == list(map(str, allowed_in(OrderStatus.PARTIALLY_FAILED)))
    assert () == allowed_in(OrderStatus.CANCELLED)
