"""Buy a card: a member pays for one online, and gets it once the money has come."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from florin.clearing.answers import declined
from florin.clearing.house import ClearingHouse
from florin.clearing.payer import wallet_payer
from florin.clearing.payments.card_sale_rules import card_sale_refused
from florin.clearing.payments.create_payment import Buys, PaymentBegun, begin, new_payment, not_offered
from florin.clearing.payments.payment_views import payment_view
from florin.domain.declines import Decline
from florin.domain.throttle_rules import RateLimited
from florin.storage.payments.online_cards import is_for_sale
from florin.storage.posting.group import Group
from florin.storage.posting.request import Caller, Outcome, PostingRequest, Wanted


@dataclass(frozen=True, slots=True)
class BuyCard:
    """Buy a card of a product that is worth ``face_minor`` of ``unit``, through a provider."""

    provider: str
    product_id: UUID
    face_minor: int
    unit: str


async def buy_card(
    house: ClearingHouse, caller: Caller, key: str, command: BuyCard, address: str, now: datetime
) -> PaymentBegun | Decline | RateLimited:
    """The payment with its place to pay; ``caller`` is the member, ``address`` the client's.

    No card is kept for it before it is paid: whoever does not pay keeps none from whoever would. If none is left by
    then, the money goes back by itself. Declines: those of `create_payment` but ``limit_exceeded``, and
    ``product_not_found``, ``denomination_not_offered``, ``out_of_stock``.

    Raises:
        KeyReusedError: the key was used for another request.
        BusyError, OutcomeUnknownError: the same key will tell.
    """
    refusal = not_offered(house, command.provider, command.face_minor, command.unit)
    if refusal is Decline.PROVIDER_NOT_FOUND:
        return refusal
    in_stock = await is_for_sale(house.pool, command.product_id, command.face_minor)
    return await begin(house, _request(house, caller, key, command, in_stock=in_stock), address, now)


def _request(house: ClearingHouse, caller: Caller, key: str, command: BuyCard, *, in_stock: bool) -> PostingRequest:
    def decide(group: Group) -> Outcome:
        refusal = _refused(house, group, caller, command, in_stock=in_stock)
        if refusal is not None:
            return declined(refusal)
        buys = Buys(command.product_id, command.face_minor)
        buyer = wallet_payer(group, caller.id)
        payment = new_payment(group, buyer, command.provider, command.face_minor, buys=buys)
        return Outcome(payment_view(payment), subject_id=payment.id)

    wanted = Wanted(member_id=caller.id, with_card_payments=True)
    return house.request(caller, key, "buy_card", command, wanted, decide)


def _refused(house: ClearingHouse, group: Group, caller: Caller, command: BuyCard, *, in_stock: bool) -> Decline | None:
    buyer, product = wallet_payer(group, caller.id), group.catalogue.products.get(command.product_id)
    if product is None or product.programme_id != buyer.programme.id:
        return Decline.PRODUCT_NOT_FOUND
    if command.unit != buyer.programme.unit:
        return Decline.CURRENCY_MISMATCH
    if command.face_minor not in product.denominations_minor:
        return Decline.DENOMINATION_NOT_OFFERED
    refusal = card_sale_refused(group, buyer, product, command.face_minor)
    if refusal is not None:
        return refusal
    if not in_stock:
        return Decline.OUT_OF_STOCK
    return not_offered(house, command.provider, command.face_minor, command.unit)
