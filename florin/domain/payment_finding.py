"""Findings: where a payment provider and we say different things, for a person and the reconciliation to look at."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, auto
from uuid import UUID


class FindingKind(StrEnum):
    """What is wrong; a published kind never changes its meaning."""

    AMOUNT_DIFFERS = auto()  # the payment was paid with another amount, or in another currency
    PAYMENT_UNKNOWN = auto()  # the provider tells of a payment that we do not have
    REFUND_UNKNOWN = auto()  # the provider tells of a refund that we do not have
    REFUND_DIFFERS = auto()  # the refund has another amount, currency or end at the provider
    REFUND_FAILED = auto()  # the provider will not pay back what no wallet can take


@dataclass(frozen=True, slots=True)
class PaymentFinding:
    """One finding, opened once however often it is seen; amounts in minor units, None where there is none to tell."""

    id: UUID
    kind: FindingKind
    provider: str
    reference: str
    payment_id: UUID | None
    expected_minor: int | None
    expected_unit: str | None
    found_minor: int | None
    found_unit: str | None
    detail: str
    opened_at: datetime
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FindingNote:
    """What somebody of finance has written to a finding; the last word ``closes`` it.

    The text is None once the member is forgotten.
    """

    id: UUID
    closes: bool
    text: str | None = field(repr=False)
    login_id: UUID
    at: datetime
