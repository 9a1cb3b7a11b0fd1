"""Who gets the cards of an order, as much of it as a list may show."""

from typing import NamedTuple
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.orders.allowed import allowed_order
from florin.clearing.orders.recipients import opened_recipient
from florin.crypto.vault import Vault
from florin.domain.declines import Decline
from florin.domain.paging import Page, page_of
from florin.domain.people import Actor
from florin.domain.recipient import masked_contact, masked_name
from florin.storage.corporate.orders import find_order
from florin.storage.corporate.recipients import Place, SealedRecipient, read_recipients

_SERIAL_BITS = 32


class MaskedRecipient(NamedTuple):
    """A recipient as the order's people see him: name and contact are hidden but for what tells him from others."""

    line: int
    serial: int
    name: str
    contact: str
    employee_number: str | None
    has_identity: bool


async def list_recipients(
    house: ClearingHouse, actor: Actor, order_id: UUID, after: int = 0, limit: int = 50
) -> Page[MaskedRecipient, int] | Decline:
    """A page of an order's recipients, those after a place (`place_number`).

    Declines: ``order_not_found``, ``role_required``.
    """
    order = allowed_order(await find_order(house.pool, order_id), actor)
    if isinstance(order, Decline):
        return order
    place = after >> _SERIAL_BITS, after & ((1 << _SERIAL_BITS) - 1)
    async with house.pool.connection() as connection:
        rows = await read_recipients(connection, order_id, place, limit + 1)
    return page_of([(place_number(each.place), _masked(house.vault, order_id, each)) for each in rows], limit)


def place_number(place: Place) -> int:
    """A place in an order as one number, in the same order."""
    line, serial = place
    return line << _SERIAL_BITS | serial


def _masked(vault: Vault, order_id: UUID, sealed: SealedRecipient) -> MaskedRecipient:
    opened = opened_recipient(vault, order_id, sealed)
    return MaskedRecipient(
        sealed.line,
        sealed.serial,
        masked_name(opened.name),
        masked_contact(opened.contact),
        opened.employee_number,
        opened.identity is not None,
    )
