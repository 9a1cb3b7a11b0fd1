"""Payout files: which payouts of any kind are in which, and what the bank was given of each.

A payout is in one file for good. A file is written from its payouts whenever it is fetched; what is kept of it are its
digests, so that no list of names and account numbers lies about.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Final, NamedTuple
from uuid import UUID

from psycopg.rows import class_row

from florin.domain.bank_account import BankAccount
from florin.domain.paging import Page, page_of
from florin.domain.payout import PayoutKind
from florin.domain.people import Actor
from florin.storage.audit_trail import Author, record
from florin.storage.connect import Connection, Pool, transaction
from florin.storage.fresh_ids import fresh_id
from florin.storage.read_rows import read_row, read_rows

MOST_PAYOUTS: Final = 5_000
"""How many payments a file has at most; the rest is for the next one."""


@dataclass(frozen=True, slots=True)
class PayoutTable:
    """Where the payouts of a kind stand, and the column of what they pay.

    ``due`` joins the account that one goes to as ``a``, and says which of them are to be paid by now.
    """

    name: str
    subject: str
    accounts: str
    due: str


# A merchant is paid to the account that is in force now; after a payment came back, only if it was confirmed since.
TABLES: Final[Mapping[PayoutKind, PayoutTable]] = MappingProxyType(
    {
        PayoutKind.CLOSURE: PayoutTable(
            "closure_payout", "closure_id", "payout_account", "ON a.id = y.account_id WHERE NOT y.in_cash"
        ),
        PayoutKind.MERCHANT: PayoutTable(
            "merchant_payout",
            "statement_id",
            "merchant_account",
            """ON a.merchant_id = y.merchant_id AND a.status = 'in_force'
            WHERE y.pays_on <= %(pays_on)s AND (y.replaces_id IS NULL OR a.decided_at > y.made_at)""",
        ),
        # The account was approved with the netting statement, and stands with the payout itself.
        PayoutKind.NETTING: PayoutTable("netting_payout", "netting_id", "netting_payout", "ON a.id = y.id WHERE true"),
        PayoutKind.SUSPENSE: PayoutTable(
            "suspense_payout", "item_id", "suspense_resolution", "ON a.id = y.resolution_id WHERE a.status = 'approved'"
        ),
    }
)
"""The kinds of payouts, in the order in which they are put into files."""


def _due(table: PayoutTable) -> str:
    return f"""
    SELECT y.id, a.id, y.amount_minor, y.unit FROM {table.name} y JOIN {table.accounts} a {table.due}
      AND y.programme_id = %(programme_id)s AND y.status = 'due' AND y.file_id IS NULL
    ORDER BY y.id LIMIT %(limit)s
    FOR UPDATE OF y FOR SHARE OF a
    """  # noqa: S608 (our own tables)


def _put_in(table: PayoutTable) -> str:
    return f"""
    UPDATE {table.name} y SET file_id = %(id)s, account_id = w.account_id
    FROM unnest(%(payout_ids)s::uuid[], %(account_ids)s::uuid[]) AS w (payout_id, account_id) WHERE y.id = w.payout_id
    """  # noqa: S608 (as above)


def _unsent(kind: PayoutKind, table: PayoutTable) -> str:
    return f"SELECT id, '{kind}' FROM {table.name} WHERE file_id = %(id)s AND status = 'due'"  # noqa: S608 (as above)


def _payments(kind: PayoutKind, table: PayoutTable) -> str:
    return f"""
    SELECT y.id AS payout_id, '{kind}' AS kind, y.{table.subject} AS subject_id, y.amount_minor, y.unit,
           a.id AS account_id, a.account_encrypted
    FROM {table.name} y JOIN {table.accounts} a ON a.id = y.account_id WHERE y.file_id = %(id)s
    """  # noqa: S608 (as above)


def _of_all(query: Callable[[PayoutKind, PayoutTable], str]) -> str:
    return " UNION ALL ".join(query(kind, table) for kind, table in TABLES.items()) + " ORDER BY 1"


# The files of a programme are numbered without gaps, so they are made one after another.
LOCK_PROGRAMME: Final = "SELECT id FROM programme WHERE id = %(programme_id)s FOR NO KEY UPDATE"
INSERT_FILE: Final = """
INSERT INTO payout_file (id, programme_id, number, unit, payouts, total_minor, made_by, made_person, made_at, pays_on,
                         payer_holder, payer_bank, payer_number)
SELECT %(id)s, %(programme_id)s, 1 + coalesce(max(number), 0), %(unit)s, %(payouts)s, %(total_minor)s, %(made_by)s,
       %(made_person)s, %(now)s, %(pays_on)s, %(holder)s, %(bank)s, %(number)s
FROM payout_file WHERE programme_id = %(programme_id)s
"""
_FILES: Final = """
SELECT f.id, f.programme_id, f.number, f.unit, f.payouts, f.total_minor, f.made_by, f.made_at, f.pays_on,
       f.payer_holder, f.payer_bank, f.payer_number, f.csv_sha256, f.pain_sha256, f.finished_at
