"""Ask for a file of an order's card numbers or PINs: a buyer, with a one-time code for this order.

A part that has left before does so again only if another person of the customer approves.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.orders.allowed import allowed_order
from florin.domain.card_selection import card_name, read_card_name
from florin.domain.configuration_fields import require_between
from florin.domain.declines import Decline
from florin.domain.delivery import MOST_NAMED_CARDS, Delivery, DeliveryForm, DeliveryPart
from florin.domain.invalid_field import InvalidField
from florin.domain.people import Actor, Role
from florin.storage.corporate.customers import find_customer
from florin.storage.corporate.deliveries import find_delivery_by_key
from florin.storage.corporate.delivery_steps import DeliveryWanted
from florin.storage.corporate.delivery_steps import request_delivery as write_delivery
from florin.storage.corporate.orders import find_order
from florin.storage.logins import CodeProof
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
    order = allowed_order(await find_order(house.pool, command.order_id), actor, BUYERS)
    if isinstance(order, Decline):
        return order
    customer = await find_customer(house.pool, order.customer_id)
    if customer is None or not customer.is_active:
        return Decline.CUSTOMER_NOT_ACTIVE
    is_zip = command.form is DeliveryForm.ZIP
    wanted = DeliveryWanted(
        order_id=order.id,
        part=command.part,
        form=command.form,
        names=command.names,
        password_key_id=house.vault.delivery_passwords.writing_key_id if is_zip else None,
        key=command.key,
    )
    return await write_delivery(house.pool, wanted, actor, proof, now)


def _is_what_was_asked_for(made: Delivery, command: RequestDelivery) -> bool:
    asked_for = (command.order_id, command.part, command.form, command.names)
    return (made.order_id, made.part, made.form, made.selection) == asked_for
