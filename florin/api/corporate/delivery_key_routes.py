"""The public keys that card files are sealed for: proposed by one person, approved or refused by another."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field

from florin.api.asking import ThePerson
from florin.api.callers import people
from florin.api.corporate import customer_examples as examples
from florin.api.corporate.proposal_decision import DECISION_PROBLEMS, decided
from florin.api.fields import Choice, CustomerId, DeliveryKeyId, Fields, LoginId
from florin.api.people.step_up import StepUpFields
from florin.api.routes import Routes
from florin.api.views import View
from florin.clearing.customers.allowed import READERS
from florin.clearing.customers.delivery_key import DECIDE_FOR_CUSTOMER, DELIVERY_KEY, propose_delivery_key
from florin.clearing.customers.proposal import list_proposals
from florin.domain.declines import Decline
from florin.domain.delivery import DeliveryPart
from florin.storage.corporate.proposals import DeliveryKey
from florin.storage.proposals import ProposalStatus

ROUTES = Routes("Customers")


class DeliveryKeyFields(Fields, example=examples.NEW_DELIVERY_KEY):
    """Whose key opens a part of the card files: the public key of an age identity."""

    part: Annotated[DeliveryPart, Choice]
    recipient: Annotated[str, Field(min_length=1, max_length=200)]


class DeliveryKeyView(View):
    """A public key; the one `in_force` is what that part of the files is sealed for."""

    id: DeliveryKeyId
    customer_id: CustomerId
    status: Annotated[ProposalStatus, Choice]
    part: Annotated[DeliveryPart, Choice]
    recipient: str
    proposed_by: LoginId
    proposed_at: datetime
    decided_by: LoginId | None
    decided_at: datetime | None

    @classmethod
    def of(cls, key: DeliveryKey) -> Self:
        """A key as everybody sees it who may."""
        return cls.model_validate(key)


class DeliveryKeyList(View):
    """All that were ever proposed, the latest first."""

    items: list[DeliveryKeyView]


@ROUTES.post(
    "/v1/customers/{customer_id}/delivery-keys",
    allows=people(*DELIVERY_KEY.proposers),
    status=201,
    problems=(Decline.CUSTOMER_NOT_FOUND, Decline.PROPOSAL_WAITS, Decline.DELIVERY_KEY_IN_USE),
    example={**examples.DELIVERY_KEY, "status": "proposed", "decided_by": None, "decided_at": None},
)
async def propose_customers_key(
    customer_id: CustomerId, fields: DeliveryKeyFields, person: ThePerson
) -> DeliveryKeyView:
    """Propose the key that a part of a customer's card files is to be sealed for.

    Numbers and PINs are for two keys of two people: a key is refused that is, or was, for the other part.
    """
    proposed = await person.asks(propose_delivery_key, customer_id, fields.part, fields.recipient, person.now)
    return DeliveryKeyView.of(proposed)


@ROUTES.get(
    "/v1/customers/{customer_id}/delivery-keys",
    allows=people(*READERS),
    problems=(Decline.CUSTOMER_NOT_FOUND,),
    example=examples.DELIVERY_KEYS,
)
async def list_customers_keys(customer_id: CustomerId, person: ThePerson) -> DeliveryKeyList:
    """List the keys that were proposed for a customer's card files."""
    found = await person.asks(list_proposals, DELIVERY_KEY, customer_id)
    return DeliveryKeyList(items=[DeliveryKeyView.of(each) for each in found])


@ROUTES.post(
    "/v1/delivery-keys/{delivery_key_id}/approve",
    allows=people(*DECIDE_FOR_CUSTOMER),
    problems=(Decline.ROLE_REQUIRED, *DECISION_PROBLEMS),
    example=examples.DELIVERY_KEY,
)
async def approve_customers_key(
    delivery_key_id: DeliveryKeyId, fields: StepUpFields, person: ThePerson
) -> DeliveryKeyView:
    """Put a proposed key in force, in place of the one before.

    What the operator's people have proposed, only the customer's approver approves.
    """
    key = await decided(person, DELIVERY_KEY, delivery_key_id, fields, accept=True)
    return DeliveryKeyView.of(key)


@ROUTES.post(
    "/v1/delivery-keys/{delivery_key_id}/refuse",
    allows=people(*DECIDE_FOR_CUSTOMER),
    problems=(Decline.ROLE_REQUIRED, *DECISION_PROBLEMS),
    example={**examples.DELIVERY_KEY, "status": "refused"},
)
async def refuse_customers_key(
    delivery_key_id: DeliveryKeyId, fields: StepUpFields, person: ThePerson
) -> DeliveryKeyView:
    """Refuse a proposed key; the one in force stays."""
    key = await decided(person, DELIVERY_KEY, delivery_key_id, fields, accept=False)
    return DeliveryKeyView.of(key)
