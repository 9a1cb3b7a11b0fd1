"""Forgetting who the holder of a closed account was, when the law no longer wants it kept.

Everything that could tell is taken away: the sealed columns, the blind indexes by which they were found, the user name,
the sessions and notices. What stays are ids and amounts: the book proves itself without knowing anybody. Nothing is
marked as forgotten anywhere else than in the row itself, so a backup that is brought back forgets again by itself.
"""

from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from florin.domain.purchase import OwnerKind
from florin.storage.audit_trail import Author, record
from florin.storage.connect import Connection, Pool, transaction

# Nothing is forgotten while something is owed, on its way, or could still come back from the bank for want of a name.
ENDED: Final = """
SELECT l.id, l.programme_id, l.owner_kind, l.owner_id, l.status = 'cancelled' AS is_cancelled,
       greatest(l.decided_at, (SELECT max(coalesce(y.returned_at, y.settled_at)) FROM closure_payout y
                               WHERE y.closure_id = l.id)) AS ended_at
FROM closure l
WHERE l.shredded_at IS NULL AND l.decided_at <= %(before)s AND l.id > %(after)s
  AND NOT EXISTS (SELECT FROM closure_payout y
                  WHERE y.closure_id = l.id AND y.status NOT IN ('settled', 'returned'))
ORDER BY l.id LIMIT %(limit)s
"""
LOCK_OWNER: Final = """
SELECT FROM strict_account WHERE owner_id = %(owner_id)s ORDER BY owner_id, code FOR NO KEY UPDATE
"""
STILL_ENDED: Final = """
SELECT NOT EXISTS (
    SELECT FROM closure_payout WHERE closure_id = %(closure_id)s AND status NOT IN ('settled', 'returned'))
"""
FORGET_CLOSURE: Final = """
UPDATE closure SET identity_encrypted = NULL, mail_encrypted = NULL, account_id = NULL, shredded_at = %(now)s
WHERE id = %(closure_id)s AND shredded_at IS NULL
"""
FORGET_ACCOUNTS: Final = """
UPDATE payout_account SET account_encrypted = NULL, last4 = '' WHERE closure_id = %(closure_id)s
"""
FORGET_CODE: Final = "DELETE FROM closure_code WHERE closure_id = %(closure_id)s"
FORGET_NOTICES: Final = "DELETE FROM notice WHERE recipient_id = %(owner_id)s"
FORGET_MEMBER: Final = """
UPDATE member
SET user_name = id::text, password_hash = '', mail_index = NULL, mail_encrypted = NULL, mobile_index = NULL,
    mobile_encrypted = NULL, identity_encrypted = NULL, totp_secret_encrypted = NULL, totp_confirmed_at = NULL,
    totp_last_step = NULL
WHERE id = %(owner_id)s AND status = 'closed'
"""
FORGET_OF_MEMBER: Final = (
    "DELETE FROM session WHERE member_id = %(owner_id)s",
    "DELETE FROM payment_code WHERE member_id = %(owner_id)s",
    "DELETE FROM notice_preference WHERE member_id = %(owner_id)s",
    "DELETE FROM notice_reader WHERE member_id = %(owner_id)s",
    "UPDATE cash_order SET text_encrypted = NULL WHERE member_id = %(owner_id)s AND text_encrypted IS NOT NULL",
    """UPDATE online_card SET trial_person = NULL
    WHERE payment_id IN (SELECT id FROM payment WHERE member_id = %(owner_id)s) AND trial_person IS NOT NULL""",
    "UPDATE contact SET notes_encrypted = NULL WHERE member_id = %(owner_id)s AND notes_encrypted IS NOT NULL",
)
FORGET_CALLBACKS: Final = """
UPDATE payment_callback SET raw_encrypted = NULL
WHERE raw_encrypted IS NOT NULL AND payment_id IN (SELECT id FROM payment WHERE member_id = %(owner_id)s)
"""
FORGET_FINDING_NOTES: Final = """
UPDATE payment_finding_note SET text_encrypted = NULL
WHERE text_encrypted IS NOT NULL AND finding_id IN (
    SELECT f.id FROM payment_finding f JOIN payment y ON y.id = f.payment_id WHERE y.member_id = %(owner_id)s)
"""
FORGET_CASES: Final = """
DELETE FROM case_note WHERE case_id IN (
    SELECT id FROM service_case WHERE owner_id = %(owner_id)s OR member_id = %(owner_id)s)
"""
# A company may have said who gets the card before its holder was known.
FORGET_RECIPIENT: Final = """
UPDATE order_recipient p
SET name_encrypted = NULL, contact_encrypted = NULL, employee_number = NULL, identity_encrypted = NULL
FROM card c JOIN order_line l ON l.issue_id = c.issue_id LEFT JOIN card_replacement r ON r.new_card_id = c.id
WHERE c.id = %(owner_id)s AND p.name_encrypted IS NOT NULL
  AND (p.order_id, p.line, p.serial) = (l.order_id, l.line, coalesce(r.recipient_serial, c.serial))
"""
FORGET_HOLDER: Final = "DELETE FROM card_holder WHERE card_id = %(owner_id)s"


class EndedClosure(NamedTuple):
    """A closure of which nothing is owed any more, and since when."""

    id: UUID
    programme_id: UUID
    owner_kind: OwnerKind
    owner_id: UUID
    is_cancelled: bool
    ended_at: datetime


async def ended_closures(pool: Pool, before: datetime, after: UUID, limit: int) -> list[EndedClosure]:
    """Closures that were decided before ``before``, owe nothing and are not forgotten, from those after an id on."""
    async with pool.connection() as connection:
        where = {"before": before, "after": after, "limit": limit}
        rows = await (await connection.execute(ENDED, where)).fetchall()
    return [
        EndedClosure(closure_id, programme_id, OwnerKind(kind), owner_id, is_cancelled, ended_at)
        for closure_id, programme_id, kind, owner_id, is_cancelled, ended_at in rows
    ]


async def shred(pool: Pool, closure: EndedClosure, now: datetime) -> bool:
    """Forget the holder of a closure; False when it is owed something again or was forgotten meanwhile.

    Of a closure that was called off only its own records go: the account goes on, and its holder with it.
    """
    where = {"closure_id": closure.id, "owner_id": closure.owner_id, "now": now}
    async with transaction(pool) as connection:
        await connection.execute(LOCK_OWNER, where)
        row = await (await connection.execute(STILL_ENDED, where)).fetchone()
        if row is None or not row[0]:
            return False
        if (await connection.execute(FORGET_CLOSURE, where)).rowcount == 0:
            return False
        await connection.execute(FORGET_ACCOUNTS, where)
        await connection.execute(FORGET_CODE, where)
        if not closure.is_cancelled:
            await _forget_owner(connection, closure, where)
        await record(connection, Author(None, now), "closure.shredded", closure.owner_id, {})
        return True


async def _forget_owner(connection: Connection, closure: EndedClosure, where: dict[str, object]) -> None:
    await connection.execute(FORGET_NOTICES, where)
    await connection.execute(FORGET_CASES, where)
    if closure.owner_kind is OwnerKind.CARD:
        await connection.execute(FORGET_HOLDER, where)
        await connection.execute(FORGET_RECIPIENT, where)
        return
    await connection.execute(FORGET_MEMBER, where)
    await connection.execute(FORGET_CALLBACKS, where)
    await connection.execute(FORGET_FINDING_NOTES, where)
    for statement in FORGET_OF_MEMBER:
        await connection.execute(statement, where)
