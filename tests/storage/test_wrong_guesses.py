from datetime import UTC, datetime, timedelta

import pytest

from florin.domain.throttle_rules import Counts, ThrottleRule
from florin.storage.connect import Pool
from florin.storage.people.throttle import EVERYBODY, Charge
from florin.storage.people.wrong_guesses import beyond_limit, count_wrong_guesses

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
OWN = ThrottleRule("own", 10, 60, Counts.FAILURES)
ALL = ThrottleRule("all", 25, 60, Counts.FAILURES)
RULES = (OWN, ALL)


async def guess(pool: Pool, who: bytes, wrong: int, now: datetime = NOW) -> dict[bytes, datetime]:
    await count_wrong_guesses(pool, Charge(OWN, who), Charge(ALL, EVERYBODY), wrong, now)
    return await beyond_limit(pool, RULES, now)


def at(seconds: int) -> datetime:
    return NOW + timedelta(seconds=seconds)


async def test_the_limit_may_be_reached_and_not_passed(pool: Pool) -> None:
    assert {} == await guess(pool, b"till", 9)
    assert {} == await guess(pool, b"till", 1)
    assert {b"till": at(120)} == await guess(pool, b"till", 1)


@pytest.mark.parametrize("steps", [[35], [1] * 35, [10, 20, 5], [11, 24]], ids=str)
async def test_guesses_at_once_cost_the_time_that_they_would_have_taken(pool: Pool, steps: list[int]) -> None:
    for wrong in steps:
        await guess(pool, b"till", wrong)
    assert {b"till": at(4 * 60)} == await beyond_limit(pool, RULES, NOW)


async def test_whoever_has_waited_begins_anew(pool: Pool) -> None:
    await guess(pool, b"till", 35)
    assert {b"till": at(240)} == await beyond_limit(pool, RULES, at(239))
    assert {} == await beyond_limit(pool, RULES, at(240))
    assert {} == await guess(pool, b"till", 10, at(240))
    assert {b"till": at(240 + 120)} == await guess(pool, b"till", 1, at(240))


async def test_one_thief_does_not_use_up_what_everybody_shares(pool: Pool) -> None:
    assert [b"thief"] == list(await guess(pool, b"thief", 1000))
    assert [b"thief"] == list(await guess(pool, b"thief", 1000))
    assert {b"thief", b"second"} == set(await guess(pool, b"second", 11))
    assert {b"thief", b"second"} == set(await guess(pool, b"third", 5))
    assert {b"thief", b"second", EVERYBODY} == set(await guess(pool, b"third", 1))
