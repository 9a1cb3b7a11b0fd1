"""Exchanges with a real server: what comes back, what an error stops, and what is forgotten."""

import pytest
from psycopg import errors

from florin.storage.connect import Connection
from florin.storage.posting.columns import integers
from florin.storage.posting.exchange import Asked, Returned, exchange, roll_back

ONE = "SELECT 1"
SUM = "SELECT sum(each)::bigint FROM unnest(%(numbers)b::bigint[]) AS each"
WRONG = "SELECT 1 / (SELECT 0)"


async def test_each_statement_has_what_it_returned(connection: Connection) -> None:
    numbers = {"numbers": integers([20, 22])}
    create = "CREATE TEMPORARY TABLE counted AS SELECT generate_series(1, 3) AS number"
    asked = [(ONE, {}), (SUM, numbers), (create, {}), ("DELETE FROM counted WHERE number > 1", {}), (SUM, numbers)]
    sums = Returned([(42,)], 1)
    assert [Returned([(1,)], 1), sums, Returned([], 3), Returned([], 2), sums] == await exchange(connection, asked)


async def test_a_statement_is_prepared_once(connection: Connection) -> None:
    prepared = "SELECT count(*) FROM pg_prepared_statements WHERE statement = 'SELECT 1'"
    for _ in range(2):
        *_, counted = await exchange(connection, [(ONE, {}), (ONE, {}), (prepared, {})])
        assert [(1,)] == counted.rows


async def test_nothing_is_carried_out_after_an_error(connection: Connection) -> None:
    await connection.execute("CREATE TEMPORARY TABLE kept (number bigint)")
    with pytest.raises(errors.DivisionByZero):
        await exchange(connection, [(WRONG, {}), ("INSERT INTO kept VALUES (1)", {})])
    assert [Returned([(0,)], 1)] == await exchange(connection, [("SELECT count(*) FROM kept", {})])


async def test_a_transaction_that_failed_can_be_rolled_back_and_another_begun(connection: Connection) -> None:
    for _ in range(2):
        with pytest.raises(errors.DivisionByZero):
            await exchange(connection, [("BEGIN", {}), (ONE, {}), (WRONG, {})])
        await roll_back(connection)
    assert [Returned([], 0), Returned([(1,)], 1), Returned([], 0)] == await exchange(
        connection, [("BEGIN", {}), (ONE, {}), ("COMMIT", {})]
    )


async def test_a_server_that_hangs_up_is_heard(connection: Connection) -> None:
    ending_itself: list[Asked] = [
        ("SET ROLE NONE", {}),
        ("SELECT pg_terminate_backend(pg_backend_pid())", {}),
        (ONE, {}),
    ]
    with pytest.raises(errors.AdminShutdown):
        await exchange(connection, ending_itself)
    await roll_back(connection)
    assert connection.closed
