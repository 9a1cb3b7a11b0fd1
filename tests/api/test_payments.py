"""Members pay online over HTTP, providers call back, and the operator's people look into it."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

import pytest

from florin.api.app import create_app
from florin.domain.identifiers import wire_id
from florin.domain.people import Role
from florin.settings import Settings
from tests.api.client import Client, Json, cny, code_of
from tests.api.conftest import Doors, open_session
from tests.corporate import Corporate, token_of
from tests.online_shop import card_for_sale, person
from tests.provider import NAME, Cashpoint, Signed, at_cashpoint
from tests.till import fresh
from tests.world import Balance

CALLBACKS = f"/v1/payment-callbacks/{NAME}"


@pytest.fixture
def cashpoint(doors: Doors) -> Cashpoint:
    # A payment lives by the engine's clock and is offered by the door's.
    doors.world.clock.now = datetime.now(UTC)
    return at_cashpoint(doors.world, doors.house)


@pytest.fixture
def nobody(cashpoint: Cashpoint) -> Client:
    """Whoever calls the application of a house that has a provider."""
    return Client(create_app(cashpoint.house, Settings()))


@pytest.fixture
def member(cashpoint: Cashpoint, nobody: Client) -> Client:
    """A member who has signed in, with a name on record."""
    return nobody.having(open_session(cashpoint.world, cashpoint.world.member(named=True)))


@pytest.fixture
def finance(cashpoint: Cashpoint, nobody: Client) -> Client:
    return nobody.having(token_of(Corporate(cashpoint.world).person(Role.FINANCE).session_id))


async def begun(member: Client) -> Json:
    """A payment of a hundred yuan."""
    response = await member.post("/v1/me/payments", {"provider": NAME, "amount": cny(100_00)})
    assert 201 == response.status_code, response.text
    return response.json()


def paid(cashpoint: Cashpoint, payment: Json, amount_minor: int = 100_00) -> Signed:
    """The callback that tells of it."""
    found = cashpoint.provider.payments[payment["id"].removeprefix("pmt_")]
    return cashpoint.provider.callback(cashpoint.provider.paid(found, amount_minor), datetime.now(UTC))


async def call(nobody: Client, signed: Signed, path: str = CALLBACKS) -> tuple[int, str]:
    headers, body = signed
    response = await nobody.send("POST", path, content=body, headers={"Content-Type": "application/json", **headers})
    return response.status_code, response.text


async def test_a_member_pays_and_has_part_of_it_back(cashpoint: Cashpoint, member: Client, nobody: Client) -> None:
    assert {"items": [NAME]} == (await member.get("/v1/payment-providers")).json()
    payment = await begun(member)
    assert ("offered", [payment["id"][4:]]) == (payment["status"], list(cashpoint.provider.payments))
    signed = paid(cashpoint, payment)
    assert [(200, "success")] * 3 == [await call(nobody, signed) for _ in range(3)]
    shown = (await member.get(f"/v1/me/payments/{payment['id']}")).json()
    assert ("credited", None, []) == (shown["status"], shown["pay_url"], shown["refunds"])
    assert cny(100_00) == (await member.get("/v1/me/balance")).json()["balance"]

    refunds, key = f"/v1/me/payments/{payment['id']}/refunds", fresh("key")
    refused = await member.post(refunds, {"amount": cny(100_01)})
    assert ((422, "refund_exceeds_unspent"), cny(100_00)) == (code_of(refused), refused.json()["unspent"])
    first, again = [await member.post(refunds, {"amount": cny(40_00)}, key=key) for _ in range(2)]
    assert (201, "true", first.content) == (again.status_code, again.headers["Idempotent-Replayed"], again.content)
    (item,) = (await member.get("/v1/me/payments")).json()["items"]
    assert cny(40_00) == item["refunded"]


async def test_whatever_is_wrong_with_a_callback_gets_one_answer(
    cashpoint: Cashpoint, member: Client, nobody: Client
) -> None:
    headers, body = paid(cashpoint, await begun(member))
    wrong = [
        ((headers, body.replace(b"10000", b"10001")), CALLBACKS),
        (({}, body), CALLBACKS),
        ((headers, b"{}"), CALLBACKS),
        ((headers, b""), CALLBACKS),
        ((headers, body), "/v1/payment-callbacks/somebody_else"),
    ]
    answers = [await call(nobody, signed, path) for signed, path in wrong]
    assert {400} == {status for status, _ in answers}
    assert 1 == len({text.partition('"instance"')[0] for _, text in answers})
    assert "callback_refused" in answers[0][1]


async def test_the_same_key_begins_again_when_the_provider_is_back(cashpoint: Cashpoint, member: Client) -> None:
    key, body = fresh("key"), {"provider": NAME, "amount": cny(1)}
    cashpoint.provider.down = {"create"}
    away = await member.post("/v1/me/payments", body, key=key)
    assert ((503, "provider_unavailable"), True) == (code_of(away), "Retry-After" in away.headers)
    cashpoint.provider.down = set()
    again = await member.post("/v1/me/payments", body, key=key)
    assert (201, "true") == (again.status_code, again.headers["Idempotent-Replayed"])
    assert 1 == len((await member.get("/v1/me/payments")).json()["items"])


async def test_too_many_unpaid_payments_must_wait(member: Client) -> None:
    for _ in range(10):
        await begun(member)
    refused = await member.post("/v1/me/payments", {"provider": NAME, "amount": cny(1)})
    assert ((429, "rate_limited"), True) == (code_of(refused), int(refused.headers["Retry-After"]) > 1)


async def test_a_strangers_payment_does_not_exist(cashpoint: Cashpoint, member: Client, nobody: Client) -> None:
    payment = await begun(member)
    stranger = nobody.having(open_session(cashpoint.world, cashpoint.world.member(named=True)))
    assert (404, "payment_not_found") == code_of(await stranger.get(f"/v1/me/payments/{payment['id']}"))
    assert (404, "payment_not_found") == code_of(await stranger.post(f"/v1/me/payments/{payment['id']}/refunds"))
    assert [] == (await stranger.get("/v1/me/payments")).json()["items"]


async def test_finance_sees_what_differs_and_sends_it_back(
    cashpoint: Cashpoint, member: Client, nobody: Client, finance: Client
) -> None:
    payment = await begun(member)
    await call(nobody, paid(cashpoint, payment, 60_00))
    (finding, *_) = (await finance.get("/v1/payment-findings?kind=amount_differs")).json()["items"]
    assert (payment["id"], cny(100_00), cny(60_00)) == (finding["payment_id"], finding["expected"], finding["found"])
    listed = (await finance.get(f"/v1/payments?status=disputed&member_id={payment['member_id']}")).json()["items"]
    assert [payment["id"]] == [each["id"] for each in listed]
    refund = (await finance.post(f"/v1/payments/{payment['id']}/return")).json()
    assert ("disputed", cny(60_00), None) == (refund["cause"], refund["amount"], refund["journal_id"])
    shown = (await finance.get(f"/v1/payments/{payment['id']}")).json()
    assert [refund] == shown["refunds"]
    assert (409, "payment_not_refundable") == code_of(await finance.post(f"/v1/payments/{payment['id']}/return"))


async def test_a_disputed_payment_that_agrees_by_now_is_credited_when_a_person_asks(
    cashpoint: Cashpoint, member: Client, nobody: Client, finance: Client
) -> None:
    payment = await begun(member)
    await call(nobody, paid(cashpoint, payment, 60_00))
    await call(nobody, paid(cashpoint, payment))
    cashpoint.provider.payments[payment["id"][4:]] = cashpoint.provider.paid(
        cashpoint.provider.payments[payment["id"][4:]], 100_00
    )
    assert "disputed" == (await member.get(f"/v1/me/payments/{payment['id']}")).json()["status"]
    assert "credited" == (await finance.post(f"/v1/payments/{payment['id']}/ask", key=None)).json()["status"]
    assert Balance(100_00) == cashpoint.world.balance(UUID(hex=payment["member_id"].removeprefix("mbr_")))


async def test_a_till_splits_a_purchase_and_sees_it_completed(
    cashpoint: Cashpoint, nobody: Client, doors: Doors
) -> None:
    world, shop = cashpoint.world, nobody.having(doors.shop.headers["Authorization"].removeprefix("Bearer "))
    payer = world.member(named=True, principal_minor=40_00)
    body = {
        "pay_with": {"payment_code": world.payment_code(payer).payment_code},
        "amount": cny(100_00),
        "reference": fresh("ref"),
        "provider": NAME,
    }
    key = fresh("key")
    first, again = [await shop.post("/v1/split-purchases", body, key=key) for _ in range(2)]
    assert (201, "waiting", cny(60_00), cny(40_00)) == (
        first.status_code,
        first.json()["status"],
        first.json()["payment"]["amount"],
        first.json()["hold"]["amount"],
    )
    assert (first.json(), "true") == (again.json(), again.headers["Idempotent-Replayed"])
    await call(nobody, paid(cashpoint, first.json()["payment"], 60_00))
    address = f"/v1/split-purchases/{first.json()['hold_id']}"
    shown = (await shop.get(address)).json()
    assert ("completed", first.json()["hold_id"][4:]) == (shown["status"], shown["purchase_id"][4:])
    assert (200, 404) == (
        (await shop.get(f"/v1/purchases/{shown['purchase_id']}")).status_code,
        (await nobody.having(doors.rival.headers["Authorization"].removeprefix("Bearer ")).get(address)).status_code,
    )
    small = {**body, "amount": cny(1), "reference": fresh("ref")}
    rich = world.member(named=True, principal_minor=1)
    small["pay_with"] = {"payment_code": world.payment_code(rich).payment_code}
    assert (409, "funds_suffice") == code_of(await shop.post("/v1/split-purchases", small))


async def test_a_member_buys_a_card_and_is_shown_it(cashpoint: Cashpoint, member: Client, nobody: Client) -> None:
    cashpoint.world.connection.execute("DELETE FROM online_card WHERE payment_id IS NULL")
    assert [] == (await member.get("/v1/me/card-offers")).json()["items"]
    card = card_for_sale(cashpoint.world, kind="recharge")
    (offer,) = (await member.get("/v1/me/card-offers")).json()["items"]
    assert cny(100_00) == offer["denomination"]
    body, key = (
        {"provider": NAME, "product_id": offer["product_id"], "denomination": offer["denomination"]},
        fresh("key"),
    )
    first, again = [await member.post("/v1/me/card-purchases", body, key=key) for _ in range(2)]
    assert (201, "card", "true") == (first.status_code, first.json()["purpose"], again.headers["Idempotent-Replayed"])
    assert (404, "card_not_found") == code_of(await member.get(f"/v1/me/payments/{first.json()['id']}/card"))
    await call(nobody, paid(cashpoint, first.json()))
    payment = (await member.get(f"/v1/me/payments/{first.json()['id']}")).json()
    assert ("credited", f"card_{card.id.hex}") == (payment["status"], payment["card"]["card_id"])
    shown = await member.get(f"/v1/me/payments/{payment['id']}/card")
    assert (card.number, card.pin, "no-store") == (
        shown.json()["number"],
        shown.json()["pin"],
        shown.headers["Cache-Control"],
    )
    # A recharge card goes into the wallet as one from a shop does.
    loaded = await member.post("/v1/me/loads", {"number": card.number, "pin": card.pin})
    assert cny(100_00) == loaded.json()["balance"], loaded.text
    assert (409, "out_of_stock") == code_of(await member.post("/v1/me/card-purchases", body))


async def test_a_trial_card_is_set_shown_bought_and_ended(cashpoint: Cashpoint, nobody: Client, doors: Doors) -> None:
    world = cashpoint.world
    world.connection.execute("DELETE FROM online_card WHERE payment_id IS NULL")
    card_for_sale(world, kind="recharge")
    product = wire_id("product", world.products[world.home, "recharge"])
    path = f"/v1/programmes/{wire_id('programme', world.home)}/products/{product}/trial-card"
    trial = {"denomination": cny(100_00), "price": cny(90_00)}
    for wrong, expected in (
        ({"denomination": cny(100_00), "price": cny(100_00)}, "invalid_request"),
        ({"denomination": cny(101_00), "price": cny(90_00)}, "denomination_not_offered"),
    ):
        refused = await doors.operator.send("PUT", path, json={"trial_card": wrong})
        assert (422, expected) == code_of(refused)
    assert trial == (await doors.operator.send("PUT", path, json={"trial_card": trial})).json()["trial_card"]
    member = nobody.having(open_session(world, person(world)))
    (offer,) = (await member.get("/v1/me/card-offers")).json()["items"]
    assert (cny(100_00), cny(90_00)) == (offer["denomination"], offer["trial_price"])
    body = {"provider": NAME, "product_id": product, "denomination": cny(100_00), "trial": True}
    begun = await member.post("/v1/me/card-purchases", body)
    assert (201, cny(90_00)) == (begun.status_code, begun.json()["amount"])
    assert (409, "trial_card_used") == code_of(await member.post("/v1/me/card-purchases", body))
    assert (await doors.operator.send("PUT", path, json={"trial_card": None})).json()["trial_card"] is None
    other = nobody.having(open_session(world, person(world)))
    assert (422, "trial_card_not_offered") == code_of(await other.post("/v1/me/card-purchases", body))


async def test_a_finding_is_annotated_and_closed_once_and_it_is_on_record(
    cashpoint: Cashpoint, member: Client, nobody: Client, finance: Client
) -> None:
    payment = await begun(member)
    await call(nobody, paid(cashpoint, payment, 60_00))
    (finding, *_) = (await finance.get("/v1/payment-findings?is_open=true")).json()["items"]
    assert (payment["id"], None) == (finding["payment_id"], finding["closed_at"])
    path = f"/v1/payment-findings/{finding['id']}"
    assert [] == (await finance.get(path)).json()["notes"]
    auditor = nobody.having(token_of(Corporate(cashpoint.world).person(Role.AUDITOR).session_id))
    assert 403 == (await auditor.post(f"{path}/notes", {"text": "no", "closes": True}, key=None)).status_code
    assert 422 == (await finance.post(f"{path}/notes", {"text": "  "}, key=None)).status_code
    first = await finance.post(f"{path}/notes", {"text": " The bank has 60.00. "}, key=None)
    assert (201, None, ["The bank has 60.00."]) == (
        first.status_code,
        first.json()["closed_at"],
        [each["text"] for each in first.json()["notes"]],
    )
    answers = await asyncio.gather(
        *(finance.post(f"{path}/notes", {"text": "Sent back.", "closes": True}, key=None) for _ in range(5))
    )
    assert [201, 409, 409, 409, 409] == sorted(each.status_code for each in answers)
    assert (409, "payment_finding_closed") == code_of(await finance.post(f"{path}/notes", {"text": "Late."}, key=None))
    shown = (await auditor.get(path)).json()
    assert [False, True] == [each["closes"] for each in shown["notes"]]
    assert shown["notes"][1]["at"] == shown["closed_at"]
    assert finding["id"] not in [
        each["id"] for each in (await finance.get("/v1/payment-findings?is_open=true")).json()["items"]
    ]
    assert finding["id"] in [
        each["id"] for each in (await finance.get("/v1/payment-findings?is_open=false")).json()["items"]
    ]
    # What people write is sealed, and that they did is on record without it.
    (sealed, *_) = cashpoint.world.one("SELECT text_encrypted FROM payment_finding_note WHERE closes")
    assert b"Sent back" not in sealed
    assert [("payment_finding.annotated",), ("payment_finding.closed",)] == cashpoint.world.rows(
        "SELECT action FROM audit WHERE subject_id = %s ORDER BY id", UUID(hex=finding["id"].removeprefix("pfn_"))
    )
    # The provider says it again: what is closed stays closed.
    await call(nobody, paid(cashpoint, payment, 60_00))
    assert shown == (await finance.get(path)).json()
    unknown = f"/v1/payment-findings/pfn_{UUID(int=0).hex}"
    assert (404, "payment_finding_not_found") == code_of(await finance.get(unknown))


async def test_a_payer_comes_back_to_a_listed_page_and_to_no_other(
    cashpoint: Cashpoint, member: Client, doors: Doors
) -> None:
    page = "https://shop.example/paid"
    path = f"/v1/programmes/{wire_id('programme', cashpoint.world.home)}/return-urls"
    assert 422 == (await doors.operator.send("PUT", path, json={"urls": ["http://shop.example"]})).status_code
    assert {"urls": [page]} == (await doors.operator.send("PUT", path, json={"urls": [page]})).json()
    body = {"provider": NAME, "amount": cny(1_00)}
    for other in (page + "/", page + "?to=evil", page.upper(), "https://shop.example/paid@evil.example", "//evil"):
        refused = await member.post("/v1/me/payments", {**body, "return_url": other})
        assert (422, "return_url_not_allowed") == code_of(refused)
    response = await member.post("/v1/me/payments", {**body, "return_url": page})
    assert page == cashpoint.provider.return_urls[response.json()["id"].removeprefix("pmt_")]
    assert 201 == (await member.post("/v1/me/payments", body)).status_code
    assert 200 == (await doors.operator.send("PUT", path, json={"urls": []})).status_code
