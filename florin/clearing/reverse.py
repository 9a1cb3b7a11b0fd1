"""Reverse: make sure that an operation known only by the till's reference has no effect, whether or not it has arrived.

A till that got no answer does not know. It sends the request again, or it reverses: what was done is undone, and what
has not arrived is refused when it does.

A reversal moves money back until 24 hours after it was moved, as a void does, and not later: it asks no cap that a
refund would ask. What moves no money is answered at any time: that a hold is let go, that the original has been undone,
or that it has not arrived and never will. What is reversed after the close of the original's business day is posted to
the first day that is open.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from florin.clearing.answers import Json, amount, declined, funds_of, returned_to
from florin.clearing.give_back import receiver_of, return_to_lots, unable_to_receive
from florin.clearing.house import ClearingHouse
from florin.clearing.payer import Payer, card_payer, payer_of
from florin.clearing.release import give_up
from florin.domain.card_life import CardOperation, permit
from florin.domain.chart import AccountCode, Event
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.journal import FlowAccount, Movement
from florin.domain.purchase import VOID_WINDOW, HoldStatus, PurchaseStatus
from florin.storage.posting.facts import CardSale, PastOperation
from florin.storage.posting.group import Group
from florin.storage.posting.request import Caller, Outcome, PostingRequest, Wanted
from florin.storage.posting.working_rows import StaleFactsError

VERB: Final = "reverse"

_NOTHING: Final = dict.fromkeys(
    ("purchase_id", "hold_id", "card_id", "reversed", "journal_id", "returned_to", "balance", "available")
)
"""What an answer says of what there was not: every reversal's answer has the same members."""


@dataclass(frozen=True, slots=True)
class ReverseCommand:
    """Undo whatever carries the caller's own ``original_reference``."""

    original_reference: str


def reverse(house: ClearingHouse, caller: Caller, key: str, command: ReverseCommand) -> PostingRequest:
    """The request to be submitted; ``caller`` is the merchant whose reference it is."""

    def decide(group: Group) -> Outcome:
        return _decide(group, caller, command.original_reference)

    wanted = Wanted(original_reference=command.original_reference, with_payment=True)
    return house.request(caller, key, VERB, command, wanted, decide)


def _decide(group: Group, caller: Caller, reference: str) -> Outcome:
    merchant = group.catalogue.merchants.get(caller.id)
    if merchant is None or not merchant.is_active:
        return declined(Decline.MERCHANT_INACTIVE)
    original = group.operation_of(caller.id, reference)
    if original is None:
        answer = _answer(reference, "not_found")
        return Outcome(answer, claims_reference=reference)
    if original.subject_id is None:
        return Outcome(_answer(reference, "not_found"))
    match original.verb:
        case "purchase" | "capture":
            return _undo_purchase(group, reference, original.subject_id)
        case "split_purchase" if group.purchases.get(original.subject_id) is not None:
            return _undo_purchase(group, reference, original.subject_id)
        case "hold" | "split_purchase":
            return _undo_hold(group, reference, original.subject_id)
        case "activate":
            return _undo_activation(group, caller, reference, original)
        case _:
            return declined(Decline.NOT_REVERSIBLE)


def _answer(reference: str, original: str, **details: Json | str | None) -> Json:
    return {"status": "reversed", "original_reference": reference, "original": original, **_NOTHING, **details}


def _undo_purchase(group: Group, reference: str, purchase_id: UUID) -> Outcome:
    purchase = group.purchases.known(purchase_id)
    if purchase.status is not PurchaseStatus.COMPLETED:
        return Outcome(_answer(reference, "already_reversed"), subject_id=purchase.id)
    payer = receiver_of(group, purchase)
    remaining_minor = purchase.remaining_minor
    journal_id = None
    if remaining_minor:
        refusal = _too_late(group, purchase.posted_at) or unable_to_receive(group, payer)
        if refusal is not None:
            return declined(refusal)
        journal_id, *_ = return_to_lots(group, payer, purchase, remaining_minor, Event.REVERSAL)
    purchase.status = PurchaseStatus.REVERSED
    group.purchases.save(purchase)
    answer = _answer(
        reference,
        "reversed",
        purchase_id=wire_id("purchase", purchase.id),
        reversed=amount(remaining_minor, purchase.unit),
        journal_id=None if journal_id is None else wire_id("journal", journal_id),
        **returned_to(payer),
    )
    if journal_id is not None:
        group.emit("purchase.reversed", payer.owner_id, None, journal_id)
    return Outcome(answer, journal_id=journal_id, subject_id=purchase.id)


def _undo_hold(group: Group, reference: str, hold_id: UUID) -> Outcome:
    found = group.holds.known(hold_id)
    if found.status is HoldStatus.CAPTURED:
        # What took the money is the capture; it has a reference of its own.
        return declined(Decline.NOT_REVERSIBLE)
    if found.status is not HoldStatus.OPEN:
        return Outcome(_answer(reference, "already_reversed"), subject_id=found.id)
    give_up(group, found)
    payer = payer_of(group, found.owner_kind, found.owner_id)
    answer = _answer(reference, "reversed", hold_id=wire_id("hold", found.id), **funds_of(payer))
    return Outcome(answer, subject_id=found.id)


def _undo_activation(group: Group, caller: Caller, reference: str, original: PastOperation) -> Outcome:
    card = group.card(original.subject_id) if original.subject_id else None
    sale = group.card_sale(original.journal_id) if original.journal_id else None
    if card is None or sale is None:
        raise StaleFactsError(f"card {original.subject_id} or its sale was not read")
    if sale.is_taken_back:
        return Outcome(_answer(reference, "already_reversed"), subject_id=card.id)
    refusal = _too_late(group, sale.posted_at)
    if refusal is not None:
        return declined(refusal)
    following = permit(CardOperation.TAKE_BACK, card.status, card.block, expired=False)
    if isinstance(following, Decline):
        return declined(following)
    payer = card_payer(group, card)
    if not _is_untouched_since(sale, payer):
        return declined(Decline.NOT_REVERSIBLE)
    receivable = FlowAccount(AccountCode.MERCHANT_RECEIVABLE, caller.id)
    movements: list[Movement] = [(payer.principal.balance_minor, payer.principal, receivable)]
    journal_id = group.post(Event.REVERSAL, payer.programme, movements, reverses_journal_id=original.journal_id)
    sale.is_taken_back = True
    card.status, card.sold_by, card.sold_at, card.activated_at, card.expires_on = following, None, None, None, None
    group.save_card(card)
    answer = _answer(
        reference,
        "reversed",
        card_id=wire_id("card", card.id),
        reversed=amount(card.denomination_minor, payer.programme.unit),
        journal_id=wire_id("journal", journal_id),
    )
    group.emit("card.taken_back", card.id, None, journal_id)
    return Outcome(answer, journal_id=journal_id, subject_id=card.id)


def _too_late(group: Group, posted_at: datetime) -> Decline | None:
    return Decline.REVERSAL_WINDOW_PASSED if group.now - posted_at > VOID_WINDOW else None


def _is_untouched_since(sale: CardSale, payer: Payer) -> bool:
    # A statement has no gaps: while the sale's number is the last one, no money has moved, not even out and back.
    return sale.sequence == payer.principal.sequence and not payer.principal.held_minor and payer.bonus is None
