import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from florin.domain.throttle_rules import Counts, RateLimited, ThrottleRule
from florin.settings import Settings
from florin.storage.connect import Connection, Pool, open_pool
from florin.storage.people.throttle import EVERYBODY, Charge, admit, forget_ended_windows, give_back
from tests.conftest import Database

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FAILED = ThrottleRule("failed", 10, 60, Counts.FAILURES)
ASKED = ThrottleRule("asked", 5, 120, Counts.ATTEMPTS)
ALL = ThrottleRule("all", 8, 60, Counts.FAILURES)


async def counted(connection: Connection) -> dict[str, int]:
    """The attempts of each subject that has any."""
    rows = await connection.execute("SELECT encode(subject, 'escape'), sum(attempts)::int FROM throttle GROUP BY 1")
    return dict(await rows.fetchall())


async def test_a_limit_is_exact_for_a_hundred_attempts_at_once_over_two_pools(
    database: Database, settings: Settings, pool: Pool, connection: Connection
) -> None:
    async with open_pool(database.url, settings) as other:
        answers = await asyncio.gather(
            *(admit(each, [Charge(FAILED, b"anna")], NOW) for _ in range(50) for each in (pool, other))
        )

    assert 10 == answers.count(None)
    assert 90 == answers.count(RateLimited(60))
    assert {"anna": 10} == await counted(connection)


async def test_limits_with_common_subjects_are_exact_and_wait_in_no_ring(
    database: Database, settings: Settings, pool: Pool, connection: Connection
) -> None:
    charges = [Charge(FAILED, b"anna"), Charge(ASKED, b"home"), Charge(ALL, EVERYBODY)]

    async with open_pool(database.url, settings) as other:
        answers = await asyncio.gather(
            *(
                admit(each, order, NOW)
                for _ in range(25)
                for each in (pool, other)
                for order in (charges, charges[::-1])
            )
        )

    assert 5 == answers.count(None)
    assert {"anna": 5, "home": 5, "": 5} == await counted(connection)


async def test_what_one_rule_refuses_is_charged_by_none(pool: Pool, connection: Connection) -> None:
    for n in range(20):
        await admit(pool, [Charge(ASKED, b"attacker"), Charge(ALL, EVERYBODY)], NOW + timedelta(seconds=n))

    assert {"attacker": 5, "": 5} == await counted(connection)


async def test_subjects_and_rules_are_counted_apart(pool: Pool) -> None:
    for _ in range(5):
        assert await admit(pool, [Charge(ASKED, b"anna")], NOW) is None

    assert await admit(pool, [Charge(ASKED, b"anna")], NOW) is not None
    assert await admit(pool, [Charge(ASKED, b"berta")], NOW) is None
    assert await admit(pool, [Charge(FAILED, b"anna")], NOW) is None


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (timedelta(0), RateLimited(120)),
        (timedelta(seconds=1), RateLimited(119)),
        (timedelta(seconds=1, microseconds=1), RateLimited(119)),
        (timedelta(seconds=119, microseconds=999_999), RateLimited(1)),
        (timedelta(seconds=120), None),
    ],
)
async def test_a_window_is_over_after_its_length_and_not_before(
    pool: Pool, after: timedelta, expected: RateLimited | None
) -> None:
    for _ in range(5):
        await admit(pool, [Charge(ASKED, b"anna")], NOW)

    assert expected == await admit(pool, [Charge(ASKED, b"anna")], NOW + after)


async def test_attempts_do_not_prolong_the_window(pool: Pool) -> None:
    for n in range(120):
        await admit(pool, [Charge(ASKED, b"anna")], NOW + timedelta(seconds=n))

    assert await admit(pool, [Charge(ASKED, b"anna")], NOW + timedelta(seconds=120)) is None


async def test_a_success_is_given_back_where_failures_count(pool: Pool, connection: Connection) -> None:
    charges = [Charge(FAILED, b"anna"), Charge(ASKED, b"home")]
    await admit(pool, charges, NOW)
    await admit(pool, charges, NOW)

    await give_back(pool, charges, NOW)

    assert {"anna": 1, "home": 2} == await counted(connection)


async def test_no_window_owes_anything_to_an_earlier_one(pool: Pool, connection: Connection) -> None:
    charges = [Charge(FAILED, b"anna")]
    await admit(pool, charges, NOW)
    await admit(pool, charges, NOW + timedelta(seconds=60))

    await give_back(pool, charges, NOW)
    assert {"anna": 1} == await counted(connection)
    await give_back(pool, charges, NOW + timedelta(seconds=60))
    await give_back(pool, charges, NOW + timedelta(seconds=60))
    assert {"anna": 0} == await counted(connection)


async def test_a_hundred_successes_at_once_use_nothing_up(
    database: Database, settings: Settings, pool: Pool, connection: Connection
) -> None:
    roomy = [Charge(ThrottleRule("roomy", 100, 60, Counts.FAILURES), b"anna"), Charge(ALL, b"home")]

    async def succeed(where: Pool) -> bool:
        admitted = await admit(where, roomy[:1], NOW) is None
        await give_back(where, roomy[:1], NOW)
        return admitted

    async with open_pool(database.url, settings) as other:
        assert all(await asyncio.gather(*(succeed(each) for _ in range(50) for each in (pool, other))))

    assert {"anna": 0} == await counted(connection)


async def test_ended_windows_are_forgotten(pool: Pool, connection: Connection) -> None:
    await admit(pool, [Charge(FAILED, b"anna"), Charge(ASKED, b"home")], NOW)

    assert 1 == await forget_ended_windows(pool, NOW + timedelta(seconds=60))
    assert {"home": 1} == await counted(connection)
