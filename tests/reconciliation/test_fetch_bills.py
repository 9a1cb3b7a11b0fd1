"""The files of providers are fetched on the next day, asked for again while there are none, and then taken in."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from florin.clearing.house import ClearingHouse
from florin.domain.counterparty import Counterparty, CounterpartyKind, CounterpartyTerms
from florin.domain.people import Actor
from florin.domain.statement_file import FileFormat
from florin.gateways.payment_provider import ProviderAccount
from florin.reconciliation.counterparties import RegisterCounterparty, register_counterparty
from florin.reconciliation.fetch_bills import fetch_bills
from florin.reconciliation.waiting_files import read_waiting_files
from florin.storage.embedded import EmbeddedServer
from tests.conftest import temporary_database
from tests.corporate import Corporate
from tests.provider import ScriptedProvider
from tests.reconciliation.files import written
from tests.reconciliation.files.written import Movement
from tests.world import World, open_world

DAY = date(2026, 11, 20)
READY = datetime(2026, 11, 21, 2, tzinfo=UTC)
"""Ten o'clock in Beijing on the next day."""

BOTH = frozenset({FileFormat.WECHAT_TRADE, FileFormat.WECHAT_FUND_FLOW})
QUERY = "SELECT format, day, state, refusal FROM statement_fetch WHERE counterparty_id = %s ORDER BY day, format"


@pytest.fixture(scope="module")
async def opened(server: EmbeddedServer, _template: str) -> AsyncIterator[tuple[World, ClearingHouse, Actor]]:
    with temporary_database(server, _template) as database, open_world(database) as world:
        async with world.clearing_house() as house:
            yield world, house, Corporate(world).finance


class Fetching:
    """A provider of one test, whose files are fetched from a day on."""

    def __init__(self, world: World, house: ClearingHouse, finance: Actor, code: str) -> None:
        self.world = world
        self.provider = ScriptedProvider()
        account = ProviderAccount(code, "scripted", "CNY", 1, 10_000_00, self.provider)
        self.house = replace(house, providers={code: account})
        self._finance = finance
        self._code = code
        self.counterparty: Counterparty | None = None

    async def register(self, formats: frozenset[FileFormat] = BOTH) -> None:
        command = RegisterCounterparty(
            kind=CounterpartyKind.PROVIDER, code=self._code, programme_id=self.world.home, account_number=None,
            currency="CNY", terms=CounterpartyTerms(name="Somebody", formats=formats, fetched_from=DAY),
        )  # fmt: skip
        counterparty = await register_counterparty(self.house, self._finance, command, READY)
        assert isinstance(counterparty, Counterparty)
        self.counterparty = counterparty

    def wanted(self) -> list[tuple[Any, ...]]:
        assert self.counterparty is not None
        return self.world.connection.execute(QUERY, (self.counterparty.id,)).fetchall()

    def files(self) -> list[tuple[Any, ...]]:
        assert self.counterparty is not None
        query = "SELECT format, day, state, lines FROM statement_file WHERE counterparty_id = %s ORDER BY day, format"
        return self.world.connection.execute(query, (self.counterparty.id,)).fetchall()


@pytest.fixture
async def fetching(
    opened: tuple[World, ClearingHouse, Actor], request: pytest.FixtureRequest
) -> AsyncIterator[Fetching]:
    world, house, finance = opened
    made = Fetching(world, house, finance, f"p{abs(hash(request.node.name)) % 10**9}")
    yield made
    world.connection.execute("DELETE FROM statement_fetch")
    world.connection.execute("UPDATE counterparty SET fetched_from = NULL")


async def test_both_bills_of_a_day_are_fetched_once_and_taken_in(fetching: Fetching) -> None:
    await fetching.register()
    moves = [Movement(10_101), Movement(-101)]
    fetching.provider.bills["bill", DAY] = written.wechat_trade(moves)
    fetching.provider.bills["fund_flow_bill", DAY] = written.wechat_fund_flow(moves)
    assert 0 == await fetch_bills(fetching.house, READY - timedelta(seconds=1))
    assert [] == fetching.provider.calls
    assert 2 == await fetch_bills(fetching.house, READY)
    assert 0 == await fetch_bills(fetching.house, READY + timedelta(hours=1))
    assert ["bill", "fund_flow_bill"] == sorted(fetching.provider.calls)
    assert 2 == await read_waiting_files(fetching.house, READY)
    assert [("wechat_fund_flow", DAY, "taken_in", 2), ("wechat_trade", DAY, "taken_in", 2)] == fetching.files()


async def test_a_bill_that_is_not_there_yet_is_asked_for_less_and_less_often(fetching: Fetching) -> None:
    await fetching.register(frozenset({FileFormat.WECHAT_TRADE}))
    asked = []
    for minutes in range(60):
        await fetch_bills(fetching.house, READY + timedelta(minutes=minutes))
        asked.append(len(fetching.provider.calls))
    assert [0, 5, 15, 35] == [asked.index(times) for times in sorted(set(asked))]
    assert [("wechat_trade", DAY, "waiting", "no_statement")] == fetching.wanted()
    fetching.provider.bills["bill", DAY] = written.wechat_trade([Movement(10_102)])
    assert 1 == await fetch_bills(fetching.house, READY + timedelta(hours=2))
    assert "fetched" == fetching.wanted()[0][2]


async def test_days_of_an_outage_are_made_up_for_and_a_day_without_a_bill_is_given_up(fetching: Fetching) -> None:
    await fetching.register(frozenset({FileFormat.WECHAT_TRADE}))
    later = READY + timedelta(days=10)
    last = DAY + timedelta(days=10)
    fetching.provider.bills["bill", last] = written.wechat_trade([])
    assert 1 == await fetch_bills(fetching.house, later)
    states = {day: state for _, day, state, _ in fetching.wanted()}
    assert 11 == len(states)
    assert ("none", "waiting", "fetched") == (states[DAY], states[DAY + timedelta(days=5)], states[last])


async def test_a_provider_that_does_not_answer_is_never_given_up(fetching: Fetching) -> None:
    await fetching.register(frozenset({FileFormat.WECHAT_TRADE}))
    fetching.provider.down.add("bill")
    await fetch_bills(fetching.house, READY + timedelta(days=30))
    assert {"waiting"} == {state for _, _, state, _ in fetching.wanted()}
