"""Customers and their money over HTTP, from the first entry to a refund that the bank has paid."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from florin.crypto.recipient_file import new_identity
from florin.domain.identifiers import wire_id
from florin.domain.order_life import OrderStatus
from florin.domain.people import Actor, Role
from tests.api.client import Client, cny, code_of
from tests.api.conftest import Doors
from tests.corporate import Corporate, code_at
from tests.till import fresh
from tests.world import World

Json = Any

LI_NA = {"name": "李娜", "telephone": "021-5555", "mail": None}
PARTIES = {
    "payer": {"name": "Honeynut 有限公司", "account": "6222021001234567"},
    "payee": {"name": "Honeynut Farm", "account": "6222021009999999"},
}


class Office:
    """Our people and a customer's, over HTTP."""

    def __init__(self, doors: Doors, world: World) -> None:
        self.doors, self.corporate = doors, Corporate(world)
        self.world = world
        self.customer_id = self.corporate.customer()
        self.customer = wire_id("customer", self.customer_id)
        self.buyer, self.approver = self.person(Role.BUYER), self.person(Role.APPROVER)
        self.operator, self.manager = self.client(self.corporate.operator), self.client(self.corporate.manager)
        self.finance = self.client(self.corporate.finance)
        self.finance_approver = self.client(self.corporate.finance_approver)

    def client(self, actor: Actor) -> Client:
        return self.doors.person(actor)

    def person(self, role: Role) -> Client:
        return self.client(self.corporate.person(role, customer=self.customer_id))

    def receipt(self, **changes: Json) -> Json:
        """A transfer of 500 yuan of today, with some fields changed."""
        fields = {
            "customer_id": self.customer,
            "method": "bank_transfer",
            "bank_reference": fresh("bank"),
            "amount": cny(500_00),
            "received_on": "2026-03-02",
            **PARTIES,
        }
        return fields | changes

    def code(self) -> Json:
        """A one-time code that nobody has used; all have the same secret."""
        self.world.connection.execute("UPDATE login SET totp_last_step = NULL")
        return {"totp_code": code_at(datetime.now(UTC))}

    async def refund_account(self) -> str:
        fields = {"holder": "Honeynut 有限公司", "bank": "Bank of Honey", "number": "6222 0210 0123 4567"}
        path = f"/v1/customers/{self.customer}/refund-accounts"
        proposed = (await self.buyer.post(path, fields, key=None)).json()
        approved = await self.manager.post(f"/v1/refund-accounts/{proposed['id']}/approve", self.code(), key=None)
        assert (200, "in_force") == (approved.status_code, approved.json()["status"])
        return str(proposed["id"])


@pytest.fixture
def office(doors: Doors, world: World) -> Office:
    return Office(doors, world)


async def test_a_customer_from_its_first_entry(office: Office) -> None:
    fields = {
        "programme_id": wire_id("programme", office.world.home),
        "name": "蜜核有限公司",
        "registration_number": "91110000802100433b",
        "contacts": [LI_NA],
        "approval_limit": cny(5_000_00),
    }
    made = await office.operator.post("/v1/customers", fields, key=None)
    assert (201, "91110000802100433B", [LI_NA]) == (
        made.status_code,
        made.json()["registration_number"],
        made.json()["contacts"],
    )
    again = await office.operator.post("/v1/customers", fields, key=None)
    assert (409, "registration_taken") == code_of(again)
    path = f"/v1/customers/{made.json()['id']}"
    wang = {"name": "Wang", "telephone": None, "mail": "wang@example.com"}
    changed = await office.operator.send("PUT", f"{path}/contacts", json={"contacts": [wang]})
    assert [wang] == changed.json()["contacts"]
    limit = await office.manager.send("PUT", f"{path}/approval-limit", json={"approval_limit": cny(0)})
    assert cny(0) == limit.json()["approval_limit"]
    assert "suspended" == (await office.manager.post(f"{path}/suspend", key=None)).json()["status"]
    assert "active" == (await office.manager.post(f"{path}/resume", key=None)).json()["status"]
    assert changed.json()["id"] == (await office.operator.get(path)).json()["id"]
    listed = (await office.operator.get("/v1/customers", params={"limit": 1})).json()
    assert [made.json()["id"]] == [each["id"] for each in listed["items"]]
    assert listed["next_cursor"] is not None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"registration_number": "91110000802100433C"}, "registration_number"),
        ({"name": " "}, "name"),
        ({"contacts": []}, "contacts"),
        ({"contacts": [{"name": "x"}]}, "telephone"),
        ({"approval_limit": {"amount": -1, "currency": "CNY"}}, "approval_limit.amount"),
    ],
)
async def test_what_is_no_customer_is_named_by_its_field(office: Office, changes: Json, field: str) -> None:
    fields = {
        "programme_id": wire_id("programme", office.world.home),
        "name": "x",
        "registration_number": "91110000802100433B",
        "contacts": [LI_NA],
        "approval_limit": cny(0),
    }
    refused = await office.operator.post("/v1/customers", fields | changes, key=None)
    assert (422, "invalid_request", field) == (*code_of(refused), refused.json()["field"])


