from datetime import date
from itertools import product

import pytest

from florin.domain.card_life import (
    CardBlock,
    CardOperation,
    CardStatus,
    allow_debits,
    is_expired,
    permit,
    stop_debits,
)
from florin.domain.declines import Decline

# The whole life of a card, written out. A cell is the status that follows, or why not:
# na card_not_active, rd card_redeemed, ns card_not_sellable, nv card_not_voidable.
LIFE = """
operation  created   in_stock  sold      active    closing  redeemed  closed  voided  replaced
stock      in_stock  ns        ns        ns        ns       ns        ns      ns      ns
sell       ns        sold      ns        ns        ns       ns        ns      ns      ns
activate   ns        active    active    ns        ns       ns        ns      ns      ns
take_back  na        na        in_stock  in_stock  na       rd        na      na      na
void       voided    voided    nv        nv        nv       nv        nv      nv      nv
recall     nv        nv        voided    nv        nv       nv        nv      nv      nv
inquire    na        na        na        active    closing  rd        na      na      na
purchase   na        na        na        active    na       rd        na      na      na
hold       na        na        na        active    na       rd        na      na      na
capture    na        na        na        active    na       rd        na      na      na
release    na        na        na        active    na       rd        na      na      na
refund_in  na        na        na        active    closing  rd        na      na      na
load       na        na        na        active    na       rd        na      na      na
redeem     na        na        na        redeemed  na       rd        na      na      na
block      created   in_stock  sold      active    na       rd        na      na      na
unblock    created   in_stock  sold      active    na       rd        na      na      na
extend     na        na        na        active    na       rd        na      na      na
replace    na        na        replaced  replaced  na       rd        na      na      na
give_up    na        na        na        closing   na       rd        na      na      na
keep       na        na        na        na        active   rd        na      na      na
close      na        na        na        na        closed   rd        na      na      na
"""

# Which blocks stop an operation that its status would allow, and whether expiry does.
STOPS = """
operation  none  debit  credit  all   expired
stock      -     -      -       -     -
sell       -     stop   stop    stop  stop
activate   -     stop   stop    stop  stop
take_back  -     -      -       -     -
void       -     -      -       -     -
recall     -     -      -       -     -
inquire    -     -      -       -     -
purchase   -     stop   -       stop  stop
hold       -     stop   -       stop  stop
capture    -     -      -       -     -
release    -     -      -       -     -
refund_in  -     -      stop    stop  -
load       -     -      stop    stop  stop
redeem     -     stop   -       stop  stop
block      -     -      -       -     -
unblock    -     -      -       -     -
extend     -     -      -       -     -
replace    -     -      -       -     -
give_up    -     stop   -       stop  -
keep       -     -      -       -     -
close      -     -      -       -     -
"""

REFUSALS = {
    "na": Decline.CARD_NOT_ACTIVE,
    "rd": Decline.CARD_REDEEMED,
    "ns": Decline.CARD_NOT_SELLABLE,
    "nv": Decline.CARD_NOT_VOIDABLE,
}


def read(table: str) -> dict[tuple[str, str], str]:
    (_, *columns), *rows = (line.split() for line in table.strip().splitlines())
    return {(name, column): cell for name, *cells in rows for column, cell in zip(columns, cells, strict=True)}


life, stops = read(LIFE), read(STOPS)


@pytest.mark.parametrize("operation", CardOperation)
def test_every_operation_in_every_status_under_every_block(operation: CardOperation) -> None:
    for status, block, expired in product(CardStatus, CardBlock, (False, True)):
        cell = life[operation, status]
        expected: CardStatus | Decline
        if cell in REFUSALS:
            expected = REFUSALS[cell]
        elif stops[operation, block] == "stop":
            expected = Decline.CARD_BLOCKED
        elif expired and stops[operation, "expired"] == "stop":
            expected = Decline.CARD_EXPIRED
        else:
            expected = CardStatus(cell)

        assert expected == permit(operation, status, block, expired=expired), (status, block, expired)


def test_the_tables_name_every_operation_status_and_block() -> None:
    assert set(product(CardOperation, CardStatus)) == set(life)
    assert set(product(CardOperation, [*CardBlock, "expired"])) == set(stops)


def test_a_voided_card_cannot_be_activated() -> None:
    answer = permit(CardOperation.ACTIVATE, CardStatus.VOIDED, CardBlock.NONE, expired=False)
    assert Decline.CARD_NOT_SELLABLE == answer


def test_a_card_is_worth_nothing_before_its_activation() -> None:
    for status in (CardStatus.CREATED, CardStatus.IN_STOCK, CardStatus.SOLD):
        answer = permit(CardOperation.PURCHASE, status, CardBlock.NONE, expired=False)
        assert Decline.CARD_NOT_ACTIVE == answer


def test_the_most_lasting_reason_is_given_first() -> None:
    answers = [
        permit(CardOperation.PURCHASE, CardStatus.REDEEMED, CardBlock.ALL, expired=True),
        permit(CardOperation.PURCHASE, CardStatus.ACTIVE, CardBlock.ALL, expired=True),
        permit(CardOperation.PURCHASE, CardStatus.ACTIVE, CardBlock.NONE, expired=True),
    ]
    assert [Decline.CARD_REDEEMED, Decline.CARD_BLOCKED, Decline.CARD_EXPIRED] == answers


def test_no_operation_leads_out_of_a_final_status() -> None:
    final = {CardStatus.REDEEMED, CardStatus.CLOSED, CardStatus.VOIDED, CardStatus.REPLACED}
    for operation, status, block in product(CardOperation, final, CardBlock):
        assert isinstance(permit(operation, status, block, expired=False), Decline)


def test_a_card_can_be_used_on_its_last_day_and_not_on_the_next() -> None:
    last_day = date(2029, 3, 5)
    assert not is_expired(last_day, date(2029, 3, 5))
    assert is_expired(last_day, date(2029, 3, 6))


def test_a_card_without_expiry_date_never_expires() -> None:
    assert not is_expired(None, date.max)


@pytest.mark.parametrize(
    ("before", "stopped", "allowed"),
    [
        (CardBlock.NONE, CardBlock.DEBIT, CardBlock.NONE),
        (CardBlock.DEBIT, CardBlock.DEBIT, CardBlock.NONE),
        (CardBlock.CREDIT, CardBlock.ALL, CardBlock.CREDIT),
        (CardBlock.ALL, CardBlock.ALL, CardBlock.CREDIT),
    ],
)
def test_debits_are_stopped_and_allowed_whatever_becomes_of_credits(
    before: CardBlock, stopped: CardBlock, allowed: CardBlock
) -> None:
    assert (stopped, allowed) == (stop_debits(before), allow_debits(before))
