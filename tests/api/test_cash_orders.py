"""An order paid at the door over HTTP, from its shop and from its member."""

from tests.api.client import cny
from tests.api.conftest import Doors
from tests.till import fresh
from tests.world import World


async def test_a_shop_delivers_and_its_customer_complains(doors: Doors, world: World) -> None:
    member = world.member(named=True)
    own, wire = doors.member(member), f"mbr_{member.id.hex}"
    asked = {"member_id": wire, "reference": fresh("cod"), "amount": cny(58_00)}
    made = await doors.shop.post("/v1/cash-orders", asked)
    assert (201, "recorded") == (made.status_code, made.json()["status"])
    order = made.json()["id"]
    assert made.json() == (await doors.shop.post("/v1/cash-orders", asked)).json()
    review = {"verdict": "bad", "text": "two jars were broken", "opens_case": True}
    early = await own.post(f"/v1/me/cash-orders/{order}/review", review)
    assert (409, "cash_order_not_in_state") == (early.status_code, early.json()["code"])
    delivered = (await doors.shop.post(f"/v1/cash-orders/{order}/deliver")).json()
    assert [delivered] == (await own.get("/v1/me/cash-orders?status=delivered")).json()["items"]
    reviewed = (await own.post(f"/v1/me/cash-orders/{order}/review", review)).json()
    assert ("reviewed", "two jars were broken") == (reviewed["status"], reviewed["review"]["text"])
    case = (await own.get(f"/v1/me/cases/{reviewed['review']['case_id']}")).json()
    assert ["two jars were broken"] == [each["text"] for each in case["notes"]]
    assert reviewed == (await doors.shop.get(f"/v1/cash-orders/{order}")).json()
    listed = (await doors.shop.get("/v1/cash-orders?status=reviewed")).json()["items"]
    assert order in [each["id"] for each in listed]
    assert 404 == (await doors.rival.get(f"/v1/cash-orders/{order}")).status_code
    second = (await doors.shop.post("/v1/cash-orders", {**asked, "reference": fresh("cod")})).json()["id"]
    cancelled = (await doors.shop.post(f"/v1/cash-orders/{second}/cancel")).json()
    assert ("cancelled", True) == (cancelled["status"], cancelled["cancelled_at"] is not None)
