"""Decide what becomes of money in suspense: one person proposes whose it is or that it goes back, another approves."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Protocol
from uuid import UUID

import msgspec

from florin.clearing.answers import declined
from florin.clearing.banking.line_details import opened_details
from florin.clearing.banking.views import item_view
from florin.clearing.customers.record_receipt import LONGEST_REFERENCE
from florin.clearing.house import ClearingHouse
from florin.crypto.vault import Vault
from florin.domain.bank_account import BankAccount, read_account_number
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.invalid_field import InvalidField
from florin.domain.names import spelled_name
from florin.domain.payment_reference import normalise_reference
from florin.domain.people import READERS_OF_MONEY, Actor, Role
from florin.domain.receipt import Parties, Party, PaymentMethod
from florin.domain.statement_line import LineDetails
from florin.domain.suspense import (
    ResolutionKind,
    ResolutionOperation,
    ResolutionStatus,
    SuspenseItem,
    SuspenseResolution,
    permit_resolution,
)
from florin.storage.banking.suspense import SuspenseEntry, find_item
from florin.storage.banking.suspense_lines import line_of_item
from florin.storage.corporate.bank_accounts import bank_account_of
from florin.storage.corporate.customers import find_customer
from florin.storage.posting.group import Group
from florin.storage.posting.request import Answer, Caller, Outcome, Wanted
from florin.storage.reconciliation.counterparties import find_counterparty

READ: Final = READERS_OF_MONEY
PROPOSE: Final = frozenset({Role.FINANCE})
DECIDE: Final = frozenset({Role.MANAGER, Role.FINANCE_APPROVER})
LONGEST_REASON: Final = 200


class OnItemCommand(Protocol):
    """A verb's command about one item."""

    @property
    def item_id(self) -> UUID:
        """Which one."""


OnItem = Callable[[Group, SuspenseItem], Outcome]
"""What is decided about an item, which nobody else decides about meanwhile."""


@dataclass(frozen=True, slots=True)
class ProposeAssignment:
    """The money is a customer's, and for the order of a payment reference if one is given. `InvalidField`.

    ``payer`` is who has paid, where the statement does not say so.
    """

    item_id: UUID
    customer_id: UUID
    reason: str
    payment_reference: str | None = None
    payer: Party | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Refuse what no assignment can be."""
        require_reason(self.reason)
        if self.payment_reference is not None and len(self.payment_reference) > LONGEST_REFERENCE:
            raise InvalidField("payment_reference", f"at most {LONGEST_REFERENCE} characters")

    @property
    def order_reference(self) -> str | None:
        """The payment reference in its one spelling."""
        given = self.payment_reference
        return None if given is None else normalise_reference(given) or spelled_name("payment_reference", given)


@dataclass(frozen=True, slots=True)
class ProposeSendingBack:
    """The money goes back to the account that it came from. `InvalidField` for what is no reason."""

    item_id: UUID
    reason: str
    account: BankAccount = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse what nobody can read."""
        require_reason(self.reason)


@dataclass(frozen=True, slots=True)
class RejectResolution:
    """What was proposed for an item is not to be."""

    item_id: UUID


async def propose_assignment(
    house: ClearingHouse, actor: Actor, command: ProposeAssignment, key: str, request_id: str | None = None
) -> Answer | Decline:
    """Propose whose the money is; the answer is the item, with what its approval has to name.

    Declines: ``role_required``, ``suspense_item_not_found``, ``suspense_not_in_state`` unless it is open,
    ``customer_not_found``, also for a customer of another programme.

    Raises:
        InvalidField: the statement does not say who has paid, and neither does the command.
        KeyReusedError: the key was used for another request.
        BusyError, OutcomeUnknownError: the same key will tell.
    """
    customer = await find_customer(house.pool, command.customer_id)
    entry = await find_item(house.pool, command.item_id)
    parties = None
    if entry is not None and actor.has(*PROPOSE):
        parties = await _parties(house, entry, command.payer)

    def propose(group: Group, item: SuspenseItem) -> Outcome:
        if customer is None or customer.programme_id != item.programme_id:
            return declined(Decline.CUSTOMER_NOT_FOUND)
        resolution = proposed(group, item, actor, ResolutionKind.ASSIGN, command.reason)
        resolution.customer_id, resolution.payment_reference = customer.id, command.order_reference
        sealed = house.vault.receipt_parties.seal(msgspec.json.encode(parties), resolution.id.bytes)
        resolution.parties_encrypted = sealed
        return add_proposal(group, item, resolution, actor)

    return await propose_for_item(house, actor, "propose_assignment", command, key, request_id, propose)


