"""Say that money in suspense is a provider's payout, whose bill has come after the bank had shown it.

The payout is booked from the bill as always, and then the bank account has it twice: what had put it into suspense is
taken back. So a bill is posted the same way whether the bank has been quicker or not. A rule says so of what fits
exactly, two people of anything else.
"""

from dataclasses import dataclass
from uuid import UUID

from florin.clearing.answers import declined
from florin.clearing.banking.resolve_item import (
    PROPOSE,
    add_proposal,
    propose_for_item,
    proposed,
    require_reason,
    standing,
)
from florin.clearing.banking.the_bank import THE_BANK
from florin.clearing.banking.views import item_view
from florin.clearing.house import ClearingHouse
from florin.domain.chart import AccountCode, Event
from florin.domain.declines import Decline
from florin.domain.invalid_field import InvalidField
from florin.domain.journal import FlowAccount
from florin.domain.people import Actor
from florin.domain.suspense import ResolutionKind, ResolutionStatus, SuspenseItem, SuspenseResolution
from florin.storage.banking.payouts_in_suspense import (
    BookedPayout,
    PayoutInSuspense,
    find_booked_payout,
    payouts_in_suspense,
)
from florin.storage.banking.suspense import find_item
from florin.storage.posting.group import Group
from florin.storage.posting.request import Answer, Caller, Outcome, Wanted


@dataclass(frozen=True, slots=True)
class ProposePayout:
    """An item is the payout that a journal has booked. `InvalidField` for what is no reason."""

    item_id: UUID
    payout_journal_id: UUID
    reason: str

    def __post_init__(self) -> None:
        """Refuse what nobody can read."""
        require_reason(self.reason)


async def identify_payouts(house: ClearingHouse) -> int:
    """Take out of suspense what names one payout of its amount and nothing else; how many items that was.

    Raises:
        BusyError, OutcomeUnknownError: to be asked again.
    """
    found = await payouts_in_suspense(house.pool)
    for each in found:
        await _identify(house, each)
    return len(found)


async def _identify(house: ClearingHouse, found: PayoutInSuspense) -> None:
    def decide(group: Group) -> Outcome:
        item = group.suspense_items.known(found.item_id)
        if standing(group, item) is not None:
            return declined(Decline.SUSPENSE_NOT_IN_STATE)
        resolution = proposed(group, item, THE_BANK, ResolutionKind.PAYOUT, f"names payout {found.number}")
        resolution.payout_journal_id = found.journal_id
        resolution.status, resolution.decided_at = ResolutionStatus.APPROVED, group.now
        outcome = take_back(group, item, resolution)
        group.suspense_resolutions.add(resolution)
        return outcome

    caller, wanted = Caller(found.item_id, THE_BANK.session_id), Wanted(suspense_item_id=found.item_id)
    key = f"payout {found.journal_id.hex}"
    await house.engine.submit(house.request(caller, key, "identify_payout", found, wanted, decide))


async def propose_payout(
    house: ClearingHouse, actor: Actor, command: ProposePayout, key: str, request_id: str | None = None
) -> Answer | Decline:
    """Propose which payout an item is; the answer is the item, with what its approval has to name.

    Declines: ``role_required``, ``suspense_item_not_found``, ``suspense_not_in_state`` unless it is open,
    ``payout_not_found`` unless the journal is a provider's payout to the item's programme, ``payout_not_in_state`` when
    the bank's statement has it, another item is it, or a break about it is in somebody's hands.

    Raises:
        InvalidField: the payout is of another amount.
        KeyReusedError: the key was used for another request.
        BusyError, OutcomeUnknownError: the same key will tell.
    """
    payout = await find_booked_payout(house.pool, command.payout_journal_id)

    def propose(group: Group, item: SuspenseItem) -> Outcome:
        if payout is None or (payout.programme_id, payout.unit) != (item.programme_id, item.unit):
            return declined(Decline.PAYOUT_NOT_FOUND)
        if payout.is_claimed or not payout.is_open:
            return declined(Decline.PAYOUT_NOT_IN_STATE)
        resolution = proposed(group, item, actor, ResolutionKind.PAYOUT, command.reason)
        resolution.payout_journal_id = command.payout_journal_id
        return add_proposal(group, item, resolution, actor)

    entry = await find_item(house.pool, command.item_id)
    if actor.has(*PROPOSE) and entry is not None and payout is not None:
        _require_amount(entry.item, payout)
    return await propose_for_item(house, actor, "propose_payout", command, key, request_id, propose)


def _require_amount(item: SuspenseItem, payout: BookedPayout) -> None:
    if item.amount_minor != payout.amount_minor:
        raise InvalidField("payout_journal_id", "the payout is of another amount")


def take_back(group: Group, item: SuspenseItem, resolution: SuspenseResolution) -> Outcome:
    """Post that an item is a payout which the book has from its provider's bill."""
    programme = group.programme(item.programme_id)
    suspense = FlowAccount(AccountCode.SUSPENSE, item.counterparty_id)
    bank = FlowAccount(AccountCode.BANK, programme.id)
    resolution.journal_id = group.post(Event.PAYOUT_IDENTIFIED, programme, [(item.amount_minor, suspense, bank)])
    group.emit("suspense.payout_identified", item.id, None, resolution.journal_id)
    return Outcome(item_view(item, resolution), journal_id=resolution.journal_id, subject_id=item.id)