async def test_a_receipt_counts_once_and_funds_an_order(office: Office) -> None:
    order = office.corporate.order(office.customer_id, OrderStatus.APPROVED)
    body = office.receipt()
    first = await office.finance.post("/v1/receipts", body)
    assert (201, cny(500_00)) == (first.status_code, first.json()["balance"])
    assert 300_00 == office.corporate.reserved_minor(order.id)
    again = await office.finance.post("/v1/receipts", body)
    assert (201, first.text, "true") == (again.status_code, again.text, again.headers["idempotent-replayed"])
    other = await office.finance.post("/v1/receipts", {**body, "amount": cny(1)})
    assert (409, "receipt_differs", first.json()["id"]) == (*code_of(other), other.json()["receipt_id"])

    path = f"/v1/receipts/{first.json()['id']}"
    assert PARTIES == (await office.finance.get(path)).json()["parties"]
    assert (await office.buyer.get(path)).json()["parties"] is None
    listed = (await office.buyer.get("/v1/receipts")).json()["items"]
    assert [first.json()["id"]] == [each["id"] for each in listed]
    funding = (await office.buyer.get(f"/v1/customers/{office.customer}/funding")).json()
    assert (cny(500_00), cny(300_00), cny(200_00)) == (funding["balance"], funding["reserved"], funding["available"])
    assert [("funding_received", body["bank_reference"])] == [
        (each["event"], each["reference"]) for each in funding["items"]
    ]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"received_on": "2999-01-01"}, "received_on"),
        ({"received_on": "yesterday"}, "received_on"),
        ({"received_on": 1}, "received_on"),
        ({"payer": {"name": "x"}}, "payer.account"),
        ({"payee": {"name": "x", "account": "12/34"}}, "payee.account"),
        ({"method": "cash"}, "payment_reference"),
        ({"bank_reference": " x"}, "bank_reference"),
        ({"amount": {"amount": 0, "currency": "CNY"}}, "amount.amount"),
    ],
)
async def test_what_is_no_receipt_is_named_by_its_field(office: Office, changes: Json, field: str) -> None:
    refused = await office.finance.post("/v1/receipts", office.receipt(**changes))
    assert (422, "invalid_request", field) == (*code_of(refused), refused.json()["field"])


async def test_a_receipt_needs_a_key_and_a_currency_that_is_the_programmes(office: Office) -> None:
    body = office.receipt()
    assert (400, "idempotency_key_missing") == code_of(await office.finance.post("/v1/receipts", body, key=None))
    euro = {"amount": 1, "currency": "EUR"}
    refused = await office.finance.post("/v1/receipts", office.receipt(amount=euro))
    assert "currency_mismatch" == refused.json()["code"]
    key = fresh("key")
    await office.finance.post("/v1/receipts", body, key=key)
    again = await office.finance.post("/v1/receipts", office.receipt(), key=key)
    assert (422, "idempotency_key_reused") == code_of(again)


async def test_money_goes_back_by_two_people(office: Office) -> None:
    await office.finance.post("/v1/receipts", office.receipt())
    await office.refund_account()
    body = {"customer_id": office.customer, "amount": cny(200_00), "reason": "nothing more is ordered"}
    requested = await office.finance.post("/v1/funding-refunds", body)
    assert (201, cny(300_00)) == (requested.status_code, requested.json()["available"])
    path, key = f"/v1/funding-refunds/{requested.json()['id']}", fresh("key")
    approved = await office.finance_approver.post(f"{path}/approve", office.code(), key=key)
    assert (200, "approved", cny(300_00)) == (
        approved.status_code,
        approved.json()["status"],
        approved.json()["balance"],
    )
    again = await office.finance_approver.post(f"{path}/approve", office.code(), key=key)
    assert (approved.text, "true") == (again.text, again.headers["idempotent-replayed"])
    paid = await office.finance.post(f"{path}/pay", {"bank_reference": fresh("out")})
    assert (200, "paid") == (paid.status_code, paid.json()["status"])
    assert "paid" == (await office.buyer.get(path)).json()["status"]
    listed = await office.finance.get("/v1/funding-refunds", params={"customer_id": office.customer, "status": "paid"})
    assert [requested.json()["id"]] == [each["id"] for each in listed.json()["items"]]


