"""Buy a card: a member pays for one online, and gets it once the money has come."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from florin.clearing.answers import declined
from florin.clearing.house import ClearingHouse
from florin.clearing.payer import wallet_payer
from florin.clearing.payments.card_sale_rules import card_sale_refused
from florin.clearing.payments.create_payment import Buys, PaymentBegun, begin, new_payment, not_offered, not_returnable
from florin.clearing.payments.payment_views import payment_view
from florin.clearing.payments.trial_person import trial_person
from florin.domain.declines import Decline
from florin.domain.throttle_rules import RateLimited
from florin.domain.trial_card import trial_price
from florin.storage.payments.online_cards import has_had_trial, is_for_sale
from florin.storage.posting.group import Group
from florin.storage.posting.request import Caller, Outcome, PostingRequest, Wanted


@dataclass(frozen=True, slots=True)
class BuyCard:
    """Buy a card of a product that is worth ``face_minor`` of ``unit``, through a provider, or the trial card."""

    provider: str
    product_id: UUID
    face_minor: int
    unit: str
    is_trial: bool = False
    return_url: str | None = None


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was looked up before the decision: that there is stock, and that the person has had a trial card."""

    in_stock: bool
    had_trial: bool


async def buy_card(
    house: ClearingHouse, caller: Caller, key: str, command: BuyCard, address: str, now: datetime
) -> PaymentBegun | Decline | RateLimited:
    """The payment with its place to pay; ``caller`` is the member, ``address`` the client's.

    No card is kept for it before it is paid: whoever does not pay keeps none from whoever would. If none is left by
    then, the money goes back by itself. Declines: those of `create_payment` but ``limit_exceeded``, and
    ``product_not_found``, ``denomination_not_offered``, ``trial_card_not_offered``, ``trial_card_used``,
    ``out_of_stock``.

    Raises:
        KeyReusedError: the key was used for another request.
        BusyError, OutcomeUnknownError: the same key will tell.
    """
    if command.provider not in house.providers:
        return Decline.PROVIDER_NOT_FOUND
    in_stock = await is_for_sale(house.pool, command.product_id, command.face_minor)
    person = await trial_person(house, caller.id) if command.is_trial else None
    had_trial = person is not None and await has_had_trial(house.pool, caller.id, person)
    return await begin(house, _request(house, caller, key, command, _Seen(in_stock, had_trial)), address, now)


def _request(house: ClearingHouse, caller: Caller, key: str, command: BuyCard, seen: _Seen) -> PostingRequest:
    def decide(group: Group) -> Outcome:
        price_minor = _price(house, group, caller, command, seen)
        if isinstance(price_minor, Decline):
            return declined(price_minor)
        buys = Buys(command.product_id, command.face_minor)
        payment = new_payment(
            group,
            wallet_payer(group, caller.id),
            command.provider,
            price_minor,
            buys=buys,
            return_url=command.return_url,
        )
        return Outcome(payment_view(payment), subject_id=payment.id)

    wanted = Wanted(member_id=caller.id, with_card_payments=True)
    return house.request(caller, key, "buy_card", command, wanted, decide)


def _price(house: ClearingHouse, group: Group, caller: Caller, command: BuyCard, seen: _Seen) -> int | Decline:
    buyer, product = wallet_payer(group, caller.id), group.catalogue.products.get(command.product_id)
    if product is None or product.programme_id != buyer.programme.id:
        return Decline.PRODUCT_NOT_FOUND
    if command.unit != buyer.programme.unit:
        return Decline.CURRENCY_MISMATCH
    if command.face_minor not in product.denominations_minor:
        return Decline.DENOMINATION_NOT_OFFERED
    refusal = not_returnable(buyer, command.return_url)
    if refusal is not None:
        return refusal
    price_minor = trial_price(product, command.face_minor) if command.is_trial else command.face_minor
    if price_minor is None:
        return Decline.TRIAL_CARD_NOT_OFFERED
    refusal = card_sale_refused(group, buyer, product, command.face_minor, is_trial=command.is_trial)
    if refusal is not None:
        return refusal
    if seen.had_trial:
        return Decline.TRIAL_CARD_USED
    if not seen.in_stock:
        return Decline.OUT_OF_STOCK
    return not_offered(house, command.provider, price_minor, command.unit) or price_minor
