"""Making the cards of a funded order: each line is an issue of its own, filled chunk by chunk.

What is to be made and what is made stand in the database, so a process that is killed leaves nothing behind, and any
number of processes may work on one order. A line that cannot be made fails alone; the others are made.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypeVar
from uuid import UUID

import structlog

from florin.batch.issue import CHUNK, CrowdedNumbers, fill
from florin.clearing.house import ClearingHouse
from florin.clearing.orders.submitted import require_unaltered
from florin.domain.declines import Decline
from florin.domain.faces import refused_face
from florin.domain.identifiers import wire_id
from florin.domain.order_life import OrderStatus
from florin.domain.order_line import OPEN, LineFailure
from florin.domain.order_progress import BEING_MADE
from florin.domain.policy.catalogue import PackName
from florin.storage.audit_trail import Author
from florin.storage.catalogue import Catalogue, read_catalogue
from florin.storage.connect import passes
from florin.storage.corporate.generation import fail_line, finish_line, take_up_line
from florin.storage.corporate.orders import OrderLine, OrderView, find_order

Progress = Callable[[int, int, int], None]
"""Called after every chunk with the line, the number of its cards that are made, and the number ordered."""

MADE: Final = (
    OrderStatus.PARTIALLY_FAILED,
    OrderStatus.READY,
    OrderStatus.DELIVERED,
    OrderStatus.ACTIVATED,
)
"""The statuses of an order whose cards have been made, as far as they could be."""

PATIENCE_MS: Final = (100, 500, 2_000)
"""How long is waited, time after time, for a database that is away or busy, before whoever asked is told."""

_Result = TypeVar("_Result")
_log: Final = structlog.get_logger("florin.batch")


@dataclass(frozen=True, slots=True)
class Maker:
    """Who makes cards, and how: ``by`` stands in the audit trail, ``chunk`` is the number of cards a transaction."""

    house: ClearingHouse
    by: str = "florin"
    progress: Progress = lambda _line, _done, _ordered: None
    chunk: int = CHUNK
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    @property
    def author(self) -> Author:
        """Who does the next step, and when."""
        return Author(None, self.clock(), self.by)


async def generate_order(maker: Maker, order_id: UUID) -> OrderView | Decline:
    """Make the cards that an order still wants and return the order; call it again after a kill.

    It ends with exactly the cards that were ordered; an order that is made already is left as it is. Declines:
    `ORDER_NOT_FOUND`; `ORDER_NOT_IN_STATE` for one that is not paid for or is cancelled; `ORDER_ALTERED` for one that
    is not what was submitted and approved, whose lines fail then.

    Raises:
        The database's own errors, when it stays away or busy: what is made is kept, and no line has failed by that.
    """
    pool = maker.house.pool
    order = await _patiently(lambda: find_order(pool, order_id))
    if order is None:
        return Decline.ORDER_NOT_FOUND
    if order.status in MADE:
        return order
    if order.status not in BEING_MADE:
        return Decline.ORDER_NOT_IN_STATE
    wanted = [each for each in order.lines if each.status in OPEN]
    refused = await _patiently(lambda: require_unaltered(maker.house, order_id))
    if refused is not None:
        for line in wanted:
            await _fail(maker, order_id, line.line, LineFailure.ORDER_ALTERED)
        return refused
    catalogue = await _patiently(lambda: read_catalogue(pool))
    for line in wanted:
        await _generate_line(maker, catalogue, order, line)
    return await _patiently(lambda: find_order(pool, order_id)) or Decline.ORDER_NOT_FOUND


async def _generate_line(maker: Maker, catalogue: Catalogue, order: OrderView, line: OrderLine) -> None:
    pool = maker.house.pool
    failure = _not_to_be_made(catalogue, order, line, maker.clock())
    if failure is None:
        failure = await _make_cards(maker, order.id, line.line)
    if failure is None:
        await _patiently(lambda: finish_line(pool, order.id, line.line, maker.author))
    else:
        await _fail(maker, order.id, line.line, failure)


async def _fail(maker: Maker, order_id: UUID, line: int, failure: LineFailure) -> None:
    _log.warning("order_line_failed", order=wire_id("order", order_id), line=line, failure=failure.value)
    await _patiently(lambda: fail_line(maker.house.pool, order_id, line, failure, maker.author))


async def _make_cards(maker: Maker, order_id: UUID, line: int) -> LineFailure | None:
    """Make what a line still wants, and return why that cannot be, if it cannot."""
    house = maker.house

    async def make() -> None:
        issue = await take_up_line(house.pool, order_id, line, maker.author)
        if issue is not None:
            await fill(
                house.pool,
                house.vault,
                issue,
                progress=lambda done, ordered: maker.progress(line, done, ordered),
                chunk=maker.chunk,
                clock=maker.clock,
            )

    try:
        await _patiently(make)
    except CrowdedNumbers:
        return LineFailure.NUMBERS_USED_UP
    except Exception as error:
        if passes(error):
            raise
        _log.exception("cards_not_made", order=wire_id("order", order_id), line=line)
        return LineFailure.UNEXPECTED
    return None


def _not_to_be_made(catalogue: Catalogue, order: OrderView, line: OrderLine, now: datetime) -> LineFailure | None:
    """Why cards of the line may not be made today, although they could be ordered when they were."""
    product = catalogue.products.get(line.product_id)
    if product is None:
        return LineFailure.PRODUCT_NOT_FOUND
    if line.denomination_minor not in product.denominations_minor:
        return LineFailure.DENOMINATION_NOT_OFFERED
    programme = catalogue.programmes[order.programme_id]
    pack, today = PackName(programme.policy_pack), programme.business_date(now)
    refusal = refused_face(pack, product.kind, [line.denomination_minor], today)
    return None if refusal is None else LineFailure.REFUSED_BY_POLICY


async def _patiently(step: Callable[[], Awaitable[_Result]]) -> _Result:
    """Take a step again, a few times, when the database is away or busy: each looks first at what is done already."""
    for wait_ms in PATIENCE_MS:
        try:
            return await step()
        except Exception as error:
            if not passes(error):
                raise
            _log.warning("database_not_answering", error=type(error).__name__)
            await asyncio.sleep(wait_ms / 1000)  # not money: seconds
    return await step()
