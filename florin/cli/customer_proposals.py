"""``florin customer propose-...`` and ``approve-...``: what two people agree on, a bank account and two keys."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from florin.clearing.customers.delivery_key import DELIVERY_KEY, propose_delivery_key
from florin.clearing.customers.proposal import ProposalKind, decide_proposal, list_proposals
from florin.clearing.customers.refund_account import (
    REFUND_ACCOUNT,
    RefundAccountInFull,
    list_refund_accounts,
    propose_refund_account,
)
from florin.clearing.house import ClearingHouse
from florin.cli.desk import As
from florin.cli.exit_codes import Refusal
from florin.cli.order_desk import act, asks, id_of
from florin.cli.plain_words import words
from florin.cli.printing import AsJson, print_json, print_table
from florin.cli.step_up import act_with_code
from florin.crypto.recipient_file import RecipientMalformed, canonical_recipient
from florin.domain.bank_account import BankAccount
from florin.domain.declines import Decline
from florin.domain.delivery import DeliveryPart
from florin.domain.identifiers import wire_id
from florin.domain.people import Actor
from florin.storage.corporate.proposals import AnyProposal, CustomerProposal, DeliveryKey, RefundAccount
from florin.storage.people.logins import CodeProof

Named = Annotated[str, typer.Argument(metavar="CUSTOMER", help="Id of the customer (cus_...).")]
Account = Annotated[str, typer.Argument(metavar="ACCOUNT", help="Id of the proposed account (rac_...).")]
Key = Annotated[str, typer.Argument(metavar="KEY", help="Id of the proposed key (dky_...).")]


def propose_account(
    customer: Named,
    holder: Annotated[str, typer.Option(help="Whose account it is: the customer's own name.")],
    bank: Annotated[str, typer.Option(help="Name of the bank and its branch.")],
    number: Annotated[str, typer.Option(help="Number of the account.")],
    as_user: As,
    as_json: AsJson = False,
) -> None:
    """Propose the bank account that a customer's refunds are to go to; another person approves it."""
    customer_id, account = id_of("customer", customer), BankAccount.read(holder, bank, number)

    async def step(house: ClearingHouse, actor: Actor) -> RefundAccount | Decline:
        return await propose_refund_account(house, actor, customer_id, account, _now())

    _show_account(act(as_user, step), as_json=as_json)


def approve_account(account: Account, as_user: As, as_json: AsJson = False) -> None:
    """Put a proposed bank account in force."""
    _show_account(_decided(REFUND_ACCOUNT, account, as_user, accept=True), as_json=as_json)


def refuse_account(account: Account, as_user: As, as_json: AsJson = False) -> None:
    """Refuse a proposed bank account."""
    _show_account(_decided(REFUND_ACCOUNT, account, as_user, accept=False), as_json=as_json)


def list_accounts(customer: Named, as_user: As, as_json: AsJson = False) -> None:
    """List the bank accounts that were proposed for a customer's refunds, the latest first."""
    customer_id = id_of("customer", customer)
    _show_accounts(asks(as_user, list_refund_accounts, customer_id), as_json=as_json)


def propose_key(
    customer: Named,
    part: Annotated[DeliveryPart, typer.Argument(metavar="PART", help="Which of the two card files it opens.")],
    recipient: Annotated[str, typer.Argument(metavar="RECIPIENT", help="Public key of an age identity (age1...).")],
    as_user: As,
    as_json: AsJson = False,
) -> None:
    """Propose the key that a part of a customer's card files is to be sealed for; another person approves it."""
    customer_id = id_of("customer", customer)
    try:
        canonical_recipient(recipient)
    except RecipientMalformed as error:
        raise Refusal(f"RECIPIENT: {error}") from None

    async def step(house: ClearingHouse, actor: Actor) -> DeliveryKey | Decline:
        return await propose_delivery_key(house, actor, customer_id, part, recipient, _now())

    _show_key(act(as_user, step), as_json=as_json)


