"""Refunds of payments, outside any posting: read, and claimed by whoever sends them next."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from psycopg.rows import tuple_row

from florin.domain.payment import FIRST_QUESTION_S, SLOWEST_QUESTION_S
from florin.domain.payment_refund import PaymentRefund
from florin.storage.connect import Pool, transaction
from florin.storage.posting.fact_queries import PAYMENT_REFUND_COLUMNS
from florin.storage.posting.facts import read_payment_refund
from florin.storage.read_rows import read_row, read_rows

FIND_REFUND: Final = f"SELECT {PAYMENT_REFUND_COLUMNS} FROM payment_refund z WHERE z.id = %(id)s"  # noqa: S608 (fields)
# Ids begin with their time, so the order of ids is the order of time.
REFUNDS_OF_PAYMENT: Final = f"""
SELECT {PAYMENT_REFUND_COLUMNS} FROM payment_refund z WHERE z.payment_id = %(payment_id)s ORDER BY z.id
"""  # noqa: S608 (as above)

# The next try is written down before this one is made: who is killed in between has only waited longer.
CLAIM: Final = """
WITH due AS (
    SELECT id FROM payment_refund WHERE next_step_at <= %(now)s
    ORDER BY next_step_at LIMIT %(most)s FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE payment_refund z
SET steps = z.steps + 1,
    next_step_at = %(now)s + make_interval(secs => LEAST(%(first_s)s * 2 ^ LEAST(z.steps, 20), %(slowest_s)s))
FROM due WHERE z.id = due.id
RETURNING z.id, z.steps > 1
"""


@dataclass(frozen=True, slots=True)
class DueRefund:
    """A refund whose provider is to be spoken to; ``was_sent``: it may know of it already."""

    id: UUID
    was_sent: bool


async def find_payment_refund(pool: Pool, refund_id: UUID) -> PaymentRefund | None:
    """The refund of that id, if there is one."""
    found = await read_row(pool, PaymentRefund, FIND_REFUND, {"id": refund_id})
    return None if found is None else read_payment_refund(found)


async def refunds_of_payment(pool: Pool, payment_id: UUID) -> list[PaymentRefund]:
    """What goes or went back of a payment, in the order of the requests."""
    return [
        read_payment_refund(each)
        for each in await read_rows(pool, PaymentRefund, REFUNDS_OF_PAYMENT, {"payment_id": payment_id})
    ]


async def claim_due_refunds(pool: Pool, now: datetime, most: int) -> list[DueRefund]:
    """At most so many refunds to be sent or asked for now; nobody else gets them before their next time."""
    row = {"now": now, "most": most, "first_s": FIRST_QUESTION_S, "slowest_s": SLOWEST_QUESTION_S}
    async with transaction(pool) as connection, connection.cursor(row_factory=tuple_row) as refunds:
        await refunds.execute(CLAIM, row)
        return [DueRefund(*each) for each in await refunds.fetchall()]
