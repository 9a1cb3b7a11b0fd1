"""The catalogue: all configuration, read once, kept in memory, and never used past its version."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import class_row, dict_row

from florin.domain.lots import SpendOrder
from florin.domain.programme import ApiKey, IssuerClass, Merchant, Product, ProductKind, Programme, Terminal
from florin.storage.connect import Pool

VERSION: Final = "SELECT version FROM configuration_version"

RAISE_VERSION: Final = "UPDATE configuration_version SET version = version + 1"
"""To be run in the transaction of every change of configuration, so that each posting group notices it."""

PROGRAMMES: Final = """
SELECT id, code, name, unit, time_zone, cut_off, issuer_prefix, policy_pack, low_balance_threshold_minor,
       hold_lifetime_s, hold_lifetime_limit_s, payment_code_lifetime_s, dormancy_days, spend_order,
       closure_cooling_days, review_hours, case_closing_days, issuer_class, return_urls
FROM programme
"""
PRODUCTS: Final = """
SELECT id, programme_id, code, name, kind, denominations_minor, has_ecode, validity_years, trial_face_minor,
       trial_price_minor
FROM product
"""
MERCHANTS: Final = "SELECT id, code, name, status, payment_reference FROM merchant"
TERMINALS: Final = "SELECT id, merchant_id, code, status FROM terminal"
NETWORK: Final = "SELECT programme_id, merchant_id, accepts, sells FROM network"
API_KEYS: Final = """
SELECT id, digest, name, merchant_id, terminal_id, scopes FROM api_key WHERE revoked_at IS NULL
"""
CLOSED_DAYS: Final = "SELECT programme_id, max(business_date) FROM sealed_day GROUP BY programme_id"

# A programme has one at most: only its last closed day can be reopened.
REOPENED_DAYS: Final = """
SELECT DISTINCT r.programme_id, r.business_date FROM day_reopening r
WHERE r.status = 'approved'
  AND r.business_date > ALL (SELECT d.business_date FROM sealed_day d WHERE d.programme_id = r.programme_id)
"""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every programme, product, merchant, terminal and API key, as of one configuration version."""

    version: int
    programmes: Mapping[UUID, Programme]
    products: Mapping[UUID, Product]
    merchants: Mapping[UUID, Merchant]
    terminals: Mapping[UUID, Terminal]
    accepting: frozenset[tuple[UUID, UUID]]
    selling: frozenset[tuple[UUID, UUID]]
    keys_by_digest: Mapping[bytes, ApiKey]
    keys_by_id: Mapping[UUID, ApiKey]
    last_closed: Mapping[UUID, date]
    reopened: Mapping[UUID, date]

    def accepts(self, programme_id: UUID, merchant_id: UUID) -> bool:
        """Whether the programme's cards may pay at the merchant."""
        return (programme_id, merchant_id) in self.accepting

    def sells(self, programme_id: UUID, merchant_id: UUID) -> bool:
        """Whether the merchant may sell and activate the programme's cards."""
        return (programme_id, merchant_id) in self.selling

    def programme_by_code(self, code: str) -> Programme | None:
        """The programme of that code, if there is one."""
        return next((each for each in self.programmes.values() if each.code == code), None)

    def product_by_code(self, programme_id: UUID, code: str) -> Product | None:
        """The programme's product of that code, if there is one."""
        products = self.products.values()
        return next((each for each in products if each.programme_id == programme_id and each.code == code), None)

    def merchant_by_code(self, code: str) -> Merchant | None:
        """The merchant of that code, if there is one."""
        return next((each for each in self.merchants.values() if each.code == code), None)


async def load_catalogue(connection: AsyncConnection[Any]) -> Catalogue:
    """Read the configuration. The version is read first: a change that lands meanwhile makes the result look old."""
    version = await _version(connection)
    async with connection.cursor(row_factory=dict_row) as records:
        programmes = _programmes(await (await records.execute(PROGRAMMES)).fetchall())
        products = _products(await (await records.execute(PRODUCTS)).fetchall())
        keys = _api_keys(await (await records.execute(API_KEYS)).fetchall())
        network = await (await records.execute(NETWORK)).fetchall()
    async with connection.cursor(row_factory=class_row(Merchant)) as merchants:
        all_merchants = await (await merchants.execute(MERCHANTS)).fetchall()
    async with connection.cursor(row_factory=class_row(Terminal)) as terminals:
        all_terminals = await (await terminals.execute(TERMINALS)).fetchall()
    closed = await (await connection.execute(CLOSED_DAYS)).fetchall()
    reopened = await (await connection.execute(REOPENED_DAYS)).fetchall()
    return Catalogue(
        version=version,
        programmes={each.id: each for each in programmes},
        products={each.id: each for each in products},
        merchants={each.id: each for each in all_merchants},
        terminals={each.id: each for each in all_terminals},
        accepting=frozenset((each["programme_id"], each["merchant_id"]) for each in network if each["accepts"]),
        selling=frozenset((each["programme_id"], each["merchant_id"]) for each in network if each["sells"]),
        keys_by_digest={each.digest: each for each in keys},
        keys_by_id={each.id: each for each in keys},
        last_closed=dict(closed),
        reopened=dict(reopened),
    )


async def read_catalogue(pool: Pool) -> Catalogue:
    """Read the configuration as it stands now, for work that decides outside the posting engine."""
    async with pool.connection() as connection:
        return await load_catalogue(connection)


async def catalogue_version(pool: Pool) -> int:
    """The version of the configuration as it stands now, which tells whether a catalogue is still the present one."""
    async with pool.connection() as connection:
        return await _version(connection)


async def _version(connection: AsyncConnection[Any]) -> int:
    row = await (await connection.execute(VERSION)).fetchone()
    if row is None:
        raise LookupError("the database has no configuration version: run the migrations")
    return int(row[0])


def _programmes(rows: list[dict[str, Any]]) -> list[Programme]:
    return [
        Programme(
            **{
                **row,
                "spend_order": SpendOrder(row["spend_order"]),
                "issuer_class": IssuerClass(row["issuer_class"]),
                "return_urls": tuple(row["return_urls"]),
            }
        )
        for row in rows
    ]


def _products(rows: list[dict[str, Any]]) -> list[Product]:
    return [
        Product(**{**row, "kind": ProductKind(row["kind"]), "denominations_minor": tuple(row["denominations_minor"])})
        for row in rows
    ]


def _api_keys(rows: list[dict[str, Any]]) -> list[ApiKey]:
    return [ApiKey(**{**row, "scopes": frozenset(row["scopes"])}) for row in rows]
