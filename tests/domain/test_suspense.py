"""What becomes of money in suspense is proposed by one and approved by another, exactly as it was looked at."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import pytest

from florin.domain.declines import Decline
from florin.domain.suspense import (
    ResolutionKind,
    ResolutionOperation,
    ResolutionStatus,
    SuspenseResolution,
    permit_resolution,
)

_S, _O = ResolutionStatus, ResolutionOperation
ALLOWED: Final = {
    (_O.REJECT, _S.PROPOSED): _S.REJECTED,
    (_O.APPROVE, _S.PROPOSED): _S.APPROVED,
    (_O.UNDO, _S.APPROVED): _S.UNDONE,
}
PROPOSED: Final = SuspenseResolution(
    id=UUID(int=1), item_id=UUID(int=2), programme_id=UUID(int=3), unit="CNY", amount_minor=100_00,
    kind=ResolutionKind.ASSIGN, reason="by their letter", status=_S.PROPOSED, proposed_by=UUID(int=4),
    proposed_person=UUID(int=5), proposed_at=datetime(2026, 11, 20, tzinfo=UTC), customer_id=UUID(int=6),
)  # fmt: skip


@pytest.mark.parametrize(("operation", "status"), list(itertools.product(_O, _S)))
def test_a_resolution_goes_its_way_and_no_other(operation: ResolutionOperation, status: ResolutionStatus) -> None:
    expected = ALLOWED.get((operation, status), Decline.SUSPENSE_NOT_IN_STATE)
    assert expected == permit_resolution(operation, status)


@pytest.mark.parametrize(
    ("status", "stands"), [(_S.PROPOSED, True), (_S.APPROVED, True), (_S.REJECTED, False), (_S.UNDONE, False)]
)
def test_an_item_is_open_when_no_resolution_stands(status: ResolutionStatus, stands: bool) -> None:  # noqa: FBT001
    assert stands is replace(PROPOSED, status=status).stands


@pytest.mark.parametrize(
    "change",
    [
        {"id": UUID(int=9)},
        {"amount_minor": 100_01},
        {"kind": ResolutionKind.SEND_BACK},
        {"reason": "because"},
        {"proposed_person": UUID(int=9)},
        {"customer_id": UUID(int=9)},
        {"payment_reference": "ACDEFGHJ"},
        {"account_encrypted": b"another"},
        {"payout_journal_id": UUID(int=9)},
    ],
)
def test_the_hash_stands_for_all_that_is_approved(change: dict[str, Any]) -> None:
    assert PROPOSED.details_hash == replace(PROPOSED, status=_S.APPROVED, decided_by=UUID(int=8)).details_hash
    assert PROPOSED.details_hash != replace(PROPOSED, **change).details_hash
