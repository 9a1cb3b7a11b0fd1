"""Vouchers: value that a programme promises a member, which becomes bonus in the wallet when the member says so."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum, auto
from typing import Final
from uuid import UUID

from florin.domain.declines import Decline

LONGEST_VALIDITY_DAYS: Final = 3660


class VoucherStatus(StrEnum):
    """A granted voucher may be used once until its last day; what is not used then lapses."""

    GRANTED = auto()
    USED = auto()
    LAPSED = auto()


@dataclass(slots=True)
class Voucher:
    """The working copy of a voucher; ``face_minor`` in minor units of its programme's currency.

    ``cause`` says what it was granted for, such as ``month:2026-03``: a member gets one voucher a cause.
    """

    id: UUID
    shard: int
    programme_id: UUID
    member_id: UUID
    cause: str
    face_minor: int
    expires_on: date
    status: VoucherStatus
    granted_at: datetime
    granted_journal_id: UUID
    ended_at: datetime | None = None
    ended_journal_id: UUID | None = None

    def refused_use(self, on: date) -> Decline | None:
        """Why it is not used on a business day, if it is not."""
        if self.status is not VoucherStatus.GRANTED:
            return Decline.VOUCHER_NOT_USABLE
        return Decline.VOUCHER_NOT_USABLE if self.expires_on < on else None

    def end(self, status: VoucherStatus, journal_id: UUID, now: datetime) -> None:
        """It has been used or has lapsed, by that journal."""
        self.status, self.ended_journal_id, self.ended_at = status, journal_id, now


def last_day_of(granted_on: date, validity_days: int) -> date:
    """The last business day of a voucher that is granted on a day and valid for so many days, that day included."""
    return granted_on + timedelta(days=validity_days - 1)
