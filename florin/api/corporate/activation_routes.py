"""Receipt and activation of an order's cards, and giving up those that were not activated."""

from typing import Final
from uuid import UUID

from starlette.responses import Response

from florin.api.asking import AskingOnce, ThePerson, ThePersonOnce, proof_of
from florin.api.callers import people
from florin.api.corporate import card_work_examples as examples
from florin.api.corporate.card_work_views import (
    ActivationDetailView,
    ActivationFields,
    ActivationPage,
    ActivationView,
    ReceiptConfirmationFields,
    ReceiptConfirmationView,
    SelectionFields,
    VoidCardsFields,
    VoidingDetailView,
    VoidingPage,
    VoidingView,
    activation_detail,
    activation_view,
    refused_cards,
    replacement_view,
    reported_cards,
    voiding_detail,
    voiding_view,
)
from florin.api.fields import ActivationId, OrderId, VoidingId
from florin.api.given import ThePage, accepted
from florin.api.idempotency_keys import KEY_PROBLEMS, tell_replay
from florin.api.management_examples import page_of
from florin.api.people.step_up import STEP_UP_PROBLEMS
from florin.api.routes import Routes
from florin.api.views import listed
from florin.clearing.orders.allowed import READERS, allowed_order
from florin.clearing.orders.ask_replacements import NotReplaceable
from florin.clearing.orders.confirm_receipt import RECEIVERS, ConfirmReceipt, Received, confirm_receipt
from florin.clearing.orders.instruct_cards import (
    MAY_INSTRUCT,
    InstructCards,
    instruct_cards,
    instruction_given_before,
)
from florin.clearing.orders.read_card_work import list_instructions, read_instruction
from florin.domain.card_instruction import Instruction, InstructionKind
from florin.domain.declines import Decline
from florin.domain.people import Actor
from florin.storage.corporate.orders import find_order

ROUTES = Routes("Activation")

_ACTIVATIONS, _VOIDINGS = "activations", "voidings"
_NOT_FOUND: Final = (Decline.ORDER_NOT_FOUND,)
_ASKING: Final = (
    *KEY_PROBLEMS,
    *_NOT_FOUND,
    Decline.ORDER_NOT_IN_STATE,
    Decline.CUSTOMER_NOT_ACTIVE,
    *STEP_UP_PROBLEMS,
)


@ROUTES.post(
    "/v1/orders/{order_id}/receipt-confirmation",
    allows=people(*RECEIVERS),
    problems=(
        *_NOT_FOUND,
        Decline.ORDER_NOT_IN_STATE,
        Decline.DELIVERY_INCOMPLETE,
        Decline.CARD_NOT_REPLACEABLE,
        *STEP_UP_PROBLEMS,
    ),
    example=examples.RECEIPT,
)
async def confirm_order_receipt(
    order_id: OrderId, fields: ReceiptConfirmationFields, person: ThePerson
) -> ReceiptConfirmationView:
    """Confirm that the cards of an order have arrived, which happens once: from then on they may be activated.

    It takes that all of them have left: both files of the whole order were fetched, or every card has its link. Those
    that are missing or damaged are named in the same request and are replaced in the background.
    """
    reported = reported_cards("missing_or_damaged", fields.missing_or_damaged)
    command = ConfirmReceipt(order_id, reported)
    # Whoever may not see the order is not asked for a code.
    accepted(allowed_order(await find_order(person.house.pool, order_id), person.who, RECEIVERS))
    proof = await proof_of(person, fields.totp_code)
    confirmed: Received | NotReplaceable = await person.asks(confirm_receipt, command, proof, person.now)
    if isinstance(confirmed, NotReplaceable):
        raise refused_cards(confirmed)
    order = confirmed.order
    return ReceiptConfirmationView(
        order_id=order.id,
        status=order.status,
        received_at=order.received_at or person.now,
        replacements=[replacement_view(each) for each in confirmed.replacements],
    )


