"""Rules at one fen (or card) below a limit, at it, and above it."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import pytest

from florin.domain.corporate_order import DeliveryKind
from florin.domain.declines import Decline
from florin.domain.invalid_field import InvalidField
from florin.domain.money import MAX_AMOUNT_MINOR
from florin.domain.order_rules import (
    LONGEST_REASON,
    MOST_CARDS,
    MOST_LINES,
    Buyer,
    LineFacts,
    WantedLine,
    bearer_minor,
    refused_order,
    require_lines,
    require_reason,
)
from florin.domain.policy.catalogue import PackName
from florin.domain.programme import Product, ProductKind
from florin.domain.recipient import MOST_RECIPIENTS

PROGRAMME = UUID(int=1)
TODAY = date(2026, 3, 2)
FACES_MINOR = (1_00, 99_99, 100_00, 999_99, 1_000_00, 1_000_01, 2_000_00, 5_000_00, 5_000_01)
STRANGER = Buyer(is_identified=False, bearer_today_minor=0)
FILES, LINKS = DeliveryKind.FILES, DeliveryKind.LINKS


def product(kind: ProductKind = ProductKind.BEARER_GIFT, *, has_ecode: bool = True) -> Product:
    return Product(UUID(int=2), PROGRAMME, "p", "P", kind, FACES_MINOR, has_ecode, None)


def line(
    face_minor: int = 100_00,
    quantity: int = 1,
    of: Product | None = None,
    *,
    recipients: int = 0,
    with_identity: int = 0,
) -> LineFacts:
    return LineFacts(WantedLine(UUID(int=2), face_minor, quantity), of or product(), recipients, with_identity)


REGISTERED = product(ProductKind.REGISTERED_GIFT)


def refusal(
    *lines: LineFacts, buyer: Buyer = STRANGER, delivery: DeliveryKind = FILES, pack: PackName = PackName.CN
) -> Decline | None:
    return refused_order(pack, PROGRAMME, delivery, lines, buyer, TODAY)


def test_an_order_has_lines() -> None:
    assert Decline.ORDER_EMPTY == refusal()


def test_a_product_must_be_there_and_the_programmes_own() -> None:
    gone = LineFacts(WantedLine(UUID(int=2), 100_00, 1), None)
    assert Decline.PRODUCT_NOT_FOUND == refusal(gone)
    assert Decline.PRODUCT_NOT_FOUND == refused_order(PackName.CN, UUID(int=9), FILES, [line()], STRANGER, TODAY)


@pytest.mark.parametrize(
    ("face_minor", "expected"), [(99_99, None), (100_00, None), (100_01, Decline.DENOMINATION_NOT_OFFERED)]
)
def test_only_faces_that_the_product_offers_are_ordered(face_minor: int, expected: Decline | None) -> None:
    assert expected == refusal(line(face_minor))


@pytest.mark.parametrize(
    ("face_minor", "expected"), [(999_99, None), (1_000_00, None), (1_000_01, Decline.LIMIT_EXCEEDED)]
)
def test_a_bearer_card_has_at_most_a_thousand_yuan(face_minor: int, expected: Decline | None) -> None:
    assert expected == refusal(line(face_minor))


@pytest.mark.parametrize(
    ("face_minor", "expected"), [(2_000_00, None), (5_000_00, None), (5_000_01, Decline.LIMIT_EXCEEDED)]
)
def test_a_registered_card_has_at_most_five_thousand_yuan(face_minor: int, expected: Decline | None) -> None:
    assert expected == refusal(line(face_minor, 1, REGISTERED, recipients=1, with_identity=1))


def test_without_a_pack_a_bearer_card_may_have_more() -> None:
    assert refusal(line(5_000_01), pack=PackName.NONE) is None


# Real name: from 10,000 yuan of bearer cards on one day ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("earlier_minor", "expected"),
    [(9_899_99, None), (9_900_00, Decline.REAL_NAME_REQUIRED), (9_900_01, Decline.REAL_NAME_REQUIRED)],
)
def test_the_days_bearer_cards_reach_the_limit_together(earlier_minor: int, expected: Decline | None) -> None:
    assert expected == refusal(line(100_00), buyer=Buyer(is_identified=False, bearer_today_minor=earlier_minor))


@pytest.mark.parametrize(
    ("quantity", "expected"),
    [(9_999, None), (10_000, Decline.REAL_NAME_REQUIRED), (10_001, Decline.REAL_NAME_REQUIRED)],
)
def test_one_order_reaches_the_limit_alone(quantity: int, expected: Decline | None) -> None:
    assert expected == refusal(line(1_00, quantity))


def test_whoever_is_on_record_with_a_document_may_buy_more() -> None:
    known = Buyer(is_identified=True, bearer_today_minor=90_000_00)
    assert refusal(line(1_000_00, 100), buyer=known) is None


def test_a_days_bearer_cards_do_not_stand_in_the_way_of_registered_ones() -> None:
    bought = Buyer(is_identified=False, bearer_today_minor=50_000_00)
    assert refusal(line(5_000_00, 9, REGISTERED, recipients=9, with_identity=9), buyer=bought) is None


def test_recharge_cards_are_anybodys_too() -> None:
    recharge = line(1_000_00, 5, product(ProductKind.RECHARGE))
    assert 5_000_00 == bearer_minor([recharge, line(5_000_00, 9, REGISTERED)])
    assert Decline.REAL_NAME_REQUIRED == refusal(recharge, line(1_000_00, 5))


# Recipients -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "delivery", "expected"),
    [
        ([line(quantity=2)], FILES, None),
        ([line(quantity=2, recipients=2)], FILES, None),
        ([line(quantity=2, recipients=1)], FILES, Decline.RECIPIENTS_REQUIRED),
        ([line(quantity=2, recipients=3)], FILES, Decline.RECIPIENTS_REQUIRED),
        ([line(quantity=2)], LINKS, Decline.RECIPIENTS_REQUIRED),
        ([line(quantity=2, recipients=2)], LINKS, None),
        ([line(quantity=2, recipients=2), line()], LINKS, Decline.RECIPIENTS_REQUIRED),
        ([line(quantity=2, recipients=2, of=product(has_ecode=False))], LINKS, Decline.ECODE_REQUIRED),
        ([line(quantity=2, recipients=2, of=product(has_ecode=False))], FILES, None),
        ([line(2_000_00, 2, REGISTERED)], FILES, Decline.RECIPIENTS_REQUIRED),
        ([line(2_000_00, 2, REGISTERED, recipients=2, with_identity=1)], FILES, Decline.RECIPIENTS_REQUIRED),
        ([line(2_000_00, 2, REGISTERED, recipients=2, with_identity=2)], FILES, None),
    ],
)
def test_who_gets_a_card_is_known_where_it_must_be(
    lines: Sequence[LineFacts], delivery: DeliveryKind, expected: Decline | None
) -> None:
    assert expected == refusal(*lines, delivery=delivery)


@pytest.mark.parametrize(("more", "expected"), [(-1, None), (0, None), (1, Decline.RECIPIENTS_REQUIRED)])
def test_an_order_has_no_more_recipients_than_a_file(more: int, expected: Decline | None) -> None:
    count = MOST_RECIPIENTS + more
    known = Buyer(is_identified=True, bearer_today_minor=0)
    assert expected == refusal(line(1_00, count, recipients=count), buyer=known)


# Bounds ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "field"),
    [
        ([WantedLine(PROGRAMME, 100, 1)] * MOST_LINES, None),
        ([WantedLine(PROGRAMME, 100, 1)] * (MOST_LINES + 1), "lines"),
        ([WantedLine(PROGRAMME, 100, 0)], "lines[0].quantity"),
        ([WantedLine(PROGRAMME, 100, quantity=True)], "lines[0].quantity"),
        ([WantedLine(PROGRAMME, 100, MOST_CARDS)], None),
        ([WantedLine(PROGRAMME, 100, MOST_CARDS + 1)], "lines[0].quantity"),
        ([WantedLine(PROGRAMME, 100, MOST_CARDS - 1), WantedLine(PROGRAMME, 100, 1)], None),
        ([WantedLine(PROGRAMME, 100, MOST_CARDS), WantedLine(PROGRAMME, 100, 1)], "lines"),
        ([WantedLine(PROGRAMME, MAX_AMOUNT_MINOR - 1, 1)], None),
        ([WantedLine(PROGRAMME, MAX_AMOUNT_MINOR, 1)], None),
        ([WantedLine(PROGRAMME, MAX_AMOUNT_MINOR, 1), WantedLine(PROGRAMME, 1, 1)], "lines"),
    ],
)
def test_lines_stay_within_their_bounds(lines: Sequence[WantedLine], field: str | None) -> None:
    if field is None:
        require_lines(lines)
        return
    with pytest.raises(InvalidField) as refused:
        require_lines(lines)
    assert field == refused.value.field


@pytest.mark.parametrize(("more", "expected"), [(0, None), (1, Decline.LIMIT_EXCEEDED)])
def test_an_order_is_no_larger_than_the_largest_amount(more: int, expected: Decline | None) -> None:
    known = Buyer(is_identified=True, bearer_today_minor=0)
    lines = [line(1_000_00, MAX_AMOUNT_MINOR // 1_000_00), *[line(1_00)] * more]
    assert expected == refusal(*lines, buyer=known)


@pytest.mark.parametrize("reason", ["", " late", "late\n", "x" * (LONGEST_REASON + 1)])
def test_a_reason_says_something_on_one_line(reason: str) -> None:
    require_reason("x" * LONGEST_REASON)
    with pytest.raises(InvalidField):
        require_reason(reason)
