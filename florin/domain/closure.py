"""Closures: the account of a member, or a registered card, that its holder gives up and is paid out for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, auto
from types import MappingProxyType
from typing import Final
from uuid import UUID

from florin.domain.declines import Decline
from florin.domain.purchase import OwnerKind

VERIFICATION_LIFETIME: Final = timedelta(days=7)
"""How long a closure waits for its holder's word; then it is called off, and everything is as it was."""

CODE_LIFETIME: Final = timedelta(minutes=15)
"""How long a code is good; NIST SP 800-63B, section 5.1.3, allows ten minutes, and mail may take some."""

MOST_TRIES: Final = 5
"""How often one code may be tried."""

MOST_CODES: Final = 10
"""How many codes are sent for one closure: 50 guesses at a million numbers are right once in 20,000 closures."""

CODE_DIGITS: Final = 6


class ClosureStatus(StrEnum):
    """Where a closure stands. From its request on, the account's principal is kept for the payout."""

    REQUESTED = auto()  # waits for the holder's word
    VERIFIED = auto()  # the holder has confirmed it; the cooling-off runs, and then a second person decides
    APPROVED = auto()  # the account is closed; what it held is being paid out, or has been
    CANCELLED = auto()  # called off; everything is as it was


class ClosureOperation(StrEnum):
    """What can be asked of a closure."""

    SEND_CODE = auto()  # send a fresh code to the holder
    VERIFY = auto()  # the holder confirms
    APPROVE = auto()
    CANCEL = auto()  # the holder has thought better of it, somebody of ours refuses, or nobody has confirmed in time


_S: Final = ClosureStatus
_O: Final = ClosureOperation

MOVES: Final[Mapping[tuple[ClosureOperation, ClosureStatus], ClosureStatus]] = MappingProxyType(
    {
        (_O.SEND_CODE, _S.REQUESTED): _S.REQUESTED,
        (_O.VERIFY, _S.REQUESTED): _S.VERIFIED,
        (_O.APPROVE, _S.VERIFIED): _S.APPROVED,
        (_O.CANCEL, _S.REQUESTED): _S.CANCELLED,
        (_O.CANCEL, _S.VERIFIED): _S.CANCELLED,
    }
)
"""Every operation with the status that it starts from and leads to; what is not listed is refused."""


def permit_closure(operation: ClosureOperation, status: ClosureStatus) -> ClosureStatus | Decline:
    """The status that follows ``operation``, or ``CLOSURE_NOT_IN_STATE``."""
    return MOVES.get((operation, status), Decline.CLOSURE_NOT_IN_STATE)


class ProofOfHolder(StrEnum):
    """By what the holder has confirmed."""

    TOTP = auto()  # a one-time code of the member's authenticator
    CODE = auto()  # a code that was sent by mail


@dataclass(slots=True)
class Closure:
    """The working copy of a closure's row; it changes only under the locks of its owner's strict accounts.

    ``principal_minor`` is what was reserved at the request and ``bonus_minor`` what was held then, both in minor units;
    ``added_minor`` is what came in meanwhile and was added at the approval. ``details_hash`` stands for all that the
    holder confirms. The people are those behind the logins, None where the holder acted, or a clock.
    """

    id: UUID
    shard: int
    programme_id: UUID
    owner_kind: OwnerKind
    owner_id: UUID
    unit: str
    principal_minor: int
    bonus_minor: int
    in_cash: bool
    account_id: UUID | None
    details_hash: bytes
    status: ClosureStatus
    requested_by: UUID
    requested_person: UUID | None
    requested_at: datetime
    verify_until: datetime
    identity_encrypted: bytes | None = None
    mail_encrypted: bytes | None = None
    journal_id: UUID | None = None
    added_minor: int = 0
    verified_by: ProofOfHolder | None = None
    verified_at: datetime | None = None
    cools_until: datetime | None = None
    decided_by: UUID | None = None
    decided_person: UUID | None = None
    decided_at: datetime | None = None
    decided_journal_id: UUID | None = None
    reason: str | None = None

    @property
    def amount_minor(self) -> int:
        """What is to be paid out at the approval, in minor units."""
        return self.principal_minor + self.added_minor

    def to_pay_minor(self, owed_minor: int) -> int:
        """What there is to be paid now, in minor units, where payouts of ``owed_minor`` have not been sent yet."""
        match self.status:
            case ClosureStatus.REQUESTED | ClosureStatus.VERIFIED:
                return self.amount_minor
            case ClosureStatus.APPROVED:
                return owed_minor
            case ClosureStatus.CANCELLED:
                return 0

    def is_cooling(self, now: datetime) -> bool:
        """Whether the holder's time to think better of it runs still."""
        return self.cools_until is not None and now < self.cools_until


@dataclass(frozen=True, slots=True)
class PayoutAccount:
    """A bank account that a closure is paid to, sealed; ``last4`` is what may be shown of its number."""

    id: UUID
    closure_id: UUID
    last4: str
    account_encrypted: bytes | None
    given_by: UUID
    given_person: UUID | None
    given_at: datetime
