"""Post what counterparties' terms tolerate: no person looks at it, and it is not ignored."""

from typing import Final
from uuid import UUID

from florin.clearing.answers import declined
from florin.clearing.breaks.decide_endings import end
from florin.clearing.breaks.each_break import MOST_AT_ONCE, done, tell
from florin.clearing.breaks.propose_endings import proposed
from florin.clearing.house import ClearingHouse
from florin.domain.break_life import BreakOperation, BreakState
from florin.domain.break_proposal import ProposalKind
from florin.domain.break_record import BreakReason
from florin.domain.chart import AccountCode
from florin.domain.declines import Decline
from florin.storage.posting.group import Group
from florin.storage.posting.request import Answer, Caller, Outcome, PostingRequest, Wanted
from florin.storage.reconciliation.breaks import tolerated_breaks

_KEY: Final = "tolerate"


async def post_tolerated(house: ClearingHouse) -> int:
    """Post every difference within its counterparty's tolerance that nobody has taken; how many were posted.

    After a run of matching, as often as asked: each is posted once. The next run matches what was posted.

    Raises:
        BusyError, OutcomeUnknownError: to be asked again.
    """
    posted = 0
    while break_ids := await tolerated_breaks(house.pool, MOST_AT_ONCE):
        results = await house.engine.submit_all([_request(house, each) for each in break_ids])
        done_now = 0
        for result in results:
            if not isinstance(result, Answer):
                raise result
            done_now += result.decline is None
        posted += done_now
        if not done_now:
            # What is refused is left to people.
            break
    return posted


def _request(house: ClearingHouse, break_id: UUID) -> PostingRequest:
    def decide(group: Group) -> Outcome:
        known = group.breaks.known(break_id)
        if known.state is not BreakState.OPEN:
            return declined(Decline.BREAK_NOT_IN_STATE)
        to = AccountCode.RECONCILIATION_DIFFERENCES
        proposal = proposed(group, known, ProposalKind.TOLERATE, BreakReason.WITHIN_TOLERANCE, to, None)
        if isinstance(proposal, Decline):
            return declined(proposal)
        group.break_proposals.add(proposal)
        end(group, known, proposal)
        tell(house, group, known, BreakOperation.POST, actor=None, proposal=proposal)
        return done(known, proposal)

    # The break is the caller: no client is, so nobody else uses its keys.
    caller = Caller(break_id, break_id)
    return house.request(caller, _KEY, "tolerate_break", break_id, Wanted(break_id=break_id), decide)
