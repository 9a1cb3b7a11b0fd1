"""Card files of an order: asking for them, approving a repetition, fetching each once, and its password."""

import base64
from tempfile import TemporaryFile
from typing import IO, Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from florin.api.asking import Asking, ThePerson, ThePersonOnce, proof_of
from florin.api.callers import people
from florin.api.corporate import delivery_examples as examples
from florin.api.corporate.delivery_views import (
    DeliveryFields,
    DeliveryList,
    DeliveryView,
    PasswordView,
    delivery_view,
)
from florin.api.fair_turns import FairTurns
from florin.api.fields import DeliveryId, OrderId
from florin.api.files import AGE, NOT_STORED, SEALED, answers_file, attachment, parts_of
from florin.api.idempotency_keys import KEY_PROBLEMS, tell_replay
from florin.api.people.step_up import STEP_UP_PROBLEMS, StepUpFields
from florin.api.routes import Routes
from florin.batch.orders.build_delivery import HandedOver, fetch_delivery, file_name
from florin.clearing.orders.allowed import READERS
from florin.clearing.orders.approve_delivery import APPROVERS, approve_delivery, refuse_delivery
from florin.clearing.orders.deliveries import find_delivery, list_deliveries
from florin.clearing.orders.read_password import read_password
from florin.clearing.orders.request_delivery import (
    BUYERS,
    RequestDelivery,
    delivery_requested_before,
    request_delivery,
)
from florin.domain.declines import Decline
from florin.domain.delivery import DeliveryForm
from florin.domain.people import Actor
from florin.storage.people.logins import CodeProof

ROUTES = Routes("Deliveries")

_BUILDING: Final = FairTurns("other files of cards are being written")
_MEDIA_TYPES: Final = {DeliveryForm.AGE: AGE, DeliveryForm.ZIP: "application/zip"}
_DECISION: Final = (
    Decline.DELIVERY_NOT_FOUND,
    Decline.SAME_PERSON,
    Decline.DELIVERY_NOT_IN_STATE,
    Decline.DELIVERY_EXPIRED,
    *STEP_UP_PROBLEMS,
)
_OF_CUSTOMER: Final = (Decline.CUSTOMER_NOT_ACTIVE, Decline.ORDER_NOT_IN_STATE)


@ROUTES.post(
    "/v1/orders/{order_id}/deliveries",
    allows=people(*BUYERS),
    status=201,
    problems=(
        *KEY_PROBLEMS,
        Decline.ORDER_NOT_FOUND,
        *_OF_CUSTOMER,
        Decline.DELIVERED_OTHERWISE,
        Decline.DELIVERY_KEY_NOT_IN_FORCE,
        Decline.CARD_NOT_FOUND,
        Decline.NOTHING_TO_DELIVER,
        *STEP_UP_PROBLEMS,
    ),
    example=examples.DELIVERY,
)
async def ask_for_delivery(
    order_id: OrderId, fields: DeliveryFields, person: ThePersonOnce, response: Response
) -> DeliveryView:
    """Ask for a file of an order's card numbers or of their PINs.

    Numbers and PINs leave in two files, neither of which is of use alone. Whoever asks fetches the file, once and
    within a week; a newer request for the same part takes the place of one that was not fetched. A part that has left
    before waits for another person's approval. The same request again shows the delivery as it stands.
    """
    replacements = None if fields.replacements is None else tuple(fields.replacements)
    command = RequestDelivery(order_id, fields.part, fields.form, replacements, person.key)
    made = await person.asks(delivery_requested_before, command)
    if made is not None:
        tell_replay(response)
        return delivery_view(made, person.now)
    proof = await proof_of(person, fields.totp_code)
    return delivery_view(await person.asks(request_delivery, command, proof, person.now), person.now)


@ROUTES.get(
    "/v1/orders/{order_id}/deliveries",
    allows=people(*READERS),
    problems=(Decline.ORDER_NOT_FOUND,),
    example=examples.DELIVERIES,
)
async def read_deliveries(order_id: OrderId, person: ThePerson) -> DeliveryList:
    """List the deliveries of an order."""
    found = await person.asks(list_deliveries, order_id)
    return DeliveryList(items=[delivery_view(each, person.now) for each in found])


@ROUTES.get(
    "/v1/deliveries/{delivery_id}",
    allows=people(*READERS),
    problems=(Decline.DELIVERY_NOT_FOUND,),
    example=examples.FETCHED,
)
async def read_delivery(delivery_id: DeliveryId, person: ThePerson) -> DeliveryView:
    """Show a delivery, with its receipt once its file was fetched."""
    return delivery_view(await person.asks(find_delivery, delivery_id), person.now)


