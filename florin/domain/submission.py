"""The hash of a submission: what an approver consents to is exactly what was submitted, and nothing that came later.

SHA-256 over a canonical JSON (sorted names, no spaces, ids in hexadecimal, times in UTC). It covers what the order is,
what it costs and who has submitted it, so that none of these can be changed behind an approval.
"""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

from florin.domain.corporate_order import DeliveryKind


@dataclass(frozen=True, slots=True)
class SubmittedLine:
    """A line with its frozen price for one card, in minor units."""

    line: int
    product_id: UUID
    denomination_minor: int
    quantity: int
    principal_minor: int | None


@dataclass(frozen=True, slots=True)
class Submission:
    """Everything about an order that is submitted; amounts in minor units.

    ``recipients_digest`` stands for the names, contacts and documents of all recipients, None without any.
    """

    order_id: UUID
    programme_id: UUID
    customer_id: UUID
    payment_reference: str
    delivery: DeliveryKind
    tier: str | None
    price_basis_points: int | None
    face_minor: int | None
    price_minor: int | None
    needs_customer_approval: bool
    submitted_by: UUID | None
    submitted_person: UUID | None
    submitted_at: datetime | None
    lines: tuple[SubmittedLine, ...]
    recipients_digest: bytes | None

    @property
    def hash(self) -> bytes:
        """The 32 bytes that an approval names."""
        return sha256(self.canonical).digest()

    @property
    def canonical(self) -> bytes:
        """The one text of the submission."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"), default=_spelled).encode()


def _spelled(value: object) -> str:
    match value:
        case UUID():
            return value.hex
        case bytes():
            return value.hex()
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case _:
            raise TypeError(f"a submission has no {type(value).__name__}")
