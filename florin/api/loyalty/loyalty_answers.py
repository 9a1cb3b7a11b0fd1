"""What the engine answers about points and vouchers, as types for the API's document."""

from datetime import date
from typing import Annotated

from msgspec import Meta

from florin.api.money.money_answers import AnswerPart, Instant, JournalId, Money
from florin.domain.vouchers import VoucherStatus

VoucherId = Annotated[str, Meta(pattern="^vch_[0-9a-f]{32}$")]


class Voucher(AnswerPart):
    """A voucher: `cause` says what it was granted for, `expires_on` is the last day on which it is used."""

    id: VoucherId
    cause: str
    face: Money
    status: VoucherStatus
    expires_on: date
    granted_at: Instant
    ended_at: Instant | None


class VoucherGranted(AnswerPart):
    """A voucher that was given to a member."""

    member_id: Annotated[str, Meta(pattern="^mbr_[0-9a-f]{32}$")]
    voucher: Voucher


class PointsExchanged(AnswerPart):
    """What points have become, and how many are left."""

    voucher: Voucher
    points: int
    balance: int
    journal_id: JournalId


class VoucherUsed(Voucher):
    """A voucher that has become bonus, with what the wallet holds now."""

    journal_id: JournalId
    balance: Money
    available: Money