@ROUTES.post(
    "/v1/deliveries/{delivery_id}/file",
    allows=people(*BUYERS),
    problems=(
        Decline.DELIVERY_NOT_FOUND,
        Decline.APPROVAL_REQUIRED,
        Decline.DELIVERY_NOT_IN_STATE,
        Decline.DELIVERY_EXPIRED,
        Decline.DELIVERY_FETCHED,
        Decline.REQUESTER_ONLY,
        *_OF_CUSTOMER,
        Decline.DELIVERY_KEY_NOT_IN_FORCE,
        Decline.NOTHING_TO_DELIVER,
    ),
    **answers_file({**SEALED, _MEDIA_TYPES[DeliveryForm.ZIP]: "PK..."}),
)
async def fetch_file(delivery_id: DeliveryId, request: Request, person: ThePerson) -> StreamingResponse:
    """Fetch the file of a delivery, which is made now; that happens once.

    A file that could not be made can be fetched again; one whose download broke off cannot. `Repr-Digest` (RFC 9530)
    holds the SHA-256 of the whole file, as the delivery does from then on.
    """
    file: IO[bytes] = TemporaryFile()  # noqa: SIM115 (it is closed when its last part has been sent)
    try:
        async with _BUILDING.turn(person.who, request):
            handed_over = await person.asks(fetch_delivery, delivery_id, file, person.now)
    except BaseException:
        file.close()
        raise
    return _streamed(handed_over)


@ROUTES.post(
    "/v1/deliveries/{delivery_id}/approve", allows=people(*APPROVERS), problems=_DECISION, example=examples.APPROVED
)
async def approve_repetition(delivery_id: DeliveryId, fields: StepUpFields, person: ThePerson) -> DeliveryView:
    """Approve that a part of the cards leaves once more; another person than who asked for it."""
    proof = await _proof(person, delivery_id, fields)
    return delivery_view(await person.asks(approve_delivery, delivery_id, proof, person.now), person.now)


@ROUTES.post(
    "/v1/deliveries/{delivery_id}/refuse", allows=people(*APPROVERS), problems=_DECISION, example=examples.REFUSED
)
async def refuse_repetition(delivery_id: DeliveryId, fields: StepUpFields, person: ThePerson) -> DeliveryView:
    """Refuse that a part of the cards leaves once more."""
    proof = await _proof(person, delivery_id, fields)
    return delivery_view(await person.asks(refuse_delivery, delivery_id, proof, person.now), person.now)


@ROUTES.post(
    "/v1/deliveries/{delivery_id}/password",
    allows=people(*APPROVERS),
    problems=(
        *_DECISION,
        Decline.APPROVAL_REQUIRED,
        Decline.DELIVERY_HAS_NO_PASSWORD,
        Decline.DELIVERY_PASSWORD_READ,
        *_OF_CUSTOMER,
        Decline.DELIVERY_KEY_NOT_IN_FORCE,
    ),
    example=examples.PASSWORD,
)
async def read_file_password(
    delivery_id: DeliveryId, fields: StepUpFields, person: ThePerson, response: Response
) -> PasswordView:
    """Read the password of a zip file, once, as another person than who asked for the file.

    It is for whoever opens the file, by another channel than the file.
    """
    response.headers.update(NOT_STORED)
    proof = await _proof(person, delivery_id, fields)
    read = await person.asks(read_password, delivery_id, proof, person.now)
    return PasswordView(delivery_id=read.delivery.id, password=read.password)


async def _proof(person: Asking[Actor], delivery_id: UUID, fields: StepUpFields) -> CodeProof:
    """The proof of an approver's code, which is not looked at where the delivery is none of his or hers."""
    await person.asks(find_delivery, delivery_id, APPROVERS)
    return await proof_of(person, fields.totp_code)


def _streamed(handed_over: HandedOver) -> StreamingResponse:
    delivery = handed_over.delivery
    digest = base64.b64encode(delivery.sha256 or b"").decode()
    return StreamingResponse(
        parts_of(handed_over.file),
        media_type=_MEDIA_TYPES[delivery.form],
        headers={
            "Content-Length": str(delivery.size_bytes or 0),
            **attachment(file_name(delivery)),
            "Repr-Digest": f"sha-256=:{digest}:",
            **NOT_STORED,
        },
    )
