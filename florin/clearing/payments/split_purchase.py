"""Split: a member pays a purchase with all that the wallet holds, and the rest of it online.

The wallet's part is held for as long as the payment may live. Once the rest has come in, the purchase is made of both
as one; if it does not come, the hold ends, and what comes later than that is a plain top-up.
"""

from dataclasses import dataclass
from datetime import datetime

from florin.clearing.answers import declined, funds_of
from florin.clearing.house import ClearingHouse
from florin.clearing.payer import ConsentCode, Payer, use_consent, wanted_of
from florin.clearing.payments.create_payment import Completes, PaymentBegun, begun, new_payment, not_offered
from florin.clearing.payments.payment_limits import charges_of
from florin.clearing.payments.payment_views import payment_view
from florin.clearing.payments.top_up_rules import top_up_refused
from florin.clearing.purchase import admit, short_of_funds
from florin.domain.card_life import CardOperation
from florin.domain.declines import Decline
from florin.domain.payment import SPLIT_HOLD_TIME
from florin.domain.purchase import Hold, HoldStatus
from florin.domain.throttle_rules import RateLimited
from florin.storage.payments.payment_codes import member_of_code
from florin.storage.payments.payments import find_payment_of_hold
from florin.storage.people.throttle import admit as charge
from florin.storage.people.throttle import give_back
from florin.storage.posting.group import Group
from florin.storage.posting.request import Answer, Caller, Outcome, PostingRequest


@dataclass(frozen=True, slots=True)
class SplitPurchase:
    """Pay ``amount_minor`` of ``currency``, more than the wallet holds, the rest of it through a provider."""

    pay_with: ConsentCode
    amount_minor: int
    currency: str
    reference: str
    provider: str


async def split_purchase(
    house: ClearingHouse, caller: Caller, key: str, command: SplitPurchase, now: datetime
) -> PaymentBegun | Answer | Decline | RateLimited:
    """The payment of the rest, with its place to pay; an answer with a decline; ``caller`` is the merchant.

    The same key again begins nothing. Beside the refusals of a hold and of a top-up: ``funds_suffice``, and
    ``insufficient_funds`` of a wallet that holds nothing at all, because nothing is left to split then.

    Raises:
        KeyReusedError: the key was used for another request.
        BusyError, OutcomeUnknownError: the same key will tell.
    """
    if command.provider not in house.providers:
        return Decline.PROVIDER_NOT_FOUND
    member_id = await member_of_code(house.pool, house.vault.payment_codes.of(command.pay_with.payment_code))
    charges = () if member_id is None else charges_of(house.vault, member_id, None)
    limited = await charge(house.pool, charges, now) if charges else None
    if limited is not None:
        return limited
    answer = await house.engine.submit(_request(house, caller, key, command))
    if answer.decline is not None or answer.replayed:
        await give_back(house.pool, charges, now)
    if answer.decline is not None or answer.subject_id is None:
        return answer
    payment = await find_payment_of_hold(house.pool, answer.subject_id)
    if payment is None:
        raise LookupError(f"the payment of hold {answer.subject_id} is gone")
    return await begun(house, payment, answer, now)


def _request(house: ClearingHouse, caller: Caller, key: str, command: SplitPurchase) -> PostingRequest:
    wanted = wanted_of(house.vault, command.pay_with)

    def decide(group: Group) -> Outcome:
        payer = admit(group, house.vault, caller, command.pay_with, command.currency, wanted, CardOperation.HOLD)
        if isinstance(payer, Decline):
            return declined(payer)
        available_minor = payer.available.total_minor
        if command.amount_minor <= available_minor:
            return declined(Decline.FUNDS_SUFFICE)
        if not available_minor:
            return short_of_funds(payer, command.amount_minor)
        rest_minor = command.amount_minor - available_minor
        refusal = not_offered(house, command.provider, rest_minor, command.currency) or top_up_refused(
            group, payer, rest_minor
        )
        return _begin(group, caller, payer, command) if refusal is None else declined(refusal)

    return house.request(caller, key, "split_purchase", command, wanted, decide, reference=command.reference)


def _begin(group: Group, caller: Caller, payer: Payer, command: SplitPurchase) -> Outcome:
    part = payer.available
    hold = Hold(
        group.fresh_id(payer.shard),
        payer.shard,
        payer.programme.id,
        caller.id,
        caller.terminal_id,
        command.reference,
        payer.kind,
        payer.owner_id,
        payer.programme.unit,
        part.principal_minor,
        part.bonus_minor,
        HoldStatus.OPEN,
        group.now + SPLIT_HOLD_TIME,
        group.now,
        None,
    )
    use_consent(group, payer)
    for amount_minor, account in payer.lots(part):
        group.reserve(account, amount_minor)
    group.holds.add(hold)
    completes = Completes(hold.id, command.amount_minor)
    payment = new_payment(group, payer, command.provider, command.amount_minor - part.total_minor, completes=completes)
    hold.payment_id = payment.id
    return Outcome({**payment_view(payment), **funds_of(payer)}, subject_id=hold.id)
