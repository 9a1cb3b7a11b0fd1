"""The counterparties whose statements are compared with the book."""

from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

import msgspec
from psycopg.rows import dict_row

from florin.domain.column_mapping import ColumnMapping
from florin.domain.counterparty import Counterparty, CounterpartyKind, CounterpartyTerms
from florin.domain.paging import Page, page_of
from florin.domain.statement_file import FileFormat
from florin.storage.audit_trail import Author, record
from florin.storage.connect import Connection, Pool, transaction

INSERT: Final = """
INSERT INTO counterparty (id, kind, code, name, programme_id, owner_id, account_number, currency, formats, columns,
    lag_days, date_window_days, amount_tolerance_minor, fee_tolerance_minor, write_off_limit_minor, is_numbered,
    fetched_from, created_at)
VALUES (%(id)s, %(kind)s, %(code)s, %(name)s, %(programme_id)s, %(owner_id)s, %(account_number)s, %(currency)s,
    %(formats)s, %(columns)s::text::jsonb, %(lag_days)s, %(date_window_days)s, %(amount_tolerance_minor)s,
    %(fee_tolerance_minor)s, %(write_off_limit_minor)s, %(is_numbered)s, %(fetched_from)s, %(created_at)s)
ON CONFLICT DO NOTHING
"""
UPDATE: Final = """
UPDATE counterparty
SET name = %(name)s, formats = %(formats)s, columns = %(columns)s::text::jsonb, lag_days = %(lag_days)s,
    date_window_days = %(date_window_days)s, amount_tolerance_minor = %(amount_tolerance_minor)s,
    fee_tolerance_minor = %(fee_tolerance_minor)s, write_off_limit_minor = %(write_off_limit_minor)s,
    is_numbered = %(is_numbered)s, fetched_from = %(fetched_from)s
WHERE id = %(id)s
"""
_ALL: Final = """
SELECT id, kind, code, name, programme_id, owner_id, account_number, currency, formats, columns::text, lag_days,
    date_window_days, amount_tolerance_minor, fee_tolerance_minor, write_off_limit_minor, is_numbered, fetched_from,
    created_at
FROM counterparty
"""
FIND: Final = _ALL + "WHERE id = %(id)s"
FIND_BY_CODE: Final = _ALL + "WHERE code = %(code)s"
BANKS: Final = _ALL + "WHERE kind = 'bank'"
FETCHED: Final = _ALL + "WHERE fetched_from IS NOT NULL ORDER BY id"
LAGS: Final = "SELECT id, programme_id, lag_days FROM counterparty"
PAGE: Final = _ALL + "WHERE (%(before)s::uuid IS NULL OR id < %(before)s) ORDER BY id DESC LIMIT %(limit)s"

_OWN: Final = ("id", "kind", "code", "programme_id", "owner_id", "account_number", "currency", "created_at")

_columns: Final = msgspec.json.Decoder(ColumnMapping).decode


async def add_counterparty(pool: Pool, counterparty: Counterparty, author: Author) -> bool:
    """Write a new counterparty; False when its code, account or provider is another's already."""
    row = {name: getattr(counterparty, name) for name in _OWN} | _terms_row(counterparty.terms)
    async with transaction(pool) as connection:
        if (await connection.execute(INSERT, row)).rowcount == 0:
            return False
        told = {"code": counterparty.code, **_told(counterparty.terms)}
        await record(connection, author, "counterparty.added", counterparty.id, told)
    return True


async def change_counterparty(pool: Pool, counterparty_id: UUID, terms: CounterpartyTerms, author: Author) -> None:
    """Put other terms in place of a counterparty's."""
    async with transaction(pool) as connection:
        await connection.execute(UPDATE, {"id": counterparty_id, **_terms_row(terms)})
        await record(connection, author, "counterparty.changed", counterparty_id, _told(terms))


async def find_counterparty(pool: Pool, counterparty_id: UUID) -> Counterparty | None:
    """The counterparty of that id, if there is one."""
    return next(iter(await _read(pool, FIND, {"id": counterparty_id})), None)


async def counterparty_of_code(pool: Pool, code: str) -> Counterparty | None:
    """The counterparty of that short name, if there is one."""
    return next(iter(await _read(pool, FIND_BY_CODE, {"code": code})), None)


async def fetched_counterparties(pool: Pool) -> list[Counterparty]:
    """The providers whose files we fetch."""
    return await _read(pool, FETCHED, {})


async def lags_of(connection: Connection) -> dict[UUID, tuple[UUID, int]]:
    """Of every counterparty its programme, and the business days by which it is usually later than we are."""
    rows = await (await connection.execute(LAGS)).fetchall()
    return {counterparty_id: (programme_id, lag_days) for counterparty_id, programme_id, lag_days in rows}


async def list_counterparties(pool: Pool, before: UUID | None, limit: int) -> Page[Counterparty, UUID]:
    """A page of counterparties, the latest first, from those before ``before``."""
    found = await _read(pool, PAGE, {"before": before, "limit": limit + 1})
    return page_of([(each.id, each) for each in found], limit)


async def banks(connection: Connection) -> list[Counterparty]:
    """Every bank account that statements may be about."""
    async with connection.cursor(row_factory=dict_row) as rows:
        return [_counterparty(row) for row in await (await rows.execute(BANKS)).fetchall()]


async def _read(pool: Pool, query: str, where: dict[str, Any]) -> list[Counterparty]:
    async with pool.connection() as connection, connection.cursor(row_factory=dict_row) as rows:
        return [_counterparty(row) for row in await (await rows.execute(query, where)).fetchall()]


def _terms_row(terms: CounterpartyTerms) -> dict[str, Any]:
    columns = None if terms.columns is None else msgspec.json.encode(terms.columns).decode()
    return {**asdict(terms), "formats": sorted(terms.formats), "columns": columns}


def _told(terms: CounterpartyTerms) -> dict[str, Any]:
    """What the audit trail tells of terms; they hold no secret."""
    return {**asdict(terms), "formats": sorted(terms.formats)}


def _counterparty(row: dict[str, Any]) -> Counterparty:
    own = {name: row.pop(name) for name in _OWN}
    columns, formats = row.pop("columns"), row.pop("formats")
    terms = CounterpartyTerms(
        **row,
        formats=frozenset(map(FileFormat, formats)),
        columns=None if columns is None else _columns(columns),
    )
    return Counterparty(**{**own, "kind": CounterpartyKind(own["kind"])}, terms=terms)
