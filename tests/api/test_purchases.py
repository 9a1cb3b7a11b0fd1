"""Purchases over HTTP: what is answered, repeated and refused."""

import pytest

from tests.api.client import Client, cny, code_of
from tests.api.conftest import Doors
from tests.till import fresh
from tests.world import KnownCard, World


def by_card(card: KnownCard, amount_minor: int, **fields: object) -> dict[str, object]:
    """The body of a purchase with a card's number and PIN."""
    pay_with = {"card": {"number": card.number, "pin": card.pin}}
    return {"pay_with": pay_with, "amount": cny(amount_minor), "reference": fresh("ref"), **fields}


async def test_a_card_pays_and_the_answer_says_what_is_left(world: World, shop: Client) -> None:
    card = world.card()
    response = await shop.post("/v1/purchases", by_card(card, 30_00, reference="receipt-1"))
    assert 201 == response.status_code
    answer = response.json()
    assert ("receipt-1", cny(30_00), cny(0)) == (answer["reference"], answer["approved"], answer["outstanding"])
    assert (cny(70_00), cny(70_00), False) == (answer["balance"], answer["available"], answer["low_balance"])
    assert 70_00 == world.balance(card.id).principal_minor


async def test_an_e_code_and_a_payment_code_pay_too(world: World, shop: Client) -> None:
    card, member = world.card(), world.member(principal_minor=50_00)
    for pay_with in ({"e_code": card.ecode}, {"payment_code": world.payment_code(member).payment_code}):
        body = {"pay_with": pay_with, "amount": cny(1_00), "reference": fresh("ref")}
        assert 201 == (await shop.post("/v1/purchases", body)).status_code


async def test_the_same_request_again_gets_the_same_answer_and_takes_nothing(world: World, shop: Client) -> None:
    card = world.card()
    body, key = by_card(card, 30_00), fresh("key")
    first = await shop.post("/v1/purchases", body, key=key)
    again = await shop.post("/v1/purchases", body, key=key)
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert "Idempotent-Replayed" not in first.headers
    assert "true" == again.headers["Idempotent-Replayed"]
    assert 70_00 == world.balance(card.id).principal_minor


async def test_a_refusal_is_repeated_as_well(world: World, shop: Client) -> None:
    card = world.card()
    body, key = by_card(card, 100_01), fresh("key")
    first = await shop.post("/v1/purchases", body, key=key)
    again = await shop.post("/v1/purchases", body, key=key)
    assert {**first.json(), "instance": ""} == {**again.json(), "instance": ""}
    assert "true" == again.headers["Idempotent-Replayed"]


async def test_a_key_serves_one_request_only(world: World, shop: Client) -> None:
    card = world.card()
    key = fresh("key")
    await shop.post("/v1/purchases", by_card(card, 1_00), key=key)
    other = await shop.post("/v1/purchases", by_card(card, 2_00), key=key)
    assert (422, "idempotency_key_reused") == code_of(other)
    assert 99_00 == world.balance(card.id).principal_minor


async def test_a_shortfall_is_told_to_an_authenticated_caller(world: World, shop: Client) -> None:
    response = await shop.post("/v1/purchases", by_card(world.card(), 120_00))
    assert (402, "insufficient_funds") == code_of(response)
    assert cny(20_00) == response.json()["shortfall"]
    assert cny(100_00) == response.json()["available"]


async def test_a_partial_approval_takes_what_there_is(world: World, shop: Client) -> None:
    card = world.card()
    response = await shop.post("/v1/purchases", by_card(card, 120_00, allow_partial=True))
    answer = response.json()
    assert (201, cny(120_00), cny(100_00), cny(20_00)) == (
        response.status_code, answer["requested"], answer["approved"], answer["outstanding"],
    )  # fmt: skip
    assert answer["low_balance"] is True


@pytest.mark.parametrize(
    ("who", "expected"),
    [("suspended", (403, "merchant_inactive")), ("stranger", (402, "out_of_network"))],
)
async def test_merchants_outside_take_nothing(world: World, doors: Doors, who: str, expected: object) -> None:
    card = world.card()
    before = world.everything_that_counts()
    client: Client = getattr(doors, who)
    body = by_card(card, 1_00, amount={"amount": 1_00, "currency": "CNY"})
    assert expected == code_of(await client.post("/v1/purchases", body))
    assert before == world.everything_that_counts()


