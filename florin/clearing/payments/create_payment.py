"""Create a payment: a member tops up the wallet through a provider."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from florin.clearing.answers import declined
from florin.clearing.house import ClearingHouse
from florin.clearing.payer import Payer, wallet_payer
from florin.clearing.payments.offer_payment import offer_payment
from florin.clearing.payments.payment_limits import charges_of
from florin.clearing.payments.payment_views import payment_view
from florin.clearing.payments.top_up_rules import top_up_refused
from florin.domain.declines import Decline
from florin.domain.payment import (
    FIRST_QUESTION_S,
    PAYMENT_LIFETIME,
    Payment,
    PaymentPurpose,
    PaymentStatus,
    provider_account,
)
from florin.domain.throttle_rules import RateLimited
from florin.storage.payments.payments import find_payment
from florin.storage.people.throttle import admit, give_back
from florin.storage.posting.group import Group
from florin.storage.posting.request import Answer, Caller, Outcome, PostingRequest, Wanted


@dataclass(frozen=True, slots=True)
class CreatePayment:
    """Bring ``amount_minor`` of ``unit`` into the caller's wallet through a provider, by the name that it has here.

    From its pay page the payer comes back to ``return_url``, one of the programme's.
    """

    provider: str
    amount_minor: int
    unit: str
    return_url: str | None = None


@dataclass(frozen=True, slots=True)
class PaymentBegun:
    """A payment as it stands now; ``was_there`` when an earlier request with the same key has begun it."""

    payment: Payment
    was_there: bool


async def create_payment(
    house: ClearingHouse, caller: Caller, key: str, command: CreatePayment, address: str, now: datetime
) -> PaymentBegun | Decline | RateLimited:
    """The payment with its place to pay; ``caller`` is the member, ``address`` the client's.

    The same key again begins nothing, and asks the provider again if it has not offered the payment yet. Declines:
    ``provider_not_found``, ``payment_refused``, ``member_not_active``, ``currency_mismatch``, ``limit_exceeded``,
    ``real_name_required``, ``return_url_not_allowed``, and those of `offer_payment`.

    Raises:
        KeyReusedError: the key was used for another request.
        BusyError, OutcomeUnknownError: the same key will tell.
    """
    refusal = not_offered(house, command.provider, command.amount_minor, command.unit)
    if refusal is not None:
        return refusal
    return await begin(house, _request(house, caller, key, command), address, now)


async def begin(
    house: ClearingHouse, request: PostingRequest, address: str, now: datetime
) -> PaymentBegun | Decline | RateLimited:
    """Have a payment recorded by a member's request, whose subject it is, and offered, as often as that is allowed.

    Raises what `create_payment` does.
    """
    charges = charges_of(house.vault, request.caller.id, address)
    limited = await admit(house.pool, charges, now)
    if limited is not None:
        return limited
    answer = await house.engine.submit(request)
    if answer.decline is not None or answer.replayed:
        await give_back(house.pool, charges, now)
    if answer.decline is not None or answer.subject_id is None:
        return answer.decline or Decline.PAYMENT_NOT_FOUND
    payment = await find_payment(house.pool, answer.subject_id)
    return Decline.PAYMENT_NOT_FOUND if payment is None else await begun(house, payment, answer, now)


def not_returnable(target: Payer, return_url: str | None) -> Decline | None:
    """Why nobody is sent back to that page, if nobody is: the programme must have listed it, word for word."""
    if return_url is None or return_url in target.programme.return_urls:
        return None
    return Decline.RETURN_URL_NOT_ALLOWED


def not_offered(house: ClearingHouse, provider: str, amount_minor: int, unit: str) -> Decline | None:
    """Why our account at a provider takes no such payment, if it does not."""
    account = house.providers.get(provider)
    if account is None:
        return Decline.PROVIDER_NOT_FOUND
    return None if account.takes(amount_minor, unit) else Decline.PAYMENT_REFUSED


async def begun(house: ClearingHouse, payment: Payment, answer: Answer, now: datetime) -> PaymentBegun | Decline:
    """A payment that has been recorded, offered by its provider."""
    offered = await offer_payment(house, payment, now)
    return offered if isinstance(offered, Decline) else PaymentBegun(offered, answer.replayed)


def _request(house: ClearingHouse, caller: Caller, key: str, command: CreatePayment) -> PostingRequest:
    def decide(group: Group) -> Outcome:
        target = wallet_payer(group, caller.id)
        if command.unit != target.programme.unit:
            return declined(Decline.CURRENCY_MISMATCH)
        refusal = not_returnable(target, command.return_url) or top_up_refused(group, target, command.amount_minor)
        if refusal is not None:
            return declined(refusal)
        payment = new_payment(group, target, command.provider, command.amount_minor, return_url=command.return_url)
        return Outcome(payment_view(payment), subject_id=payment.id)

    return house.request(caller, key, "create_payment", command, Wanted(member_id=caller.id), decide)


@dataclass(frozen=True, slots=True)
class Completes:
    """What a payment completes: a split purchase of ``purchase_minor`` whose other part a hold keeps."""

    hold_id: UUID
    purchase_minor: int


@dataclass(frozen=True, slots=True)
class Buys:
    """What a payment buys: a card of a product that is worth ``face_minor``."""

    product_id: UUID
    face_minor: int


def new_payment(
    group: Group,
    target: Payer,
    provider: str,
    amount_minor: int,
    *,
    completes: Completes | None = None,
    buys: Buys | None = None,
    return_url: str | None = None,
) -> Payment:
    """Record a payment of a member's: into the wallet, unless it buys a card."""
    purpose = PaymentPurpose.TOP_UP if completes is None else PaymentPurpose.SPLIT_PURCHASE
    payment = Payment(
        group.fresh_id(target.shard),
        target.shard,
        target.programme.id,
        target.owner_id,
        provider,
        provider_account(provider),
        purpose if buys is None else PaymentPurpose.CARD,
        None if completes is None else completes.hold_id,
        None if completes is None else completes.purchase_minor,
        amount_minor,
        target.programme.unit,
        PaymentStatus.CREATED,
        None,
        None,
        group.now,
        group.now + PAYMENT_LIFETIME,
        None,
        None,
        None,
        0,
        None,
        None,
        group.now + timedelta(seconds=FIRST_QUESTION_S),
        None if buys is None else buys.product_id,
        None if buys is None else buys.face_minor,
        None,
        return_url,
    )
    group.payments.add(payment)
    return payment
