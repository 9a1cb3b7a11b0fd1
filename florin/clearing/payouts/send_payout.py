"""Send a payout in a payout file that goes to the bank."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from florin.clearing.answers import declined
from florin.clearing.house import ClearingHouse
from florin.clearing.payouts.payout_rules import AnyPayout, PayoutRules, payout_step
from florin.domain.chart import AccountCode
from florin.domain.declines import Decline
from florin.domain.journal import FlowAccount
from florin.domain.payout import PayoutOperation, permit_payout
from florin.domain.people import Role
from florin.storage.posting.group import Group
from florin.storage.posting.request import Answer, Caller, Outcome

WHO_MAY: Final = frozenset({Role.FINANCE})


@dataclass(frozen=True, slots=True)
class SendPayout:
    """A payout is on its way: in a file, or None: handed over in cash."""

    payout_id: UUID
    file_id: UUID | None


async def send_in_file(
    house: ClearingHouse, rules: PayoutRules[Any], payout_id: UUID, file_id: UUID, made_by: UUID
) -> Answer | Decline:
    """Post that a payout is on its way in the file that it was put into; as often as asked, it is posted once.

    Raises:
        BusyError, OutcomeUnknownError: to be asked again.
    """

    def decide(group: Group, payout: Any) -> Outcome:  # noqa: ANN401 (a payout of this kind)
        if payout.file_id != file_id:
            return declined(Decline.PAYOUT_NOT_IN_STATE)
        return sent(group, rules, payout, made_by, file_id)

    # The file is the caller: no client is, so nobody else uses its keys.
    caller, command = Caller(file_id, file_id), SendPayout(payout_id, file_id)
    return await payout_step(house, rules, caller, "send_payout", command, f"payout:{payout_id.hex}", decide)


def sent(group: Group, rules: PayoutRules[AnyPayout], payout: AnyPayout, sent_by: UUID, actor_id: UUID) -> Outcome:
    """Put a payout's money in transit."""
    following = permit_payout(PayoutOperation.SEND, payout.status)
    if isinstance(following, Decline):
        return declined(following)
    payout.status, payout.sent_by, payout.sent_at = following, sent_by, group.now
    in_transit = FlowAccount(AccountCode.PAYOUT_IN_TRANSIT, payout.programme_id)
    payout.paid_journal_id = rules.book(group, actor_id, payout, rules.sent, rules.owed_on(payout), in_transit)
    return rules.outcome(group, payout, payout.paid_journal_id)
