"""Send a payout: in a payout file that goes to the bank, or over the counter where the law lets it be cash."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from florin.clearing.answers import declined
from florin.clearing.closures.payout_step import outcome, payout_step, post
from florin.clearing.house import ClearingHouse
from florin.domain.chart import AccountCode, Event
from florin.domain.closure import Closure
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.payout import Payout, PayoutOperation, permit_payout
from florin.domain.people import Actor, Role
from florin.storage.posting.group import Group
from florin.storage.posting.request import Answer, Caller, Outcome

WHO_MAY: Final = frozenset({Role.FINANCE})


@dataclass(frozen=True, slots=True)
class SendPayout:
    """A payout is on its way: in a file, or None: handed over in cash."""

    payout_id: UUID
    file_id: UUID | None


async def send_in_file(house: ClearingHouse, payout_id: UUID, file_id: UUID, made_by: UUID) -> Answer | Decline:
    """Post that a payout is on its way in the file that it was put into; as often as asked, it is posted once.

    Raises:
        BusyError, OutcomeUnknownError: to be asked again.
    """

    def decide(group: Group, closure: Closure, payout: Payout) -> Outcome:
        if payout.file_id != file_id:
            return declined(Decline.PAYOUT_NOT_IN_STATE)
        return _send(group, closure, payout, made_by, file_id)

    # The file is the caller: no client is, so nobody else uses its keys.
    caller, command = Caller(file_id, file_id), SendPayout(payout_id, file_id)
    return await payout_step(house, caller, "send_payout", command, payout_id, f"payout:{payout_id.hex}", decide)


async def hand_over_cash(
    house: ClearingHouse, actor: Actor, payout_id: UUID, key: str, request_id: str | None = None
) -> Answer | Decline:
    """Post that a payout was handed over in cash; the answer is the payout.

    Declines: ``role_required``, ``payout_not_found``, ``payout_not_in_state``, also for one that goes to a bank.

    Raises:
        KeyReusedError: the key was used for another request.
        BusyError, OutcomeUnknownError: the same key will tell.
    """
    if not actor.has(*WHO_MAY):
        return Decline.ROLE_REQUIRED

    def decide(group: Group, closure: Closure, payout: Payout) -> Outcome:
        if not payout.in_cash:
            return declined(Decline.PAYOUT_NOT_IN_STATE)
        return _send(group, closure, payout, actor.login_id, actor.session_id)

    caller = Caller(actor.login_id, actor.session_id, None, request_id)
    return await payout_step(house, caller, "send_payout", SendPayout(payout_id, None), payout_id, key, decide)


def _send(group: Group, closure: Closure, payout: Payout, sent_by: UUID, actor_id: UUID) -> Outcome:
    following = permit_payout(PayoutOperation.SEND, payout.status)
    if isinstance(following, Decline):
        return declined(following)
    payout.status, payout.sent_by, payout.sent_at = following, sent_by, group.now
    payable, in_transit = AccountCode.CLOSURE_PAYABLE, AccountCode.PAYOUT_IN_TRANSIT
    payout.paid_journal_id = post(group, payout, Event.CLOSURE_PAID, payable, in_transit)
    told = {"payout_id": wire_id("closure_payout", payout.id), "amount_minor": payout.amount_minor}
    group.record(actor_id, "closure.paid", closure.owner_id, told)
    group.emit("closure.paid", payout.owner_id, None, payout.paid_journal_id)
    return outcome(group, payout, payout.paid_journal_id)
