"""Terms, contacts and figures over HTTP, as people of ours find them."""

import csv
import io
from datetime import timedelta

import pytest

from florin.batch.dormancy.sweep import sweep
from florin.domain.identifiers import wire_id
from tests.api.conftest import Doors
from tests.corporate import Corporate
from tests.world import NOON, World

DAY = timedelta(days=1)


@pytest.fixture
def programme(world: World) -> str:
    return f"/v1/programmes/{wire_id('programme', world.home)}"


async def test_terms_are_set_by_machines_and_no_balance_ends_where_the_law_forbids_it(
    doors: Doors, programme: str
) -> None:
    default = (await doors.operator.get(f"{programme}/dormancy-terms")).json()
    wanted = {**default, "dormant_days": 90}
    changed = await doors.operator.send("PUT", f"{programme}/dormancy-terms", json=wanted)
    refused = await doors.operator.send("PUT", f"{programme}/dormancy-terms", json={**wanted, "ending": "lapse"})
    assert ("none", None) == (default["ending"], default["dormant_days"])
    assert (200, wanted) == (changed.status_code, changed.json())
    assert 422 == refused.status_code
    assert "ending" in refused.text
    assert wanted == (await doors.operator.get(f"{programme}/dormancy-terms")).json()


async def test_a_member_is_listed_looked_up_called_and_no_longer_listed(
    world: World, doors: Doors, programme: str
) -> None:
    world.connection.execute("UPDATE programme SET dormancy_days = 30")
    anna = world.member(principal_minor=12_50)
    world.connection.execute(
        "UPDATE member SET mobile_encrypted = %s WHERE id = %s",
        (world.vault.mobiles.seal(b"+8613800138000", anna.id.bytes), anna.id),
    )
    await sweep(doors.house.pool, NOON + 23 * DAY)
    operator = doors.person(Corporate(world).operator)
    member = f"/v1/members/{wire_id('member', anna.id)}"

    listed = (await operator.get(f"{programme}/contact-list")).json()["items"]
    (found,) = [each for each in listed if each["member_id"] == wire_id("member", anna.id)]
    assert ("normal", {"amount": 12_50, "currency": "CNY"}, None) == (
        found["stage"], found["balance"], found["last_contact"]
    )  # fmt: skip
    sheet = (await operator.get(f"{programme}/contact-list.csv")).content.decode("utf-8-sig")
    assert "'+8613800138000" in {each["mobile"] for each in csv.DictReader(io.StringIO(sheet))}

    recorded = await operator.post(
        f"{member}/contacts", {"channel": "phone", "outcome": "reached", "notes": "Is well."}
    )
    opened = (await operator.get(f"{member}/contacts")).json()
    assert (201, "Is well.") == (recorded.status_code, recorded.json()["notes"])
    assert ("+8613800138000", [recorded.json()]) == (opened["mobile"], opened["contacts"])
    left = (await operator.get(f"{programme}/contact-list")).json()["items"]
    assert wire_id("member", anna.id) not in {each["member_id"] for each in left}
    shown = (await operator.get(f"{member}/dormancy")).json()
    assert ("normal", "low_balance") == (shown["stage"], shown["reason"])


async def test_figures_of_a_month(world: World, doors: Doors, programme: str) -> None:
    operator = doors.person(Corporate(world).operator)
    anna = world.member(principal_minor=100_00)
    figures = (await operator.get(f"{programme}/member-figures?month=2026-03")).json()
    activity = (await operator.get(f"{programme}/member-activity?month=2026-03&limit=200")).json()
    wrong = await operator.get(f"{programme}/member-figures?month=March")
    (found,) = [each for each in activity["items"] if each["member_id"] == wire_id("member", anna.id)]
    assert figures["lives"]["topped_up"] >= 1
    assert ("topped_up", 0, {"amount": 0, "currency": "CNY"}) == (found["life"], found["purchases"], found["spent"])
    assert 422 == wrong.status_code
