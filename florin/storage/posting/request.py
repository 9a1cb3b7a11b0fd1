"""What goes into the posting engine and what comes out of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from florin.domain.declines import Decline
from florin.storage.posting.columns import JsonText

if TYPE_CHECKING:
    from florin.storage.posting.group import Group


class KeyReusedError(Exception):
    """The idempotency key was used before with another body."""


class BusyError(Exception):
    """The service cannot take the request now; nothing happened and it may be sent again with the same key."""


class OutcomeUnknownError(Exception):
    """The database went away while it committed: the same request with the same key tells whether it was done."""


class BrokenError(Exception):
    """An invariant failed while the request was decided or written; nothing happened."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks.

    ``id`` owns idempotency keys and references (a merchant, member or operator; for work in the background an order,
    which no client is); ``actor_id`` is the API key or session that was used.
    """

    id: UUID
    actor_id: UUID
    terminal_id: UUID | None = None
    request_id: str | None = None


@dataclass(slots=True)
class Wanted:
    """Which cards, wallets, purchases and holds a request decides on, by whatever the caller knows of them.

    A member's points and vouchers are locked and read with the wallet only for who wants them: no payment waits for
    them, and no payment reads them; ``open_vouchers`` reads all vouchers that the member could still use. The payment
    that a hold waits for is locked for who ends the hold (``with_payment``), and not for who captures it.
    ``with_card_payments`` reads what else the member buys of cards.
    """

    number_index: bytes | None = None
    ecode_index: bytes | None = None
    card_id: UUID | None = None
    member_id: UUID | None = None
    payment_code_index: bytes | None = None
    purchase_id: UUID | None = None
    hold_id: UUID | None = None
    original_reference: str | None = None
    other_card_id: UUID | None = None
    customer_id: UUID | None = None
    order_id: UUID | None = None
    order_lines: bool = False
    funding_refund_id: UUID | None = None
    payment_id: UUID | None = None
    with_payment: bool = False
    with_card_payments: bool = False
    payment_refund_id: UUID | None = None
    closure_id: UUID | None = None
    merchant_statement_id: UUID | None = None
    merchant_payout_id: UUID | None = None
    break_id: UUID | None = None
    netting_statement_id: UUID | None = None
    netting_payout_id: UUID | None = None
    suspense_item_id: UUID | None = None
    voucher_id: UUID | None = None
    points_and_vouchers: bool = False
    open_vouchers: bool = False
    with_losses: bool = False

    @property
    def owner_ids(self) -> tuple[UUID | None, ...]:
        """The owners of strict accounts that are named by their ids."""
        return self.card_id, self.member_id, self.other_card_id, self.customer_id

    @property
    def handle(self) -> bytes | UUID | None:
        """The one thing that most requests name: the same for all requests that name the same card in the same way."""
        return (
            self.number_index
            or self.ecode_index
            or self.payment_code_index
            or self.card_id
            or self.member_id
            or self.purchase_id
            or self.hold_id
            or self.customer_id
            or self.break_id
        )


@dataclass(slots=True)
class Outcome:
    """What a decision says: a decline with its details, or success with its answer and what it concerns.

    ``answer`` is the JSON object (or its text) that the caller gets and every replay repeats. ``claims_reference``
    overrides the reference that the operation occupies for ever (a reversal that arrives first claims its original's).
    What follows from it as operations of their own stands in ``then``: these are decided next, on what was locked and
    read for this one, and become durable with it or not at all.
    """

    answer: Mapping[str, Any] | JsonText
    decline: Decline | None = None
    journal_id: UUID | None = None
    subject_id: UUID | None = None
    claims_reference: str | None = None
    then: "Sequence[PostingRequest]" = ()


@dataclass(slots=True)
class PostingRequest:
    """One verb call. ``decide`` is run once all its facts are locked and read; it must not wait for anything.

    Without a ``key`` (verbs that move no money) nothing is kept for replays.
    """

    caller: Caller
    key: str | None
    fingerprint: UUID
    verb: str
    wanted: Wanted
    decide: Callable[["Group"], Outcome]
    reference: str | None = None


@dataclass(slots=True)
class Answer:
    """What became of a request: ``body`` is the JSON text stored with the operation, the same for every replay."""

    decline: Decline | None
    body: bytes
    replayed: bool = False
    journal_id: UUID | None = None
    subject_id: UUID | None = None


@dataclass(slots=True)
class Operation:
    """A request that has been answered: its row in the book's record of operations."""

    caller_id: UUID
    key: str
    fingerprint: UUID
    verb: str
    decline: Decline | None
    answer: JsonText
    reference: str | None
    subject_id: UUID | None
    journal_id: UUID | None
    actor_id: UUID
    terminal_id: UUID | None
    request_id: str | None
    posted_at: datetime
