"""The schema as the second wall: it says what the domain says, and the service's role can rewrite no history."""

import re

import psycopg
import pytest

from florin.domain.chart import PERMITTED, STRICT_CODES
from florin.storage.connect import Connection

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


async def test_no_account_can_be_overspent_whatever_the_code_does(connection: Connection) -> None:
    await connection.execute(
        "INSERT INTO strict_account (owner_id, code, shard, programme_id, unit, balance_minor)"
        " VALUES (gen_random_uuid(), 2010, 1, gen_random_uuid(), 'CNY', 100)"
    )
    for change in ("balance_minor = -1", "held_minor = 101", "held_minor = -1", "balance_minor = 50, held_minor = 51"):
        with pytest.raises(psycopg.errors.CheckViolation, match="nothing_is_overspent"):
            await connection.execute(f"UPDATE strict_account SET {change}")  # noqa: S608 (literals above)
