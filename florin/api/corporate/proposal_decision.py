"""How a proposal for a customer is approved or refused over HTTP, with a one-time code."""

from typing import Final
from uuid import UUID

from florin.api.asking import Asking, proof_of
from florin.api.people.step_up import STEP_UP_PROBLEMS, StepUpFields
from florin.clearing.customers.proposal import ProposalKind, decide_proposal, see_proposal
from florin.domain.declines import Decline
from florin.domain.people import Actor
from florin.storage.corporate.proposals import AnyProposal

DECISION_PROBLEMS: Final = (
    Decline.PROPOSAL_NOT_FOUND,
    Decline.SAME_PERSON,
    Decline.WORKS_FOR_CUSTOMER,
    *STEP_UP_PROBLEMS,
)


async def decided(
    person: Asking[Actor], kind: ProposalKind[AnyProposal], proposal_id: UUID, fields: StepUpFields, *, accept: bool
) -> AnyProposal:
    """The proposal after the decision; `Refused` where it is declined, before a code is looked at if nobody sees it."""
    await person.asks(see_proposal, kind, proposal_id)
    proof = await proof_of(person, fields.totp_code)
    return await person.asks(decide_proposal, kind, proposal_id, proof, person.now, accept=accept)
