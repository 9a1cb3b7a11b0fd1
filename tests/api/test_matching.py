"""Matching over HTTP: finance has it run, auditors see what it did and why."""

from datetime import UTC, datetime
from uuid import UUID

from florin.domain.people import Actor, Role
from florin.reconciliation.run_what_is_asked import run_what_is_asked
from florin.reconciliation.waiting_files import read_waiting_files
from tests.api.client import Client, Json, code_of
from tests.api.conftest import Doors
from tests.api.test_statements import CSV, registered
from tests.corporate import Corporate, code_at
from tests.reconciliation.files import written
from tests.reconciliation.files.written import Movement
from tests.world import NOON, World


async def test_a_run_says_what_it_has_matched_and_what_is_broken(doors: Doors, world: World) -> None:
    finance, auditor = (doors.person(Corporate(world).person(role)) for role in (Role.FINANCE, Role.AUDITOR))
    await _hand_a_wrong_file_in(finance, doors, world)
    asked = {"programme_id": f"prg_{world.home.hex}"}
    posted = await finance.post("/v1/matching-runs", asked)
    assert (202, "asked", None) == (posted.status_code, posted.json()["state"], posted.json()["result"])
    assert posted.json() == (await auditor.get("/v1/matching-runs?limit=1")).json()["items"][0]
    await run_what_is_asked(doors.house, lambda: NOON)
    run = (await auditor.get(posted.headers["location"])).json()
    result = run["result"]
    assert ("done", {"control_total"}, 0) == (
        run["state"], {each["kind"] for each in result["opened"]}, result["matched"][0]["number"],
    )  # fmt: skip
    again = (await finance.post("/v1/matching-runs", {})).json()
    await run_what_is_asked(doors.house, lambda: NOON)
    again = (await auditor.get(f"/v1/matching-runs/{again['id']}")).json()["result"]
    assert ([], 0) == (again["opened"], sum(each["matches"] for each in again["matched"]))
    matches = await auditor.get(f"/v1/matches?pass=key&run_id={run['id']}")
    assert (200, []) == (matches.status_code, matches.json()["items"])
    unknown = {"programme_id": f"prg_{world.shop.id.hex}"}
    assert (404, "programme_not_found") == code_of(await finance.post("/v1/matching-runs", unknown))


async def _hand_a_wrong_file_in(finance: Client, doors: Doors, world: World) -> None:
    counterparty = await registered(finance, world, "to-be-matched")
    raw = written.wechat_trade([Movement(10_202)]).replace(b"`1,`102.02", b"`1,`102.03")
    path = f"/v1/counterparties/{counterparty['id']}/files?format=wechat_trade&name=nov.csv"
    await finance.send("POST", path, content=raw, headers=CSV)
    await read_waiting_files(doors.house, NOON)


async def test_fees_are_proposed_by_one_and_put_in_force_by_another(doors: Doors, world: World) -> None:
    corporate = Corporate(world)
    finance, manager = corporate.finance, corporate.manager
    counterparty = await registered(doors.person(finance), world, "fees-over-http")
    path = f"/v1/counterparties/{counterparty['id']}/fee-terms"
    terms = {"effective_on": "2026-03-02", "basis_points": 60, "flat": 1}
    proposed = await doors.person(finance).send("POST", path, json=terms)
    assert (201, "proposed") == (proposed.status_code, proposed.json()["status"])
    assert (409, "proposal_waits") == code_of(await doors.person(finance).send("POST", path, json=terms))
    decision = f"/v1/fee-terms/{proposed.json()['id']}"
    in_force = await doors.person(manager).send("POST", f"{decision}/approve", json=_code(world, manager))
    assert (200, "in_force") == (in_force.status_code, in_force.json()["status"])
    again = await doors.person(manager).send("POST", f"{decision}/refuse", json=_code(world, manager))
    assert (404, "proposal_not_found") == code_of(again)
    other = {**terms, "basis_points": 38}
    proposed = await doors.person(finance).send("POST", path, json=other)
    decision = f"/v1/fee-terms/{proposed.json()['id']}"
    await doors.person(manager).send("POST", f"{decision}/approve", json=_code(world, manager))
    known = (await doors.person(finance).get(path)).json()["items"]
    assert [("in_force", 38), ("replaced", 60)] == [(each["status"], each["basis_points"]) for each in known]
    query = "SELECT basis_points, flat_minor FROM fee_terms WHERE counterparty_id = %s"
    assert (38, 1) == world.one(query, UUID(counterparty["id"].removeprefix("cpy_")))


async def test_nobody_puts_in_force_the_fees_that_the_same_person_has_proposed(doors: Doors, world: World) -> None:
    both = Corporate(world).person(Role.FINANCE, Role.MANAGER)
    counterparty = await registered(doors.person(both), world, "fees-by-one")
    path = f"/v1/counterparties/{counterparty['id']}/fee-terms"
    terms = {"effective_on": "2026-03-02", "basis_points": 60}
    proposed = (await doors.person(both).send("POST", path, json=terms)).json()
    refused = await doors.person(both).send("POST", f"/v1/fee-terms/{proposed['id']}/approve", json=_code(world, both))
    assert (403, "same_person") == code_of(refused)


def _code(world: World, actor: Actor) -> Json:
    """A fresh one-time code, as often as a test needs one."""
    world.connection.execute("UPDATE login SET totp_last_step = NULL WHERE id = %s", (actor.login_id,))
    return {"totp_code": code_at(datetime.now(UTC))}


async def test_suggestions_are_asked_for_of_one_thing(doors: Doors, world: World) -> None:
    auditor = doors.person(Corporate(world).person(Role.AUDITOR))
    line, journal = f"line_id=stl_{world.home.hex}", f"journal_id=jrn_{world.home.hex}"
    assert [] == (await auditor.get(f"/v1/suggestions?{line}")).json()["items"]
    assert [] == (await auditor.get(f"/v1/suggestions?{journal}&account=1020")).json()["items"]
    for wrong in ("", f"?{line}&{journal}"):
        assert (422, "invalid_request") == code_of(await auditor.get(f"/v1/suggestions{wrong}"))
