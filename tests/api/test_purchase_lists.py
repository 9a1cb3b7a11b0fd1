"""Lists of purchases over HTTP: a merchant's own, by business day and by what became of them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from florin.domain.identifiers import compose_id, shard_of
from tests.api.client import Client, cny, code_of
from tests.api.conftest import Doors
from tests.till import fresh
from tests.world import World

SHANGHAI_MIDNIGHT = datetime(2026, 3, 1, 16, tzinfo=UTC)
"""When the second of March begins."""


def sold_at(world: World, moment: datetime, business_date: date, status: str = "completed") -> UUID:
    """A purchase of the rival's of one fen as the engine writes it, its id of the same time."""
    card = world.card()
    purchase_id = compose_id(int(moment.timestamp() * 1000), 7, shard_of(card.id))
    with world.connection.transaction():
        world.insert(
            "purchase",
            id=purchase_id, shard=shard_of(card.id), programme_id=world.home, merchant_id=world.rival.id,
            reference=fresh("ref"), owner_kind="card", owner_id=card.id, unit="CNY", requested_minor=1,
            principal_minor=1, bonus_minor=0, status=status, journal_id=purchase_id, event_at=moment, posted_at=moment,
        )  # fmt: skip
        world.insert(
            "transfer",
            journal_id=purchase_id, position=0, shard=shard_of(card.id), programme_id=world.home, event="purchase",
            unit="CNY", amount_minor=1, debit_code=2010, debit_owner=card.id, credit_code=2040,
            credit_owner=world.rival.id, strict_sequence=2, balance_after_minor=99_99, business_date=business_date,
            event_at=moment, posted_at=moment,
        )  # fmt: skip
    return purchase_id


async def listed(client: Client, **query: Any) -> list[str]:  # noqa: ANN401 (parameters)
    response = await client.get("/v1/purchases", params=query)
    assert 200 == response.status_code, response.text
    return [each["id"].removeprefix("pur_") for each in response.json()["items"]]


async def test_purchases_are_found_by_business_day_and_by_status(world: World, doors: Doors) -> None:
    second = timedelta(seconds=1)
    before = sold_at(world, SHANGHAI_MIDNIGHT - 2 * second, date(2026, 3, 1))
    # Posted in the last second of a day that was closed at once, so that it belongs to the next.
    late = sold_at(world, SHANGHAI_MIDNIGHT - second, date(2026, 3, 2))
    first = sold_at(world, SHANGHAI_MIDNIGHT, date(2026, 3, 2))
    voided = sold_at(world, SHANGHAI_MIDNIGHT + 24 * 3600 * second - second, date(2026, 3, 2), "voided")
    after = sold_at(world, SHANGHAI_MIDNIGHT + 24 * 3600 * second, date(2026, 3, 3))
    every = [each.hex for each in (after, voided, first, late, before)]
    assert every == await listed(doors.rival)
    assert every[1:4] == await listed(doors.rival, **{"from": "2026-03-02", "through": "2026-03-02"})
    assert every[:4] == await listed(doors.rival, **{"from": "2026-03-02"})
    assert every[1:] == await listed(doors.rival, through="2026-03-02")
    assert every[4:] == await listed(doors.rival, through="2026-03-01")
    assert [] == await listed(doors.rival, **{"from": "2026-03-04"})
    assert [voided.hex] == await listed(doors.rival, status="voided")
    assert [each for each in every if each != voided.hex] == await listed(doors.rival, status="completed")
    assert [] == await listed(doors.rival, status="voided", through="2026-03-01")
    page = await doors.rival.get("/v1/purchases", params={"from": "2026-03-02", "through": "2026-03-02", "limit": 2})
    rest = await listed(
        doors.rival, **{"from": "2026-03-02", "through": "2026-03-02", "cursor": page.json()["next_cursor"]}
    )
    assert every[3:4] == rest


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=2026-03-02&through=2026-03-01", "through"),
        ("from=0001-01-01", "from"),
        ("through=9999-12-31", "through"),
        ("from=yesterday", "from"),
        ("status=open", "status"),
    ],
)
async def test_days_and_statuses_that_cannot_be_are_refused(shop: Client, query: str, field: str) -> None:
    response = await shop.get(f"/v1/purchases?{query}")
    assert ((422, "invalid_request"), field) == (code_of(response), response.json()["field"])


async def test_a_voided_purchase_is_found_among_the_voided(world: World, doors: Doors) -> None:
    body = {"pay_with": {"e_code": world.card().ecode}, "amount": cny(1_00), "reference": fresh("ref")}
    made = (await doors.shop.post("/v1/purchases", body)).json()
    assert made["id"].removeprefix("pur_") not in await listed(doors.shop, status="voided")
    await doors.shop.post(f"/v1/purchases/{made['id']}/void")
    assert made["id"].removeprefix("pur_") in await listed(doors.shop, status="voided")