async def propose_sending_back(
    house: ClearingHouse, actor: Actor, command: ProposeSendingBack, key: str, request_id: str | None = None
) -> Answer | Decline:
    """Propose that the money goes back; the answer is the item, with what its approval has to name.

    Declines and raises as `propose_assignment`.

    Raises:
        InvalidField: the statement says that it has come from another account.
    """
    entry = await find_item(house.pool, command.item_id)
    if entry is not None and actor.has(*PROPOSE):
        await _require_sender(house, entry, command.account)

    def propose(group: Group, item: SuspenseItem) -> Outcome:
        resolution = proposed(group, item, actor, ResolutionKind.SEND_BACK, command.reason)
        encoded = msgspec.json.encode(command.account)
        resolution.account_encrypted = house.vault.payout_accounts.seal(encoded, resolution.id.bytes)
        resolution.last4 = command.account.last4
        return add_proposal(group, item, resolution, actor)

    return await propose_for_item(house, actor, "propose_sending_back", command, key, request_id, propose)


async def reject_resolution(
    house: ClearingHouse, actor: Actor, command: RejectResolution, key: str, request_id: str | None = None
) -> Answer | Decline:
    """Let the item be open again; whoever has proposed may do it, too. The answer is the item.

    Declines: ``role_required``, ``suspense_item_not_found``, ``suspense_not_in_state`` unless something is proposed.

    Raises:
        KeyReusedError: the key was used for another request.
        BusyError, OutcomeUnknownError: the same key will tell.
    """
    if not actor.has(*PROPOSE, *DECIDE):
        return Decline.ROLE_REQUIRED

    def reject(group: Group, item: SuspenseItem) -> Outcome:
        resolution = standing(group, item)
        following = _following(resolution, ResolutionOperation.REJECT)
        if resolution is None or isinstance(following, Decline):
            return declined(Decline.SUSPENSE_NOT_IN_STATE)
        resolution.status, resolution.decided_at = following, group.now
        resolution.decided_by, resolution.decided_person = actor.login_id, actor.person_id
        group.suspense_resolutions.save(resolution)
        note(group, actor, "suspense_item.rejected", item, resolution)
        return Outcome(item_view(item, resolution), subject_id=item.id)

    return await item_step(house, actor, "reject_resolution", command, key, request_id, reject)


async def item_step(
    house: ClearingHouse,
    actor: Actor,
    verb: str,
    command: OnItemCommand,
    key: str,
    request_id: str | None,
    decide: OnItem,
    customer_id: UUID | None = None,
) -> Answer | Decline:
    """Decide about an item under its lock, and that of a customer's money if one is named."""
    item_id = command.item_id
    if await find_item(house.pool, item_id) is None:
        return Decline.SUSPENSE_ITEM_NOT_FOUND

    def decided(group: Group) -> Outcome:
        return decide(group, group.suspense_items.known(item_id))

    caller = Caller(item_id, actor.session_id, None, request_id)
    wanted = Wanted(suspense_item_id=item_id, customer_id=customer_id)
    return await house.engine.submit(house.request(caller, key, verb, command, wanted, decided))


def standing(group: Group, item: SuspenseItem) -> SuspenseResolution | None:
    """The resolution of an item that stands, if one does."""
    resolutions = group.suspense_resolutions.values()
    return next((each for each in resolutions if each.item_id == item.id and each.stands), None)


def note(group: Group, actor: Actor, action: str, item: SuspenseItem, resolution: SuspenseResolution) -> None:
    """Write down who has done what about an item."""
    told = {
        "suspense_resolution_id": wire_id("suspense_resolution", resolution.id),
        "kind": resolution.kind,
        "amount_minor": item.amount_minor,
    }
    group.record(actor.session_id, action, item.id, told)


