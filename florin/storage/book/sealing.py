"""Closing and sealing business days: first nothing may join the day any more, then the day is hashed for good.

The leaf of a transfer is the hash of its columns as a JSON array (what Python's ``json.dumps`` writes), with instants
as microseconds since 1970. Only transfers are sealed. They are the money, they have a business day, and they hold
nothing about a person that might one day have to be erased; of operations none of the three is true.
"""

from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from psycopg.rows import class_row

from florin.domain.chart import STRICT_CODES
from florin.domain.merkle import GrowingTree, chain, genesis
from florin.storage.audit_trail import Author, record
from florin.storage.book.day_lock import DAY_LOCK
from florin.storage.catalogue import RAISE_VERSION
from florin.storage.connect import Connection, Pool
from florin.storage.long_work import long_transaction, one_snapshot
from florin.storage.read_rows import read_row

_ONE_DAY: Final = timedelta(days=1)
_LEAVES_A_RESULT: Final = 1000

TAKE_DAY_LOCK: Final = "SELECT pg_advisory_xact_lock(%(day_lock)s)"

# Only the first close of a programme asks for it: it reads the whole book, as nothing is found by its first day.
FIRST_DAY: Final = """
SELECT CASE WHEN NOT EXISTS (SELECT FROM sealed_day WHERE programme_id = %(programme_id)s)
            THEN (SELECT min(business_date) FROM transfer WHERE programme_id = %(programme_id)s) END
"""

# From the day after the last closed one, or from the book's first day: no day is left out, also one without postings.
CLOSE_DAYS: Final = """
INSERT INTO sealed_day (programme_id, business_date, closed_at)
SELECT %(programme_id)s, opening + n, %(now)s
FROM (SELECT coalesce(
        (SELECT max(business_date) + 1 FROM sealed_day WHERE programme_id = %(programme_id)s),
        %(first_day)s::date,
        %(through)s::date) AS opening) AS first_open,
     generate_series(0, %(through)s::date - opening) AS n
RETURNING business_date
"""

LOCK_DAY: Final = """
SELECT seal IS NOT NULL FROM sealed_day
WHERE programme_id = %(programme_id)s AND business_date = %(business_date)s
FOR UPDATE
"""
SEAL_OF_DAY_BEFORE: Final = """
SELECT seal FROM sealed_day
WHERE programme_id = %(programme_id)s AND business_date = %(day_before)s
"""
# A day that was reopened is chained to its seal until then, so that nobody can make that one vanish.
SEAL_UNTIL_REOPENED: Final = """
SELECT seal FROM day_reopening
WHERE programme_id = %(programme_id)s AND business_date = %(business_date)s AND seal IS NOT NULL
ORDER BY decided_at DESC LIMIT 1
"""

TRANSFER_COLUMNS: Final = (
    "journal_id", "position", "shard", "programme_id", "event", "unit", "amount_minor", "debit_code", "debit_owner",
    "credit_code", "credit_owner", "strict_sequence", "balance_after_minor", "business_date", "event_at", "posted_at",
    "reverses_journal_id",
)  # fmt: skip
"""What a leaf binds, in this order for ever: every column of a transfer that is not computed from the others."""

_INSTANTS: Final = frozenset({"event_at", "posted_at"})


def _sealed_form(column: str) -> str:
    return f"(extract(epoch FROM t.{column}) * 1000000)::bigint" if column in _INSTANTS else f"t.{column}"


# The zero byte says "leaf" (RFC 9162, section 2.1.1): the server computes the same as `merkle.leaf_hash`.
LEAF: Final = (
    "sha256('\\x00'::bytea || convert_to(json_build_array("
    + ", ".join(_sealed_form(each) for each in TRANSFER_COLUMNS)
    + ")::text, 'UTF8'))"
)

# Working a leaf out costs much more than handing it over, so every spare processor shall work leaves out.
SHARE_OUT_LEAVES: Final = "SET LOCAL parallel_tuple_cost = 0"

LEAVES_OF_DAY: Final = f"""
SELECT {LEAF} FROM transfer t
WHERE t.programme_id = %(programme_id)s AND t.business_date = %(business_date)s
ORDER BY t.journal_id, t.position
"""  # noqa: S608 (our own columns)

LEAVES_OF_SEALED_DAYS: Final = f"""
SELECT t.programme_id, t.business_date, {LEAF} FROM transfer t
JOIN (SELECT programme_id, max(business_date) AS last_day FROM sealed_day
      WHERE seal IS NOT NULL GROUP BY programme_id) s
  ON t.programme_id = s.programme_id AND t.business_date <= s.last_day
ORDER BY t.journal_id, t.position
"""  # noqa: S608 (as above)

LEAVES_OF_LAST_DAYS: Final = LEAVES_OF_SEALED_DAYS.replace(
    "t.business_date <= s.last_day", "t.business_date = s.last_day"
)

WRITE_SEAL: Final = """
UPDATE sealed_day
SET transfers = %(transfers)s, merkle_root = %(merkle_root)s, previous_seal = %(previous_seal)s, seal = %(seal)s,
    sealed_at = %(now)s
WHERE programme_id = %(programme_id)s AND business_date = %(business_date)s
"""

