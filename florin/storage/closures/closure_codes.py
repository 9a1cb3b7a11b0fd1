"""The codes by which holders confirm closures: kept as keyed digests, few, short-lived, and tried a few times only.

A try is counted, in a transaction of its own, before the code is looked at: however many guesses come at once, no more
of them are looked at than a code allows.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from florin.domain.closure import CODE_LIFETIME, MOST_CODES, MOST_TRIES
from florin.storage.connect import Pool, transaction
from florin.storage.notices.notices import NewNotice, write_notice

# A closure has one code at a time: the one before is worth nothing once another is sent.
KEEP: Final = """
INSERT INTO closure_code AS c (closure_id, digest, codes, tries, sent_at, expires_at)
SELECT id, %(digest)s, 1, 0, %(now)s, %(expires_at)s FROM closure WHERE id = %(closure_id)s AND status = 'requested'
ON CONFLICT (closure_id) DO UPDATE
SET digest = excluded.digest, codes = c.codes + 1, tries = 0, sent_at = excluded.sent_at,
    expires_at = excluded.expires_at
WHERE c.codes < %(most_codes)s
RETURNING c.codes
"""
TAKE_TRY: Final = """
UPDATE closure_code SET tries = tries + 1
WHERE closure_id = %(closure_id)s AND tries < %(most_tries)s AND expires_at > %(now)s
RETURNING digest
"""
CODES_SENT: Final = "SELECT codes FROM closure_code WHERE closure_id = %(closure_id)s"


@dataclass(frozen=True, slots=True)
class NewCode:
    """A code to be kept as its digest, and the notice that carries it."""

    closure_id: UUID
    digest: bytes
    notice: NewNotice


async def keep_code(pool: Pool, code: NewCode, now: datetime) -> bool:
    """Keep a code in place of the one before and write its notice; False when the closure has had too many."""
    row = {
        "closure_id": code.closure_id,
        "digest": code.digest,
        "most_codes": MOST_CODES,
        "now": now,
        "expires_at": now + CODE_LIFETIME,
    }
    async with transaction(pool) as connection:
        if await (await connection.execute(KEEP, row)).fetchone() is None:
            return False
        await write_notice(connection, code.notice, now)
        return True


async def take_try(pool: Pool, closure_id: UUID, now: datetime) -> bytes | None:
    """Use up a try of a closure's code, and return the digest to compare with; None when there is no try left."""
    row = {"closure_id": closure_id, "most_tries": MOST_TRIES, "now": now}
    async with transaction(pool) as connection:
        found = await (await connection.execute(TAKE_TRY, row)).fetchone()
    return None if found is None else bytes(found[0])


async def codes_sent(pool: Pool, closure_id: UUID) -> int:
    """How many codes have been sent for a closure."""
    async with pool.connection() as connection:
        row = await (await connection.execute(CODES_SENT, {"closure_id": closure_id})).fetchone()
    return 0 if row is None else int(row[0])
