"""Report a registered card lost: from this moment on nothing new goes out of it.

Only a registered card has a holder on record to whom it can be replaced. Whoever has a bearer card's number and PIN
loads it into a wallet instead.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from florin.clearing.answers import card_view, declined
from florin.clearing.closures.holder import is_same_holder, known_holder
from florin.clearing.closures.requester import Requester
from florin.clearing.house import ClearingHouse
from florin.clearing.loss.views import block_name, loss_view
from florin.clearing.membership.read_profile import read_profile
from florin.clearing.reported_block import stop_debits_as
from florin.domain.card import Card
from florin.domain.card_life import CardOperation, permit
from florin.domain.card_number import normalise
from florin.domain.declines import Decline
from florin.domain.identity import Identity
from florin.domain.loss import Loss, LossStatus
from florin.domain.people import Actor, Role
from florin.storage.cards.cards import find_card_by_number
from florin.storage.members.sessions import SignedIn
from florin.storage.posting.group import Group
from florin.storage.posting.request import Answer, Outcome, Wanted

WHO_MAY: Final = frozenset({Role.OPERATOR, Role.MANAGER})
"""Who reports a loss in a holder's place, and takes it back."""


@dataclass(frozen=True, slots=True)
class ReportLoss:
    """A card is lost; ``member_id`` is the member who says so, None where somebody of ours does."""

    card_id: UUID
    member_id: UUID | None


@dataclass(frozen=True, slots=True)
class LostCard:
    """What somebody at the desk tells of a lost card, and the document that it was bought with."""

    card_id: UUID
    identity: Identity = field(repr=False)


async def report_own_loss(
    house: ClearingHouse, who: SignedIn, number: str, key: str, now: datetime, request_id: str | None = None
) -> Answer | Decline:
    """The signed-in member reports the card of that number; the answer is the loss.

    The card is the member's if the document on record of both is the same. Declines: ``real_name_required``;
    ``card_not_found`` for every card that is not the member's, or that nobody has; ``card_not_active``,
    ``loss_reported``.

    Raises:
        KeyReusedError: the key was used for another request.
        BusyError, OutcomeUnknownError: the same key will tell.
    """
    profile = await read_profile(house, who.member_id)
    if profile is None or profile.identity is None:
        return Decline.REAL_NAME_REQUIRED
    found = await find_card_by_number(house.pool, house.vault.numbers.of(normalise(number)), now)
    if found is None:
        return Decline.CARD_NOT_FOUND
    known = await known_holder(house, found.card.id, now)
    if isinstance(known, Decline) or not is_same_holder(known, profile.identity):
        return Decline.CARD_NOT_FOUND
    return await _report(house, Requester.member(who, request_id), ReportLoss(found.card.id, who.member_id), key)


async def report_loss(
    house: ClearingHouse, actor: Actor, lost: LostCard, key: str, now: datetime, request_id: str | None = None
) -> Answer | Decline:
    """Customer service reports a card for its holder, who shows the document that it was bought with.

    Declines: ``role_required``, ``card_not_found``, ``card_not_registered``, ``identity_differs``, ``card_not_active``,
    ``loss_reported``. Raises as `report_own_loss`.
    """
    if not actor.has(*WHO_MAY):
        return Decline.ROLE_REQUIRED
    known = await known_holder(house, lost.card_id, now)
    if isinstance(known, Decline):
        return known
    if not is_same_holder(known, lost.identity):
        return Decline.IDENTITY_DIFFERS
    return await _report(house, Requester.ours(actor, request_id), ReportLoss(lost.card_id, None), key)


async def _report(house: ClearingHouse, by: Requester, command: ReportLoss, key: str) -> Answer:
    def decide(group: Group) -> Outcome:
        return _decide(group, by, command)

    wanted = Wanted(card_id=command.card_id, with_losses=True)
    return await house.engine.submit(house.request(by.caller, key, "report_loss", command, wanted, decide))


def _decide(group: Group, by: Requester, command: ReportLoss) -> Outcome:
    card = group.card(command.card_id)
    if card is None:
        return declined(Decline.CARD_NOT_FOUND)
    # What was never switched on has no holder yet, and its buyer is given another.
    following = permit(CardOperation.INQUIRE, card.status, card.block, expired=False)
    if isinstance(following, Decline):
        return declined(following)
    standing = permit(CardOperation.BLOCK, card.status, card.block, expired=False)
    if isinstance(standing, Decline):
        return declined(standing)
    if any(each.card_id == card.id and each.status is LossStatus.REPORTED for each in group.losses.values()):
        return declined(Decline.LOSS_REPORTED)
    loss = _loss(group, by, card, command)
    group.losses.add(loss)
    before = {"status": card.status, "block": card.block}
    if stop_debits_as(card, block_name(loss)):
        group.save_card(card)
    group.record(by.caller.actor_id, "card.lost", card.id, {"before": before, "reason": block_name(loss)})
    view = {**loss_view(loss), "card": card_view(card, group.programme(card.programme_id).unit)}
    group.emit("card.lost", card.id, view)
    return Outcome(view, subject_id=loss.id)


def _loss(group: Group, by: Requester, card: Card, command: ReportLoss) -> Loss:
    return Loss(
        id=group.fresh_id(card.shard),
        shard=card.shard,
        programme_id=card.programme_id,
        card_id=card.id,
        member_id=command.member_id,
        status=LossStatus.REPORTED,
        reported_by=by.acted_by,
        reported_person=by.person_id,
        reported_at=group.now,
    )