# Running totals: those of the day before plus what the day moved.
WRITE_FLOW_BALANCES: Final = """
INSERT INTO flow_balance (programme_id, business_date, code, owner_id, unit, debits_minor, credits_minor)
SELECT %(programme_id)s, %(business_date)s, code, owner_id, unit, sum(debits_minor), sum(credits_minor)
FROM (
    SELECT code, owner_id, unit, debits_minor, credits_minor FROM flow_balance
    WHERE programme_id = %(programme_id)s AND business_date = %(day_before)s
    UNION ALL
    SELECT debit_code, debit_owner, unit, amount_minor, 0 FROM transfer
    WHERE programme_id = %(programme_id)s AND business_date = %(business_date)s AND debit_code <> ALL (%(strict)s)
    UNION ALL
    SELECT credit_code, credit_owner, unit, 0, amount_minor FROM transfer
    WHERE programme_id = %(programme_id)s AND business_date = %(business_date)s AND credit_code <> ALL (%(strict)s)
) AS movement
GROUP BY code, owner_id, unit
"""

# Two questions that count a day's transfers count them alike, or reports would change when a day is sealed.
MOVED: Final = """
SELECT event, debit_code, credit_code, unit, count(*) FILTER (WHERE position = 0) AS journals,
       sum(amount_minor)::bigint AS amount_minor
FROM transfer
WHERE programme_id = %(programme_id)s AND business_date BETWEEN %(since)s AND %(through)s
GROUP BY event, debit_code, credit_code, unit
"""
WRITE_POSTING_TOTALS: Final = f"""
INSERT INTO posting_total (programme_id, business_date, event, debit_code, credit_code, unit, journals, amount_minor)
SELECT %(programme_id)s, %(business_date)s, event, debit_code, credit_code, unit, journals, amount_minor
FROM ({MOVED}) AS moved
"""  # noqa: S608 (our own question)

SEALS: Final = """
SELECT programme_id, business_date, transfers, merkle_root, previous_seal, seal FROM sealed_day
WHERE seal IS NOT NULL
ORDER BY programme_id, business_date
"""

REPLACED_SEALS: Final = """
SELECT programme_id, business_date, transfers, merkle_root, previous_seal, seal FROM day_reopening
WHERE seal IS NOT NULL
ORDER BY programme_id, business_date, decided_at
"""

# Both outlive the row that they tell of: the running totals of a sealed day, and the record of who sealed it.
LOST_SEALS: Final = """
SELECT s.programme_id, s.business_date, d.seal IS NULL
FROM (
    SELECT programme_id, business_date, NULL AS seal FROM flow_balance GROUP BY programme_id, business_date
    UNION ALL
    SELECT subject_id, (detail ->> 'business_date')::date, detail ->> 'seal' FROM audit a WHERE action = 'day.sealed'
      AND NOT EXISTS (SELECT FROM day_reopening r
                      WHERE r.programme_id = a.subject_id AND r.business_date = (a.detail ->> 'business_date')::date
                        AND encode(r.seal, 'hex') = a.detail ->> 'seal')
) AS s
LEFT JOIN sealed_day d USING (programme_id, business_date)
GROUP BY s.programme_id, s.business_date, d.seal
HAVING d.seal IS NULL OR bool_or(s.seal <> encode(d.seal, 'hex'))
ORDER BY s.programme_id, s.business_date
"""

SEAL_OF_DAY: Final = """
SELECT programme_id, business_date, transfers, merkle_root, previous_seal, seal FROM sealed_day
WHERE programme_id = %(programme_id)s AND business_date = %(business_date)s AND seal IS NOT NULL
"""

