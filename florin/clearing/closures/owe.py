"""Owe a closed account's holder an amount: it stands on the account of closures until it has been paid."""

from uuid import UUID

from florin.clearing.closures.standing import refused_by_policy
from florin.clearing.payer import Payer
from florin.domain.closure import Closure
from florin.domain.closure_payout import ClosurePayout, PayoutCause
from florin.domain.payout import PayoutStatus
from florin.storage.posting.group import Group


def owe(
    group: Group, closure: Closure, amount_minor: int, cause: PayoutCause, source_journal_id: UUID, *, in_cash: bool
) -> ClosurePayout:
    """Record a payout of what ``source_journal_id`` has put on the account of closures.

    It goes where the closure was paid to; where nobody knows an account, or the bank has sent the money back from
    there, it waits for one.
    """
    knows_where = in_cash or (closure.account_id is not None and cause is not PayoutCause.RETURNED)
    payout = ClosurePayout(
        id=group.fresh_id(closure.shard),
        shard=closure.shard,
        closure_id=closure.id,
        programme_id=closure.programme_id,
        owner_id=closure.owner_id,
        unit=closure.unit,
        amount_minor=amount_minor,
        cause=cause,
        source_journal_id=source_journal_id,
        in_cash=in_cash,
        account_id=closure.account_id if knows_where and not in_cash else None,
        status=PayoutStatus.DUE if knows_where else PayoutStatus.ACCOUNT_NEEDED,
        made_at=group.now,
    )
    group.payouts.add(payout)
    return payout


def owe_what_came_back(group: Group, owner: Payer, closure: Closure, amount_minor: int, journal_id: UUID) -> None:
    """Record a payout of what a merchant has given back to an account that is closed: as the closure was paid."""
    in_cash = closure.in_cash and not refused_by_policy(group, owner, amount_minor, in_cash=True, identity_shown=True)
    owe(group, closure, amount_minor, PayoutCause.GIVEN_BACK, journal_id, in_cash=in_cash)
