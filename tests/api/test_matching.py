"""Matching over HTTP: finance has it run, auditors see what it did and why."""

from florin.domain.people import Role
from florin.reconciliation.waiting_files import read_waiting_files
from tests.api.client import Client, code_of
from tests.api.conftest import Doors
from tests.api.test_statements import CSV, registered
from tests.corporate import Corporate
from tests.reconciliation.files import written
from tests.reconciliation.files.written import Movement
from tests.world import NOON, World


async def test_a_run_says_what_it_has_matched_and_what_is_broken(doors: Doors, world: World) -> None:
    finance, auditor = (doors.person(Corporate(world).person(role)) for role in (Role.FINANCE, Role.AUDITOR))
    await _hand_a_wrong_file_in(finance, doors, world)
    asked = {"programme_id": f"prg_{world.home.hex}"}
    run = (await finance.send("POST", "/v1/matching-runs", json=asked)).json()
    assert ({"control_total"}, 1) == ({each["kind"] for each in run["opened"]}, run["matched"][0]["number"])
    assert run == (await auditor.get(f"/v1/matching-runs/{run['id']}")).json()
    assert run == (await auditor.get("/v1/matching-runs?limit=1")).json()["items"][0]
    again = (await finance.send("POST", "/v1/matching-runs", json={})).json()
    assert ([], 0) == (again["opened"], sum(each["matches"] for each in again["matched"]))
    matches = await auditor.get(f"/v1/matches?pass=key&run_id={again['id']}")
    assert (200, []) == (matches.status_code, matches.json()["items"])
    unknown = {"programme_id": f"prg_{world.shop.id.hex}"}
    assert (404, "programme_not_found") == code_of(await finance.send("POST", "/v1/matching-runs", json=unknown))


async def _hand_a_wrong_file_in(finance: Client, doors: Doors, world: World) -> None:
    counterparty = await registered(finance, world, "to-be-matched")
    raw = written.wechat_trade([Movement(10_202)]).replace(b"`1,`102.02", b"`1,`102.03")
    path = f"/v1/counterparties/{counterparty['id']}/files?format=wechat_trade&name=nov.csv"
    await finance.send("POST", path, content=raw, headers=CSV)
    await read_waiting_files(doors.house, NOON)