LAST_SEAL: Final = """
SELECT programme_id, business_date, transfers, merkle_root, previous_seal, seal FROM sealed_day
WHERE programme_id = %(programme_id)s AND seal IS NOT NULL
ORDER BY business_date DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class SealedDay:
    """A sealed business day of a programme: how many transfers it has, their root, and its place in the chain."""

    programme_id: UUID
    business_date: date
    transfers: int
    merkle_root: bytes
    previous_seal: bytes
    seal: bytes


async def close_days(pool: Pool, programme_id: UUID, through: date, author: Author) -> list[date]:
    """Close every open day of the programme up to and including ``through``; returns the days that were open.

    ``author`` is put on record with them.

    Returns once no posting can join them: the groups under way have committed, and later ones learn of it from the
    raised configuration version.
    """
    parameters = {"programme_id": programme_id, "through": through, "now": author.now}
    # Every posting waits for the lock, and nothing may look through a book under it. What is posted in between is of
    # the day that is open, so it does not come before the first one.
    async with one_snapshot(pool) as connection:
        cursor = await connection.execute(FIRST_DAY, parameters)
        (first_day,) = await cursor.fetchone() or (None,)
    async with pool.connection() as connection, connection.transaction():
        await connection.execute(TAKE_DAY_LOCK, {"day_lock": DAY_LOCK})
        parameters["first_day"] = first_day
        cursor = await connection.execute(CLOSE_DAYS, parameters)
        closed = sorted(day for (day,) in await cursor.fetchall())
        if closed:
            await connection.execute(RAISE_VERSION)
            detail = {"business_dates": [each.isoformat() for each in closed]}
            await record(connection, author, "days.closed", programme_id, detail)
        return closed


async def seal_day(pool: Pool, programme_id: UUID, business_date: date, author: Author) -> SealedDay | None:
    """Hash a closed day, chain it to the day before and write its seal and totals, all in one transaction.

    The seal goes into the audit trail too, with its ``author``: the service's role cannot change it there.

    None if another process has sealed it meanwhile. Raises `LookupError` for a day that is not closed or whose
    predecessor is not sealed.
    """
    day: dict[str, Any] = {
        "programme_id": programme_id,
        "business_date": business_date,
        "day_before": business_date - _ONE_DAY,
    }
    async with long_transaction(pool) as connection:
        row = await (await connection.execute(LOCK_DAY, day)).fetchone()
        if row is None:
            raise LookupError(f"{business_date} is not closed")
        if row[0]:
            return None
        previous_seal = await _previous_seal(connection, day)
        tree = GrowingTree()
        async for (leaf,) in _stream(connection, LEAVES_OF_DAY, day):
            tree.add(leaf)
        seal = chain(previous_seal, tree.root(), business_date, tree.count)
        sealed = SealedDay(programme_id, business_date, tree.count, tree.root(), previous_seal, seal)
        await connection.execute(WRITE_FLOW_BALANCES, {**day, "strict": sorted(map(int, STRICT_CODES))})
        await connection.execute(WRITE_POSTING_TOTALS, {**day, "since": business_date, "through": business_date})
        await connection.execute(WRITE_SEAL, {**asdict(sealed), "now": author.now})
        detail = {"business_date": business_date.isoformat(), "transfers": tree.count, "seal": seal.hex()}
        await record(connection, author, "day.sealed", programme_id, detail)
        return sealed


async def _previous_seal(connection: Connection, day: dict[str, Any]) -> bytes:
    replaced = await (await connection.execute(SEAL_UNTIL_REOPENED, day)).fetchone()
    if replaced is not None:
        return bytes(replaced[0])
    row = await (await connection.execute(SEAL_OF_DAY_BEFORE, day)).fetchone()
    if row is None:
        return genesis(day["programme_id"].bytes)
    if row[0] is None:
        raise LookupError(f"{day['day_before']} must be sealed first")
    return bytes(row[0])


async def read_seals(connection: Connection) -> list[SealedDay]:
    """Every sealed day, by programme and date."""
    async with connection.cursor(row_factory=class_row(SealedDay)) as cursor:
        return await (await cursor.execute(SEALS)).fetchall()


async def replaced_seals(connection: Connection) -> list[SealedDay]:
    """The seals of days until they were reopened, by programme, date and time: links of the chain, and no more."""
    async with connection.cursor(row_factory=class_row(SealedDay)) as cursor:
        return await (await cursor.execute(REPLACED_SEALS)).fetchall()


async def lost_seals(connection: Connection) -> list[tuple[UUID, date, bool]]:
    """Days that were sealed, by programme and date, and are so no more (True) or by another seal (False)."""
    return await (await connection.execute(LOST_SEALS)).fetchall()


async def sealed_day(pool: Pool, programme_id: UUID, business_date: date) -> SealedDay:
    """The seal of a day that is sealed; `LookupError` for any other."""
    day = {"programme_id": programme_id, "business_date": business_date}
    async with pool.connection() as connection, connection.cursor(row_factory=class_row(SealedDay)) as cursor:
        found = await (await cursor.execute(SEAL_OF_DAY, day)).fetchone()
    if found is None:
        raise LookupError(f"{business_date} is not sealed")
    return found


async def last_seal(pool: Pool, programme_id: UUID) -> SealedDay | None:
    """The latest sealed day of the programme, if there is one: its seal vouches for all the days before it."""
    return await read_row(pool, SealedDay, LAST_SEAL, {"programme_id": programme_id})


def sealed_leaves(connection: Connection, *, last_only: bool = False) -> AsyncIterator[tuple[UUID, date, bytes]]:
    """Programme, date and leaf of each transfer that is dated up to its programme's last sealed day, in leaf order.

    Or only of those of that day. One pass over the book; must run inside a transaction.
    """
    return _stream(connection, LEAVES_OF_LAST_DAYS if last_only else LEAVES_OF_SEALED_DAYS)


async def _stream(connection: Connection, leaves: str, parameters: dict[str, Any] | None = None) -> AsyncIterator[Any]:
    # A stream, not the server's cursor: a cursor cannot use several processors, and works only while it is asked to.
    await connection.execute(SHARE_OUT_LEAVES)
    async with connection.cursor() as cursor:
        async for row in cursor.stream(leaves, parameters, binary=True, size=_LEAVES_A_RESULT):
            yield row
