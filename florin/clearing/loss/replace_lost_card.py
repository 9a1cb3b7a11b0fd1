"""Replace a lost card: a second person has looked at it, and another card has the money from now on.

The successor is made first, as ``created``, in which it is worth nothing and opens nothing; one posting then makes the
old number dead and gives the new one its place. A kill in between leaves a successor that the next approval takes.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from florin.clearing.answers import card_view, declined
from florin.clearing.closures.holder import known_holder
from florin.clearing.house import ClearingHouse
from florin.clearing.loss.views import loss_view
from florin.clearing.new_cards import make_cards
from florin.clearing.succession import move_whole_value, refused_succession, take_place
from florin.domain.card_life import CardOperation, CardStatus, permit
from florin.domain.declines import Decline
from florin.domain.identity import Identity
from florin.domain.journal import InvariantBrokenError
from florin.domain.loss import Loss, LossOperation, LossStatus, permit_loss
from florin.domain.people import Actor, Role, second_person
from florin.storage.cards.cards import find_card
from florin.storage.cards.losses import add_lost_cards_successor, find_loss
from florin.storage.people.logins import CodeProof, spend_code_at_once
from florin.storage.posting.group import Group
from florin.storage.posting.request import Answer, BusyError, Caller, Outcome, Wanted
from florin.storage.posting.working_rows import StaleFactsError

WHO_MAY: Final = frozenset({Role.MANAGER})
ATTEMPTS: Final = 5
"""How many numbers are tried for one successor; a thousand programmes' cards leave the next one free."""


@dataclass(frozen=True, slots=True)
class ReplaceLostCard:
    """Put another card in the place of a lost one."""

    loss_id: UUID


async def replace_lost_card(
    house: ClearingHouse,
    actor: Actor,
    command: ReplaceLostCard,
    proof: CodeProof,
    key: str,
    now: datetime,
    request_id: str | None = None,
) -> Answer | Decline:
    """Replace the card; the answer is the loss with the new card. The one-time code is spent by it.

    Declines: ``role_required``, ``loss_not_found``, ``totp_code_incorrect``, ``same_person`` for whoever reported it,
    ``loss_not_in_state``, ``card_not_active``, ``open_holds``, ``insufficient_funds`` when nothing is left on it.

    Raises:
        KeyReusedError: the key was used for another request.
        BusyError, OutcomeUnknownError: the same key will tell, with a new code.
    """
    if not actor.has(*WHO_MAY):
        return Decline.ROLE_REQUIRED
    loss = await find_loss(house.pool, command.loss_id)
    if loss is None:
        return Decline.LOSS_NOT_FOUND
    refusal = second_person(loss.reported_person, actor)
    if refusal is not None:
        return refusal
    if not await spend_code_at_once(house.pool, proof):
        return Decline.TOTP_CODE_INCORRECT
    holder = await known_holder(house, loss.card_id, now)
    if isinstance(holder, Decline):
        return holder
    if loss.status is LossStatus.REPORTED:
        loss = await _with_successor(house, loss, now)
    if loss.successor_id is None:
        return Decline.LOSS_NOT_IN_STATE

    def decide(group: Group) -> Outcome:
        return _decide(group, house, actor, command, holder)

    caller = Caller(actor.login_id, actor.session_id, None, request_id)
    wanted = Wanted(card_id=loss.card_id, other_card_id=loss.successor_id, with_losses=True)
    return await house.engine.submit(house.request(caller, key, "replace_lost_card", command, wanted, decide))


async def _with_successor(house: ClearingHouse, loss: Loss, now: datetime) -> Loss:
    """The loss with the card that is to take the place; made by whoever comes first, and taken by all."""
    old = await find_card(house.pool, loss.card_id, now)
    if old is None:
        raise InvariantBrokenError(f"card {loss.card_id} is lost and does not exist")
    catalogue = await house.engine.current_catalogue()
    product = catalogue.products[old.card.product_id]
    prefix = catalogue.programmes[product.programme_id].issuer_prefix
    for _ in range(ATTEMPTS):
        (card,) = make_cards(house.vault, prefix, 1, has_ecode=product.has_ecode)
        if await add_lost_cards_successor(house.pool, loss, card, house.vault.cards.writing_key_id):
            return await find_loss(house.pool, loss.id) or loss
    raise BusyError("no free card number was found; another try draws others")


def _decide(group: Group, house: ClearingHouse, actor: Actor, command: ReplaceLostCard, holder: Identity) -> Outcome:
    loss = group.losses.known(command.loss_id)
    old = group.card(loss.card_id)
    if old is None:
        raise StaleFactsError(f"card {loss.card_id} was not read")
    following = permit_loss(LossOperation.REPLACE, loss.status)
    if isinstance(following, Decline):
        return declined(following)
    # A card that was not active could not be reported, and a stopped one is not given up or loaded.
    standing = permit(CardOperation.REPLACE, old.status, old.block, expired=False)
    refusal = standing if isinstance(standing, Decline) else refused_succession(group, old)
    if refusal is not None:
        return declined(refusal)
    new = group.card(loss.successor_id) if loss.successor_id else None
    if new is None or new.status is not CardStatus.CREATED:
        raise InvariantBrokenError(f"card {loss.successor_id} cannot take the place of another")
    loss.journal_id = move_whole_value(group, old, new)
    take_place(group, house.vault, old, new, holder)
    loss.status, loss.decided_at = following, group.now
    loss.decided_by, loss.decided_person = actor.login_id, actor.person_id
    group.losses.save(loss)
    programme = group.programme(old.programme_id)
    view = {**loss_view(loss), "card": card_view(old, programme.unit), "new_card": card_view(new, programme.unit)}
    group.record(actor.session_id, "card.replaced", old.id, {"loss": view["id"], "successor": view["successor_id"]})
    group.emit("card.replaced", old.id, None, loss.journal_id)
    return Outcome(view, journal_id=loss.journal_id, subject_id=loss.id)
