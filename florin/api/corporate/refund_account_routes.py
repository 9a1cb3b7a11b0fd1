"""The bank account that a customer's refunds go to: proposed by one person, approved or refused by another."""

from florin.api.asking import ThePerson
from florin.api.bank_accounts import AccountInFullView, BankAccountFields, ProposedAccountView
from florin.api.callers import people
from florin.api.corporate import customer_examples as examples
from florin.api.corporate.proposal_decision import DECISION_PROBLEMS, decided
from florin.api.fields import CustomerId, RefundAccountId
from florin.api.people.step_up import StepUpFields
from florin.api.routes import Routes
from florin.api.views import View
from florin.clearing.customers.allowed import READERS
from florin.clearing.customers.refund_account import (
    DECIDE,
    REFUND_ACCOUNT,
    list_refund_accounts,
    propose_refund_account,
)
from florin.domain.declines import Decline

ROUTES = Routes("Customers")


class RefundAccountFields(BankAccountFields, example=examples.NEW_REFUND_ACCOUNT):
    """A bank account; its holder is called as the customer is."""


class _RefundAccount(View):
    id: RefundAccountId
    customer_id: CustomerId


class RefundAccountView(ProposedAccountView, _RefundAccount):
    """A bank account by the end of its number; the one `in_force` is where refunds go."""


class RefundAccountInFullView(AccountInFullView, RefundAccountView):
    """The same with the account itself, for those who approve and pay; null for others."""


class RefundAccountList(View):
    """All that were ever proposed, the latest first."""

    items: list[RefundAccountInFullView]


@ROUTES.post(
    "/v1/customers/{customer_id}/refund-accounts",
    allows=people(*REFUND_ACCOUNT.proposers),
    status=201,
    problems=(Decline.CUSTOMER_NOT_FOUND, Decline.REFUND_ACCOUNT_NOT_OWN, Decline.PROPOSAL_WAITS),
    example={**examples.REFUND_ACCOUNT, "status": "proposed", "decided_by": None, "decided_at": None},
)
async def propose_account(customer_id: CustomerId, fields: RefundAccountFields, person: ThePerson) -> RefundAccountView:
    """Propose the bank account that refunds are to go to; until another person approves, the one in force stays."""
    account = fields.read()
    return RefundAccountView.of(await person.asks(propose_refund_account, customer_id, account, person.now))


@ROUTES.get(
    "/v1/customers/{customer_id}/refund-accounts",
    allows=people(*READERS),
    problems=(Decline.CUSTOMER_NOT_FOUND,),
    example=examples.REFUND_ACCOUNTS,
)
async def list_accounts(customer_id: CustomerId, person: ThePerson) -> RefundAccountList:
    """List the bank accounts that were proposed for a customer's refunds."""
    found = await person.asks(list_refund_accounts, customer_id)
    return RefundAccountList(items=[RefundAccountInFullView.opened(each) for each in found])


@ROUTES.post(
    "/v1/refund-accounts/{refund_account_id}/approve",
    allows=people(*DECIDE),
    problems=(*DECISION_PROBLEMS, Decline.REFUND_ACCOUNT_NOT_OWN),
    example=examples.REFUND_ACCOUNT,
)
async def approve_account(
    refund_account_id: RefundAccountId, fields: StepUpFields, person: ThePerson
) -> RefundAccountView:
    """Put a proposed bank account in force, in place of the one before; requests for that one are not approved then."""
    account = await decided(person, REFUND_ACCOUNT, refund_account_id, fields, accept=True)
    return RefundAccountView.of(account)


@ROUTES.post(
    "/v1/refund-accounts/{refund_account_id}/refuse",
    allows=people(*DECIDE),
    problems=DECISION_PROBLEMS,
    example={**examples.REFUND_ACCOUNT, "status": "refused"},
)
async def refuse_account(
    refund_account_id: RefundAccountId, fields: StepUpFields, person: ThePerson
) -> RefundAccountView:
    """Refuse a proposed bank account; the one in force stays."""
    account = await decided(person, REFUND_ACCOUNT, refund_account_id, fields, accept=False)
    return RefundAccountView.of(account)
