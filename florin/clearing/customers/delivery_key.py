"""The two keys that a customer's card files are sealed for: one opens the numbers, the other the PINs.

Each is a `proposal`. Of those who propose and decide, at least one is the customer's own: the operator's people alone
can never say who reads its cards. No key opens both parts, not even one after the other.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from florin.clearing.customers.proposal import ProposalKind, begun, propose
from florin.clearing.house import ClearingHouse
from florin.crypto.recipient_file import RecipientMalformed, canonical_recipient
from florin.domain.declines import Decline
from florin.domain.delivery import DeliveryPart
from florin.domain.invalid_field import InvalidField
from florin.domain.people import Actor, Role
from florin.storage.corporate.customers import Customer
from florin.storage.corporate.proposals import DeliveryKey
from florin.storage.proposals import ProposalStatus

DECIDE_FOR_CUSTOMER: Final = frozenset({Role.APPROVER, Role.MANAGER})
DECIDE_FOR_OPERATOR: Final = frozenset({Role.APPROVER})
"""Who decides on what the customer's people have proposed, and on what the operator's have."""

DELIVERY_KEY: Final = ProposalKind(
    DeliveryKey,
    "delivery_key",
    proposers=frozenset({Role.BUYER, Role.APPROVER, Role.OPERATOR}),
    deciders=lambda key: DECIDE_FOR_CUSTOMER if key.proposed_by_customer else DECIDE_FOR_OPERATOR,
    detail=lambda key: {"part": key.part, "recipient": key.recipient},
)


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

    def draft(_: Customer, earlier: list[DeliveryKey]) -> DeliveryKey | Decline:
        refusal = _refused(earlier, part, canonical)
        return refusal or DeliveryKey(**begun(actor, customer_id, now), part=part, recipient=canonical)

    return await propose(house, actor, DELIVERY_KEY, customer_id, now, draft)


def _refused(keys: list[DeliveryKey], part: DeliveryPart, recipient: str) -> Decline | None:
    if any(each.waits and each.part is part for each in keys):
        return Decline.PROPOSAL_WAITS
    for each in keys:
        counts = each.status is not ProposalStatus.REFUSED
        if each.recipient == recipient and counts and (each.part is not part or each.status is ProposalStatus.IN_FORCE):
            return Decline.DELIVERY_KEY_IN_USE
    return None