@ROUTES.post(
    "/v1/orders/{order_id}/activations",
    allows=people(*MAY_INSTRUCT[InstructionKind.ACTIVATE]),
    status=202,
    problems=_ASKING,
    example=examples.ACTIVATION,
)
async def activate_ordered_cards(
    order_id: OrderId, fields: ActivationFields, person: ThePersonOnce, response: Response
) -> ActivationView:
    """Activate cards of an order that has arrived: all of them, boxes by serial numbers, or single cards.

    They are activated in the background, each once however often it is named. The same request under the same key asks
    for nothing more and needs no new code: it is answered with how far the first one is.
    """
    return activation_view(await _asked(person, order_id, InstructionKind.ACTIVATE, fields, response))


@ROUTES.get(
    "/v1/orders/{order_id}/activations",
    allows=people(*READERS),
    problems=_NOT_FOUND,
    example=page_of(examples.ACTIVATION),
)
async def list_activations(order_id: OrderId, person: ThePerson, page: ThePage) -> ActivationPage:
    """List the activations of an order, the latest first."""
    kind = InstructionKind.ACTIVATE
    found = await person.asks(list_instructions, order_id, kind, page.limit, page.last_seen(_ACTIVATIONS))
    return ActivationPage(**listed(_ACTIVATIONS, found, activation_view))


@ROUTES.get(
    "/v1/orders/{order_id}/activations/{activation_id}",
    allows=people(*READERS),
    problems=(*_NOT_FOUND, Decline.INSTRUCTION_NOT_FOUND),
    example=examples.ACTIVATION_DETAIL,
)
async def read_activation(order_id: OrderId, activation_id: ActivationId, person: ThePerson) -> ActivationDetailView:
    """Show how far an activation is, and which cards it was refused for."""
    kind = InstructionKind.ACTIVATE
    return activation_detail(*await person.asks(read_instruction, order_id, kind, activation_id))


@ROUTES.post(
    "/v1/orders/{order_id}/void-cards",
    allows=people(*MAY_INSTRUCT[InstructionKind.VOID]),
    status=202,
    problems=_ASKING,
    example=examples.VOIDING,
)
async def void_ordered_cards(
    order_id: OrderId, fields: VoidCardsFields, person: ThePersonOnce, response: Response
) -> VoidingView:
    """Give up cards of an order that were not activated: they are void, and their money is free.

    It is done in the background. An order of which everything was given up is cancelled. The same request under the
    same key asks for nothing more and needs no new code.
    """
    return voiding_view(await _asked(person, order_id, InstructionKind.VOID, fields, response))


@ROUTES.get(
    "/v1/orders/{order_id}/void-cards", allows=people(*READERS), problems=_NOT_FOUND, example=page_of(examples.VOIDING)
)
async def list_voidings(order_id: OrderId, person: ThePerson, page: ThePage) -> VoidingPage:
    """List what was given up of an order, the latest first."""
    found = await person.asks(list_instructions, order_id, InstructionKind.VOID, page.limit, page.last_seen(_VOIDINGS))
    return VoidingPage(**listed(_VOIDINGS, found, voiding_view))


@ROUTES.get(
    "/v1/orders/{order_id}/void-cards/{voiding_id}",
    allows=people(*READERS),
    problems=(*_NOT_FOUND, Decline.INSTRUCTION_NOT_FOUND),
    example=examples.VOIDING_DETAIL,
)
async def read_voiding(order_id: OrderId, voiding_id: VoidingId, person: ThePerson) -> VoidingDetailView:
    """Show how far the giving up of cards is, and which cards it was refused for."""
    return voiding_detail(*await person.asks(read_instruction, order_id, InstructionKind.VOID, voiding_id))


async def _asked(
    person: AskingOnce[Actor], order_id: UUID, kind: InstructionKind, fields: SelectionFields, response: Response
) -> Instruction:
    command = InstructCards(order_id, kind, fields.selected, person.key, fields.field)
    given = await person.asks(instruction_given_before, command)
    if given is not None:
        tell_replay(response)
        return given
    proof = await proof_of(person, fields.totp_code)
    return await person.asks(instruct_cards, command, proof, person.now)
