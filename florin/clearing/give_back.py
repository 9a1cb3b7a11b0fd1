"""Giving back what a purchase took: the part that refund, void and reversal have in common."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from florin.clearing.closures.owe import owe_what_came_back
from florin.clearing.payer import Payer, payer_of, refused_by_life, wallet_payer
from florin.domain.card_life import CardOperation, CardStatus
from florin.domain.chart import AccountCode, Event
from florin.domain.closure import Closure, ClosureStatus
from florin.domain.declines import Decline
from florin.domain.faces import holding_of
from florin.domain.journal import Account, FlowAccount, InvariantBrokenError, Movement
from florin.domain.lots import Lots, give_back
from florin.domain.member_life import MemberOperation
from florin.domain.personal_tier import discount_given_back
from florin.domain.policy.catalogue import PACKS, PackName
from florin.domain.policy.facts import Credit, CreditCause, Holding
from florin.domain.policy.pack import decide as consult_policy
from florin.domain.policy.verdict import Allow
from florin.domain.purchase import OwnerKind, Purchase, PurchaseStatus
from florin.storage.posting.group import Group
from florin.storage.posting.request import Caller


def own_purchase(group: Group, caller: Caller, purchase_id: UUID) -> Purchase | Decline:
    """The merchant's own purchase, if it still stands."""
    merchant = group.catalogue.merchants.get(caller.id)
    if merchant is None or not merchant.is_active:
        return Decline.MERCHANT_INACTIVE
    purchase = group.purchases.get(purchase_id)
    if purchase is None or purchase.merchant_id != caller.id:
        return Decline.PURCHASE_NOT_FOUND
    return Decline.ALREADY_REVERSED if purchase.status is not PurchaseStatus.COMPLETED else purchase


def unable_to_receive(group: Group, payer: Payer) -> Decline | None:
    """Why the payer's card or account can take nothing back, if it cannot; what a closed one is owed is paid out."""
    if paid_out(group, payer) is not None:
        return None
    return refused_by_life(group, payer, CardOperation.REFUND_IN, MemberOperation.REFUND_IN)


def above_cap(group: Group, payer: Payer, amount_minor: int) -> Decline | None:
    """Why a refund may not bring the payer's balance that high; voids and reversals are not asked, they undo.

    What is paid out fills no account. No pack asks for a name here: a refund brings no new money, and to want papers
    first would strand what is the holder's own.
    """
    if paid_out(group, payer) is not None:
        return None
    facts = Credit(
        holding_of_payer(group, payer),
        CreditCause.REFUND,
        payer.balance_minor,
        amount_minor,
        real_name_known=is_known_by_name(group, payer),
    )
    pack = PACKS[PackName(payer.programme.policy_pack)]
    verdict = consult_policy(facts, pack, group.business_date(payer.programme))
    return None if isinstance(verdict, Allow) else verdict.decline


def holding_of_payer(group: Group, payer: Payer) -> Holding:
    """Whether the law knows the payer as registered: every member, and cards of registered products."""
    if payer.card is None:
        return Holding.REGISTERED
    return holding_of(group.catalogue.products[payer.card.product_id].kind)


def is_known_by_name(group: Group, payer: Payer) -> bool:
    """Whether the holder's real name is on record: a member's identity, or that with which a card was activated."""
    if payer.card is not None:
        return holding_of_payer(group, payer) is Holding.REGISTERED
    wallet = group.wallet(payer.owner_id)
    return wallet is not None and wallet.has_identity


class GivenBack(NamedTuple):
    """A journal that gave something back: how much to each lot, and how much to the programme for its discount."""

    journal_id: UUID
    lots: Lots
    discount_minor: int


def return_to_lots(group: Group, payer: Payer, purchase: Purchase, amount_minor: int, event: Event) -> GivenBack:
    """Post ``amount_minor`` of a purchase back to where it came from: the payer's lots, and a discount's share.

    Where the account has been closed, the principal is owed to its holder's bank account instead, and the bonus goes
    back to whoever granted it.
    """
    taken = Lots(purchase.principal_minor, purchase.bonus_minor)
    returned = Lots(purchase.refunded_principal_minor, purchase.refunded_bonus_minor)
    discount_minor = share_of_discount(purchase, amount_minor)
    back = give_back(taken, returned, amount_minor - discount_minor, payer.programme.spend_order)
    closure = paid_out(group, payer)
    if closure is None and back.bonus_minor and payer.bonus is None:
        # A wallet may have got none of the bonus that its card had spent.
        payer.bonus = group.account_to_credit(payer.principal, payer.kind.lot_codes[1])
    payable = FlowAccount(AccountCode.MERCHANT_PAYABLE, purchase.merchant_id)
    receivers: Sequence[tuple[int, Account]] = payer.lots(back) if closure is None else _instead_of_lots(closure, back)
    movements: list[Movement] = [(part_minor, payable, account) for part_minor, account in receivers]
    if discount_minor:
        promotion = FlowAccount(AccountCode.PROMOTIONAL_VALUE, purchase.programme_id)
        movements.append((discount_minor, payable, promotion))
    journal_id = group.post(event, payer.programme, movements, reverses_journal_id=purchase.journal_id)
    if closure is not None and back.principal_minor:
        owe_what_came_back(group, payer, closure, back.principal_minor, journal_id)
    purchase.refunded_principal_minor += back.principal_minor
    purchase.refunded_bonus_minor += back.bonus_minor
    purchase.refunded_discount_minor += discount_minor
    group.purchases.save(purchase)
    return GivenBack(journal_id, back, discount_minor)


def share_of_discount(purchase: Purchase, amount_minor: int) -> int:
    """How much of what is given back of a purchase the programme had paid, in minor units."""
    if not purchase.discount_minor:
        return 0
    return discount_given_back(purchase.taken_minor, purchase.discount_minor, purchase.refunded_minor, amount_minor)


def paid_out(group: Group, payer: Payer) -> Closure | None:
    """The closure by which the payer's account has ended, if it has."""
    closure = group.closure_of(payer.owner_id)
    return closure if closure is not None and closure.status is ClosureStatus.APPROVED else None


def _instead_of_lots(closure: Closure, back: Lots) -> list[tuple[int, FlowAccount]]:
    """Where the lots of an account go that has been closed."""
    owed = FlowAccount(AccountCode.CLOSURE_PAYABLE, closure.programme_id)
    promotion = FlowAccount(AccountCode.PROMOTIONAL_VALUE, closure.programme_id)
    return [pair for pair in ((back.principal_minor, owed), (back.bonus_minor, promotion)) if pair[0]]


def receiver_of(group: Group, purchase: Purchase) -> Payer:
    """Who gets what is given back: whoever paid, or the card or wallet to which the rest of the paying card has gone.

    A replaced or redeemed card is worth nothing for good, so what comes back follows its value; the life and caps of
    whoever has that are asked then, no longer the card's.
    """
    payer = payer_of(group, OwnerKind(purchase.owner_kind), purchase.owner_id)
    while payer.card is not None and payer.card.successor_id is not None:
        payer = payer_of(group, OwnerKind.CARD, payer.card.successor_id)
    if payer.card is None or payer.card.status is not CardStatus.REDEEMED:
        return payer
    member_id = group.redeemed_into(payer.card.id)
    if member_id is None:
        raise InvariantBrokenError(f"card {payer.card.id} is redeemed without a redemption")
    return wallet_payer(group, member_id)
