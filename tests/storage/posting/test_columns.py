"""Packed columns: what goes in comes out of a real server, of every type, with nulls, empty and large."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import IntEnum, StrEnum
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from florin.storage.connect import Connection
from florin.storage.posting.columns import (
    JsonText,
    Pack,
    Table,
    byteas,
    dates,
    instants,
    integers,
    texts,
    uuids,
)
from florin.storage.posting.exchange import exchange


class Colour(StrEnum):
    RED = "red"


class Code(IntEnum):
    ONE = 1


CASES: list[tuple[str, Any, list[Any]]] = [
    ("uuid[]", uuids, [UUID(int=0), None, UUID(int=2**128 - 1)]),
    ("bigint[]", integers, [0, -1, None, 2**63 - 1, -(2**63)]),
    ("bigint[]", integers, [Code.ONE]),
    ("text[]", texts, ["", None, "plain", "a,b", '"{}\\', "卡片\n\t", Colour.RED]),
    ("bytea[]", byteas, [b"", None, bytes(range(256))]),
    ("timestamptz[]", instants, [datetime(1970, 1, 1, tzinfo=UTC), None, datetime(2026, 11, 22, 1, 2, 3, 456789, UTC)]),
    ("date[]", dates, [date(1970, 1, 1), None, date(2026, 2, 28), date(9999, 12, 31)]),
]


async def _there_and_back(connection: Connection, sql_type: str, packed: bytes) -> list[Any]:
    query = f"SELECT * FROM unnest(%(column)b::{sql_type})"  # noqa: S608 (our own types)
    (returned,) = await exchange(connection, [(query, {"column": packed})])
    return [value for (value,) in returned.rows]


@pytest.mark.parametrize(("sql_type", "pack", "column"), CASES, ids=[f"{case[0]}-{len(case[2])}" for case in CASES])
async def test_a_column_comes_back_as_it_went(
    connection: Connection, sql_type: str, pack: Pack, column: list[Any]
) -> None:
    assert column == await _there_and_back(connection, sql_type, pack(column))


@pytest.mark.parametrize(("sql_type", "pack", "column"), CASES, ids=[f"{case[0]}-{len(case[2])}" for case in CASES])
async def test_a_column_without_rows_is_an_empty_array(
    connection: Connection, sql_type: str, pack: Pack, column: list[Any]
) -> None:
    assert column
    assert [] == await _there_and_back(connection, sql_type, pack([]))


async def test_an_instant_of_another_zone_is_the_same_instant(connection: Connection) -> None:
    shanghai = datetime(2026, 11, 22, 9, 0, tzinfo=timezone(timedelta(hours=8)))
    assert [shanghai.astimezone(UTC)] == await _there_and_back(connection, "timestamptz[]", instants([shanghai]))


async def test_a_thousand_rows_keep_their_order(connection: Connection) -> None:
    column = list(range(1000))
    assert column == await _there_and_back(connection, "bigint[]", integers(column))


@given(st.lists(st.datetimes(timezones=st.just(UTC))))
def test_instants_are_whole_microseconds_since_2000(column: list[datetime]) -> None:
    packed = instants(column)
    values = [int.from_bytes(packed[24 + 12 * at : 32 + 12 * at], signed=True) for at in range(len(column))]
    assert column == [datetime(2000, 1, 1, tzinfo=UTC) + timedelta(microseconds=each) for each in values]


@dataclass
class Row:
    id: UUID
    amount_minor: int | None
    answer: JsonText
    colour: Colour


ROWS = Table("column_test", Row)


async def test_a_table_inserts_and_updates_the_rows_of_its_dataclass(connection: Connection) -> None:
    await connection.execute(
        "CREATE TEMPORARY TABLE column_test (id uuid, amount_minor bigint, answer json, colour text)"
    )
    rows = [Row(UUID(int=at), at or None, JsonText(b'{"at": %d}' % at), Colour.RED) for at in range(3)]
    insert, update = ROWS.insert(), ROWS.update(("id",), ("amount_minor",))
    await exchange(connection, [(insert.query, insert.pack(rows))])
    rows[2].amount_minor = 77
    await exchange(connection, [(update.query, update.pack(rows))])
    cursor = await connection.execute("SELECT id, amount_minor, answer::text, colour FROM column_test ORDER BY id")
    assert [
        (UUID(int=0), None, '{"at": 0}', "red"),
        (UUID(int=1), 1, '{"at": 1}', "red"),
        (UUID(int=2), 77, '{"at": 2}', "red"),
    ] == await cursor.fetchall()


def test_a_type_without_a_column_is_refused_when_the_table_is_declared() -> None:
    @dataclass
    class Unknown:
        price: complex

    with pytest.raises(TypeError, match="no column type"):
        Table("unknown", Unknown)
