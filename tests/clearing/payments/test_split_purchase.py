"""A purchase larger than the wallet: the wallet's part is held, the rest paid online, and both become one purchase."""

from datetime import timedelta

import pytest

from florin.clearing.payer import ConsentCode
from florin.clearing.payments.create_payment import PaymentBegun
from florin.clearing.payments.credit_payment import credit_payment
from florin.clearing.payments.payment_views import payment_view
from florin.clearing.payments.read_split import read_split
from florin.clearing.payments.split_purchase import SplitPurchase, split_purchase
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.payment import Payment, PaymentStatus
from florin.domain.throttle_rules import RateLimited
from florin.gateways.payment_provider import PaymentState
from florin.storage.posting.request import Answer, Caller
from tests.provider import NAME, Cashpoint
from tests.till import Till, fresh, said
from tests.world import Balance


@pytest.fixture
def member(cashpoint: Cashpoint) -> Caller:
    """Forty yuan are in the wallet."""
    return cashpoint.world.member(named=True, principal_minor=40_00)


async def split(
    cashpoint: Cashpoint,
    code: ConsentCode,
    amount_minor: int = 100_00,
    *,
    key: str | None = None,
    reference: str | None = None,
    merchant: Caller | None = None,
) -> PaymentBegun | Answer | Decline | RateLimited:
    command = SplitPurchase(code, amount_minor, "CNY", reference or fresh("ref"), NAME)
    shop = merchant or cashpoint.world.shop
    return await split_purchase(cashpoint.house, shop, key or fresh("key"), command, cashpoint.now())


async def begun(cashpoint: Cashpoint, member: Caller, reference: str | None = None) -> Payment:
    made = await split(cashpoint, cashpoint.world.payment_code(member), reference=reference)
    assert isinstance(made, PaymentBegun), made
    return made.payment


async def standing(cashpoint: Cashpoint, payment: Payment) -> tuple[str, str | None]:
    """Where the split purchase stands, and the purchase that it has become."""
    assert payment.hold_id is not None
    view = await read_split(cashpoint.house, cashpoint.world.shop.id, payment.hold_id, cashpoint.now())
    assert isinstance(view, dict)
    assert {"amount": 100_00, "currency": "CNY"} == view["requested"]
    return view["status"], view["purchase_id"]


async def test_both_parts_become_one_purchase(cashpoint: Cashpoint, member: Caller) -> None:
    payment = await begun(cashpoint, member)
    assert (60_00, Balance(40_00, 0, 40_00)) == (payment.amount_minor, cashpoint.world.balance(member.id))
    assert ("waiting", None) == await standing(cashpoint, payment)
    for _ in range(2):
        await cashpoint.call_back(payment)
    assert payment.hold_id is not None
    assert ("completed", wire_id("purchase", payment.hold_id)) == await standing(cashpoint, payment)
    assert Balance() == cashpoint.world.balance(member.id)
    assert [(100_00, 100_00, 0, payment.hold_id)] == cashpoint.world.rows(
        "SELECT requested_minor, principal_minor, bonus_minor, hold_id FROM purchase WHERE owner_id = %s", member.id
    )
    told = ["member.balance_low", "purchase.completed", "top_up.completed", "top_up.completed"]
    assert told == sorted(cashpoint.world.events(member.id))
    assert (await cashpoint.of(payment)).next_step_at is None


async def test_a_purchase_is_completed_by_whoever_comes_after_a_kill(cashpoint: Cashpoint, member: Caller) -> None:
    payment = await begun(cashpoint, member)
    await cashpoint.house.engine.submit(credit_payment(cashpoint.house, payment, cashpoint.provider.pay(payment)))
    assert Balance(100_00, 0, 100_00) == cashpoint.world.balance(member.id)
    await cashpoint.work(timedelta(hours=2))
    assert ("completed", Balance()) == (
        (await standing(cashpoint, payment))[0],
        cashpoint.world.balance(member.id),
    )


async def test_what_nobody_pays_takes_nothing(cashpoint: Cashpoint, member: Caller) -> None:
    payment = await begun(cashpoint, member)
    await cashpoint.work(timedelta(minutes=36))
    assert (PaymentStatus.EXPIRED, Balance(40_00), ("given_up", None)) == (
        (await cashpoint.of(payment)).status,
        cashpoint.world.balance(member.id),
        await standing(cashpoint, payment),
    )
    # The money comes after all: it is a plain top-up.
    await cashpoint.call_back(payment)
    assert (Balance(100_00), ("given_up", None)) == (
        cashpoint.world.balance(member.id),
        await standing(cashpoint, payment),
    )


