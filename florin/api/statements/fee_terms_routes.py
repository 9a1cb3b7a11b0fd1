"""What providers may keep: proposed by finance, put in force by another person."""

from datetime import date, datetime
from typing import Annotated, Final, Self

from pydantic import Field

from florin.api.asking import ThePerson, proof_of
from florin.api.callers import people
from florin.api.fields import Choice, CounterpartyId, Day, FeeTermsId, Fields, LoginId
from florin.api.people.step_up import STEP_UP_PROBLEMS, StepUpFields
from florin.api.routes import Routes
from florin.api.statements import examples
from florin.api.statements.bodies import Limit
from florin.api.views import View
from florin.domain.declines import Decline
from florin.domain.fee_terms import BASIS_POINTS, FeeTerms
from florin.reconciliation.agree_fees import DECIDERS, decide_fees, list_fees, propose_fees
from florin.reconciliation.counterparties import READERS, WHO_MAY
from florin.storage.proposals import ProposalStatus
from florin.storage.reconciliation.fee_terms import AgreedFees

ROUTES = Routes("Reconciliation")

_DECISION: Final = (Decline.PROPOSAL_NOT_FOUND, Decline.SAME_PERSON, *STEP_UP_PROBLEMS)


class FeeTermsFields(Fields, example=examples.NEW_FEES):
    """From a day on, of each payment a share, rounded half up, and a flat sum in minor units."""

    effective_on: Day
    basis_points: Annotated[int, Field(ge=0, le=BASIS_POINTS)]
    flat: Limit = 0


class FeeTermsView(View):
    """Terms as they were proposed and decided."""

    id: FeeTermsId
    counterparty_id: CounterpartyId
    effective_on: date
    basis_points: int
    flat: int
    status: Annotated[ProposalStatus, Choice]
    proposed_by: LoginId
    proposed_at: datetime
    decided_by: LoginId | None
    decided_at: datetime | None

    @classmethod
    def of(cls, fees: AgreedFees) -> Self:
        """Terms of a provider."""
        return cls(
            id=fees.id,
            counterparty_id=fees.counterparty_id,
            effective_on=fees.terms.effective_on,
            basis_points=fees.terms.basis_points,
            flat=fees.terms.flat_minor,
            status=fees.status,
            proposed_by=fees.proposed_by,
            proposed_at=fees.proposed_at,
            decided_by=fees.decided_by,
            decided_at=fees.decided_at,
        )


class FeeTermsList(View):
    """All that were ever proposed, the latest first."""

    items: list[FeeTermsView]


@ROUTES.post(
    "/v1/counterparties/{counterparty_id}/fee-terms",
    allows=people(*WHO_MAY),
    status=201,
    problems=(Decline.COUNTERPARTY_NOT_FOUND, Decline.PROPOSAL_WAITS),
    example=examples.FEES,
)
async def propose_fee_terms(counterparty_id: CounterpartyId, fields: FeeTermsFields, person: ThePerson) -> FeeTermsView:
    """Propose what a provider may keep from a day on; another person accepts it."""
    terms = FeeTerms(fields.effective_on, fields.basis_points, fields.flat)
    return FeeTermsView.of(await person.asks(propose_fees, counterparty_id, terms, person.now))


@ROUTES.get(
    "/v1/counterparties/{counterparty_id}/fee-terms",
    allows=people(*READERS),
    problems=(Decline.COUNTERPARTY_NOT_FOUND,),
    example={"items": [examples.FEES_IN_FORCE]},
)
async def list_fee_terms(counterparty_id: CounterpartyId, person: ThePerson) -> FeeTermsList:
    """List all terms that were ever proposed of a provider, the latest first."""
    return FeeTermsList(items=[FeeTermsView.of(each) for each in await person.asks(list_fees, counterparty_id)])


@ROUTES.post(
    "/v1/fee-terms/{fee_terms_id}/approve",
    allows=people(*DECIDERS),
    problems=_DECISION,
    example=examples.FEES_IN_FORCE,
)
async def approve_fee_terms(fee_terms_id: FeeTermsId, fields: StepUpFields, person: ThePerson) -> FeeTermsView:
    """Put proposed terms in force; what is matched from then on is compared with them."""
    proof = await proof_of(person, fields.totp_code)
    return FeeTermsView.of(await person.asks(decide_fees, fee_terms_id, proof, person.now, accept=True))


@ROUTES.post(
    "/v1/fee-terms/{fee_terms_id}/refuse",
    allows=people(*DECIDERS),
    problems=_DECISION,
    example={**examples.FEES_IN_FORCE, "status": "refused"},
)
async def refuse_fee_terms(fee_terms_id: FeeTermsId, fields: StepUpFields, person: ThePerson) -> FeeTermsView:
    """Refuse proposed terms; those in force stay."""
    proof = await proof_of(person, fields.totp_code)
    return FeeTermsView.of(await person.asks(decide_fees, fee_terms_id, proof, person.now, accept=False))