def opened_account(vault: Vault, resolution: SuspenseResolution) -> BankAccount | None:
    """The account that money is to go back to, for those who decide; None of an assignment."""
    if resolution.account_encrypted is None:
        return None
    opened = vault.payout_accounts.open(resolution.account_encrypted, resolution.id.bytes)
    return msgspec.json.decode(opened, type=BankAccount)


async def propose_for_item(
    house: ClearingHouse,
    actor: Actor,
    verb: str,
    command: OnItemCommand,
    key: str,
    request_id: str | None,
    propose: OnItem,
) -> Answer | Decline:
    """Propose what becomes of an item, if finance does and nothing else is proposed or approved."""
    if not actor.has(*PROPOSE):
        return Decline.ROLE_REQUIRED

    def decide(group: Group, item: SuspenseItem) -> Outcome:
        return declined(Decline.SUSPENSE_NOT_IN_STATE) if standing(group, item) is not None else propose(group, item)

    return await item_step(house, actor, verb, command, key, request_id, decide)


def proposed(group: Group, item: SuspenseItem, actor: Actor, kind: ResolutionKind, reason: str) -> SuspenseResolution:
    """A resolution of an item as it begins, not written yet."""
    return SuspenseResolution(
        id=group.fresh_id(None),
        item_id=item.id,
        programme_id=item.programme_id,
        unit=item.unit,
        amount_minor=item.amount_minor,
        kind=kind,
        reason=reason,
        status=ResolutionStatus.PROPOSED,
        proposed_by=actor.login_id,
        proposed_person=actor.person_id,
        proposed_at=group.now,
    )


def add_proposal(group: Group, item: SuspenseItem, resolution: SuspenseResolution, actor: Actor) -> Outcome:
    """Write a proposal, and answer with its item."""
    group.suspense_resolutions.add(resolution)
    note(group, actor, "suspense_item.proposed", item, resolution)
    return Outcome(item_view(item, resolution), subject_id=item.id)


def _following(resolution: SuspenseResolution | None, operation: ResolutionOperation) -> ResolutionStatus | Decline:
    if resolution is None:
        return Decline.SUSPENSE_NOT_IN_STATE
    return permit_resolution(operation, resolution.status)


async def details_of(house: ClearingHouse, item: SuspenseItem) -> LineDetails:
    """What the statement says of an item's sender."""
    sealed = await line_of_item(house.pool, item.line_id)
    return LineDetails() if sealed is None else opened_details(sealed, item.line_id, house.vault.statement_details)


async def _parties(house: ClearingHouse, entry: SuspenseEntry, payer: Party | None) -> Parties:
    """Who has paid whom, as a receipt keeps it."""
    details = await details_of(house, entry.item)
    if payer is None:
        if details.party is None or details.party_account is None:
            raise InvalidField("payer", "the statement does not say who has paid, and from which account")
        payer = Party.read("payer", details.party, details.party_account)
    counterparty = await find_counterparty(house.pool, entry.item.counterparty_id)
    account = await bank_account_of(house.pool, entry.item.programme_id)
    if counterparty is None:
        raise LookupError("an item's bank account is gone")
    payee = Party(counterparty.terms.name if account is None else account.holder, counterparty.account_number)
    parties = Parties(payer, payee)
    parties.require_accounts(PaymentMethod.BANK_TRANSFER)
    return parties


async def _require_sender(house: ClearingHouse, entry: SuspenseEntry, account: BankAccount) -> None:
    """Money goes back to where it came from, where the statement says so, and nowhere else."""
    details = await details_of(house, entry.item)
    if details.party_account is None:
        return
    if read_account_number("party_account", details.party_account) != account.number:
        raise InvalidField("account.number", "it came from another account")


def require_reason(reason: str) -> None:
    """Refuse what nobody can read: `InvalidField`."""
    if not (len(reason) <= LONGEST_REASON and reason.isprintable() and reason.strip()):
        raise InvalidField("reason", f"1 to {LONGEST_REASON} printable characters")