async def test_refusals_of_a_refund_are_told(office: Office) -> None:
    await office.finance.post("/v1/receipts", office.receipt())
    body = {"customer_id": office.customer, "amount": cny(500_01), "reason": "all of it"}
    assert (409, "refund_account_required") == code_of(await office.finance.post("/v1/funding-refunds", body))
    await office.refund_account()
    short = await office.finance.post("/v1/funding-refunds", body)
    told = {"code": "insufficient_funds", "available": cny(500_00), "shortfall": cny(1)}
    assert told.items() <= short.json().items()
    assert "other refunds have reserved the rest" in short.json()["detail"]
    requested = await office.finance.post("/v1/funding-refunds", {**body, "amount": cny(500_00)})
    path = f"/v1/funding-refunds/{requested.json()['id']}"
    wrong = await office.finance_approver.post(f"{path}/approve", {"totp_code": "000000"})
    assert "totp_code_incorrect" == wrong.json()["code"]
    refused = await office.finance_approver.post(f"{path}/refuse", office.code())
    assert ("refused", cny(500_00)) == (refused.json()["status"], refused.json()["available"])
    late = await office.finance_approver.post(f"{path}/approve", office.code())
    assert (409, "funding_refund_not_in_state") == code_of(late)


async def test_keys_are_agreed_on_by_two_people_and_open_one_part_each(office: Office) -> None:
    path, key = f"/v1/customers/{office.customer}/delivery-keys", new_identity()[1]
    proposed = (await office.buyer.post(path, {"part": "numbers", "recipient": key}, key=None)).json()
    decide = f"/v1/delivery-keys/{proposed['id']}"
    assert "in_force" == (await office.approver.post(f"{decide}/approve", office.code(), key=None)).json()["status"]
    again = await office.approver.post(f"{decide}/refuse", office.code(), key=None)
    assert (404, "proposal_not_found") == code_of(again)
    both = await office.buyer.post(path, {"part": "pins", "recipient": key}, key=None)
    assert (409, "delivery_key_in_use") == code_of(both)
    none = await office.buyer.post(path, {"part": "pins", "recipient": "age1"}, key=None)
    assert (422, "recipient") == (none.status_code, none.json()["field"])
    ours = (await office.operator.post(path, {"part": "pins", "recipient": new_identity()[1]}, key=None)).json()
    refused = await office.manager.post(f"/v1/delivery-keys/{ours['id']}/approve", office.code(), key=None)
    assert (403, "role_required") == code_of(refused)
    shown = (await office.buyer.get(path)).json()["items"]
    assert [("pins", "proposed"), ("numbers", "in_force")] == [(each["part"], each["status"]) for each in shown]


async def test_an_account_is_shown_in_full_to_those_who_pay(office: Office) -> None:
    account_id = await office.refund_account()
    path = f"/v1/customers/{office.customer}/refund-accounts"
    for client, number in ((office.finance, "6222021001234567"), (office.buyer, None)):
        (shown,) = (await client.get(path)).json()["items"]
        account = shown["account"]
        assert (account_id, "4567", number) == (shown["id"], shown["last4"], account and account["number"])


async def test_tiers_are_the_programmes(office: Office) -> None:
    path = f"/v1/programmes/{wire_id('programme', office.world.home)}/tiers"
    tiers = [
        {"name": "gold", "from": cny(30_000_00), "price_basis_points": 9_300},
        {"name": "bronze", "from": cny(5_000_00), "price_basis_points": 9_800},
    ]
    machine = office.doors.operator
    put = await machine.send("PUT", path, json={"tiers": tiers})
    assert {"tiers": tiers[::-1]} == put.json() == (await machine.get(path)).json()
    twice = await machine.send("PUT", path, json={"tiers": [tiers[0], tiers[0]]})
    assert (422, "tiers") == (twice.status_code, twice.json()["field"])
    elsewhere = [{**tiers[0], "from": {"amount": 1, "currency": "EUR"}}]
    refused = await machine.send("PUT", path, json={"tiers": elsewhere})
    assert "currency_mismatch" == refused.json()["code"]
    unknown = f"/v1/programmes/{wire_id('programme', UUID(int=7))}/tiers"
    assert (404, "programme_not_found") == code_of(await machine.get(unknown))
    assert (404, "programme_not_found") == code_of(await machine.send("PUT", unknown, json={"tiers": []}))
