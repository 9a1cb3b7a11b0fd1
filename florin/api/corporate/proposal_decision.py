"""How a proposal for a customer is approved or refused over HTTP, with a one-time code."""

from datetime import datetime
from typing import Final
from uuid import UUID

from florin.api.given import accepted
from florin.api.people.step_up import STEP_UP_PROBLEMS, StepUpFields
from florin.clearing.customers.proposal import ProposalKind, decide_proposal, see_proposal
from florin.clearing.house import ClearingHouse
from florin.clearing.people.step_up import checked_code
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
    house: ClearingHouse,
    actor: Actor,
    kind: ProposalKind[AnyProposal],
    proposal_id: UUID,
    fields: StepUpFields,
    now: datetime,
    *,
    accept: bool,
) -> AnyProposal:
    """The proposal after the decision; `Refused` where it is declined, before a code is looked at if nobody sees it."""
    accepted(await see_proposal(house, actor, kind, proposal_id))
    proof = accepted(await checked_code(house, actor, fields.totp_code, now))
    return accepted(await decide_proposal(house, actor, kind, proposal_id, proof, now, accept=accept))
