"""The two keys that a customer's card files are sealed for: one opens the numbers, the other the PINs.

Each is proposed by one person and in force by another's word, and of the two at least one is the customer's own: the
operator's people alone can never say who reads its cards. No key opens both parts, not even one after the other.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from florin.clearing.customers.allowed import READERS, allowed_customer, refuse_insider
from florin.clearing.house import ClearingHouse
from florin.crypto.recipient_file import RecipientMalformed, canonical_recipient
from florin.domain.declines import Decline
from florin.domain.delivery import DeliveryPart
from florin.domain.identifiers import wire_id
from florin.domain.invalid_field import InvalidField
from florin.domain.people import Actor, Role, second_person
from florin.storage.audit_trail import Author
from florin.storage.corporate.customers import find_customer
from florin.storage.corporate.delivery_keys import (
    DeliveryKey,
    delivery_keys_of,
    find_delivery_key,
    insert_delivery_key,
    read_delivery_key,
    settle_delivery_key,
)
from florin.storage.corporate.proposals import CustomerChange, ProposalStatus, customer_change
from florin.storage.fresh_ids import fresh_id
from florin.storage.people.logins import CodeProof, spend_code

PROPOSE: Final = frozenset({Role.BUYER, Role.APPROVER, Role.OPERATOR})
DECIDE_FOR_CUSTOMER: Final = frozenset({Role.APPROVER, Role.MANAGER})
DECIDE_FOR_OPERATOR: Final = frozenset({Role.APPROVER})
"""Who decides on what the customer's people have proposed, and on what the operator's have."""


async def propose_delivery_key(
    house: ClearingHouse, actor: Actor, customer_id: UUID, part: DeliveryPart, recipient: str, now: datetime
) -> DeliveryKey | Decline:
    """Propose an age public key for a part of the files; until it is decided the one in force stays so.

    Declines: ``customer_not_found``, ``role_required``, ``proposal_waits`` while another proposal for the part does,
    ``delivery_key_in_use`` for a key that is in use already, or was ever accepted or proposed for the other part.

    Raises:
        InvalidField: it is no public key of an age identity.
    """
    try:
        canonical = canonical_recipient(recipient)
    except RecipientMalformed as error:
        raise InvalidField("recipient", str(error)) from None
    async with customer_change(house.pool, customer_id, Author(actor.session_id, now)) as change:
        customer = allowed_customer(change.customer, actor, PROPOSE)
        if isinstance(customer, Decline):
            return customer
        refusal = _refused(await delivery_keys_of(change.connection, customer_id), part, canonical)
        if refusal is not None:
            return refusal
        proposed = _proposal(actor, customer_id, part, canonical, now)
        await insert_delivery_key(change.connection, proposed)
        await _record(change, "customer.delivery_key_proposed", proposed)
        return proposed


async def see_delivery_key(house: ClearingHouse, actor: Actor, key_id: UUID) -> DeliveryKey | Decline:
    """The key, if the actor may see its customer; ``proposal_not_found`` otherwise."""
    found = await find_delivery_key(house.pool, key_id)
    return found if found is not None and actor.may_see(found.customer_id) else Decline.PROPOSAL_NOT_FOUND


async def decide_delivery_key(
    house: ClearingHouse, actor: Actor, key_id: UUID, proof: CodeProof, now: datetime, *, accept: bool
) -> DeliveryKey | Decline:
    """Put a proposed key in force, or refuse it; the one-time code is spent by it. Returns the key.

    Declines: ``proposal_not_found``, also when it is decided already; ``role_required``, ``same_person``,
    ``works_for_customer`` when it is somebody of ours who has a login there, ``totp_code_incorrect``.
    """
    found = await see_delivery_key(house, actor, key_id)
    if isinstance(found, Decline):
        return found
    if not actor.has(*(DECIDE_FOR_CUSTOMER if found.proposed_by_customer else DECIDE_FOR_OPERATOR)):
        return Decline.ROLE_REQUIRED
    async with customer_change(house.pool, found.customer_id, Author(actor.session_id, now)) as change:
        proposed = await read_delivery_key(change.connection, key_id)
        if proposed is None or not proposed.waits:
            return Decline.PROPOSAL_NOT_FOUND
        refusal = second_person(proposed.proposed_person, actor) or await refuse_insider(
            change.connection, actor, proposed.customer_id
        )
        if refusal is not None:
            return refusal
        if not await spend_code(change.connection, proof):
            return Decline.TOTP_CODE_INCORRECT
        await settle_delivery_key(change.connection, proposed, actor, now, accept=accept)
        await _record(change, f"customer.delivery_key_{'accepted' if accept else 'refused'}", proposed)
        return await read_delivery_key(change.connection, key_id) or Decline.PROPOSAL_NOT_FOUND


async def list_delivery_keys(house: ClearingHouse, actor: Actor, customer_id: UUID) -> list[DeliveryKey] | Decline:
    """All that were ever proposed for a customer, the latest first.

    Declines: ``customer_not_found``, ``role_required``.
    """
    customer = allowed_customer(await find_customer(house.pool, customer_id), actor, READERS)
    if isinstance(customer, Decline):
        return customer
    async with house.pool.connection() as connection:
        return await delivery_keys_of(connection, customer_id)


def _refused(keys: list[DeliveryKey], part: DeliveryPart, recipient: str) -> Decline | None:
    if any(each.waits and each.part is part for each in keys):
        return Decline.PROPOSAL_WAITS
    for each in keys:
        counts = each.status is not ProposalStatus.REFUSED
        if each.recipient == recipient and counts and (each.part is not part or each.status is ProposalStatus.IN_FORCE):
            return Decline.DELIVERY_KEY_IN_USE
    return None


def _proposal(actor: Actor, customer_id: UUID, part: DeliveryPart, recipient: str, now: datetime) -> DeliveryKey:
    return DeliveryKey(
        id=fresh_id(),
        customer_id=customer_id,
        status=ProposalStatus.PROPOSED,
        proposed_by=actor.login_id,
        proposed_person=actor.person_id,
        proposed_at=now,
        proposed_by_customer=actor.customer_id is not None,
        part=part,
        recipient=recipient,
    )


async def _record(change: CustomerChange, action: str, key: DeliveryKey) -> None:
    detail = {"delivery_key_id": wire_id("delivery_key", key.id), "part": key.part, "recipient": key.recipient}
    await change.record(action, key.customer_id, detail)
