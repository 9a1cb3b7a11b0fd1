"""What is agreed with merchants: terms and bank accounts, each proposed by one person and decided by another."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import Query

from florin.api.asking import Asking, ThePerson, proof_of
from florin.api.bank_accounts import AccountInFullView, BankAccountFields, ProposedAccountView
from florin.api.callers import people
from florin.api.fields import (
    MerchantAccountId,
    MerchantId,
    MerchantTermsId,
    ProgrammeId,
)
from florin.api.people.step_up import STEP_UP_PROBLEMS, StepUpFields
from florin.api.programmes.visible_configuration import TheConfiguration, VisibleConfiguration
from florin.api.routes import Routes
from florin.api.settlement import examples
from florin.api.settlement.terms_bodies import MerchantTermsFields, MerchantTermsList, MerchantTermsView
from florin.api.views import View
from florin.clearing.settlement.agree_account import decide_account, list_accounts, propose_account
from florin.clearing.settlement.agree_terms import ProposeTerms, decide_terms, list_terms, propose_terms
from florin.clearing.settlement.allowed import DECIDE, PROPOSE, READ
from florin.domain.declines import Decline
from florin.domain.people import Actor

ROUTES = Routes("Settlement")

_DECISION: Final = (Decline.PROPOSAL_NOT_FOUND, Decline.SAME_PERSON, *STEP_UP_PROBLEMS)


class MerchantAccountFields(BankAccountFields, example=examples.NEW_ACCOUNT):
    """A bank account, as the merchant's letter has it."""


class _MerchantAccount(View):
    id: MerchantAccountId
    merchant_id: MerchantId


class MerchantAccountView(ProposedAccountView, _MerchantAccount):
    """A bank account by the end of its number; the one `in_force` is where the merchant is paid to."""


class MerchantAccountInFullView(AccountInFullView, MerchantAccountView):
    """The same with the account itself, for those who propose and decide; null for others."""


class MerchantAccountList(View):
    """All that were ever proposed, the latest first."""

    items: list[MerchantAccountInFullView]


@ROUTES.post(
    "/v1/merchants/{merchant_id}/settlement-terms",
    allows=people(*PROPOSE),
    status=201,
    problems=(
        Decline.PROGRAMME_NOT_FOUND,
        Decline.MERCHANT_NOT_FOUND,
        Decline.CURRENCY_MISMATCH,
        Decline.PROPOSAL_WAITS,
        Decline.MERCHANT_DAY_SETTLED,
    ),
    example=examples.TERMS,
)
async def propose_merchant_terms(
    merchant_id: MerchantId, fields: MerchantTermsFields, person: ThePerson, configuration: TheConfiguration
) -> MerchantTermsView:
    """Propose what is agreed with a merchant from a business day on; another person accepts it."""
    unit = configuration.programme(fields.programme_id).unit
    command = ProposeTerms(fields.programme_id, merchant_id, fields.dated(unit))
    return MerchantTermsView.of(await person.asks(propose_terms, command, person.now), unit)


@ROUTES.get(
    "/v1/merchants/{merchant_id}/settlement-terms",
    allows=people(*READ),
    problems=(Decline.PROGRAMME_NOT_FOUND,),
    example={"items": [examples.TERMS_IN_FORCE]},
)
async def list_merchant_terms(
    merchant_id: MerchantId,
    programme_id: Annotated[ProgrammeId, Query(description="In which programme.")],
    person: ThePerson,
    configuration: TheConfiguration,
) -> MerchantTermsList:
    """List all terms that were ever proposed for a merchant in a programme, the latest first."""
    unit = configuration.programme(programme_id).unit
    found = await person.asks(list_terms, programme_id, merchant_id)
    return MerchantTermsList(items=[MerchantTermsView.of(each, unit) for each in found])


