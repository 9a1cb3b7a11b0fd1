"""From a body on the wire to a verb of the clearing house: the same values under the names that the verbs have."""

from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID

from florin.api.money.money_bodies import (
    ActivationBody,
    Amount,
    CaptureBody,
    HoldBody,
    HolderBody,
    LoadBody,
    NothingBody,
    PayWithBody,
    PurchaseBody,
    RefundBody,
    RefundByReferenceBody,
    ReversalBody,
    SaleBody,
)
from florin.clearing import (
    activate,
    capture,
    hold,
    purchase,
    redeem,
    refund,
    refund_by_reference,
    release,
    reverse,
    sell,
    void,
)
from florin.clearing.house import ClearingHouse
from florin.clearing.payer import CardAndPin, CardEcode, ConsentCode, PayWith
from florin.crypto.ecode import normalise_ecode
from florin.domain.card_number import normalise
from florin.domain.identity import Identity
from florin.domain.invalid_field import InvalidField
from florin.storage.posting.request import Caller, PostingRequest


def purchase_request(house: ClearingHouse, caller: Caller, key: str, body: PurchaseBody, _: None) -> PostingRequest:
    """A purchase."""
    amount = body.amount
    command = purchase.PurchaseCommand(
        _payer(body.pay_with), amount.amount, amount.currency, body.reference, body.allow_partial, body.event_at
    )
    return purchase.purchase(house, caller, key, command)


def hold_request(house: ClearingHouse, caller: Caller, key: str, body: HoldBody, _: None) -> PostingRequest:
    """A hold."""
    amount = body.amount
    command = hold.HoldCommand(_payer(body.pay_with), amount.amount, amount.currency, body.reference, body.lifetime_s)
    return hold.hold(house, caller, key, command)


def capture_request(house: ClearingHouse, caller: Caller, key: str, body: CaptureBody, hold_id: UUID) -> PostingRequest:
    """A capture of the hold in the path."""
    command = capture.CaptureCommand(hold_id, *_optional(body.amount), body.reference)
    return capture.capture(house, caller, key, command)


def release_request(house: ClearingHouse, caller: Caller, key: str, _: NothingBody, hold_id: UUID) -> PostingRequest:
    """A release of the hold in the path."""
    return release.release(house, caller, key, release.ReleaseCommand(hold_id))


def refund_request(
    house: ClearingHouse, caller: Caller, key: str, body: RefundBody, purchase_id: UUID
) -> PostingRequest:
    """A refund of the purchase in the path."""
    command = refund.RefundCommand(purchase_id, *_optional(body.amount), body.reference)
    return refund.refund(house, caller, key, command)


def refund_by_reference_request(
    house: ClearingHouse, caller: Caller, key: str, body: RefundByReferenceBody, _: None
) -> PostingRequest:
    """A refund of the purchase of a reference."""
    command = refund_by_reference.RefundByReferenceCommand(
        body.original_reference, *_optional(body.amount), body.reference
    )
    return refund_by_reference.refund_by_reference(house, caller, key, command)


def void_request(house: ClearingHouse, caller: Caller, key: str, _: NothingBody, purchase_id: UUID) -> PostingRequest:
    """A void of the purchase in the path."""
    return void.void(house, caller, key, void.VoidCommand(purchase_id))


def reversal_request(house: ClearingHouse, caller: Caller, key: str, body: ReversalBody, _: None) -> PostingRequest:
    """A reversal by reference."""
    return reverse.reverse(house, caller, key, reverse.ReverseCommand(body.original_reference))


def activation_request(
    house: ClearingHouse,
    caller: Caller,
    key: str,
    body: ActivationBody,
    _: None,
    *,
    at_once: activate.AtOnce = activate.ALONE,
) -> PostingRequest:
    """An activation."""
    holder = None if body.holder is None else _holder(body.holder)
    command = activate.ActivateCommand(normalise(body.number), body.reference, holder)
    return activate.activate(house, caller, key, command, at_once)


async def activations_at_once(house: ClearingHouse, bodies: Sequence[ActivationBody]) -> Callable[..., PostingRequest]:
    """Activations of one list: what it sells without a name is one purchase."""
    at_once = await activate.bought_at_once(house, [each.number for each in bodies if each.holder is None])
    return partial(activation_request, at_once=at_once)


def sale_request(house: ClearingHouse, caller: Caller, key: str, body: SaleBody, _: None) -> PostingRequest:
    """A sale ahead of activation."""
    return sell.sell(house, caller, key, sell.SellCommand(normalise(body.number), body.reference))


def load_request(house: ClearingHouse, caller: Caller, key: str, body: LoadBody, _: None) -> PostingRequest:
    """A load of a card into the calling member's wallet."""
    return redeem.redeem(house, caller, key, redeem.RedeemCommand(normalise(body.number), body.pin))


# However a number was typed the second time, it is the same request: its fingerprint is of the one spelling.
def _payer(pay_with: PayWithBody) -> PayWith:
    if pay_with.card:
        return CardAndPin(normalise(pay_with.card.number), pay_with.card.pin)
    if pay_with.e_code:
        return CardEcode(normalise_ecode(pay_with.e_code) or pay_with.e_code)
    if pay_with.payment_code:
        return ConsentCode(pay_with.payment_code)
    raise TypeError("a body that names no payer was let through")


def _holder(body: HolderBody) -> Identity:
    try:
        return Identity.read(body.name, body.document_kind, body.document_number)
    except InvalidField as error:
        raise InvalidField(f"holder.{error.field}", error.reason) from None


def _optional(amount: Amount | None) -> tuple[int | None, str | None]:
    return (None, None) if amount is None else (amount.amount, amount.currency)
