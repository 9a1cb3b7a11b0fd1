"""The schema as the second wall: it says what the domain says, and the service's role can rewrite no history."""

import re
from uuid import UUID, uuid4

import psycopg
import pytest

from florin.domain.chart import PERMITTED, STRICT_CODES
from florin.storage.connect import Connection
from tests.conftest import Database

HISTORY = ("transfer", "operation", "outbox", "audit")
DEFINITION = """
SELECT pg_get_constraintdef(c.oid) FROM pg_constraint c WHERE c.conname = %s
"""


async def _definition(connection: Connection, name: str) -> str:
    row = await (await connection.execute(DEFINITION, (name,))).fetchone()
    assert row is not None
    return str(row[0])


async def test_the_schema_permits_the_postings_of_the_chart_and_no_others(connection: Connection) -> None:
    definition = await _definition(connection, "posting_is_permitted")
    written = re.findall(r"event = '(\w+)'::text\) AND \(debit_code = (\d+)\) AND \(credit_code = (\d+)", definition)
    declared = {
        (str(event), str(int(debit)), str(int(credit))) for event, pairs in PERMITTED.items() for debit, credit in pairs
    }
    assert declared == set(written)
    assert len(declared) == len(written)


@pytest.mark.parametrize("constraint", ["touches_at_most_one_strict_account", "strict_account_code_check"])
async def test_the_schema_knows_the_strict_accounts(connection: Connection, constraint: str) -> None:
    definition = await _definition(connection, constraint)
    assert {int(code) for code in STRICT_CODES} == {int(code) for code in re.findall(r"\b(\d{4})\b", definition)}


@pytest.mark.parametrize("table", HISTORY)
@pytest.mark.parametrize("statement", ["UPDATE {} SET shard = shard", "DELETE FROM {}", "TRUNCATE {}"])
async def test_the_service_cannot_rewrite_history(connection: Connection, table: str, statement: str) -> None:
    columns = {"operation": "SET key = key", "audit": "SET action = action"}
    query = statement.format(table).replace("SET shard = shard", columns.get(table, "SET shard = shard"))
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        await connection.execute(query)


CLOSE = "INSERT INTO sealed_day (programme_id, business_date, closed_at) VALUES (%(programme)s, '2026-03-02', now())"
SEAL = "UPDATE sealed_day SET transfers = 0, merkle_root = '', previous_seal = '', seal = %(seal)s, sealed_at = now()"
POST = """
INSERT INTO transfer (journal_id, position, shard, programme_id, event, unit, amount_minor, debit_code, debit_owner,
    credit_code, credit_owner, strict_sequence, balance_after_minor, business_date, event_at, posted_at)
SELECT gen_random_uuid(), 0, 0, %(programme)s, 'top_up', 'CNY', 1, 1020, %(programme)s, 2020, gen_random_uuid(), 1, 1,
    day, now(), now()
FROM unnest(%(days)s::date[]) AS day
"""


async def _programme(database: Database) -> UUID:
    programme = uuid4()
    async with await psycopg.AsyncConnection.connect(database.owner_url, autocommit=True) as owner:
        await owner.execute(
            """INSERT INTO programme (id, code, name, unit, time_zone, cut_off, issuer_prefix, policy_pack,
                                      low_balance_threshold_minor, hold_lifetime_s, hold_lifetime_limit_s,
                                      payment_code_lifetime_s, dormancy_days, spend_order, created_at)
               VALUES (%s, 'home', 'Home', 'CNY', 'UTC', '00:00', '912345', 'cn', 0, 1, 1, 10, 1, 'bonus_first',
                       now())""",
            (programme,),
        )
    return programme


async def test_a_closed_day_only_becomes_sealed_and_a_sealed_one_never_changes(
    connection: Connection, database: Database
) -> None:
    await connection.execute(CLOSE, {"programme": await _programme(database)})
    for change in ("business_date = '2026-03-03'", "closed_at = now()", "programme_id = gen_random_uuid()"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await connection.execute(f"UPDATE sealed_day SET {change}")  # noqa: S608 (literals above)
    await connection.execute(SEAL, {"seal": b"first"})
    with pytest.raises(psycopg.errors.CheckViolation, match="2026-03-02 is sealed and never changes"):
        await connection.execute(SEAL, {"seal": b"second"})
    async with await psycopg.AsyncConnection.connect(database.owner_url) as owner:
        with pytest.raises(psycopg.errors.CheckViolation, match="2026-03-02 is sealed and never changes"):
            await owner.execute("DELETE FROM sealed_day")


async def test_no_day_comes_into_the_book_sealed(connection: Connection) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        await connection.execute(
            "INSERT INTO sealed_day VALUES (gen_random_uuid(), now(), now(), 0, '', '', '', now())"
        )


@pytest.mark.parametrize("days", [["2026-03-02"], ["2026-03-03", "2026-03-02"], ["2026-02-27"]])
async def test_a_closed_day_and_those_before_it_take_no_transfer(
    connection: Connection, database: Database, days: list[str]
) -> None:
    programme = await _programme(database)
    await connection.execute(CLOSE, {"programme": programme})
    with pytest.raises(psycopg.errors.CheckViolation, match="a transfer is dated on a closed day"):
        await connection.execute(POST, {"programme": programme, "days": days})


async def test_an_open_day_takes_transfers_and_so_does_another_programme(
    connection: Connection, database: Database
) -> None:
    programme = await _programme(database)
    await connection.execute(CLOSE, {"programme": programme})
    await connection.execute(POST, {"programme": programme, "days": ["2026-03-03", "2026-03-04"]})
    await connection.execute(POST, {"programme": uuid4(), "days": ["2026-03-02"]})


async def test_no_account_can_be_overspent_whatever_the_code_does(connection: Connection) -> None:
    await connection.execute(
        "INSERT INTO strict_account (owner_id, code, shard, programme_id, unit, balance_minor)"
        " VALUES (gen_random_uuid(), 2010, 1, gen_random_uuid(), 'CNY', 100)"
    )
    for change in ("balance_minor = -1", "held_minor = 101", "held_minor = -1", "balance_minor = 50, held_minor = 51"):
        with pytest.raises(psycopg.errors.CheckViolation, match="nothing_is_overspent"):
            await connection.execute(f"UPDATE strict_account SET {change}")  # noqa: S608 (literals above)