async def test_a_payment_that_the_provider_refuses_frees_the_wallet(cashpoint: Cashpoint, member: Caller) -> None:
    cashpoint.provider.refuses = {"create"}
    assert Decline.PAYMENT_REFUSED is await split(cashpoint, cashpoint.world.payment_code(member))
    assert Balance(40_00) == cashpoint.world.balance(member.id)


async def test_a_hold_outlives_no_provider_that_is_away(cashpoint: Cashpoint, member: Caller, till: Till) -> None:
    payment = await begun(cashpoint, member)
    cashpoint.provider.down = {"find", "close"}
    await cashpoint.work(timedelta(minutes=50))
    bought = await till.purchase(cashpoint.world.payment_code(member), 40_00)
    assert bought.decline is None
    cashpoint.provider.down = set()
    cashpoint.provider.pay(payment)
    await cashpoint.work(timedelta(hours=2))
    assert (Balance(60_00), ("given_up", None)) == (
        cashpoint.world.balance(member.id),
        await standing(cashpoint, payment),
    )


@pytest.mark.parametrize("trouble", ["merchant", "member", "hold"])
async def test_a_purchase_that_cannot_be_made_any_more_leaves_a_top_up(
    cashpoint: Cashpoint, member: Caller, till: Till, trouble: str
) -> None:
    payment = await begun(cashpoint, member)
    assert payment.hold_id is not None
    expected = Balance(100_00)
    if trouble == "merchant":
        cashpoint.world.connection.execute(
            "UPDATE merchant SET status = 'suspended' WHERE id = %s", (cashpoint.world.shop.id,)
        )
        await cashpoint.house.engine.current_catalogue(-1)
    elif trouble == "member":
        cashpoint.world.connection.execute("UPDATE member SET status = 'blocked' WHERE id = %s", (member.id,))
        expected = Balance(40_00)  # the payment goes back to its source
    else:
        await till.release(payment.hold_id)
    await cashpoint.call_back(payment)
    cashpoint.world.connection.execute(
        "UPDATE merchant SET status = 'active'  WHERE id = %s", (cashpoint.world.shop.id,)
    )
    await cashpoint.house.engine.current_catalogue(-1)
    assert (expected, ("given_up", None)) == (cashpoint.world.balance(member.id), await standing(cashpoint, payment))


# What the merchant does to the hold meanwhile -------------------------------------------------------------------------


@pytest.mark.parametrize("amount_minor", [None, 1])
async def test_a_hold_that_waits_for_a_payment_is_not_captured(
    cashpoint: Cashpoint, member: Caller, till: Till, amount_minor: int | None
) -> None:
    payment = await begun(cashpoint, member)
    assert payment.hold_id is not None
    assert Decline.HOLD_AWAITS_PAYMENT is (await till.capture(payment.hold_id, amount_minor)).decline
    # Nor once the rest is there, by another reference than the purchase's own.
    await cashpoint.house.engine.submit(credit_payment(cashpoint.house, payment, cashpoint.provider.pay(payment)))
    assert Decline.HOLD_AWAITS_PAYMENT is (await till.capture(payment.hold_id, amount_minor)).decline
    await cashpoint.work()
    assert ("completed", Balance()) == (
        (await standing(cashpoint, payment))[0],
        cashpoint.world.balance(member.id),
    )


@pytest.mark.parametrize("way", ["release", "reverse"])
async def test_what_the_merchant_gives_up_is_closed_at_the_provider(
    cashpoint: Cashpoint, member: Caller, till: Till, way: str
) -> None:
    reference = fresh("ref")
    payment = await begun(cashpoint, member, reference)
    assert payment.hold_id is not None
    answer = await (till.release(payment.hold_id) if way == "release" else till.reverse(reference))
    assert (None, Balance(40_00)) == (answer.decline, cashpoint.world.balance(member.id))
    assert PaymentStatus.WITHDRAWN is (await cashpoint.of(payment)).status
    assert payment_view(await cashpoint.of(payment))["pay_url"] is None
    await cashpoint.work()
    assert (PaymentState.CLOSED, PaymentStatus.EXPIRED, None) == (
        cashpoint.provider.payments[payment.reference].state,
        (await cashpoint.of(payment)).status,
        (await cashpoint.of(payment)).next_step_at,
    )
    # What comes all the same is a plain top-up.
    await cashpoint.call_back(payment)
    assert (Balance(100_00), ("given_up", None)) == (
        cashpoint.world.balance(member.id),
        await standing(cashpoint, payment),
    )


