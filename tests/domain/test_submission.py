import hashlib
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest

from florin.domain.corporate_order import DeliveryKind
from florin.domain.submission import Submission, SubmittedLine

LINE = SubmittedLine(1, UUID(int=5), 100_00, 3, 98_00)
SUBMISSION = Submission(
    order_id=UUID(int=1),
    programme_id=UUID(int=2),
    customer_id=UUID(int=3),
    payment_reference="AAAA3333",
    delivery=DeliveryKind.FILES,
    tier="bronze",
    price_basis_points=9_800,
    face_minor=300_00,
    price_minor=294_00,
    needs_customer_approval=True,
    submitted_by=UUID(int=6),
    submitted_person=UUID(int=7),
    submitted_at=datetime(2026, 3, 2, 4, 5, 6, 7, UTC),
    lines=(LINE,),
    recipients_digest=b"d" * 32,
)
OTHER: dict[str, Any] = {
    "order_id": UUID(int=9),
    "programme_id": UUID(int=9),
    "customer_id": UUID(int=9),
    "payment_reference": "AAAA3334",
    "delivery": DeliveryKind.LINKS,
    "tier": None,
    "price_basis_points": 9_799,
    "face_minor": 300_01,
    "price_minor": 293_99,
    "needs_customer_approval": False,
    "submitted_by": UUID(int=9),
    "submitted_person": UUID(int=9),
    "submitted_at": SUBMISSION.submitted_at + timedelta(microseconds=1) if SUBMISSION.submitted_at else None,
    "lines": (),
    "recipients_digest": None,
}
OTHER_LINE: dict[str, Any] = {
    "line": 2,
    "product_id": UUID(int=9),
    "denomination_minor": 100_01,
    "quantity": 4,
    "principal_minor": 98_01,
}


def test_the_canonical_text_is_what_an_auditor_would_write_down() -> None:
    line = (
        '{"denomination_minor":10000,"line":1,"principal_minor":9800,'
        '"product_id":"00000000000000000000000000000005","quantity":3}'
    )
    expected = (
        '{"customer_id":"00000000000000000000000000000003","delivery":"files","face_minor":30000,'
        f'"lines":[{line}],"needs_customer_approval":true,"order_id":"00000000000000000000000000000001",'
        '"payment_reference":"AAAA3333","price_basis_points":9800,"price_minor":29400,'
        f'"programme_id":"00000000000000000000000000000002","recipients_digest":"{"64" * 32}",'
        '"submitted_at":"2026-03-02T04:05:06.000007+00:00","submitted_by":"00000000000000000000000000000006",'
        '"submitted_person":"00000000000000000000000000000007","tier":"bronze"}'
    )
    assert expected == SUBMISSION.canonical.decode()
    assert hashlib.sha256(expected.encode()).digest() == SUBMISSION.hash


@pytest.mark.parametrize("name", [each.name for each in fields(Submission)])
def test_nothing_of_a_submission_changes_without_its_hash(name: str) -> None:
    assert SUBMISSION.hash != replace(SUBMISSION, **{name: OTHER[name]}).hash


@pytest.mark.parametrize("name", [each.name for each in fields(SubmittedLine)])
def test_nothing_of_a_line_changes_without_the_hash(name: str) -> None:
    altered = replace(LINE, **{name: OTHER_LINE[name]})
    assert SUBMISSION.hash != replace(SUBMISSION, lines=(altered,)).hash


def test_the_same_instant_in_another_zone_is_the_same_submission() -> None:
    assert SUBMISSION.submitted_at is not None
    elsewhere = SUBMISSION.submitted_at.astimezone(timezone(timedelta(hours=8)))
    assert SUBMISSION.hash == replace(SUBMISSION, submitted_at=elsewhere).hash
