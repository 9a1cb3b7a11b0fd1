"""More requests than may wait: the surplus is told so, the rest is answered, and nothing is done twice."""

import asyncio
from collections import Counter
from typing import Any

import httpx
import pytest

from tests.api.client import cny
from tests.whole.book import findings
from tests.whole.running import PATIENCE_S, Place, Service
from tests.world import KnownCard

QUEUE = 2
CLIENTS = 32
EACH = 3


def purchase(card: KnownCard, reference: str) -> dict[str, Any]:
    return {"pay_with": {"e_code": card.ecode}, "amount": cny(1), "reference": reference}


async def rush(service: Service, token: str, card: KnownCard) -> list[tuple[str, httpx.Response]]:
    """All clients at once, each with a few purchases in a row, each purchase sent once."""
    headers = {"Authorization": f"Bearer {token}"}
    limits = httpx.Limits(max_connections=CLIENTS)
    async with httpx.AsyncClient(
        base_url=service.address, headers=headers, timeout=PATIENCE_S, trust_env=False, limits=limits
    ) as http:

        async def buy(client: int) -> list[tuple[str, httpx.Response]]:
            answered = []
            for number in range(EACH):
                key = f"rush-{client}-{number}"
                body = purchase(card, key)
                answered.append((key, await http.post("/v1/purchases", json=body, headers={"Idempotency-Key": key})))
            return answered

        return [pair for pairs in await asyncio.gather(*map(buy, range(CLIENTS))) for pair in pairs]


@pytest.mark.slow
def test_the_surplus_of_a_rush_is_refused_and_the_rest_done_once(place: Place) -> None:
    card = place.world.card()
    with place.serving(engine_queue_limit=QUEUE, engine_group_limit=1) as service:
        answers = asyncio.run(rush(service, place.till, card))
        statuses = Counter(reply.status_code for _, reply in answers)
        assert {201, 503} == statuses.keys()
        for _, reply in answers:
            if reply.status_code == httpx.codes.SERVICE_UNAVAILABLE:
                assert ("busy", "1") == (reply.json()["code"], reply.headers["Retry-After"])
        assert 100_00 - statuses[201] == place.world.balance(card.id).principal_minor
        done = {key for key, reply in answers if reply.is_success}
        found = {key for (key,) in place.world.rows("SELECT key FROM operation WHERE key LIKE 'rush-%%'")}
        assert done == found

        # A refusal left its key free.
        with service.client(place.till) as client:
            for key, _ in answers:
                again = client.post("/v1/purchases", json=purchase(card, key), headers={"Idempotency-Key": key})
                assert (201, key in done) == (again.status_code, "Idempotent-Replayed" in again.headers)
    assert 100_00 - CLIENTS * EACH == place.world.balance(card.id).principal_minor
    assert [] == findings(place.world)