async def test_a_withdrawn_payment_is_closed_when_its_provider_is_back_and_counts_when_it_was_paid(
    cashpoint: Cashpoint, member: Caller, till: Till
) -> None:
    payment = await begun(cashpoint, member)
    assert payment.hold_id is not None
    await till.release(payment.hold_id)
    cashpoint.provider.down = {"find", "close"}
    await cashpoint.work()
    assert PaymentStatus.WITHDRAWN is (await cashpoint.of(payment)).status
    cashpoint.provider.down = set()
    cashpoint.provider.paid_on_closing = payment
    await cashpoint.work(timedelta(minutes=2))
    assert (Balance(100_00), ("given_up", None)) == (
        cashpoint.world.balance(member.id),
        await standing(cashpoint, payment),
    )


# What is refused ------------------------------------------------------------------------------------------------------


async def test_only_what_is_larger_than_the_wallet_is_split(cashpoint: Cashpoint, member: Caller) -> None:
    code = cashpoint.world.payment_code(member)
    enough = await split(cashpoint, code, 40_00)
    assert isinstance(enough, Answer)
    assert Decline.FUNDS_SUFFICE is enough.decline
    empty = await split(cashpoint, cashpoint.world.payment_code(cashpoint.world.member(named=True)))
    assert isinstance(empty, Answer)
    assert (Decline.INSUFFICIENT_FUNDS, {"amount": 100_00, "currency": "CNY"}) == (
        empty.decline,
        said(empty)["shortfall"],
    )
    # A declined request leaves the code for another try.
    assert isinstance(await split(cashpoint, code, 40_01), PaymentBegun)


@pytest.mark.parametrize(
    ("has_name", "amount_minor", "expected"),
    [
        ("named", 5_000_00, None),
        ("named", 5_000_01, Decline.LIMIT_EXCEEDED),
        ("nameless", 40_01, Decline.REAL_NAME_REQUIRED),
    ],
)
async def test_caps_and_real_name_are_those_of_a_top_up(
    cashpoint: Cashpoint, has_name: str, amount_minor: int, expected: Decline | None
) -> None:
    member = cashpoint.world.member(named=has_name == "named", principal_minor=40_00)
    made = await split(cashpoint, cashpoint.world.payment_code(member), amount_minor)
    assert expected is (made.decline if isinstance(made, Answer) else None)


async def test_a_code_that_is_wrong_or_a_stranger_splits_nothing(cashpoint: Cashpoint, member: Caller) -> None:
    wrong = await split(cashpoint, ConsentCode("1" * 18))
    assert isinstance(wrong, Answer)
    assert Decline.PAYMENT_CODE_INVALID is wrong.decline
    stranger = await split(cashpoint, cashpoint.world.payment_code(member), merchant=cashpoint.world.stranger)
    assert isinstance(stranger, Answer)
    assert Decline.OUT_OF_NETWORK is stranger.decline


# The merchant's key and reference -------------------------------------------------------------------------------------


async def test_a_key_begins_one_split_and_a_reference_belongs_to_it(
    cashpoint: Cashpoint, member: Caller, till: Till
) -> None:
    code, key, reference = cashpoint.world.payment_code(member), fresh("key"), fresh("ref")
    first, again = [await split(cashpoint, code, key=key, reference=reference) for _ in range(2)]
    assert isinstance(first, PaymentBegun)
    assert isinstance(again, PaymentBegun)
    assert (first.payment.id, True) == (again.payment.id, again.was_there)
    taken = await till.purchase(cashpoint.world.card().by_pin, 1, reference=reference)
    assert (Decline.DUPLICATE_REFERENCE, "split_purchase") == (taken.decline, said(taken)["verb"])


async def test_the_reference_refunds_a_completed_split_and_reverses_a_waiting_one(
    cashpoint: Cashpoint, member: Caller, till: Till
) -> None:
    waiting = fresh("ref")
    payment = await begun(cashpoint, member, waiting)
    reversal = await till.reverse(waiting)
    assert ("reversed", Balance(40_00)) == (said(reversal)["original"], cashpoint.world.balance(member.id))
    assert ("given_up", None) == await standing(cashpoint, payment)

    completed = fresh("ref")
    payment = await begun(cashpoint, member, completed)
    assert Decline.PURCHASE_NOT_FOUND is (await till.refund_by_reference(completed, 1)).decline
    await cashpoint.call_back(payment)
    assert (await till.refund_by_reference(completed, 30_00)).decline is None
    assert "reversed" == said(await till.reverse(completed))["original"]
    assert Balance(100_00) == cashpoint.world.balance(member.id)
