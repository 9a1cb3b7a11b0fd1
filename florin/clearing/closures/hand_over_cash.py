"""Hand a payout over in cash, where the law lets it be cash."""

from uuid import UUID

from florin.clearing.answers import declined
from florin.clearing.closures.closure_payouts import CLOSURE_PAYOUTS
from florin.clearing.house import ClearingHouse
from florin.clearing.payouts.payout_rules import payout_step
from florin.clearing.payouts.send_payout import WHO_MAY, SendPayout, sent
from florin.domain.closure_payout import ClosurePayout
from florin.domain.declines import Decline
from florin.domain.people import Actor
from florin.storage.posting.group import Group
from florin.storage.posting.request import Answer, Caller, Outcome


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

    def decide(group: Group, payout: ClosurePayout) -> Outcome:
        if not payout.in_cash:
            return declined(Decline.PAYOUT_NOT_IN_STATE)
        return sent(group, CLOSURE_PAYOUTS, payout, actor.login_id, actor.session_id)

    caller, command = Caller(actor.login_id, actor.session_id, None, request_id), SendPayout(payout_id, None)
    return await payout_step(house, CLOSURE_PAYOUTS, caller, "send_payout", command, key, decide)
