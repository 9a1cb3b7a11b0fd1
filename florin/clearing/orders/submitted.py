"""Whether an order still is what was submitted: its stored rows are hashed again and compared with the hash kept.

Nothing in the service changes a submitted order, so a difference means that somebody wrote to the database.
"""

from typing import Final
from uuid import UUID

import structlog

from florin.clearing.house import ClearingHouse
from florin.clearing.orders.recipients import digest_recipients, recipients_digest
from florin.crypto.envelope import DecryptionFailed
from florin.crypto.vault import Vault
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.submission import Submission, SubmittedLine
from florin.storage.connect import Connection
from florin.storage.corporate.orders import OrderView, find_order

_log: Final = structlog.get_logger("florin.orders")


def submission_of(order: OrderView, digest: bytes | None) -> Submission:
    """What an order's rows say was submitted; ``digest`` is that of its recipients."""
    return Submission(
        order_id=order.id,
        programme_id=order.programme_id,
        customer_id=order.customer_id,
        payment_reference=order.payment_reference,
        delivery=order.delivery,
        tier=order.tier,
        price_basis_points=order.price_basis_points,
        face_minor=order.face_minor,
        price_minor=order.price_minor,
        needs_customer_approval=order.needs_customer_approval,
        submitted_by=order.submitted_by,
        submitted_person=order.submitted_person,
        submitted_at=order.submitted_at,
        lines=tuple(
            SubmittedLine(each.line, each.product_id, each.denomination_minor, each.quantity, each.principal_minor)
            for each in order.lines
        ),
        recipients_digest=digest,
    )


async def require_unaltered(house: ClearingHouse, order_id: UUID) -> Decline | None:
    """None when an order is what was submitted; ``order_altered`` (and an alarm in the log) when it is not.

    ``order_not_found`` when there is none, ``order_not_in_state`` when it is not submitted. It takes no lock: what was
    submitted never changes again.
    """
    order = await find_order(house.pool, order_id)
    if order is None:
        return Decline.ORDER_NOT_FOUND
    if order.submission_hash is None:
        return Decline.ORDER_NOT_IN_STATE
    try:
        digest = await recipients_digest(house, order_id)
    except DecryptionFailed:
        return altered(order)
    return _compare(order, digest)


async def require_unaltered_here(connection: Connection, vault: Vault, order: OrderView) -> Decline | None:
    """The same in a transaction that has locked the order."""
    try:
        digest = await digest_recipients(connection, vault, order.id)
    except DecryptionFailed:
        return altered(order)
    return _compare(order, digest)


def _compare(order: OrderView, digest: bytes | None) -> Decline | None:
    return None if submission_of(order, digest).hash == order.submission_hash else altered(order)


def altered(order: OrderView) -> Decline:
    """Raise the alarm: somebody has changed an order, or a recipient of it, behind the service's back."""
    _log.error("order_altered", order=wire_id("order", order.id), customer=wire_id("customer", order.customer_id))
    return Decline.ORDER_ALTERED
