"""The making of an order's cards, as its lines and its status tell of it; each step is one transaction.

Every step holds the order's row lock and looks again, so any number of processes may take the same steps at once.
"""

from typing import Final
from uuid import UUID

from florin.domain.order_life import OrderOperation, OrderStatus, permit
from florin.domain.order_line import OPEN, LineFailure, LineStatus
from florin.domain.order_progress import BEING_MADE
from florin.storage.audit_trail import Author
from florin.storage.cards.card_issue import CardIssue, begin_issue, read_issue
from florin.storage.connect import Pool
from florin.storage.corporate.order_change import OrderChange, order_change
from florin.storage.corporate.orders import OrderLine, OrderView, read_order, set_status
from florin.storage.fresh_ids import fresh_id

TO_BE_MADE: Final = "SELECT id FROM corporate_order WHERE status IN ('funded', 'generating') ORDER BY id"
TAKE_UP: Final = """
UPDATE order_line
SET status = 'generating', issue_id = %(issue_id)s, began_at = %(now)s, made_before = %(made_before)s
WHERE order_id = %(order_id)s AND line = %(line)s
"""
# Another worker may have made the last cards of a line that this one found no numbers for.
FINISH_LINE: Final = """
UPDATE order_line l SET status = 'ready', failure = NULL FROM card_issue i
WHERE l.order_id = %(order_id)s AND l.line = %(line)s AND l.status IN ('waiting', 'generating', 'failed')
  AND i.id = l.issue_id AND i.status = 'ready'
"""
FAIL_LINE: Final = """
UPDATE order_line SET status = 'failed', failure = %(failure)s
WHERE order_id = %(order_id)s AND line = %(line)s AND status IN ('waiting', 'generating')
"""
WAIT_AGAIN: Final = """
UPDATE order_line SET status = 'waiting', failure = NULL WHERE order_id = %(order_id)s AND line = %(line)s
"""


async def orders_to_be_made(pool: Pool) -> list[UUID]:
    """The orders that are paid for and whose cards are not all made, the oldest first."""
    async with pool.connection() as connection:
        return [row[0] for row in await (await connection.execute(TO_BE_MADE)).fetchall()]


async def take_up_line(pool: Pool, order_id: UUID, line: int, author: Author) -> CardIssue | None:
    """Take a line in hand and return its issue, begun now or before; None when there is nothing to be made of it.

    Line and issue are written together, so that no issue is without its line and no line has two.
    """
    async with order_change(pool, order_id, author) as change:
        order = change.order
        wanted = None if order is None else _line_of(order, line)
        if order is None or wanted is None or order.status not in BEING_MADE or wanted.status not in OPEN:
            return None
        await _begin_order(change, order)
        issue = await _issue_of(change, order, wanted)
        row = {"order_id": order_id, "line": line, "issue_id": issue.id, "now": author.now}
        await change.connection.execute(TAKE_UP, {**row, "made_before": issue.generated})
        return issue


async def finish_line(pool: Pool, order_id: UUID, line: int, author: Author) -> None:
    """Write that all cards of a line are made, if they are, and what that makes of its order."""
    async with order_change(pool, order_id, author) as change:
        await change.connection.execute(FINISH_LINE, {"order_id": order_id, "line": line})
        await settle_order(change, order_id)


async def fail_line(pool: Pool, order_id: UUID, line: int, failure: LineFailure, author: Author) -> None:
    """Write why the cards of a line cannot be made, if they are still to be made, and what that makes of its order."""
    async with order_change(pool, order_id, author) as change:
        if change.order is None or change.order.status not in BEING_MADE:
            return
        await _begin_order(change, change.order)
        row = {"order_id": order_id, "line": line, "failure": failure.value}
        if (await change.connection.execute(FAIL_LINE, row)).rowcount:
            await change.record("order.line_failed", change.order, {"line": line, "failure": failure.value})
        await settle_order(change, order_id)


async def write_waiting_again(change: OrderChange, order: OrderView, line: OrderLine) -> None:
    """Let a failed line wait for its cards once more."""
    await change.connection.execute(WAIT_AGAIN, {"order_id": order.id, "line": line.line})
    await set_status(change.connection, order.id, OrderStatus.GENERATING, change.author.now)
    await change.record("order.line_retried", order, {"line": line.line, "failure": line.failure})


async def settle_order(change: OrderChange, order_id: UUID) -> None:
    """Move an order on, when none of its lines is being made any more and the change has left it so.

    It is ready when its lines are; a line that was given up holds it back until its cards are void.
    """
    order = await read_order(change.connection, order_id)
    if order is None or order.status not in (OrderStatus.GENERATING, OrderStatus.PARTIALLY_FAILED):
        return
    statuses = {LineStatus(each.status) for each in order.lines}
    if statuses & OPEN or LineStatus.DROPPING in statuses:
        return
    if LineStatus.FAILED not in statuses:
        await _move(change, order, OrderOperation.FINISH, "order.ready")
    elif order.status is OrderStatus.GENERATING:
        await _move(change, order, OrderOperation.FAIL, "order.partially_failed")


async def _begin_order(change: OrderChange, order: OrderView) -> None:
    if order.status is OrderStatus.FUNDED:
        await set_status(change.connection, order.id, OrderStatus.GENERATING, change.author.now)
        await change.record("order.generating", order, {})


async def _move(change: OrderChange, order: OrderView, operation: OrderOperation, name: str) -> None:
    following = permit(operation, order.status)
    if not isinstance(following, OrderStatus):
        raise TypeError(f"{operation} of an order that is {order.status}")
    counts = {each.value: sum(line.status == each for line in order.lines) for each in LineStatus}
    told = {"lines": {status: count for status, count in counts.items() if count}}
    await set_status(change.connection, order.id, following, change.author.now)
    await change.record(name, order, told)
    await change.emit(name, order, following, told)


async def _issue_of(change: OrderChange, order: OrderView, line: OrderLine) -> CardIssue:
    if line.issue_id is not None:
        return await read_issue(change.connection, line.issue_id)
    issue = CardIssue(
        id=fresh_id(),
        programme_id=order.programme_id,
        product_id=line.product_id,
        denomination_minor=line.denomination_minor,
        ordered=line.quantity,
        generated=0,
        status="generating",
        created_at=change.author.now,
        ready_at=None,
        sold_to=order.customer_id,
    )
    await begin_issue(change.connection, issue, change.author)
    return issue


def _line_of(order: OrderView, number: int) -> OrderLine | None:
    return next((each for each in order.lines if each.line == number), None)