FROM payout_file f
"""
FIND_FILE: Final = _FILES + "WHERE f.id = %(id)s"
FILES: Final = _FILES + "WHERE (%(before)s::uuid IS NULL OR f.id < %(before)s) ORDER BY f.id DESC LIMIT %(limit)s"
UNFINISHED: Final = _FILES + "WHERE f.finished_at IS NULL ORDER BY f.id"
UNSENT: Final = _of_all(_unsent)
PAYMENTS: Final = _of_all(_payments)
FINISH: Final = """
UPDATE payout_file SET csv_sha256 = %(csv)s, pain_sha256 = %(pain)s, finished_at = %(now)s
WHERE id = %(id)s AND finished_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class PayoutFile:
    """A file: its number in the programme, what it adds up to, who pays from where; digests once it is finished."""

    id: UUID
    programme_id: UUID
    number: int
    unit: str
    payouts: int
    total_minor: int
    made_by: UUID
    made_at: datetime
    pays_on: date
    payer_holder: str
    payer_bank: str
    payer_number: str
    csv_sha256: bytes | None
    pain_sha256: bytes | None
    finished_at: datetime | None


class SealedPayment(NamedTuple):
    """A payment of a file, the account it goes to still sealed; ``subject_id`` is the closure or the statement."""

    payout_id: UUID
    kind: PayoutKind
    subject_id: UUID
    amount_minor: int
    unit: str
    account_id: UUID
    account_encrypted: bytes | None


async def put_into_file(
    pool: Pool, programme_id: UUID, payer: BankAccount, pays_on: date, actor: Actor, now: datetime
) -> UUID | None:
    """Put every payout of a programme that is due into a new file and return its id; None when there is none."""
    file_id = fresh_id()
    async with transaction(pool) as connection:
        await connection.execute(LOCK_PROGRAMME, {"programme_id": programme_id})
        found: dict[PayoutTable, list[tuple[UUID, UUID, int, str]]] = {}
        room = MOST_PAYOUTS
        for table in TABLES.values():
            where = {"programme_id": programme_id, "pays_on": pays_on, "limit": room}
            found[table] = await (await connection.execute(_due(table).encode(), where)).fetchall()
            room -= len(found[table])
        due = [each for payouts in found.values() for each in payouts]
        if not due:
            return None
        row = {
            "id": file_id,
            "programme_id": programme_id,
            "unit": due[0][3],
            "payouts": len(due),
            "total_minor": sum(amount_minor for _, _, amount_minor, _ in due),
            "made_by": actor.login_id,
            "made_person": actor.person_id,
            "now": now,
            "pays_on": pays_on,
            "holder": payer.holder,
            "bank": payer.bank,
            "number": payer.number,
        }
        await connection.execute(INSERT_FILE, row)
        for table, payouts in found.items():
            ids = {"payout_ids": [each[0] for each in payouts], "account_ids": [each[1] for each in payouts]}
            await connection.execute(_put_in(table).encode(), {"id": file_id, **ids})
        told = {"payouts": len(due), "total_minor": row["total_minor"]}
        await record(connection, Author(actor.session_id, now), "payout_file.made", file_id, told)
    return file_id


async def find_file(pool: Pool, file_id: UUID) -> PayoutFile | None:
    """The file of that id, if there is one."""
    return await read_row(pool, PayoutFile, FIND_FILE, {"id": file_id})


async def list_files(pool: Pool, before: UUID | None, limit: int) -> Page[PayoutFile, UUID]:
    """A page of files, the latest first, from those before ``before``."""
    found = await read_rows(pool, PayoutFile, FILES, {"before": before, "limit": limit + 1})
    return page_of([(each.id, each) for each in found], limit)


async def unfinished_files(pool: Pool) -> list[PayoutFile]:
    """Files whose payouts are not all posted yet, or whose digests are not kept yet."""
    async with pool.connection() as connection, connection.cursor(row_factory=class_row(PayoutFile)) as files:
        await files.execute(UNFINISHED)
        return await files.fetchall()


async def unsent_payouts(pool: Pool, file_id: UUID) -> list[tuple[UUID, PayoutKind]]:
    """The payouts of a file that are not posted yet."""
    async with pool.connection() as connection:
        rows = await (await connection.execute(UNSENT.encode(), {"id": file_id})).fetchall()
    return [(payout_id, PayoutKind(kind)) for payout_id, kind in rows]


async def payments_of(pool: Pool, file_id: UUID) -> list[SealedPayment]:
    """The payments of a file in the order in which it has them."""
    return [
        each._replace(kind=PayoutKind(each.kind))
        for each in await read_rows(pool, SealedPayment, PAYMENTS, {"id": file_id})
    ]


async def finish_file(pool: Pool, file_id: UUID, csv_sha256: bytes, pain_sha256: bytes, now: datetime) -> None:
    """Keep the digests of a file, once."""
    async with transaction(pool) as connection:
        row = {"id": file_id, "csv": csv_sha256, "pain": pain_sha256, "now": now}
        await connection.execute(FINISH, row)


async def record_fetch(connection: Connection, file_id: UUID, kind: str, author: Author) -> None:
    """Write down who has fetched a file, in the caller's transaction."""
    await record(connection, author, "payout_file.fetched", file_id, {"kind": kind})
