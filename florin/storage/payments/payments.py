"""Payments through providers, outside any posting: read, offered, and claimed by whoever asks for them next."""

from datetime import datetime
from typing import Final
from uuid import UUID

from psycopg.rows import class_row

from florin.domain.paging import Page, page_of
from florin.domain.payment import (
    CLOSING_TIME,
    FIRST_QUESTION_S,
    SLOWEST_QUESTION_S,
    Payment,
    PaymentOperation,
    PaymentStatus,
    following,
)
from florin.storage.connect import Pool, transaction
from florin.storage.posting.fact_queries import PAYMENT_COLUMNS
from florin.storage.posting.facts import read_payment
from florin.storage.read_rows import read_row, read_rows

FIND_PAYMENT: Final = f"SELECT {PAYMENT_COLUMNS} FROM payment y WHERE y.id = %(id)s"  # noqa: S608 (a dataclass's fields)
# Ids begin with their time, so the order of ids is the order of time.
FIND_PAYMENT_OF_HOLD: Final = f"SELECT {PAYMENT_COLUMNS} FROM payment y WHERE y.hold_id = %(hold_id)s"  # noqa: S608 (as above)
PAYMENTS: Final = f"""
SELECT {PAYMENT_COLUMNS} FROM payment y
WHERE (%(member_id)s::uuid IS NULL OR y.member_id = %(member_id)s)
  AND (%(status)s::text IS NULL OR y.status = %(status)s)
  AND (%(before)s::uuid IS NULL OR y.id < %(before)s)
ORDER BY y.id DESC LIMIT %(limit)s
"""  # noqa: S608 (as above)

# Whatever has become of the payment meanwhile, it is not offered over that.
RECORD_OFFER: Final = f"""
UPDATE payment y SET status = %(offered)s, pay_url = %(pay_url)s, provider_reference = %(provider_reference)s
WHERE y.id = %(id)s AND y.status = %(created)s
RETURNING {PAYMENT_COLUMNS}
"""  # noqa: S608 (as above)

# The next question is written down before this one is asked: who is killed in between has only waited longer. While a
# payment can be paid, none comes later than the time to close it.
CLAIM: Final = f"""
WITH due AS (
    SELECT id, %(now)s + make_interval(secs => LEAST(%(first_s)s * 2 ^ LEAST(steps, 20), %(slowest_s)s)) AS next_at,
           expires_at + %(closing_time)s AS closes_at
    FROM payment WHERE next_step_at <= %(now)s
    ORDER BY next_step_at LIMIT %(most)s FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE payment y
SET steps = y.steps + 1,
    next_step_at = CASE WHEN closes_at > %(now)s THEN LEAST(next_at, closes_at) ELSE next_at END
FROM due WHERE y.id = due.id
RETURNING {PAYMENT_COLUMNS}
"""  # noqa: S608 (as above)


async def find_payment(pool: Pool, payment_id: UUID) -> Payment | None:
    """The payment of that id, if there is one."""
    found = await read_row(pool, Payment, FIND_PAYMENT, {"id": payment_id})
    return None if found is None else read_payment(found)


async def find_payment_of_hold(pool: Pool, hold_id: UUID) -> Payment | None:
    """The payment that completes the split purchase whose other part a hold keeps, if it does."""
    found = await read_row(pool, Payment, FIND_PAYMENT_OF_HOLD, {"hold_id": hold_id})
    return None if found is None else read_payment(found)


async def list_payments(
    pool: Pool, member_id: UUID | None, status: PaymentStatus | None, before: UUID | None, limit: int
) -> Page[Payment, UUID]:
    """A page of payments, the latest first, from those before ``before``; of a member or status unless it is None."""
    where = {"member_id": member_id, "status": status, "before": before, "limit": limit + 1}
    found = await read_rows(pool, Payment, PAYMENTS, where)
    return page_of([(each.id, read_payment(each)) for each in found], limit)


async def record_offer(pool: Pool, payment_id: UUID, pay_url: str, provider_reference: str | None) -> Payment | None:
    """Write where a created payment can be paid; None when something else has become of it meanwhile."""
    created = PaymentStatus.CREATED
    row = {
        "id": payment_id,
        "created": created,
        "offered": following(PaymentOperation.OFFER, created),
        "pay_url": pay_url,
        "provider_reference": provider_reference,
    }
    async with transaction(pool) as connection, connection.cursor(row_factory=class_row(Payment)) as payments:
        await payments.execute(RECORD_OFFER, row)
        found = await payments.fetchone()
    return None if found is None else read_payment(found)


async def claim_due_payments(pool: Pool, now: datetime, most: int) -> list[Payment]:
    """At most so many payments at which somebody is to look now; nobody else gets them before their next time."""
    row = {
        "now": now,
        "most": most,
        "first_s": FIRST_QUESTION_S,
        "slowest_s": SLOWEST_QUESTION_S,
        "closing_time": CLOSING_TIME,
    }
    async with transaction(pool) as connection, connection.cursor(row_factory=class_row(Payment)) as payments:
        await payments.execute(CLAIM, row)
        return [read_payment(each) for each in await payments.fetchall()]
