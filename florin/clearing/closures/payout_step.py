"""One step of a payout: found first, decided under the locks of the account that was closed."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from florin.clearing.closures.standing import wanted_of
from florin.clearing.closures.views import payout_view
from florin.clearing.house import ClearingHouse
from florin.domain.chart import AccountCode, Event
from florin.domain.closure import Closure
from florin.domain.declines import Decline
from florin.domain.journal import FlowAccount
from florin.domain.payout import Payout
from florin.storage.closures.closures import find_closure, find_payout
from florin.storage.posting.group import Group
from florin.storage.posting.request import Answer, Caller, Outcome

OnPayout = Callable[[Group, Closure, Payout], Outcome]
"""What is decided about a payout, which nobody else changes meanwhile."""


async def payout_step(
    house: ClearingHouse,
    caller: Caller,
    verb: str,
    command: Any,  # noqa: ANN401 (any of the verbs' command dataclasses)
    payout_id: UUID,
    key: str | None,
    decide: OnPayout,
    *,
    reference: str | None = None,
) -> Answer | Decline:
    """Decide about a payout; ``payout_not_found`` when there is none of that id."""
    payout = await find_payout(house.pool, payout_id)
    closure = None if payout is None else await find_closure(house.pool, payout.closure_id)
    if payout is None or closure is None:
        return Decline.PAYOUT_NOT_FOUND

    def decided(group: Group) -> Outcome:
        return decide(group, group.closures.known(closure.id), group.payouts.known(payout_id))

    wanted = wanted_of(closure.owner_kind, closure.owner_id, closure.id)
    request = house.request(caller, key, verb, command, wanted, decided, reference=reference)
    return await house.engine.submit(request)


def post(group: Group, payout: Payout, event: Event, debit: AccountCode, credit: AccountCode) -> UUID:
    """Move a payout's amount between two accounts of its programme, and return the journal."""
    programme = group.programme(payout.programme_id)
    moved = (payout.amount_minor, FlowAccount(debit, programme.id), FlowAccount(credit, programme.id))
    return group.post(event, programme, [moved])


def outcome(group: Group, payout: Payout, journal_id: UUID) -> Outcome:
    """Write the payout, and answer with it as it is now."""
    group.payouts.save(payout)
    return Outcome(payout_view(payout), journal_id=journal_id, subject_id=payout.id)
