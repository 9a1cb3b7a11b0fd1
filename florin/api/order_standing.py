"""What a refusal by an order's status says: where the order stands, where it would have to, and what it allows now."""

from collections.abc import Mapping
from typing import Final

import structlog
from starlette.requests import Request

from florin.api.problems.document import Refused
from florin.domain.declines import Decline
from florin.domain.identifiers import parse_id
from florin.domain.order_life import OrderOperation, OrderStatus, allowed_in, needed_for
from florin.storage.corporate.orders import find_order

OPERATIONS: Final[Mapping[str, OrderOperation]] = {
    "/v1/orders/{order_id}/lines": OrderOperation.CHANGE,
    "/v1/orders/{order_id}/recipients": OrderOperation.CHANGE,
    "/v1/orders/{order_id}/submit": OrderOperation.SUBMIT,
    "/v1/orders/{order_id}/approve": OrderOperation.APPROVE,
    "/v1/orders/{order_id}/return": OrderOperation.RETURN,
    "/v1/orders/{order_id}/cancel": OrderOperation.CANCEL,
    # A line is tried again where it could be dropped.
    "/v1/orders/{order_id}/lines/{line}/retry": OrderOperation.DROP_LINE,
    "/v1/orders/{order_id}/lines/{line}/drop": OrderOperation.DROP_LINE,
    "/v1/orders/{order_id}/deliveries": OrderOperation.DELIVER,
    "/v1/orders/{order_id}/links": OrderOperation.DELIVER,
    "/v1/orders/{order_id}/links/resend": OrderOperation.DELIVER,
    "/v1/orders/{order_id}/receipt-confirmation": OrderOperation.CONFIRM_RECEIPT,
    "/v1/orders/{order_id}/activations": OrderOperation.ACTIVATE,
    "/v1/orders/{order_id}/void-cards": OrderOperation.VOID_CARDS,
    "/v1/orders/{order_id}/replacements": OrderOperation.REPLACE,
    "/v1/orders/{order_id}/replacements/{replacement_id}/approve": OrderOperation.REPLACE,
    "/v1/orders/{order_id}/replacements/{replacement_id}/refuse": OrderOperation.REPLACE,
}
"""What is done to an order by which path; the others read what an order in another status would have."""

_log: Final = structlog.get_logger("florin.api")


async def with_standing(refused: Refused, request: Request) -> Refused:
    """The refusal; one by an order's status says more about that, as it is by now.

    The caller may see the order: of a stranger's there would have been another refusal.
    """
    order_id = request.path_params.get("order_id")
    if refused.code is not Decline.ORDER_NOT_IN_STATE or order_id is None:
        return refused
    try:
        order = await find_order(request.app.state.house.pool, parse_id("order", order_id))
    except Exception as error:  # noqa: BLE001 (a database that went away, most likely: the refusal stands without it)
        _log.warning("standing_not_told", error=type(error).__name__)
        return refused
    if order is None:
        return refused
    operation = OPERATIONS.get(request.scope["route"].path)
    return Refused(refused.code, _sentence(order.status, operation), details=_details(order.status, operation))


def _details(status: OrderStatus, operation: OrderOperation | None) -> dict[str, object]:
    needed = {} if operation is None else {"needed_status": [str(each) for each in needed_for(operation)]}
    return {"order_status": str(status), **needed, "allowed": [str(each) for each in allowed_in(status)]}


def _sentence(status: OrderStatus, operation: OrderOperation | None) -> str:
    allowed = ", ".join(map(str, allowed_in(status))) or "nothing more"
    needed = "" if operation is None else f" This needs one that is {' or '.join(map(str, needed_for(operation)))}."
    return f"The order is {status}.{needed} What it allows now: {allowed}."
