"""A lost card has turned up before anybody decided, or the report was wrong: it pays again."""

from dataclasses import dataclass
from uuid import UUID

from florin.clearing.answers import card_view, declined
from florin.clearing.change_card import VoidCardCommand, void_card
from florin.clearing.closures.requester import Requester
from florin.clearing.house import ClearingHouse
from florin.clearing.loss.report_loss import WHO_MAY
from florin.clearing.loss.views import block_name, loss_view
from florin.clearing.reported_block import allow_debits_as
from florin.domain.declines import Decline
from florin.domain.loss import Loss, LossOperation, permit_loss
from florin.domain.people import Actor
from florin.storage.cards.losses import find_loss
from florin.storage.members.sessions import SignedIn
from florin.storage.posting.group import Group
from florin.storage.posting.request import Answer, Outcome, Wanted
from florin.storage.posting.working_rows import StaleFactsError


@dataclass(frozen=True, slots=True)
class FindCard:
    """The card of a loss is there again; ``reason`` is what somebody of ours says to it."""

    loss_id: UUID
    reason: str | None


async def find_own_card(
    house: ClearingHouse, who: SignedIn, loss_id: UUID, key: str, request_id: str | None = None
) -> Answer | Decline:
    """The signed-in member has found the card. Declines: ``loss_not_found``, ``loss_not_in_state``.

    Raises:
        KeyReusedError: the key was used for another request.
        BusyError, OutcomeUnknownError: the same key will tell.
    """
    loss = await find_loss(house.pool, loss_id)
    if loss is None or loss.member_id != who.member_id:
        return Decline.LOSS_NOT_FOUND
    return await _find(house, Requester.member(who, request_id), loss, FindCard(loss_id, None), key)


async def find_card_again(
    house: ClearingHouse, actor: Actor, command: FindCard, key: str, request_id: str | None = None
) -> Answer | Decline:
    """Somebody of ours says so for the holder. Declines and raises as `find_own_card`, and ``role_required``."""
    if not actor.has(*WHO_MAY):
        return Decline.ROLE_REQUIRED
    loss = await find_loss(house.pool, command.loss_id)
    if loss is None:
        return Decline.LOSS_NOT_FOUND
    return await _find(house, Requester.ours(actor, request_id), loss, command, key)


async def _find(house: ClearingHouse, by: Requester, loss: Loss, command: FindCard, key: str) -> Answer:
    def decide(group: Group) -> Outcome:
        return _decide(group, by, command)

    wanted = Wanted(card_id=loss.card_id, with_losses=True)
    answer = await house.engine.submit(house.request(by.caller, key, "find_card", command, wanted, decide))
    made = await find_loss(house.pool, loss.id)
    if answer.decline is None and made is not None and made.successor_id is not None:
        # It has nobody's place and never will. Left by a kill, it is worth nothing all the same.
        await house.engine.submit(void_card(house, by.caller, VoidCardCommand(made.successor_id, "found again")))
    return answer


def _decide(group: Group, by: Requester, command: FindCard) -> Outcome:
    loss = group.losses.known(command.loss_id)
    card = group.card(loss.card_id)
    if card is None:
        raise StaleFactsError(f"card {loss.card_id} was not read")
    following = permit_loss(LossOperation.FIND, loss.status)
    if isinstance(following, Decline):
        return declined(following)
    loss.status, loss.decided_at = following, group.now
    loss.decided_by, loss.decided_person = by.acted_by, by.person_id
    group.losses.save(loss)
    before = {"status": card.status, "block": card.block}
    if allow_debits_as(card, block_name(loss)):
        group.save_card(card)
    group.record(by.caller.actor_id, "card.found", card.id, {"before": before, "reason": command.reason})
    view = {**loss_view(loss), "card": card_view(card, group.programme(card.programme_id).unit)}
    group.emit("card.found", card.id, view)
    return Outcome(view, subject_id=loss.id)
