"""The closure of an empty account, which pays nothing: what merchants give back later has somewhere to go by it."""

from uuid import UUID

from florin.clearing.payer import Payer
from florin.domain.closure import Closure, ClosureStatus
from florin.storage.posting.group import Group


def record_empty_closure(group: Group, owner: Payer, closed_by: UUID, reason: str) -> None:
    """Record that an account in which there was nothing was closed at once."""
    group.closures.add(
        Closure(
            id=group.fresh_id(owner.shard),
            shard=owner.shard,
            programme_id=owner.programme.id,
            owner_kind=owner.kind,
            owner_id=owner.owner_id,
            unit=owner.programme.unit,
            principal_minor=0,
            bonus_minor=0,
            in_cash=False,
            account_id=None,
            details_hash=b"",
            status=ClosureStatus.APPROVED,
            requested_by=closed_by,
            requested_person=None,
            requested_at=group.now,
            verify_until=group.now,
            decided_by=closed_by,
            decided_at=group.now,
            reason=reason,
        )
    )
