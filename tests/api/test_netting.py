"""What two programmes owe each other over HTTP: a merchant given to one, drawn up, approved, paid and received."""

from florin.domain.identifiers import wire_id
from tests.api.conftest import Doors
from tests.api.test_settlement import Desk
from tests.clearing.settlement.between import Between
from tests.world import World


async def test_two_programmes_net_what_they_owe(doors: Doors, world: World) -> None:
    desk, between = Desk(doors, world), Between(world, doors.house)
    finance, manager = desk.corporate.finance, desk.corporate.manager
    neighbour = wire_id("programme", between.neighbour.within)
    await between.belongs_to(between.neighbour.within)
    await between.home.buy(100_00)
    await between.settle_day()

    which = {"programme_id": desk.programme, "other_id": neighbour}
    nothing = await desk.post(finance, "/v1/netting-statements/draft", {**which, "until": "2001-01-01"}, 409)
    assert "nothing_to_net" == nothing["code"]
    drawn = await desk.post(finance, "/v1/netting-statements/draft", which)
    assert (1, 100_00, desk.programme) == (drawn["statement_count"], drawn["net"]["amount"], drawn["debtor_id"])
    path = f"/v1/netting-statements/{drawn['id']}"
    assert drawn == await desk.get(manager, path)
    (inside,) = (await desk.get(manager, f"/v1/merchant-statements?netting_id={drawn['id']}"))["items"]
    assert (100_00, neighbour) == (inside["passed_on"]["amount"], inside["acceptor_id"])
    changed = await desk.post(manager, f"{path}/approve", {"details_hash": "00" * 32, **desk.code(manager)}, 409)
    assert "netting_statement_changed" == changed["code"]
    looked_at = {"details_hash": drawn["details_hash"], **desk.code(manager)}
    assert "approved" == (await desk.post(manager, f"{path}/approve", looked_at))["status"]
    (approved,) = (await desk.get(finance, f"/v1/netting-statements?status=approved&programme_id={neighbour}"))["items"]
    assert drawn["id"] == approved["id"]

    await desk.post(finance, "/v1/payout-files", {"programme_id": desk.programme}, 201)
    (payout,) = (await desk.get(finance, "/v1/netting-payouts?status=sent"))["items"]
    path = f"/v1/netting-payouts/{payout['id']}"
    settled = await desk.post(finance, f"{path}/settle", {"bank_reference": "B-1"})
    assert ("settled", "B-1") == (settled["status"], settled["bank_reference"])
    received = await desk.post(finance, f"{path}/receive", {"bank_reference": "B-1"})
    assert "B-1" == received["received_reference"]
    back = {"bank_reference": "B-2", "reason": "no such account"}
    assert "payout_not_in_state" == (await desk.post(finance, f"{path}/return", back, 409))["code"]
    await between.home.proven()
