"""What became of an operation, for a till that lost the answer and with it the id of what it made."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import Query
from pydantic import Field

from florin.api import examples
from florin.api.failures import invalid_field
from florin.api.fields import JournalId, TerminalId
from florin.api.given import TheHouse, TheVisitor
from florin.api.programmes.own_merchant import OfMerchant, merchant_asked_for
from florin.api.routes import Routes
from florin.api.views import View
from florin.domain.declines import Decline
from florin.domain.scopes import Scope
from florin.domain.subjects import POSTING_VERBS, subject_wire_id
from florin.storage.book.operations import DecidedOperation, operation_by_key, operation_by_reference

ROUTES = Routes("Operations")


class DecidedOperationView(View):
    """An operation and what was answered: with a `decline` its code, and then `answer` is what it said besides.

    `subject_id` is the purchase, hold, refund or card that it made or changed; a reversal tells in its answer.
    """

    verb: Annotated[str, Field(json_schema_extra={"enum": list(POSTING_VERBS)})]
    reference: str | None
    idempotency_key: str
    decline: str | None
    answer: dict[str, Any]
    subject_id: str | None
    journal_id: JournalId | None
    terminal_id: TerminalId | None
    request_id: str | None
    posted_at: datetime


class DecidedOperations(View):
    """One operation, or none."""

    items: list[DecidedOperationView]


@ROUTES.get(
    "/v1/operations",
    allows=Scope.PURCHASES_READ,
    problems=(Decline.MERCHANT_NOT_FOUND,),
    example={"items": [examples.OPERATION_FOUND]},
)
async def find_operation(
    visitor: TheVisitor,
    house: TheHouse,
    merchant_id: OfMerchant = None,
    reference: Annotated[
        str | None, Query(min_length=1, max_length=64, description="The reference that it was sent with.")
    ] = None,
    idempotency_key: Annotated[
        str | None, Query(min_length=8, max_length=128, description="Instead: its idempotency key.")
    ] = None,
) -> DecidedOperations:
    """Find what became of an operation, by its reference or by its idempotency key.

    By its reference an operation is found that stands. None is found where nothing has been decided yet (it may still
    be under way: `POST /v1/reversals` makes sure that it has no effect) or where it was declined, which leaves the
    reference free; a decline is found by its key. A reference that a reversal has closed shows the reversal.
    """
    whose = merchant_asked_for(visitor, merchant_id)
    if reference is not None and idempotency_key is None:
        found = await operation_by_reference(house.pool, whose, reference)
    elif idempotency_key is not None and reference is None:
        found = await operation_by_key(house.pool, whose, idempotency_key)
    else:
        raise invalid_field("reference", "needed, or `idempotency_key`, and not both")
    return DecidedOperations(items=[] if found is None else [_view(found)])


def _view(operation: DecidedOperation) -> DecidedOperationView:
    return DecidedOperationView(
        verb=operation.verb,
        reference=operation.reference,
        idempotency_key=operation.key,
        decline=operation.decline,
        answer=operation.answer,
        subject_id=subject_wire_id(operation.verb, operation.subject_id),
        journal_id=operation.journal_id,
        terminal_id=operation.terminal_id,
        request_id=operation.request_id,
        posted_at=operation.posted_at,
    )
