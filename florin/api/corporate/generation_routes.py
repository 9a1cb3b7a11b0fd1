"""The making of an order's cards: how far it is, polled and as it goes on, and what becomes of lines that failed."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Path
from starlette.requests import Request

from florin.api.asking import ThePerson
from florin.api.callers import people
from florin.api.corporate import generation_examples as examples
from florin.api.fields import Choice, OrderId
from florin.api.given import accepted
from florin.api.ledger.event_streams import HEARTBEAT, HEARTBEAT_EVERY_S, LONGEST_S, EventStream, EventStreams, event
from florin.api.routes import Routes
from florin.api.views import View
from florin.clearing.house import ClearingHouse
from florin.clearing.orders.allowed import READERS
from florin.clearing.orders.drop_line import WHO_MAY, DropLine, drop_line
from florin.clearing.orders.read_progress import progress_of
from florin.clearing.orders.retry_line import RetryLine, retry_line
from florin.domain.declines import Decline
from florin.domain.order_life import OrderStatus
from florin.domain.order_line import LineFailure, LineStatus
from florin.domain.order_progress import OrderProgress
from florin.domain.people import Actor
from florin.storage.connect import passes

ROUTES = Routes("Orders")

NEWS_EVERY_S: Final = 1

_EVENT: Final = {
    "type": "object",
    "description": "One event of the stream.",
    "properties": {
        "event": {"type": "string", "enum": ["progress", "done"]},
        "data": {"type": "string", "contentMediaType": "application/json"},
        "retry": {"type": "integer", "description": "Milliseconds after which to come again."},
    },
    "required": ["event", "data"],
}
_LINE_PROBLEMS: Final = (
    Decline.ORDER_NOT_FOUND,
    Decline.LINE_NOT_FOUND,
    Decline.ORDER_NOT_IN_STATE,
    Decline.LINE_NOT_FAILED,
    Decline.ORDER_ALTERED,
)


class LineProgressView(View):
    """A line: `generated` of `ordered` cards exist. The rate is that since the line was last taken in hand."""

    line: int
    ordered: int
    generated: int
    status: Annotated[LineStatus, Choice]
    cards_per_s: int | None
    seconds_left: int | None
    failure: Annotated[LineFailure, Choice] | None


class OrderProgressView(View):
    """How far the cards of an order are made; lines that were given up do not count."""

    order_id: OrderId
    status: Annotated[OrderStatus, Choice]
    ordered: int
    generated: int
    seconds_left: int | None
    lines: list[LineProgressView]


async def _streams(request: Request) -> EventStreams:
    streams: EventStreams = request.app.state.streams
    return streams


TheStreams = Annotated[EventStreams, Depends(_streams)]
LineNumber = Annotated[int, Path(ge=1, le=100)]


@ROUTES.get(
    "/v1/orders/{order_id}/progress",
    allows=people(*READERS),
    problems=(Decline.ORDER_NOT_FOUND,),
    example=examples.PROGRESS,
)
async def read_progress(order_id: OrderId, person: ThePerson) -> OrderProgressView:
    """Show how far the cards of an order are made, line by line."""
    return _view(await person.asks(progress_of, order_id, person.now))


@ROUTES.get(
    "/v1/orders/{order_id}/progress/events",
    allows=people(*READERS),
    problems=(Decline.ORDER_NOT_FOUND,),
    response_class=EventStream,
    responses={
        200: {"content": {"text/event-stream": {"schema": _EVENT, "example": examples.EVENTS}}},
    },
)
async def follow_progress(order_id: OrderId, person: ThePerson, streams: TheStreams) -> EventStream:
    """Follow how far the cards of an order are made, as server-sent events.

    An event `progress` at the beginning and for each change, looked for once a second, and `done` when no more cards
    are made; the data of both are what `GET /v1/orders/{order_id}/progress` answers then. A stream ends with `done`,
    after five minutes, or when the service stops; without `done`, come again. Of all requests that a process works on
    at once, half at most are streams: one too many is answered `busy`.
    """
    await person.asks(progress_of, order_id, datetime.now(UTC))
    return EventStream(_news(person.house, person.who, order_id, streams), streams)


@ROUTES.post(
    "/v1/orders/{order_id}/lines/{line}/retry",
    allows=people(*WHO_MAY),
    problems=_LINE_PROBLEMS,
    example=examples.PROGRESS,
)
async def retry_failed_line(order_id: OrderId, line: LineNumber, person: ThePerson) -> OrderProgressView:
    """Make the cards of a failed line once more; the other lines stay as they are."""
    return _view(await person.asks(retry_line, RetryLine(order_id, line), person.now))


@ROUTES.post(
    "/v1/orders/{order_id}/lines/{line}/drop",
    allows=people(*WHO_MAY),
    problems=(*_LINE_PROBLEMS, Decline.LAST_LINE),
    example=examples.FAILED,
)
async def drop_failed_line(order_id: OrderId, line: LineNumber, person: ThePerson) -> OrderProgressView:
    """Give up a failed line: its share of the money is free again, and cards of it that were made are voided.

    The order is ready when those are void and no other line has failed. A line that is dropped already stays so.
    """
    command = DropLine(order_id, line)
    return _view(await person.asks(drop_line, command, person.now, person.request_id))


async def _news(house: ClearingHouse, actor: Actor, order_id: UUID, streams: EventStreams) -> AsyncIterator[bytes]:
    """What is new of an order, looked for again and again."""
    told: object = None
    quiet_s = 0
    for _ in range(LONGEST_S // NEWS_EVERY_S):
        progress = await _progress(house, actor, order_id)
        quiet_s += NEWS_EVERY_S
        if progress is not None and progress.is_over:
            yield event("done", _view(progress).model_dump_json())
            return
        if progress is not None and progress.point != told:
            yield event("progress", _view(progress).model_dump_json())
            told, quiet_s = progress.point, 0
        elif quiet_s >= HEARTBEAT_EVERY_S:
            yield HEARTBEAT
            quiet_s = 0
        if not await streams.wait(NEWS_EVERY_S):
            return


async def _progress(house: ClearingHouse, actor: Actor, order_id: UUID) -> OrderProgress | None:
    """How far the order is; None while the database does not say."""
    try:
        return accepted(await progress_of(house, actor, order_id, datetime.now(UTC)))
    except Exception as error:
        if not passes(error):
            raise
        return None


def _view(progress: OrderProgress) -> OrderProgressView:
    return OrderProgressView(
        order_id=progress.order_id,
        status=progress.status,
        ordered=progress.ordered,
        generated=progress.generated,
        seconds_left=progress.seconds_left,
        lines=[LineProgressView.model_validate(each) for each in progress.lines],
    )
