"""Which first card costs less, and for whom."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from florin.domain.payment import Payment, PaymentPurpose, PaymentStatus
from florin.domain.programme import Product, ProductKind
from florin.domain.trial_card import is_first_card, may_begin_trial, trial_price

NOW = datetime(2026, 3, 2, tzinfo=UTC)
ID = UUID(int=1)


def payment(status: str, price_minor: int) -> Payment:
    """For a card of a hundred yuan."""
    return Payment(
        ID, 0, ID, ID, "p", ID, PaymentPurpose.CARD, None, None, price_minor, "CNY", PaymentStatus(status), None, None,
        NOW, NOW, None, None, None, 0, None, None, None, ID, 100_00,
    )  # fmt: skip


# Beside one other payment for a card: whether a trial is begun, and whether one that is paid is sold.
BESIDE = """
created   90  -+
offered   90  -+
disputed  90  -+
credited  90  --
returned  90  ++
expired   90  ++
failed    90  ++
created  100  ++
offered  100  ++
disputed 100  ++
credited 100  --
returned 100  ++
"""


@pytest.mark.parametrize("line", BESIDE.strip().splitlines())
def test_a_trial_card_is_the_first_card_or_none(line: str) -> None:
    status, price, signs = line.split()
    others = [payment(status, int(price) * 100)]
    assert [sign == "+" for sign in signs] == [may_begin_trial(others), is_first_card(others)]


def test_one_face_of_one_product_is_the_trial_card() -> None:
    product = Product(
        ID,
        ID,
        "p",
        "P",
        ProductKind.RECHARGE,
        (100_00, 200_00),
        has_ecode=False,
        validity_years=None,
        trial_face_minor=100_00,
        trial_price_minor=90_00,
    )
    plain = Product(ID, ID, "p", "P", ProductKind.RECHARGE, (100_00, 200_00), has_ecode=False, validity_years=None)
    assert (90_00, None, None) == (
        trial_price(product, 100_00),
        trial_price(product, 200_00),
        trial_price(plain, 100_00),
    )
