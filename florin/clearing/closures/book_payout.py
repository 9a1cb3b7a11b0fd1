"""Record what the bank's statement says of a payout: that it was paid, or that it came back."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from florin.clearing.answers import declined
from florin.clearing.closures.owe import owe
from florin.clearing.closures.payout_step import OnPayout, outcome, payout_step, post
from florin.clearing.customers.record_receipt import require_bank_reference
from florin.clearing.house import ClearingHouse
from florin.domain.chart import AccountCode, Event
from florin.domain.closure import Closure
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.invalid_field import InvalidField
from florin.domain.payout import Payout, PayoutCause, PayoutOperation, PayoutStatus, permit_payout
from florin.domain.people import Actor, Role
from florin.storage.closures.closures import find_payout
from florin.storage.posting.group import Group
from florin.storage.posting.request import Answer, Caller, Outcome

WHO_MAY: Final = frozenset({Role.FINANCE})
LONGEST_REASON: Final = 200


@dataclass(frozen=True, slots=True)
class SettlePayout:
    """The bank statement shows the payment. `InvalidField` for what is no bank reference."""

    payout_id: UUID
    bank_reference: str

    def __post_init__(self) -> None:
        """Refuse what no bank writes."""
        require_bank_reference(self.bank_reference)


@dataclass(frozen=True, slots=True)
class ReturnPayout:
    """The bank has sent the money back, and says why. `InvalidField` for what is no bank reference and no reason."""

    payout_id: UUID
    bank_reference: str
    reason: str

    def __post_init__(self) -> None:
        """Refuse what no bank writes, and what nobody can read."""
        require_bank_reference(self.bank_reference)
        if not (len(self.reason) <= LONGEST_REASON and self.reason.isprintable() and self.reason.strip()):
            raise InvalidField("reason", f"1 to {LONGEST_REASON} printable characters")


async def settle_payout(
    house: ClearingHouse, actor: Actor, command: SettlePayout, key: str, request_id: str | None = None
) -> Answer | Decline:
    """Take the money out of transit and off the bank account; the answer is the payout.

    Declines: ``role_required``, ``payout_not_found``, ``payout_not_in_state`` unless it was sent;
    ``duplicate_reference`` when the bank reference stands for another movement of the programme's money.

    Raises:
        KeyReusedError: the key was used for another request.
        BusyError, OutcomeUnknownError: the same key will tell.
    """

    def decide(group: Group, closure: Closure, payout: Payout) -> Outcome:
        following = permit_payout(PayoutOperation.SETTLE, payout.status)
        if isinstance(following, Decline):
            return declined(following)
        payout.status, payout.settled_by, payout.settled_at = following, actor.login_id, group.now
        payout.bank_reference = command.bank_reference
        in_transit, bank = AccountCode.PAYOUT_IN_TRANSIT, AccountCode.BANK
        payout.settled_journal_id = post(group, payout, Event.CLOSURE_SETTLED, in_transit, bank)
        _record(group, actor, "closure.settled", closure, payout)
        group.emit("closure.settled", payout.owner_id, None, payout.settled_journal_id)
        return outcome(group, payout, payout.settled_journal_id)

    return await _book(house, actor, "settle_payout", command, key, request_id, decide)


async def return_payout(
    house: ClearingHouse, actor: Actor, command: ReturnPayout, key: str, request_id: str | None = None
) -> Answer | Decline:
    """Owe the money anew: another payout of the same amount waits for another account. The answer is the one returned.

    Declines and raises as `settle_payout`; a payment that the statement had shown comes back, too.
    """

    def decide(group: Group, closure: Closure, payout: Payout) -> Outcome:
        following = permit_payout(PayoutOperation.RETURN, payout.status)
        if isinstance(following, Decline):
            return declined(following)
        had_left = payout.status is PayoutStatus.SETTLED
        whence = AccountCode.BANK if had_left else AccountCode.PAYOUT_IN_TRANSIT
        payout.status, payout.returned_by, payout.returned_at = following, actor.login_id, group.now
        payout.return_reason = command.reason
        payout.returned_journal_id = post(group, payout, Event.CLOSURE_RETURNED, whence, AccountCode.CLOSURE_PAYABLE)
        owe(group, closure, payout.amount_minor, PayoutCause.RETURNED, payout.returned_journal_id, in_cash=False)
        _record(group, actor, "closure.returned", closure, payout)
        group.emit("closure.returned", payout.owner_id, None, payout.returned_journal_id)
        return outcome(group, payout, payout.returned_journal_id)

    return await _book(house, actor, "return_payout", command, key, request_id, decide)


async def _book(
    house: ClearingHouse,
    actor: Actor,
    verb: str,
    command: SettlePayout | ReturnPayout,
    key: str,
    request_id: str | None,
    decide: OnPayout,
) -> Answer | Decline:
    if not actor.has(*WHO_MAY):
        return Decline.ROLE_REQUIRED
    payout = await find_payout(house.pool, command.payout_id)
    if payout is None:
        return Decline.PAYOUT_NOT_FOUND
    # The bank's references are the programme's, whatever it moves.
    caller = Caller(payout.programme_id, actor.session_id, None, request_id)
    reference = command.bank_reference
    return await payout_step(house, caller, verb, command, payout.id, key, decide, reference=reference)


def _record(group: Group, actor: Actor, action: str, closure: Closure, payout: Payout) -> None:
    told = {"payout_id": wire_id("closure_payout", payout.id), "amount_minor": payout.amount_minor}
    group.record(actor.session_id, action, closure.owner_id, told)
