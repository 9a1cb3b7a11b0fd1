"""A file of statements over HTTP: handed in, read, looked at line by line, fetched as it came; or kept apart."""

import pytest

from florin.domain.people import Role
from florin.reconciliation.waiting_files import read_waiting_files
from tests.api.client import Client, Json, code_of
from tests.api.conftest import Doors
from tests.corporate import Corporate
from tests.reconciliation.files import written
from tests.reconciliation.files.written import Movement
from tests.world import NOON, World

CSV = {"Content-Type": "text/csv"}
TERMS: Json = {"name": "WeChat Pay", "formats": ["wechat_trade"], "fee_tolerance": 1}


@pytest.fixture
def finance(doors: Doors, world: World) -> Client:
    return doors.person(Corporate(world).finance)


async def registered(client: Client, world: World, code: str) -> Json:
    body = {**TERMS, "kind": "provider", "code": code, "programme_id": f"prg_{world.home.hex}", "currency": "CNY"}
    response = await client.send("POST", "/v1/counterparties", json=body)
    assert 201 == response.status_code, response.text
    return dict(response.json())


async def test_a_file_is_handed_in_read_and_looked_at(doors: Doors, world: World, finance: Client) -> None:
    counterparty = await registered(finance, world, "over-http")
    assert (1, 1, 3) == tuple(counterparty[each] for each in ("fee_tolerance", "lag_days", "date_window_days"))
    raw = written.wechat_trade([Movement(10_201, 60), Movement(-201, 1)])
    path = f"/v1/counterparties/{counterparty['id']}/files?format=wechat_trade&name=nov.csv"
    received = await finance.send("POST", path, content=raw, headers=CSV)
    assert (202, "received") == (received.status_code, received.json()["state"])
    await read_waiting_files(doors.house, NOON)
    again = (await finance.send("POST", path, content=raw, headers=CSV)).json()
    assert (received.json()["id"], "taken_in", 2) == (again["id"], again["state"], again["lines"])

    file = f"/v1/statement-files/{again['id']}"
    auditor = doors.person(Corporate(world).person(Role.AUDITOR))
    (statement,) = (await auditor.get(file)).json()["first_statements"]
    assert ("trade", "2026-11-20", 10_201, 201) == (
        statement["basis"],
        statement["from"],
        statement["in"]["amount"],
        statement["out"]["amount"],
    )
    first = (await auditor.get(f"{file}/lines?limit=1")).json()
    rest = (await auditor.get(f"{file}/lines?cursor={first['next_cursor']}")).json()
    assert ["KEY00000", "KEY00001"] == [each["key"] for each in (*first["items"], *rest["items"])]
    assert (10_141, -1, "a, card") == (
        first["items"][0]["net"]["amount"],
        rest["items"][0]["fee"]["amount"],
        first["items"][0]["text"],
    )
    assert raw == (await auditor.get(f"{file}/raw")).content


async def test_a_file_that_is_kept_apart_says_why_and_is_read_again(
    doors: Doors, world: World, finance: Client
) -> None:
    counterparty = await registered(finance, world, "apart-over-http")
    raw = written.wechat_trade([Movement(10_202)]).replace(b"`1,`102.02", b"`1,`102.03")
    path = f"/v1/counterparties/{counterparty['id']}/files?format=wechat_trade&name=nov.csv"
    await finance.send("POST", path, content=raw, headers=CSV)
    await read_waiting_files(doors.house, NOON)
    listed = f"/v1/statement-files?state=quarantined&counterparty_id={counterparty['id']}"
    (apart,) = (await finance.get(listed)).json()["items"]
    assert ("totals_differ", 4, 0) == (apart["problem"]["code"], apart["problem"]["line"], apart["lines"])
    again = await finance.send("POST", f"/v1/statement-files/{apart['id']}/read-again", json={})
    assert (202, "received", None) == (again.status_code, again.json()["state"], again.json()["problem"])
    assert (409, "statement_file_not_in_state") == code_of(
        await finance.send("POST", f"/v1/statement-files/{apart['id']}/read-again", json={})
    )


@pytest.mark.parametrize(
    ("query", "headers", "expected"),
    [
        ("format=wechat_trade&name=a", {"Content-Type": "image/png"}, (415, "unsupported_media_type")),
        ("format=mt_940&name=a", CSV, (422, "invalid_request")),
        ("format=word&name=a", CSV, (422, "invalid_request")),
        ("format=wechat_trade", CSV, (422, "invalid_request")),
    ],
)
async def test_what_is_no_file_of_the_counterpartys_is_refused(
    world: World, finance: Client, query: str, headers: dict[str, str], expected: tuple[int, str]
) -> None:
    counterparty = await registered(finance, world, "refused-over-http")
    path = f"/v1/counterparties/{counterparty['id']}/files?{query}"
    assert expected == code_of(await finance.send("POST", path, content=b"x", headers=headers))


async def test_terms_are_changed_by_finance_and_seen_by_auditors(doors: Doors, world: World, finance: Client) -> None:
    counterparty = await registered(finance, world, "terms-over-http")
    path = f"/v1/counterparties/{counterparty['id']}"
    changed = await finance.send("PUT", f"{path}/terms", json={**TERMS, "lag_days": 2, "write_off_limit": 500})
    assert (2, 500) == (changed.json()["lag_days"], changed.json()["write_off_limit"])
    auditor = doors.person(Corporate(world).person(Role.AUDITOR))
    assert changed.json() == (await auditor.get(path)).json()
    wrong = {**TERMS, "formats": ["mapped_csv"]}
    assert (422, "invalid_request") == code_of(await finance.send("PUT", f"{path}/terms", json=wrong))
    body = {**TERMS, "kind": "bank", "code": "icbc", "programme_id": f"prg_{world.home.hex}", "currency": "CNY"}
    assert (422, "invalid_request") == code_of(await finance.send("POST", "/v1/counterparties", json=body))
