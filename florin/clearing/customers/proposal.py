"""The life of a proposal: made by one person for a customer, in force by another's word, until the next one is.

Whoever could change alone where refunds go, or who reads a customer's cards, could lead them away; so nobody can. What
differs between a bank account (`refund_account`) and a key (`delivery_key`) is said by their `ProposalKind`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic
from uuid import UUID

from florin.clearing.customers.allowed import READERS, allowed_customer, refuse_insider
from florin.clearing.house import ClearingHouse
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.people import Actor, Role, second_person
from florin.storage import proposals
from florin.storage.audit_trail import Author
from florin.storage.corporate.customer_change import CustomerChange, customer_change
from florin.storage.corporate.customers import Customer, find_customer
from florin.storage.corporate.proposals import (
    AnyProposal,
    find_proposal,
    insert_proposal,
    proposals_of,
    read_proposal,
    settle_proposal,
)
from florin.storage.fresh_ids import fresh_id
from florin.storage.people.logins import CodeProof, spend_code


@dataclass(frozen=True, slots=True)
class ProposalKind(Generic[AnyProposal]):
    """What is proposed.

    ``name`` is that of its ids and in the audit trail, where ``detail`` tells of it. ``objection`` is why it cannot be
    accepted by now, other than for who decides.
    """

    record: type[AnyProposal]
    name: str
    proposers: frozenset[Role]
    deciders: Callable[[AnyProposal], frozenset[Role]]
    detail: Callable[[AnyProposal], Mapping[str, Any]]
    objection: Callable[[ClearingHouse, AnyProposal, Customer], Decline | None] = lambda *_: None

    async def tell(self, change: CustomerChange, did: str, proposal: AnyProposal) -> None:
        """Write the audit row of what somebody did."""
        detail = {f"{self.name}_id": wire_id(self.name, proposal.id), **self.detail(proposal)}
        await change.record(f"customer.{self.name}_{did}", proposal.customer_id, detail)


def begun(actor: Actor, customer_id: UUID, now: datetime) -> dict[str, Any]:
    """The fields with which every proposal begins."""
    of_customer = {"customer_id": customer_id, "proposed_by_customer": actor.customer_id is not None}
    return proposals.begun(fresh_id(), actor, now) | of_customer


async def propose(
    house: ClearingHouse,
    actor: Actor,
    kind: ProposalKind[AnyProposal],
    customer_id: UUID,
    now: datetime,
    draft: Callable[[Customer, list[AnyProposal]], AnyProposal | Decline],
) -> AnyProposal | Decline:
    """Write what ``draft`` makes of the customer and all earlier proposals; what is in force stays so until decided.

    Declines: ``customer_not_found``, ``role_required``, and what ``draft`` declines.
    """
    async with customer_change(house.pool, customer_id, Author(actor.session_id, now)) as change:
        customer = allowed_customer(change.customer, actor, kind.proposers)
        if isinstance(customer, Decline):
            return customer
        proposed = draft(customer, await proposals_of(change.connection, kind.record, customer_id))
        if isinstance(proposed, Decline):
            return proposed
        await insert_proposal(change.connection, proposed)
        await kind.tell(change, "proposed", proposed)
        return proposed


async def see_proposal(
    house: ClearingHouse, actor: Actor, kind: ProposalKind[AnyProposal], proposal_id: UUID
) -> AnyProposal | Decline:
    """The proposal as it is kept, if the actor may see its customer; ``proposal_not_found`` otherwise."""
    found = await find_proposal(house.pool, kind.record, proposal_id)
    return found if found is not None and actor.may_see(found.customer_id) else Decline.PROPOSAL_NOT_FOUND


async def decide_proposal(
    house: ClearingHouse,
    actor: Actor,
    kind: ProposalKind[AnyProposal],
    proposal_id: UUID,
    proof: CodeProof,
    now: datetime,
    *,
    accept: bool,
) -> AnyProposal | Decline:
    """Put a proposal in force, or refuse it; the one-time code is spent by it. Returns the proposal.

    Declines: ``proposal_not_found``, also when it is decided already; ``role_required``, ``same_person``,
    ``works_for_customer`` when it is somebody of ours who has a login there, the kind's objection,
    ``totp_code_incorrect``.
    """
    found = await see_proposal(house, actor, kind, proposal_id)
    if isinstance(found, Decline):
        return found
    if not actor.has(*kind.deciders(found)):
        return Decline.ROLE_REQUIRED
    async with customer_change(house.pool, found.customer_id, Author(actor.session_id, now)) as change:
        proposed = await read_proposal(change.connection, kind.record, proposal_id)
        if proposed is None or not proposed.waits:
            return Decline.PROPOSAL_NOT_FOUND
        refusal = second_person(proposed.proposed_person, actor) or await refuse_insider(
            change.connection, actor, proposed.customer_id
        )
        if refusal is None and accept and change.customer:
            refusal = kind.objection(house, proposed, change.customer)
        if refusal is not None:
            return refusal
        if not await spend_code(change.connection, proof):
            return Decline.TOTP_CODE_INCORRECT
        await settle_proposal(change.connection, proposed, actor, now, accept=accept)
        await kind.tell(change, "accepted" if accept else "refused", proposed)
        return await read_proposal(change.connection, kind.record, proposal_id) or Decline.PROPOSAL_NOT_FOUND


async def list_proposals(
    house: ClearingHouse, actor: Actor, kind: ProposalKind[AnyProposal], customer_id: UUID
) -> list[AnyProposal] | Decline:
    """All of a kind that were ever made for a customer, the latest first.

    Declines: ``customer_not_found``, ``role_required``.
    """
    customer = allowed_customer(await find_customer(house.pool, customer_id), actor, READERS)
    if isinstance(customer, Decline):
        return customer
    async with house.pool.connection() as connection:
        return await proposals_of(connection, kind.record, customer_id)
