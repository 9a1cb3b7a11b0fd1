"""Orders over HTTP: from draft to approval by three people, and every status against every operation."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.order_life import OrderOperation, OrderStatus, permit
from florin.domain.people import Role
from tests.api.client import Client, cny
from tests.api.conftest import Doors
from tests.corporate import Corporate
from tests.till import fresh
from tests.world import World

Json = Any


@dataclass(frozen=True)
class Company:
    """A customer with money for one order of three cards, its people, and ours."""

    corporate: Corporate
    id: UUID
    buyer: Client
    approver: Client
    operator: Client
    manager: Client
    lines: list[Json]

    async def drafted(self, by: Client | None = None) -> Json:
        body = {"customer_id": wire_id("customer", self.id), "delivery": "files", "lines": self.lines}
        response = await (by or self.buyer).post("/v1/orders", body)
        assert 201 == response.status_code, response.text
        return response.json()

    async def submitted(self) -> Json:
        order = await self.drafted()
        response = await self.buyer.post(f"/v1/orders/{order['id']}/submit")
        assert 200 == response.status_code, response.text
        return response.json()


@pytest.fixture(scope="module")
def shared_corporate(shared_world: World) -> Corporate:
    return Corporate(shared_world)


def company_of(doors: Doors, corporate: Corporate, approval_limit_minor: int) -> Company:
    customer = corporate.customer(funding_minor=300_00, approval_limit_minor=approval_limit_minor)
    world = corporate.world
    product = wire_id("product", world.products[world.home, "bearer_gift"])
    return Company(
        corporate,
        customer,
        doors.person(corporate.person(Role.BUYER, customer=customer)),
        doors.person(corporate.person(Role.APPROVER, customer=customer)),
        doors.person(corporate.operator),
        doors.person(corporate.manager),
        [{"product_id": product, "denomination": cny(100_00), "quantity": 3}],
    )


@pytest.fixture
def company(doors: Doors, shared_corporate: Corporate) -> Company:
    """A company whose own approver is not asked."""
    return company_of(doors, shared_corporate, 300_00)


@pytest.fixture
def careful(doors: Doors, shared_corporate: Corporate) -> Company:
    """A company whose own approver is always asked."""
    return company_of(doors, shared_corporate, 0)


async def test_three_people_take_an_order_from_draft_to_funded(careful: Company) -> None:
    order = await careful.drafted()
    path = f"/v1/orders/{order['id']}"
    assert ("draft", True, None) == (order["status"], order["price"]["is_quote"], order["submission"])
    submitted = (await careful.buyer.post(f"{path}/submit")).json()
    consent = {"submission_hash": submitted["submission"]["submission_hash"]}
    assert submitted["submission"]["needs_customer_approval"]
    early = await careful.manager.post(f"{path}/approve", consent)
    assert (403, "approval_required") == (early.status_code, early.json()["code"])
    assert "submitted" == (await careful.approver.post(f"{path}/approve", consent)).json()["status"]
    approved = (await careful.manager.post(f"{path}/approve", consent)).json()
    assert ("funded", cny(300_00), cny(300_00)) == (
        approved["status"],
        approved["price"]["price"],
        approved["reserved"],
    )
    assert approved == (await careful.approver.get(path)).json()


async def test_the_timeline_tells_who_did_what_and_names_our_people_to_us_only(company: Company) -> None:
    order = await company.submitted()
    path = f"/v1/orders/{order['id']}"
    assert 200 == (await company.manager.post(f"{path}/return", {"reason": "one card too many"})).status_code
    steps = (await company.buyer.get(f"{path}/timeline")).json()["items"]
    assert ["order.drafted", "order.submitted", "order.returned"] == [each["action"] for each in steps]
    assert {"side": "operator", "user_name": None, "roles": ["manager"]} == steps[-1]["by"]
    assert {"reason": "one card too many"} == steps[-1]["detail"]
    ours = (await company.operator.get(f"{path}/timeline", params={"limit": 2})).json()
    rest = (await company.operator.get(f"{path}/timeline", params={"cursor": ours["next_cursor"]})).json()
    assert rest["items"][0]["by"]["user_name"] is not None


async def test_the_same_request_under_its_key_makes_one_order(company: Company) -> None:
    key, body = fresh("key"), {"delivery": "files", "lines": company.lines}
    first = await company.buyer.post("/v1/orders", body, key=key)
    again = await company.buyer.post("/v1/orders", body, key=key)
    assert (201, 201) == (first.status_code, again.status_code)
    assert first.json() == again.json()
    assert (None, "true") == (first.headers.get("idempotent-replayed"), again.headers["idempotent-replayed"])
    other = await company.buyer.post("/v1/orders", {**body, "delivery": "links"}, key=key)
    assert (422, "idempotency_key_reused") == (other.status_code, other.json()["code"])


async def test_an_order_is_repeated_once_under_a_key(company: Company) -> None:
    order = await company.submitted()
    key, path = fresh("key"), f"/v1/orders/{order['id']}/repeat"
    first, again = await company.buyer.post(path, key=key), await company.buyer.post(path, key=key)
    assert order["id"] == first.json()["repeats_order_id"]
    assert (first.json(), "true") == (again.json(), again.headers["idempotent-replayed"])


@pytest.mark.parametrize("key", [None, "short", "with a space"])
async def test_making_an_order_needs_a_key(company: Company, key: str | None) -> None:
    headers = {} if key is None else {"Idempotency-Key": key}
    body = {"delivery": "files", "lines": company.lines}
    response = await company.buyer.send("POST", "/v1/orders", json=body, headers=headers)
    expected = "idempotency_key_missing" if key is None else "idempotency_key_invalid"
    assert (400, expected) == (response.status_code, response.json()["code"])


async def test_a_list_is_of_what_was_asked_for(company: Company) -> None:
    draft, submitted = await company.drafted(), await company.submitted()
    mine = (await company.buyer.get("/v1/orders")).json()["items"]
    assert [submitted["id"], draft["id"]] == [each["id"] for each in mine]
    customer = wire_id("customer", company.id)
    drafts = await company.manager.get("/v1/orders", params={"customer_id": customer, "status": "draft"})
    assert [(draft["id"], None)] == [(each["id"], each["price"]) for each in drafts.json()["items"]]
    reference = submitted["payment_reference"]
    typed = f"{reference[:4]}-{reference[4:]}".lower()
    paid = (await company.manager.get("/v1/orders", params={"payment_reference": typed})).json()["items"]
    assert [submitted["id"]] == [each["id"] for each in paid]


async def test_a_draft_gets_other_lines(company: Company) -> None:
    order = await company.drafted()
    lines = [{**company.lines[0], "quantity": 7}]
    body = {"delivery": "links", "lines": lines}
    changed = await company.buyer.send("PUT", f"/v1/orders/{order['id']}/lines", json=body)
    assert (200, "links", cny(700_00)) == (
        changed.status_code,
        changed.json()["delivery"],
        changed.json()["price"]["face"],
    )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"denomination": {"amount": 100_00, "currency": "EUR"}}, "currency_mismatch"),
        ({"denomination": cny(123)}, "denomination_not_offered"),
        ({"product_id": f"prd_{'0' * 32}"}, "product_not_found"),
        ({"quantity": 0}, "invalid_request"),
        ({"quantity": 1.0}, "invalid_request"),
        ({"quantity": 1_000_001}, "invalid_request"),
        ({"price": cny(1)}, "invalid_request"),
    ],
)
async def test_lines_that_cannot_be_are_refused(company: Company, change: Json, code: str) -> None:
    body = {"delivery": "files", "lines": [{**company.lines[0], **change}]}
    assert code == (await company.buyer.post("/v1/orders", body)).json()["code"]


async def test_cards_of_more_than_the_largest_amount_are_refused(company: Company) -> None:
    lines = [{**company.lines[0], "denomination": cny(1000_00), "quantity": 90_001}]
    response = await company.buyer.post("/v1/orders", {"delivery": "files", "lines": lines})
    assert (422, "invalid_request") == (response.status_code, response.json()["code"])


async def test_our_operator_names_the_customer(company: Company) -> None:
    response = await company.operator.post("/v1/orders", {"delivery": "files", "lines": company.lines})
    assert ("invalid_request", "customer_id") == (response.json()["code"], response.json()["field"])
    assert wire_id("customer", company.id) == (await company.drafted(company.operator))["customer_id"]


# Every status against every operation ---------------------------------------------------------------------------------

OPERATIONS = {
    OrderOperation.CHANGE: "PUT lines",
    OrderOperation.SUBMIT: "POST submit",
    OrderOperation.RETURN: "POST return",
    OrderOperation.APPROVE: "POST approve",
    OrderOperation.CANCEL: "POST cancel",
}


@pytest.mark.parametrize("status", OrderStatus)
@pytest.mark.parametrize("operation", OPERATIONS)
async def test_an_operation_leads_where_the_table_says(
    company: Company, operation: OrderOperation, status: OrderStatus
) -> None:
    if status is OrderStatus.SUBMITTED:
        order_id = (await company.submitted())["id"]
    else:
        order_id = wire_id("order", company.corporate.order(company.id, status).id)
    before = (await company.buyer.get(f"/v1/orders/{order_id}")).json()
    method, action = OPERATIONS[operation].split()
    caller = company.buyer if operation in (OrderOperation.CHANGE, OrderOperation.SUBMIT) else company.manager
    bodies = {
        "lines": {"delivery": "files", "lines": company.lines},
        "approve": {"submission_hash": (before["submission"] or {}).get("submission_hash", "0" * 64)},
        "return": {"reason": "changed our minds"},
        "cancel": {"reason": "changed our minds"},
    }
    body = {"json": bodies[action]} if action in bodies else {}
    response = await caller.send(method, f"/v1/orders/{order_id}/{action}", **body)
    after = (await company.buyer.get(f"/v1/orders/{order_id}")).json()
    following = permit(operation, status)
    if isinstance(following, Decline):
        assert (409, "order_not_in_state") == (response.status_code, response.json()["code"])
        assert before == after
    else:
        funded = OrderStatus.FUNDED if operation is OrderOperation.APPROVE else following
        assert (200, funded) == (response.status_code, after["status"])
        assert after == response.json()
