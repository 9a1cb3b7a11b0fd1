"""Exchange points for a voucher, as the programme offers it."""

from dataclasses import dataclass

from florin.clearing.answers import declined
from florin.clearing.house import ClearingHouse
from florin.clearing.loyalty.member_points import (
    grant,
    points_account,
    points_granted,
    voucher_view,
    wanted_of_member,
)
from florin.clearing.payer import refused_by_life, wallet_payer
from florin.domain.card_life import CardOperation
from florin.domain.chart import Event
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.loyalty_terms import LoyaltyTerms
from florin.domain.member_life import MemberOperation
from florin.storage.posting.group import Group
from florin.storage.posting.request import Caller, Outcome, PostingRequest


@dataclass(frozen=True, slots=True)
class ExchangePoints:
    """Give so many points for what is offered for them."""

    points: int


def exchange_points(
    house: ClearingHouse, caller: Caller, key: str, command: ExchangePoints, terms: LoyaltyTerms | None
) -> PostingRequest:
    """The request to be submitted; ``caller`` is the member, ``terms`` what the programme offers now.

    The terms are no part of the request: sent again under other terms, it is answered as it was the first time.
    """

    def decide(group: Group) -> Outcome:
        return _decide(group, caller, key, command, terms)

    return house.request(caller, key, "exchange_points", command, wanted_of_member(caller.id), decide)


def _decide(group: Group, caller: Caller, key: str, command: ExchangePoints, terms: LoyaltyTerms | None) -> Outcome:
    payer = wallet_payer(group, caller.id)
    refusal = refused_by_life(group, payer, CardOperation.LOAD, MemberOperation.CREDIT)
    if refusal is not None:
        return declined(refusal)
    offer = None if terms is None else terms.offer(command.points)
    if terms is None or offer is None:
        return declined(Decline.LOYALTY_NOT_OFFERED)
    account = points_account(group, caller.id)
    if account.available_minor < offer.points:
        return declined(Decline.POINTS_NOT_ENOUGH, points=account.available_minor)
    voucher = grant(
        group,
        caller.id,
        cause=f"exchange:{key}",
        face_minor=offer.face_minor,
        validity_days=terms.voucher_days,
        event=Event.POINTS_EXCHANGED,
        paid_by=((offer.points, account, points_granted(payer.programme)),),
    )
    answer = {
        "voucher": voucher_view(voucher, payer.programme.unit),
        "points": offer.points,
        "balance": account.balance_minor,
        "journal_id": wire_id("journal", voucher.granted_journal_id),
    }
    group.emit("points.exchanged", caller.id, None, voucher.granted_journal_id)
    return Outcome(answer, journal_id=voucher.granted_journal_id, subject_id=voucher.id)