async def test_a_reference_serves_one_operation_only(world: World, shop: Client) -> None:
    card = world.card()
    reference = fresh("ref")
    await shop.post("/v1/purchases", by_card(card, 1_00, reference=reference))
    again = await shop.post("/v1/purchases", by_card(card, 1_00, reference=reference))
    assert (409, "duplicate_reference") == code_of(again)


async def test_a_purchase_is_refunded_voided_and_read_by_its_merchant_only(world: World, doors: Doors) -> None:
    shop, rival = doors.shop, doors.rival
    made = (await shop.post("/v1/purchases", by_card(world.card(), 30_00))).json()
    path = f"/v1/purchases/{made['id']}"
    for response in (
        await rival.get(path),
        await rival.post(f"{path}/void"),
        await rival.post(f"{path}/refunds", {"reference": fresh("ref")}),
    ):
        assert (404, "purchase_not_found") == code_of(response)
    refund = await shop.post(f"{path}/refunds", {"reference": fresh("ref"), "amount": cny(10_00)})
    assert (201, cny(20_00)) == (refund.status_code, refund.json()["remaining"])
    too_much = await shop.post(f"{path}/refunds", {"reference": fresh("ref"), "amount": cny(20_01)})
    assert (422, "refund_exceeds_remaining") == code_of(too_much)
    assert cny(10_00) == (await shop.get(path)).json()["refunded"]
    assert cny(10_00) == (await doors.operator.get(path)).json()["refunded"]


async def test_a_void_needs_no_body(world: World, shop: Client) -> None:
    made = (await shop.post("/v1/purchases", by_card(world.card(), 30_00))).json()
    path, key = f"/v1/purchases/{made['id']}/void", {"Idempotency-Key": fresh("key")}
    voided = await shop.send("POST", path, headers=key)
    assert (200, "voided", cny(100_00)) == (voided.status_code, voided.json()["status"], voided.json()["balance"])
    again = await shop.send("POST", path, headers=key, json={})
    assert (voided.content, "true") == (again.content, again.headers["Idempotent-Replayed"])


async def test_a_reversal_may_arrive_first(world: World, shop: Client) -> None:
    body = by_card(world.card(), 30_00, reference="came-late")
    reversal = await shop.post("/v1/reversals", {"original_reference": "came-late"})
    assert (200, "not_found") == (reversal.status_code, reversal.json()["original"])
    assert (409, "already_reversed") == code_of(await shop.post("/v1/purchases", body))


async def test_a_reversal_gives_everything_back(world: World, shop: Client) -> None:
    card = world.card()
    await shop.post("/v1/purchases", by_card(card, 30_00, reference="to-be-undone"))
    reversal = await shop.post("/v1/reversals", {"original_reference": "to-be-undone"})
    assert ("reversed", cny(30_00)) == (reversal.json()["original"], reversal.json()["reversed"])
    assert 100_00 == world.balance(card.id).principal_minor


async def test_a_sale_of_yesterday_may_be_told_but_none_of_tomorrow(world: World, shop: Client) -> None:
    card = world.card()
    for event_at in ("2999-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        response = await shop.post("/v1/purchases", by_card(card, 1_00, event_at=event_at))
        assert (422, "event_time_not_accepted") == code_of(response)
    assert 201 == (await shop.post("/v1/purchases", by_card(card, 1_00, event_at="2026-03-01T08:00:00Z"))).status_code
    without_zone = await shop.post("/v1/purchases", by_card(card, 1_00, event_at="2026-01-01T00:00:00"))
    assert (422, "event_at") == (without_zone.status_code, without_zone.json()["field"])


@pytest.mark.parametrize("reference", ["=1+1", "+49", "-7", "@x", "#5", "R" * 65, "R\n", ""])
async def test_a_reference_that_a_file_could_not_repeat_is_refused(world: World, shop: Client, reference: str) -> None:
    sold = await shop.post("/v1/purchases", by_card(world.card(), 1_00, reference=reference))
    undone = await shop.post("/v1/reversals", {"original_reference": reference})
    assert [(422, "invalid_request")] * 2 == [code_of(sold), code_of(undone)]
    assert ["reference", "original_reference"] == [each.json()["field"] for each in (sold, undone)]


@pytest.mark.parametrize("reference", ["7", "R-=+@#~!", "R" * 64])
async def test_a_reference_begins_with_a_letter_or_digit(world: World, shop: Client, reference: str) -> None:
    assert 201 == (await shop.post("/v1/purchases", by_card(world.card(), 1_00, reference=reference))).status_code
