"""Read the password of a zip file with card numbers or PINs: an approver, another person than who fetches the file."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from florin.clearing.house import ClearingHouse
from florin.clearing.orders.approve_delivery import APPROVERS
from florin.clearing.orders.deliveries import allowed_delivery
from florin.crypto.vault import Vault
from florin.domain.declines import Decline
from florin.domain.delivery import Delivery, refused_password
from florin.domain.people import Actor
from florin.storage.audit_trail import Author
from florin.storage.corporate.delivery_steps import delivery_change, write_reader
from florin.storage.people.logins import CodeProof, spend_code


@dataclass(frozen=True, slots=True)
class DeliveryPassword:
    """The password, shown once, and the delivery whose file it opens."""

    delivery: Delivery
    password: str = field(repr=False)


async def read_password(
    house: ClearingHouse, actor: Actor, delivery_id: UUID, proof: CodeProof, now: datetime
) -> DeliveryPassword | Decline:
    """The password, before or after the file is fetched, as long as the delivery has not expired; the code is spent.

    Declines: ``delivery_not_found``, ``role_required``, ``delivery_has_no_password`` for a file that opens with a key,
    ``same_person``, ``approval_required``, ``delivery_not_in_state``, ``delivery_expired``, ``delivery_password_read``,
    ``customer_not_active``, ``order_not_in_state``, ``totp_code_incorrect``.
    """
    async with delivery_change(house.pool, delivery_id, Author(actor.session_id, now)) as change:
        delivery = allowed_delivery(change.delivery, actor, APPROVERS)
        if isinstance(delivery, Decline):
            return delivery
        refusal = refused_password(delivery, actor, now)
        if refusal is not None:
            return refusal
        if not await spend_code(change.connection, proof):
            return Decline.TOTP_CODE_INCORRECT
        await write_reader(change, delivery, actor)
        await change.record("delivery.password_read", delivery, {})
        read = await change.after(delivery)
    return DeliveryPassword(read, password_of(house.vault, read))


def password_of(vault: Vault, delivery: Delivery) -> str:
    """The password of a zip file, derived anew each time."""
    if delivery.password_key_id is None:
        raise TypeError("a file that is sealed for a key has no password")
    return vault.delivery_passwords.derive(delivery.password_key_id, delivery.id.bytes)
