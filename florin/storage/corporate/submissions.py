"""Submissions as rows: what is frozen with one, who approves it, and how it becomes a draft again.

All of it is written under the order's row lock. What was submitted on one day is added up under the lock of the
customer's row too, so that two orders submitted at once cannot each overlook the other.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from florin.domain.people import Actor
from florin.domain.programme import ProductKind
from florin.domain.submission import Submission
from florin.storage.connect import Connection

LOCK_CUSTOMER: Final = "SELECT FROM customer WHERE id = %(customer_id)s FOR NO KEY UPDATE"
SUBMITTED_FACES: Final = """
SELECT coalesce(sum(l.denomination_minor * l.quantity), 0)::bigint
FROM corporate_order o
JOIN order_line l ON l.order_id = o.id
JOIN product p ON p.id = l.product_id
WHERE o.customer_id = %(customer_id)s AND o.id <> %(order_id)s AND p.kind = ANY(%(kinds)s)
  AND o.submitted_at >= %(begin)s AND o.submitted_at < %(end)s AND o.status <> 'cancelled'
"""
IS_IDENTIFIED: Final = "SELECT identity_encrypted IS NOT NULL FROM person WHERE id = %(person_id)s"
SUBMIT: Final = """
UPDATE corporate_order SET status = 'submitted', tier = %(tier)s, price_basis_points = %(price_basis_points)s,
    face_minor = %(face_minor)s, price_minor = %(price_minor)s, submission_hash = %(hash)s,
    needs_customer_approval = %(needs_customer_approval)s, submitted_by = %(submitted_by)s,
    submitted_person = %(submitted_person)s, submitted_at = %(submitted_at)s
WHERE id = %(order_id)s
"""
RETURN: Final = """
UPDATE corporate_order SET status = 'draft', tier = NULL, price_basis_points = NULL, face_minor = NULL,
    price_minor = NULL, submission_hash = NULL, needs_customer_approval = false, submitted_by = NULL,
    submitted_person = NULL, submitted_at = NULL, customer_approved_by = NULL, customer_approved_person = NULL,
    customer_approved_at = NULL
WHERE id = %(order_id)s
"""
APPROVE_FOR_CUSTOMER: Final = """
UPDATE corporate_order SET customer_approved_by = %(login_id)s, customer_approved_person = %(person_id)s,
    customer_approved_at = %(now)s
WHERE id = %(order_id)s
"""
APPROVE: Final = """
UPDATE corporate_order SET status = 'approved', approved_by = %(login_id)s, approved_person = %(person_id)s,
    approved_at = %(now)s
WHERE id = %(order_id)s
"""


async def lock_customer(connection: Connection, customer_id: UUID) -> None:
    """Let no other order of the customer be submitted until the caller's transaction ends.

    It is taken after the lock of the order, and nothing is locked after it.
    """
    await connection.execute(LOCK_CUSTOMER, {"customer_id": customer_id})


async def submitted_faces_minor(
    connection: Connection,
    customer_id: UUID,
    *,
    besides: UUID,
    kinds: list[ProductKind],
    begin: datetime,
    end: datetime,
) -> int:
    """What the faces of those kinds of cards add up to that a customer has submitted between two instants.

    Cancelled orders and the order ``besides`` do not count; in minor units.
    """
    where = {"customer_id": customer_id, "order_id": besides, "kinds": [str(each) for each in kinds]}
    found = await connection.execute(SUBMITTED_FACES, {**where, "begin": begin, "end": end})
    row = await found.fetchone()
    return 0 if row is None else int(row[0])


async def is_identified(connection: Connection, person_id: UUID) -> bool:
    """Whether an identity document of a person is on record."""
    row = await (await connection.execute(IS_IDENTIFIED, {"person_id": person_id})).fetchone()
    return row is not None and bool(row[0])


async def write_submission(connection: Connection, submission: Submission) -> None:
    """Freeze an order as it is submitted; the prices of its lines are written besides."""
    row = {
        "order_id": submission.order_id,
        "tier": submission.tier,
        "price_basis_points": submission.price_basis_points,
        "face_minor": submission.face_minor,
        "price_minor": submission.price_minor,
        "hash": submission.hash,
        "needs_customer_approval": submission.needs_customer_approval,
        "submitted_by": submission.submitted_by,
        "submitted_person": submission.submitted_person,
        "submitted_at": submission.submitted_at,
    }
    await connection.execute(SUBMIT, row)


async def forget_submission(connection: Connection, order_id: UUID) -> None:
    """Make a submitted order a draft again, of which nothing is frozen or approved."""
    await connection.execute(RETURN, {"order_id": order_id})


async def approve_for_customer(connection: Connection, order_id: UUID, actor: Actor, now: datetime) -> None:
    """Write the consent of the customer's own approver."""
    await connection.execute(APPROVE_FOR_CUSTOMER, _signed(order_id, actor, now))


async def approve_finally(connection: Connection, order_id: UUID, actor: Actor, now: datetime) -> None:
    """Write the operator's approval, from which the order waits for money."""
    await connection.execute(APPROVE, _signed(order_id, actor, now))


def _signed(order_id: UUID, actor: Actor, now: datetime) -> dict[str, object]:
    return {"order_id": order_id, "login_id": actor.login_id, "person_id": actor.person_id, "now": now}
