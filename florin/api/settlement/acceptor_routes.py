"""Which programme pays a merchant, also for the cards of others: proposed by one person and decided by another."""

from datetime import date, datetime
from typing import Annotated, Final, Self
from uuid import UUID

from florin.api.asking import ThePerson, proof_of
from florin.api.callers import people
from florin.api.fields import Choice, Day, Fields, LoginId, MerchantAcceptorId, MerchantId, ProgrammeId
from florin.api.people.step_up import STEP_UP_PROBLEMS, StepUpFields
from florin.api.routes import Routes
from florin.api.settlement import examples
from florin.api.views import View
from florin.clearing.settlement.agree_acceptor import (
    ProposeAcceptor,
    decide_acceptor,
    list_acceptors,
    propose_acceptor,
)
from florin.clearing.settlement.allowed import DECIDE, PROPOSE, READ
from florin.domain.declines import Decline
from florin.domain.merchant_acceptor import DatedAcceptor
from florin.storage.proposals import ProposalStatus
from florin.storage.settlement.merchant_acceptors import AgreedAcceptor

ROUTES = Routes("Settlement")

_DECISION: Final = (Decline.PROPOSAL_NOT_FOUND, Decline.SAME_PERSON, Decline.MERCHANT_DAY_SETTLED, *STEP_UP_PROBLEMS)


class AcceptorFields(Fields, example=examples.NEW_ACCEPTOR):
    """The programme that pays a merchant from a business day on; null: each programme pays for its own cards."""

    programme_id: ProgrammeId | None
    effective_on: Day


class AcceptorView(View):
    """A merchant's acceptor as it was proposed and decided."""

    id: MerchantAcceptorId
    merchant_id: MerchantId
    programme_id: ProgrammeId | None
    effective_on: date
    status: Annotated[ProposalStatus, Choice]
    proposed_by: LoginId
    proposed_at: datetime
    decided_by: LoginId | None
    decided_at: datetime | None

    @classmethod
    def of(cls, agreed: AgreedAcceptor) -> Self:
        """An acceptor as our people see it."""
        named = ("id", "merchant_id", "status", "proposed_by", "proposed_at", "decided_by", "decided_at")
        dated = {"programme_id": agreed.dated.programme_id, "effective_on": agreed.dated.effective_on}
        return cls.model_validate(dated | {name: getattr(agreed, name) for name in named})


class AcceptorList(View):
    """All that were ever proposed, the latest first."""

    items: list[AcceptorView]


@ROUTES.post(
    "/v1/merchants/{merchant_id}/acceptors",
    allows=people(*PROPOSE),
    status=201,
    problems=(
        Decline.PROGRAMME_NOT_FOUND,
        Decline.MERCHANT_NOT_FOUND,
        Decline.PROPOSAL_WAITS,
        Decline.MERCHANT_DAY_SETTLED,
    ),
    example=examples.ACCEPTOR,
)
async def propose_merchant_acceptor(merchant_id: MerchantId, fields: AcceptorFields, person: ThePerson) -> AcceptorView:
    """Propose which programme pays a merchant, also for the cards of others; another person accepts it."""
    command = ProposeAcceptor(merchant_id, DatedAcceptor(fields.effective_on, fields.programme_id))
    return AcceptorView.of(await person.asks(propose_acceptor, command, person.now))


@ROUTES.get(
    "/v1/merchants/{merchant_id}/acceptors",
    allows=people(*READ),
    example={"items": [examples.ACCEPTOR_IN_FORCE]},
)
async def list_merchant_acceptors(merchant_id: MerchantId, person: ThePerson) -> AcceptorList:
    """List all acceptors that were ever proposed for a merchant, the latest first."""
    found = await person.asks(list_acceptors, merchant_id)
    return AcceptorList(items=[AcceptorView.of(each) for each in found])


@ROUTES.post(
    "/v1/merchant-acceptors/{merchant_acceptor_id}/approve",
    allows=people(*DECIDE),
    problems=_DECISION,
    example=examples.ACCEPTOR_IN_FORCE,
)
async def approve_merchant_acceptor(
    merchant_acceptor_id: MerchantAcceptorId, fields: StepUpFields, person: ThePerson
) -> AcceptorView:
    """Put a proposed acceptor in force; statements that are not approved yet are worked out anew."""
    return await _decided(merchant_acceptor_id, fields, person, accept=True)


@ROUTES.post(
    "/v1/merchant-acceptors/{merchant_acceptor_id}/refuse",
    allows=people(*DECIDE),
    problems=_DECISION,
    example={**examples.ACCEPTOR_IN_FORCE, "status": "refused"},
)
async def refuse_merchant_acceptor(
    merchant_acceptor_id: MerchantAcceptorId, fields: StepUpFields, person: ThePerson
) -> AcceptorView:
    """Refuse a proposed acceptor; what is in force stays."""
    return await _decided(merchant_acceptor_id, fields, person, accept=False)


async def _decided(acceptor_id: UUID, fields: StepUpFields, person: ThePerson, *, accept: bool) -> AcceptorView:
    proof = await proof_of(person, fields.totp_code)
    return AcceptorView.of(await person.asks(decide_acceptor, acceptor_id, proof, person.now, accept=accept))
