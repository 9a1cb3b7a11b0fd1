"""The book over HTTP: proofs, reports, journals, events, and the close of a day."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from florin.domain.day_close import Checklist
from florin.domain.identifiers import wire_id
from florin.reconciliation.reports.registry import REPORTS
from florin.reconciliation.run_what_is_asked import run_what_is_asked
from florin.storage.day_close.day_reports import archive_reports
from tests.api.client import cny, code_of
from tests.api.conftest import Doors
from tests.till import fresh
from tests.world import NOON, TODAY, World

CHANGE = """
UPDATE purchase SET requested_minor = requested_minor + %s, principal_minor = principal_minor + %s WHERE id = %s::uuid
"""


async def paid(world: World, doors: Doors) -> dict[str, Any]:
    body = {"pay_with": {"e_code": world.card().ecode}, "amount": cny(12_00), "reference": fresh("ref")}
    response = await doors.shop.post("/v1/purchases", body)
    assert 201 == response.status_code, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def test_proofs_are_asked_for_and_followed_and_find_a_changed_fen(world: World, doors: Doors) -> None:
    made = await paid(world, doors)
    assert (404, "proof_run_not_found") == code_of(await doors.operator.get("/v1/proofs"))
    asked = await doors.operator.post("/v1/proof-runs", {"extent": "full"}, key="proofs-of-a-fen")
    assert (202, "asked", None) == (asked.status_code, asked.json()["state"], asked.json()["result"])
    assert f"/v1/proof-runs/{asked.json()['id']}" == asked.headers["location"]
    await run_what_is_asked(doors.house, lambda: NOON)
    done = (await doors.operator.get(asked.headers["location"])).json()
    assert ("done", True) == (done["state"], done["result"]["ok"])
    again = await doors.operator.post("/v1/proof-runs", {"extent": "full"}, key="proofs-of-a-fen")
    assert (202, "true", done) == (again.status_code, again.headers["idempotent-replayed"], again.json())
    other = await doors.operator.post("/v1/proof-runs", {"extent": "since_seals"}, key="proofs-of-a-fen")
    assert (422, "idempotency_key_reused") == code_of(other)
    purchase_id = made["id"].removeprefix("pur_")
    world.connection.execute(CHANGE, (1, 1, purchase_id))
    await doors.operator.post("/v1/proof-runs")
    await run_what_is_asked(doors.house, lambda: NOON)
    world.connection.execute(CHANGE, (-1, -1, purchase_id))
    proven = (await doors.operator.get("/v1/proofs")).json()["result"]
    (broken,) = [each for each in proven["proofs"] if not each["holds"]]
    assert (False, "purchases", 1) == (proven["ok"], broken["name"], broken["found"])
    assert made["id"] in broken["findings"][0]


async def test_a_journal_tells_its_transfers_and_who_asked(world: World, doors: Doors) -> None:
    made = await paid(world, doors)
    journal = (await doors.operator.get(f"/v1/journals/{made['journal_id']}")).json()
    (transfer,) = journal["transfers"]
    shop = wire_id("merchant", world.shop.id)
    assert ("purchase", f"2010:{made['paid_by']}", f"2040:{shop}", cny(12_00), cny(88_00)) == (
        journal["event"], transfer["debit"], transfer["credit"], transfer["amount"], transfer["balance_after"],
    )  # fmt: skip
    operation = journal["operation"]
    assert ("purchase", made["reference"], made) == (
        operation["verb"], operation["reference"], operation["answer"],
    )  # fmt: skip
    unknown = f"/v1/journals/jrn_{'0' * 32}"
    assert (404, "journal_not_found") == code_of(await doors.operator.get(unknown))


async def test_events_carry_what_was_answered_the_latest_first(world: World, doors: Doors) -> None:
    made = [await paid(world, doors) for _ in range(3)]
    first = (await doors.operator.get("/v1/events?limit=1")).json()
    (event,) = first["items"]
    assert ("purchase.completed", made[2]["journal_id"], made[2]) == (
        event["name"], event["journal_id"], event["payload"],
    )  # fmt: skip
    following = (await doors.operator.get(f"/v1/events?limit=200&cursor={first['next_cursor']}")).json()["items"]
    told = [each["payload"]["id"] for each in following if each["name"] == "purchase.completed"]
    assert [made[1]["id"], made[0]["id"]] == told[:2]
    assert event["id"] not in {each["id"] for each in following}


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2999-12-31", (409, "day_not_over")),
        ("2026-02-30", (422, "invalid_request")),
        ("1700000000", (422, "invalid_request")),
        ("9999-12-31", (422, "invalid_request")),
        ("yesterday", (422, "invalid_request")),
    ],
)
async def test_a_day_that_cannot_be_closed_is_refused(
    world: World, doors: Doors, day: str, expected: tuple[int, str]
) -> None:
    path = f"/v1/programmes/{wire_id('programme', world.home)}/days/{day}/close"
    assert expected == code_of(await doors.operator.post(path))


async def closed(doors: Doors, path: str) -> Any:  # noqa: ANN401 (an answer)
    """The close as it stands when the duty has done what was asked for."""
    asked = await doors.operator.post(path)
    assert (202, path, "asked") == (asked.status_code, asked.headers["location"], asked.json()["asked"]["state"])
    await run_what_is_asked(doors.house, lambda: NOON + timedelta(days=30))
    return (await doors.operator.get(path)).json()


async def test_a_book_that_is_not_proven_is_not_sealed_and_a_close_can_be_asked_again(
    world: World, doors: Doors
) -> None:
    made = await paid(world, doors)
    purchase_id = made["id"].removeprefix("pur_")
    days = f"/v1/programmes/{wire_id('programme', world.home)}/days"
    world.connection.execute(CHANGE, (1, 1, purchase_id))
    blocked = await closed(doors, f"{days}/{TODAY}/close")
    world.connection.execute(CHANGE, (-1, -1, purchase_id))
    assert ("failed", "book_not_proven", "blocked", TODAY.isoformat()) == (
        blocked["asked"]["state"], blocked["asked"]["code"], blocked["state"], blocked["first_day_not_closed"],
    )  # fmt: skip
    (day,) = (await doors.operator.get(days)).json()["items"]
    assert (TODAY.isoformat(), None) == (day["business_date"], day["seal"])
    done = await closed(doors, f"{days}/{TODAY}/close")
    assert (TODAY.isoformat(), "done", None) == (done["business_date"], done["state"], done["first_day_not_closed"])
    again = await closed(doors, f"{days}/{TODAY}/close")
    assert ("done", done["steps"]) == (again["asked"]["state"], again["steps"])
    found = {each["step"]: each["finding"] for each in again["steps"]}
    assert 0 < found["reports"]["archived"]
    (sealed,) = (await doors.operator.get(days)).json()["items"]
    assert found["seal"]["seal"] == sealed["seal"]
    recorded = "SELECT action, actor_id IS NOT NULL FROM audit WHERE subject_id = %s ORDER BY id"
    assert [("days.closed", True), ("day.sealed", True)] == world.rows(recorded, world.home)
    await closed(doors, f"{days}/2026-03-05/close")
    first = (await doors.operator.get(f"{days}?limit=3")).json()
    second = (await doors.operator.get(f"{days}?limit=3&cursor={first['next_cursor']}")).json()
    dates = [each["business_date"] for each in first["items"] + second["items"]]
    assert ["2026-03-05", "2026-03-04", "2026-03-03", "2026-03-02"] == dates


async def test_the_archived_reports_of_a_day_are_listed_and_fetched_byte_for_byte(world: World, doors: Doors) -> None:
    day = f"/v1/programmes/{wire_id('programme', world.home)}/days/{TODAY}"
    await closed(doors, f"{day}/close")
    kept = (await doors.operator.get(f"{day}/reports")).json()["items"]
    names = [f"{kind.name}.{form}" for kind in REPORTS.values() if kind.each_day for form in ("json", "xlsx")]
    assert sorted(names) == [each["name"] for each in kept]
    first: dict[str, bytes] = {}
    for each in kept:
        fetched = await doors.operator.get(f"{day}/reports/{each['name']}")
        first[each["name"]] = fetched.content
        assert (each["sha256"], each["size_bytes"], 1) == (
            sha256(fetched.content).hexdigest(), len(fetched.content), each["edition"],
        )  # fmt: skip
        assert each["media_type"] == fetched.headers["content-type"]
        assert f'filename="home-{TODAY}-1-{each["name"]}"' in fetched.headers["content-disposition"]
    world.insert(
        "day_close",
        programme_id=world.home, business_date=TODAY, edition=2, began_at=NOON, attempted_at=NOON, ended_at=NOON,
    )  # fmt: skip
    again = Checklist(world.home, TODAY, 2, NOON, NOON, ())
    balance = "trial_balance.json"
    await archive_reports(doors.house.pool, doors.house.vault.day_reports, again, [(balance, b"{}")])
    assert b"{}" == (await doors.operator.get(f"{day}/reports/{balance}")).content
    assert first[balance] == (await doors.operator.get(f"{day}/reports/{balance}?edition=1")).content
    for unknown in (f"{balance}?edition=3", "nothing.json", "outstanding.json?edition=2"):
        assert (404, "day_report_not_found") == code_of(await doors.operator.get(f"{day}/reports/{unknown}"))
    assert (422, "invalid_request") == code_of(await doors.operator.get(f"{day}/reports/balance.pdf"))
