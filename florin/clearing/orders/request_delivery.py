"""Ask for a file of an order's card numbers or PINs: a buyer, with a one-time code for this order.

A part that has left before does so again only if another person of the customer approves.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.orders.allowed import allowed_order
from florin.clearing.orders.leaving import refused_to_leave
from florin.crypto.vault import Vault
from florin.domain.card_selection import card_name, read_card_name
from florin.domain.configuration_fields import require_between
from florin.domain.corporate_order import DeliveryKind
from florin.domain.declines import Decline
from florin.domain.delivery import (
    DELIVERY_LIFETIME,
    MOST_NAMED_CARDS,
    Delivery,
    DeliveryForm,
    DeliveryPart,
    DeliveryStatus,
)
from florin.domain.invalid_field import InvalidField
from florin.domain.people import Actor, Role
from florin.storage.audit_trail import Author
from florin.storage.corporate.delivered_cards import CardsFound, CardsWanted, count_cards
from florin.storage.corporate.deliveries import find_delivery_by_key
from florin.storage.corporate.delivery_steps import (
    NewDelivery,
    add_delivery,
    expire_unfetched,
    has_left_before,
    key_in_force,
    told_of,
)
from florin.storage.corporate.order_change import OrderChange, order_change
from florin.storage.corporate.orders import OrderView, find_order
from florin.storage.people.logins import CodeProof, spend_code
from florin.storage.posting.request import KeyReusedError

BUYERS: Final = frozenset({Role.BUYER})


@dataclass(frozen=True, slots=True)
class RequestDelivery:
    """One part of an order's cards in one form: of all, or of the replacement cards that are named.

    ``key`` is the request's idempotency key, if it has one. `InvalidField` for what names no cards.
    """

    order_id: UUID
    part: DeliveryPart
    form: DeliveryForm
    replacements: tuple[str, ...] | None = None
    key: str | None = None

    def __post_init__(self) -> None:
        """Refuse a list of no cards, of too many, or with one twice."""
        if self.replacements is None:
            return
        require_between("replacements", len(self.replacements), 1, MOST_NAMED_CARDS)
        if len(set(self.names or ())) < len(self.replacements):
            raise InvalidField("replacements", "a card is named twice")

    @property
    def names(self) -> tuple[str, ...] | None:
        """The cards that are named, in order and each in its one spelling."""
        if self.replacements is None:
            return None
        cards = [read_card_name(f"replacements[{place}]", name) for place, name in enumerate(self.replacements)]
        return tuple(card_name(each.line, each.first) for each in sorted(cards))


async def delivery_requested_before(
    house: ClearingHouse, actor: Actor, command: RequestDelivery
) -> Delivery | Decline | None:
    """What the same request of the same login made when it was sent first; its one-time code has been spent by that.

    Declines: ``order_not_found``, ``role_required``.

    Raises:
        KeyReusedError: the key was used for another request.
    """
    order = allowed_order(await find_order(house.pool, command.order_id), actor, BUYERS)
    if isinstance(order, Decline):
        return order
    made = None if command.key is None else await find_delivery_by_key(house.pool, actor.login_id, command.key)
    if made is not None and not _is_what_was_asked_for(made, command):
        raise KeyReusedError
    return made


async def request_delivery(
    house: ClearingHouse, actor: Actor, command: RequestDelivery, proof: CodeProof, now: datetime
) -> Delivery | Decline:
    """A delivery that can be fetched once within a week, or waits for approval; the code is spent.

    What was asked for and not fetched of the same part expires. Declines: ``order_not_found``, ``role_required``,
    ``customer_not_active``, ``order_not_in_state`` until all cards are made, ``delivered_otherwise``,
    ``delivery_key_not_in_force``, ``card_not_found`` for a name of no replacement card, ``nothing_to_deliver``,
    ``totp_code_incorrect``.

    Raises:
        KeyReusedError: the key was used for another request.
    """
    async with order_change(house.pool, command.order_id, Author(actor.session_id, now)) as change:
        order = allowed_order(change.order, actor, BUYERS)
        if isinstance(order, Decline):
            return order
        return await _request(change, house.vault, order, actor, command, proof)


async def _request(
    change: OrderChange, vault: Vault, order: OrderView, actor: Actor, command: RequestDelivery, proof: CodeProof
) -> Delivery | Decline:
    connection, is_zip = change.connection, command.form is DeliveryForm.ZIP
    refusal = await refused_to_leave(connection, order, DeliveryKind.FILES)
    if refusal is not None:
        return refusal
    recipient = None if is_zip else await key_in_force(connection, order.customer_id, command.part)
    if recipient is None and not is_zip:
        return Decline.DELIVERY_KEY_NOT_IN_FORCE
    found = await count_cards(connection, CardsWanted(order.id, command.names))
    if isinstance(found, Decline):
        return found
    if not await spend_code(connection, proof):
        return Decline.TOTP_CODE_INCORRECT
    await expire_unfetched(connection, order.id, command.part)
    password_key_id = vault.delivery_passwords.writing_key_id if is_zip else None
    new = await _new_delivery(change, command, found, recipient, password_key_id)
    delivery = await add_delivery(connection, new, actor, change.author.now)
    detail = {"form": new.form, "cards": new.cards, "is_repetition": new.is_repetition, "recipient": recipient}
    await change.record("delivery.requested", order, told_of(delivery, detail))
    return delivery


async def _new_delivery(
    change: OrderChange, command: RequestDelivery, found: CardsFound, recipient: str | None, password_key_id: int | None
) -> NewDelivery:
    asked = command.order_id, command.part, command.names
    is_repetition = await has_left_before(change.connection, *asked, found.replaced_at)
    return NewDelivery(
        order_id=command.order_id,
        part=command.part,
        form=command.form,
        recipient=recipient,
        password_key_id=password_key_id,
        names=command.names,
        cards=found.cards,
        is_repetition=is_repetition,
        status=DeliveryStatus.WAITING_FOR_APPROVAL if is_repetition else DeliveryStatus.OPEN,
        expires_at=change.author.now + DELIVERY_LIFETIME,
        key=command.key,
    )


def _is_what_was_asked_for(made: Delivery, command: RequestDelivery) -> bool:
    asked_for = (command.order_id, command.part, command.form, command.names)
    return (made.order_id, made.part, made.form, made.selection) == asked_for
