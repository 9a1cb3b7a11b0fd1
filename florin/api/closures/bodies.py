"""The bodies of requests about closures, and their answers where these are no operation's."""

from typing import Annotated, Any

from pydantic import Field

from florin.api.bank_accounts import BankAccountFields
from florin.api.closures import examples
from florin.api.fields import (
    AmountField,
    CardId,
    Fields,
    Line,
    MemberId,
    PrivateFields,
    TotpCode,
)
from florin.api.members.registration_routes import Mail
from florin.api.people.profile_routes import IdentityFields
from florin.clearing.closures.read_closure import ClosureInFull
from florin.clearing.closures.request_closure import PayTo
from florin.clearing.closures.views import closure_now, payout_view
from florin.domain.names import LONGEST_NAME

_SHOWN_DIGITS = 4

Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$", description="`details_hash` of what was shown.")]
Reference = Annotated[str, Field(min_length=1, max_length=64)]


class AccountFields(BankAccountFields, example=examples.BANK_ACCOUNT):
    """A bank account; its holder is called as the record says."""


class PayToFields(PrivateFields, example=examples.OWN_CLOSURE):
    """Where the money goes: a bank account in the name on record, or cash where the law allows it."""

    account: AccountFields | None = None
    in_cash: bool = False

    @property
    def pay_to(self) -> PayTo:
        """The same for the verbs."""
        return PayTo(None if self.account is None else self.account.read(), self.in_cash)


class MembersClosureFields(PayToFields, example=examples.MEMBERS_CLOSURE):
    """A member's account that is to be closed in the member's place."""

    member_id: MemberId


class CardsClosureFields(PayToFields, example=examples.CARDS_CLOSURE):
    """A registered card that is to be closed, what its holder has shown, and where the code goes."""

    card_id: CardId
    identity: IdentityFields
    mail: Mail


class CodeFields(PrivateFields, example=examples.CODE):
    """The code of the latest message."""

    code: Annotated[str, Field(min_length=1, max_length=16)]


class OwnTotpFields(PrivateFields, example=examples.OWN_PROOF):
    """A fresh code of the authenticator for what was shown."""

    totp_code: TotpCode
    details_hash: Digest


class ApprovalFields(PrivateFields, example=examples.APPROVAL):
    """What was looked at, and a fresh one-time code."""

    amount: AmountField | None = None
    details_hash: Digest
    totp_code: TotpCode


class ClosureReasonFields(Fields, example=examples.REASON):
    """Why; it is kept."""

    reason: Line


class SettledFields(Fields, example=examples.SETTLED):
    """The bank's own reference of the payment."""

    bank_reference: Reference


class ReturnedFields(Fields, example=examples.RETURNED):
    """The bank's own reference of the return, and what it says about it."""

    bank_reference: Reference
    reason: Line


def closure_in_full(found: ClosureInFull) -> dict[str, Any]:
    """A closure with its payouts, and what the reader may see of its holder."""
    holder, account = found.holder, found.account
    return {
        **closure_now(found.now),
        "account_last4": found.account_last4,
        "holder": None
        if holder is None
        else {
            "name": holder.name,
            "document_kind": holder.document_kind,
            "document_number_ends": holder.document_number[-_SHOWN_DIGITS:],
        },
        "account": None
        if account is None
        else {"holder": account.holder, "bank": account.bank, "number": account.number},
        "payouts": [payout_view(each) for each in found.payouts],
    }