def approve_key(key: Key, as_user: As, as_json: AsJson = False) -> None:
    """Put a proposed key in force."""
    _show_key(_decided(DELIVERY_KEY, key, as_user, accept=True), as_json=as_json)


def refuse_key(key: Key, as_user: As, as_json: AsJson = False) -> None:
    """Refuse a proposed key."""
    _show_key(_decided(DELIVERY_KEY, key, as_user, accept=False), as_json=as_json)


def list_keys(customer: Named, as_user: As, as_json: AsJson = False) -> None:
    """List the keys that were proposed for a customer's card files, the latest first."""
    customer_id = id_of("customer", customer)
    _show_keys(asks(as_user, list_proposals, DELIVERY_KEY, customer_id), as_json=as_json)


def register(app: typer.Typer) -> None:
    """Add the commands to those on customers."""
    app.command("propose-refund-account")(propose_account)
    app.command("approve-refund-account")(approve_account)
    app.command("refuse-refund-account")(refuse_account)
    app.command("refund-accounts")(list_accounts)
    app.command("propose-delivery-key")(propose_key)
    app.command("approve-delivery-key")(approve_key)
    app.command("refuse-delivery-key")(refuse_key)
    app.command("delivery-keys")(list_keys)


def _decided(kind: ProposalKind[AnyProposal], named: str, as_user: str, *, accept: bool) -> AnyProposal:
    proposal_id = id_of(kind.name, named)

    async def step(house: ClearingHouse, actor: Actor, proof: CodeProof) -> AnyProposal | Decline:
        return await decide_proposal(house, actor, kind, proposal_id, proof, _now(), accept=accept)

    return act_with_code(as_user, step)


def _show_account(account: RefundAccount, *, as_json: bool) -> None:
    shown = RefundAccountInFull(account, None)
    if as_json:
        print_json(_account_json(shown))
    else:
        _show_accounts([shown], as_json=False)


def _show_accounts(shown: Sequence[RefundAccountInFull], *, as_json: bool) -> None:
    if as_json:
        print_json([_account_json(each) for each in shown])
        return
    rows = [
        (
            words(each.record.status),
            f"... {each.record.last4}" if each.account is None else each.account.number,
            None if each.account is None else each.account.holder,
            None if each.account is None else each.account.bank,
            wire_id("refund_account", each.record.id),
        )
        for each in shown
    ]
    print_table("Refund accounts", ("status", "number", "holder", "bank", "id"), rows)


def _account_json(shown: RefundAccountInFull) -> dict[str, Any]:
    account = shown.account
    full = None if account is None else {"holder": account.holder, "bank": account.bank, "number": account.number}
    return {**_json("refund_account", shown.record), "last4": shown.record.last4, "account": full}


def _show_key(key: DeliveryKey, *, as_json: bool) -> None:
    if as_json:
        print_json(_key_json(key))
    else:
        _show_keys([key], as_json=False)


def _show_keys(keys: Sequence[DeliveryKey], *, as_json: bool) -> None:
    if as_json:
        print_json([_key_json(each) for each in keys])
        return
    rows = [(each.part, words(each.status), each.recipient, wire_id("delivery_key", each.id)) for each in keys]
    print_table("Delivery keys", ("part", "status", "recipient", "id"), rows)


def _key_json(key: DeliveryKey) -> dict[str, Any]:
    return {**_json("delivery_key", key), "part": str(key.part), "recipient": key.recipient}


def _json(kind: str, proposal: CustomerProposal) -> dict[str, Any]:
    return {
        "id": wire_id(kind, proposal.id),
        "customer_id": wire_id("customer", proposal.customer_id),
        "status": str(proposal.status),
        "proposed_by": wire_id("login", proposal.proposed_by),
        "proposed_at": proposal.proposed_at,
        "decided_by": None if proposal.decided_by is None else wire_id("login", proposal.decided_by),
        "decided_at": proposal.decided_at,
    }


def _now() -> datetime:
    return datetime.now(UTC)