@ROUTES.post(
    "/v1/settlement-terms/{merchant_terms_id}/approve",
    allows=people(*DECIDE),
    problems=(*_DECISION, Decline.MERCHANT_DAY_SETTLED),
    example=examples.TERMS_IN_FORCE,
)
async def approve_merchant_terms(
    merchant_terms_id: MerchantTermsId, fields: StepUpFields, person: ThePerson, configuration: TheConfiguration
) -> MerchantTermsView:
    """Put proposed terms in force; statements that are not approved yet are worked out anew."""
    return await _terms(person, merchant_terms_id, fields, configuration, accept=True)


@ROUTES.post(
    "/v1/settlement-terms/{merchant_terms_id}/refuse",
    allows=people(*DECIDE),
    problems=_DECISION,
    example={**examples.TERMS_IN_FORCE, "status": "refused"},
)
async def refuse_merchant_terms(
    merchant_terms_id: MerchantTermsId, fields: StepUpFields, person: ThePerson, configuration: TheConfiguration
) -> MerchantTermsView:
    """Refuse proposed terms; those in force stay."""
    return await _terms(person, merchant_terms_id, fields, configuration, accept=False)


@ROUTES.post(
    "/v1/merchants/{merchant_id}/bank-accounts",
    allows=people(*PROPOSE),
    status=201,
    problems=(Decline.MERCHANT_NOT_FOUND, Decline.PROPOSAL_WAITS),
    example=examples.ACCOUNT,
)
async def propose_merchant_account(
    merchant_id: MerchantId, fields: MerchantAccountFields, person: ThePerson
) -> MerchantAccountView:
    """Propose the bank account that a merchant is paid to, also to confirm the one that the bank sent money back from.

    Until another person accepts it, the one in force stays.
    """
    account = fields.read()
    return MerchantAccountView.of(await person.asks(propose_account, merchant_id, account, person.now))


@ROUTES.get("/v1/merchants/{merchant_id}/bank-accounts", allows=people(*READ), example=examples.ACCOUNTS)
async def list_merchant_accounts(merchant_id: MerchantId, person: ThePerson) -> MerchantAccountList:
    """List the bank accounts that were proposed for a merchant, the latest first."""
    found = await person.asks(list_accounts, merchant_id)
    return MerchantAccountList(items=[MerchantAccountInFullView.opened(each) for each in found])


@ROUTES.post(
    "/v1/merchant-accounts/{merchant_account_id}/approve",
    allows=people(*DECIDE),
    problems=_DECISION,
    example=examples.ACCOUNT_IN_FORCE,
)
async def approve_merchant_account(
    merchant_account_id: MerchantAccountId, fields: StepUpFields, person: ThePerson
) -> MerchantAccountView:
    """Put a proposed bank account in force, in place of the one before."""
    return await _account(person, merchant_account_id, fields, accept=True)


@ROUTES.post(
    "/v1/merchant-accounts/{merchant_account_id}/refuse",
    allows=people(*DECIDE),
    problems=_DECISION,
    example={**examples.ACCOUNT_IN_FORCE, "status": "refused"},
)
async def refuse_merchant_account(
    merchant_account_id: MerchantAccountId, fields: StepUpFields, person: ThePerson
) -> MerchantAccountView:
    """Refuse a proposed bank account; the one in force stays."""
    return await _account(person, merchant_account_id, fields, accept=False)


async def _terms(
    person: Asking[Actor], terms_id: UUID, fields: StepUpFields, configuration: VisibleConfiguration, *, accept: bool
) -> MerchantTermsView:
    proof = await proof_of(person, fields.totp_code)
    agreed = await person.asks(decide_terms, terms_id, proof, person.now, accept=accept)
    return MerchantTermsView.of(agreed, configuration.programme(agreed.programme_id).unit)


async def _account(
    person: Asking[Actor], account_id: UUID, fields: StepUpFields, *, accept: bool
) -> MerchantAccountView:
    proof = await proof_of(person, fields.totp_code)
    return MerchantAccountView.of(await person.asks(decide_account, account_id, proof, person.now, accept=accept))
