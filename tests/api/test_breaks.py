"""Breaks over HTTP: listed by age, taken, proposed and decided, many at once, each with its own answer."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from florin.domain.identifiers import wire_id
from florin.domain.people import Actor, Role
from florin.storage.fresh_ids import fresh_id
from tests.api.conftest import Doors
from tests.clearing.breaks.disagreeing import Disagreeing
from tests.corporate import Corporate, code_at
from tests.reconciliation.statements import Line
from tests.till import Till
from tests.world import World

Json = Any


@pytest.fixture
async def desk(doors: Doors, world: World) -> AsyncIterator[Disagreeing]:
    made = Disagreeing(doors.house, Till(doors.house, world.shop), Corporate(world))
    yield made
    await made.proven()


async def test_two_people_end_breaks_and_read_their_story(doors: Doors, desk: Disagreeing) -> None:
    finance, manager = desk.corporate.finance, desk.corporate.manager

    async def asked(actor: Actor, verb: str, body: Json, expected: int = 200) -> Json:
        answer = await doors.person(actor).post(f"/v1/breaks/{verb}", body)
        assert expected == answer.status_code, answer.text
        return answer.json()

    async def read(actor: Actor, path: str) -> Json:
        answer = await doors.person(actor).get(f"/v1/breaks{path}")
        assert 200 == answer.status_code, answer.text
        return answer.json()

    await desk.differs(Line(3_00, direction="out", kind="fee"), Line(4_00, direction="out"), bank=True)
    whose = f"counterparty_id={wire_id('counterparty', desk.statements.bank)}"
    listed = (await read(finance, f"?{whose}"))["items"]
    assert {-3_00, -4_00} == {each["difference"]["amount"] for each in listed}
    charge, unheard_of = sorted((each["id"] for each in listed), key=lambda each: _amount(listed, each), reverse=True)
    nothing = wire_id("break", fresh_id())

    taken = (await asked(finance, "take", {"breaks": [charge, nothing], "severity": "high"}))["items"]
    assert [None, "break_not_found"] == [each["problem"] for each in taken]
    assert ("investigating", "high") == (taken[0]["now"]["state"], taken[0]["now"]["severity"])
    colleague = wire_id("login", desk.corporate.person(Role.FINANCE).login_id)
    given = await asked(manager, "hand-over", {"breaks": [charge], "owner_id": colleague})
    assert [colleague] == [each["now"]["owner_id"] for each in given["items"]]
    given = await asked(finance, "hand-over", {"breaks": [charge], "owner_id": wire_id("login", manager.login_id)})
    assert ["login_not_found"] == [each["problem"] for each in given["items"]]
    await asked(finance, "note", {"breaks": [charge], "text": "asked the bank"})

    fees = {"kind": "adjust", "reason": "charge", "text": "November", "account": 5020}
    refused = await asked(finance, "propose", {"breaks": [charge], **fees, "account": 2020}, 422)
    assert "account" == refused["field"]
    proposed = (await asked(finance, "propose", {"breaks": [charge], **fees}))["items"][0]["now"]
    assert (5020, 1010) == (proposed["proposal"]["debit"], proposed["proposal"]["credit"])
    (above,) = (
        await asked(finance, "propose", {"breaks": [unheard_of], "kind": "write_off", "reason": "unknown", "text": "?"})
    )["items"]
    assert "break_above_limit" == above["problem"]
    alone = {"breaks": [unheard_of], "reason": "our_error", "text": "mine"}
    assert "break_needs_a_second_person" == (await asked(finance, "close", alone))["items"][0]["problem"]

    looked_at = [{"id": charge, "details_hash": proposed["details_hash"]}]
    code = {"totp_code": code_at(datetime.now(UTC))}
    said = (await asked(manager, "approve", {"breaks": looked_at, **code}))["items"]
    assert ("posted", None) == (said[0]["now"]["state"], said[0]["problem"])
    story = await read(manager, f"/{charge}")
    assert ["take", "hand_over", "note", "propose", "approve"] == [each["operation"] for each in story["changes"]]
    assert (colleague, "asked the bank") == (story["changes"][1]["owner_id"], story["changes"][2]["note"])
    assert [charge] == [each["id"] for each in (await read(manager, f"?{whose}&state=posted&alive=false"))["items"]]
    assert 1 == sum(each["breaks"] for each in (await read(manager, "/ageing"))["items"])

    desk.top_up(100_00)
    (ours,) = [each for each in await desk.differs() if each.journal_id is not None]
    await desk.propose(ours)
    await desk.approve(ours, by=desk.corporate.person(Role.MANAGER))
    await desk.match()
    matches = (await doors.person(manager).get("/v1/matches?pass=adjusted")).json()["items"]
    lineless = [each["item"]["amount"]["amount"] for each in matches if each["line"] is None]
    assert [-100_00, 100_00] == sorted(lineless)
    assert 404 == (await doors.person(manager).get(f"/v1/breaks/{nothing}")).status_code


def _amount(listed: Json, break_id: str) -> int:
    (found,) = [each["difference"]["amount"] for each in listed if each["id"] == break_id]
    return int(found)
