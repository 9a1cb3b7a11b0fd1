"""A case over HTTP: opened once, worked on, and read by whom it concerns."""

from florin.api.app import guarded_routes, routes_app
from florin.api.callers import ANYBODY_SIGNED_IN, People
from florin.domain.people import Role
from tests.api.conftest import Doors
from tests.corporate import Corporate
from tests.world import World


async def test_a_member_disputes_a_purchase_and_hears_of_its_end(doors: Doors, world: World) -> None:
    corporate, member = Corporate(world), world.member(principal_minor=100_00)
    code = world.payment_code(member).payment_code
    paid = {"pay_with": {"payment_code": code}, "amount": {"amount": 1_00, "currency": "CNY"}, "reference": "c-1"}
    bought = (await doors.shop.post("/v1/purchases", paid)).json()
    own, desk = doors.member(member), doors.person(corporate.operator)
    asked = {"kind": "dispute", "text": "it was off", "purchase_id": bought["id"]}
    opened = (await own.post("/v1/me/cases", asked)).json()
    path = f"/cases/{opened['id']}"
    step = {"operation": "assign", "text": "mine", "due_at": "2026-12-01T00:00:00Z"}
    for beyond in ("9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00"):
        refused = await desk.post(f"/v1{path}/steps", {**step, "due_at": beyond})
        assert (422, "due_at") == (refused.status_code, refused.json()["field"])
    assigned = (await desk.post(f"/v1{path}/steps", step)).json()
    assert ("assigned", "2026-12-01T00:00:00Z") == (assigned["status"], assigned["due_at"])
    listed = (await desk.get("/v1/cases?kind=dispute&status=assigned&overdue=false&of_customers=false")).json()
    assert [opened["id"]] == [each["id"] for each in listed["items"]]
    await desk.post(f"/v1{path}/steps", {"operation": "note", "text": "he complains often", "is_internal": True})
    await desk.post(f"/v1{path}/steps", {"operation": "ask_merchant", "text": "of which lot was it?"})
    waiting = (await doors.shop.get("/v1/merchant-cases?status=waiting_for_merchant")).json()["items"]
    assert [(opened["id"], bought["id"])] == [(each["id"], each["purchase_id"]) for each in waiting]
    told = (await doors.shop.get(f"/v1/merchant-cases/{opened['id']}")).json()
    assert (["of which lot was it?"], False) == ([each["text"] for each in told["notes"]], "member_id" in told)
    answered = await doors.shop.post(f"/v1/merchant-cases/{opened['id']}/answer", {"text": "of lot 17"})
    assert (200, "assigned") == (answered.status_code, answered.json()["status"])
    ended = await desk.post(f"/v1{path}/steps", {"operation": "reject", "text": "it was fresh"})
    assert 200 == ended.status_code
    told = (await own.get(f"/v1/me{path}")).json()
    assert ["it was off", "mine", "of which lot was it?", "of lot 17", "it was fresh"] == [
        each["text"] for each in told["notes"]
    ]
    assert 6 == len((await desk.get(f"/v1{path}")).json()["notes"])
    refused = await own.post(f"/v1/me{path}/steps", {"operation": "assign", "text": "no, mine"})
    assert "case_not_in_state" == refused.json()["code"]


def test_a_service_manager_changes_cases_and_nothing_else() -> None:
    changed = {
        f"{method} {route.path}"
        for route in guarded_routes(routes_app())
        for method in route.methods or ()
        if isinstance(route.allows, People) and Role.SERVICE_MANAGER in route.allows.roles and method != "GET"
        if route.allows.roles != ANYBODY_SIGNED_IN.roles
    }
    assert {"POST /v1/cases", "POST /v1/cases/{case_id}/steps"} == changed


def test_a_service_manager_reads_customers_and_their_cases_but_nobody_elses_money() -> None:
    read = {
        route.path.split("/")[2]
        for route in guarded_routes(routes_app())
        if isinstance(route.allows, People) and Role.SERVICE_MANAGER in route.allows.roles
        if route.allows.roles != ANYBODY_SIGNED_IN.roles
    }
    theirs = {"cases", "customers", "deliveries", "funding-refunds", "orders", "receipts"}
    assert theirs == read
