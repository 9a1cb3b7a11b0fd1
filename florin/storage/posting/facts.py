"""Locking and reading what a posting group decides on.

First every strict account of every owner concerned is locked, in one fixed order so that two groups cannot wait for
each other in a ring. Only then, in later statements with snapshots of their own, is everything else read: a row read in
the locking statement itself could be older than the lock.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg import AsyncConnection

from florin.domain.card import Card
from florin.domain.card_life import CardBlock, CardStatus
from florin.domain.chart import AccountCode
from florin.domain.declines import Decline
from florin.domain.journal import StrictAccount
from florin.domain.member_life import MemberStatus
from florin.domain.purchase import Hold, HoldStatus, OwnerKind, Purchase, PurchaseStatus
from florin.domain.wallet import PaymentCode, Wallet
from florin.storage.catalogue import VERSION
from florin.storage.day_lock import DAY_LOCK
from florin.storage.posting.columns import Packed, byteas, prepare_connection, texts, uuids
from florin.storage.posting.request import PostingRequest

CARD_COLUMNS: Final = ", ".join("c." + each.name for each in fields(Card))
PURCHASE_COLUMNS: Final = ", ".join("p." + each.name for each in fields(Purchase))
HOLD_COLUMNS: Final = ", ".join("h." + each.name for each in fields(Hold))

BEGIN: Final = "BEGIN ISOLATION LEVEL READ COMMITTED"
LIMIT_LOCK_WAIT: Final = "SELECT set_config('lock_timeout', %(lock_wait_ms)s::text, true)"
SHARE_DAY_LOCK: Final = "SELECT pg_advisory_xact_lock_shared(%(day_lock)s)"

# What a card paid is given back to the wallet that its rest has gone into, if it has.
PAYER_AND_HEIR: Final = "unnest(ARRAY[p.owner_id, (SELECT r.member_id FROM redemption r WHERE r.card_id = p.owner_id)])"

# What a caller names a card by never changes hands, so the owners may be looked up before they are locked; only whether
# a card has been redeemed may change meanwhile, and then its wallet is found not to be locked.
OWNERS: Final = f"""
WITH original AS (
    SELECT o.subject_id FROM operation o
    JOIN unnest(%(original_callers)b::uuid[], %(original_references)s::text[]) AS w (caller_id, reference)
      ON o.caller_id = w.caller_id AND o.reference = w.reference
), owner AS (
    SELECT id FROM card WHERE number_index = ANY(%(number_indexes)b::bytea[])
    UNION SELECT id FROM card WHERE ecode_index = ANY(%(ecode_indexes)b::bytea[])
    UNION SELECT member_id FROM payment_code WHERE code_index = ANY(%(payment_code_indexes)b::bytea[])
    UNION SELECT {PAYER_AND_HEIR} FROM purchase p WHERE p.id = ANY(%(purchase_ids)b::uuid[])
    UNION SELECT owner_id FROM hold WHERE id = ANY(%(hold_ids)b::uuid[])
    UNION SELECT {PAYER_AND_HEIR} FROM purchase p WHERE p.id IN (SELECT subject_id FROM original)
    UNION SELECT owner_id FROM hold WHERE id IN (SELECT subject_id FROM original)
    UNION SELECT id FROM card WHERE id IN (SELECT subject_id FROM original)
    UNION SELECT unnest(%(owner_ids)b::uuid[])
)
"""  # noqa: S608 (a constant)

LOCK_ACCOUNTS: Final = f"""{OWNERS}
SELECT a.shard, a.owner_id, a.code, a.unit, a.programme_id, a.balance_minor, a.held_minor, a.sequence
FROM strict_account a
WHERE a.owner_id = ANY(ARRAY(SELECT id FROM owner))
ORDER BY a.owner_id, a.code
FOR NO KEY UPDATE
"""  # noqa: S608 (a constant)

READ_CARDS: Final = f"""
SELECT c.number_index, c.ecode_index, {CARD_COLUMNS} FROM card c
WHERE c.id = ANY(%(locked_owners)b::uuid[])
"""  # noqa: S608 (the columns are the names of our own dataclass's fields)

READ_WALLETS: Final = """
SELECT id, shard, programme_id, status, identity_encrypted IS NOT NULL FROM member
WHERE id = ANY(%(locked_owners)b::uuid[])
"""

READ_REDEMPTIONS: Final = "SELECT card_id, member_id FROM redemption WHERE card_id = ANY(%(locked_owners)b::uuid[])"

READ_PAYMENT_CODES: Final = """
SELECT code_index, member_id, expires_at, used_at FROM payment_code
WHERE code_index = ANY(%(payment_code_indexes)b::bytea[])
"""

READ_PURCHASES: Final = f"""
SELECT {PURCHASE_COLUMNS} FROM purchase p WHERE p.id = ANY(%(purchase_ids)b::uuid[])
UNION
SELECT {PURCHASE_COLUMNS} FROM operation o
JOIN unnest(%(original_callers)b::uuid[], %(original_references)s::text[]) AS w (caller_id, reference)
  ON o.caller_id = w.caller_id AND o.reference = w.reference
JOIN purchase p ON p.id = o.subject_id
"""  # noqa: S608 (as above)

READ_HOLDS: Final = f"""
SELECT {HOLD_COLUMNS} FROM hold h
WHERE h.id = ANY(%(hold_ids)b::uuid[])
UNION
SELECT {HOLD_COLUMNS} FROM hold h WHERE h.owner_id = ANY(%(holding_owners)b::uuid[]) AND h.status = 'open'
UNION
SELECT {HOLD_COLUMNS} FROM operation o
JOIN unnest(%(original_callers)b::uuid[], %(original_references)s::text[]) AS w (caller_id, reference)
  ON o.caller_id = w.caller_id AND o.reference = w.reference
JOIN hold h ON h.id = o.subject_id
"""  # noqa: S608 (as above)

READ_OPERATIONS: Final = """
SELECT o.caller_id, o.key, o.fingerprint, o.verb, o.decline, o.answer::text, o.reference, o.subject_id, o.journal_id
FROM unnest(%(callers)b::uuid[], %(keys)s::text[]) AS w (caller_id, key)
JOIN operation o ON o.caller_id = w.caller_id AND o.key = w.key
UNION ALL
SELECT o.caller_id, o.key, o.fingerprint, o.verb, o.decline, o.answer::text, o.reference, o.subject_id, o.journal_id
FROM unnest(%(reference_callers)b::uuid[], %(references)s::text[]) AS w (caller_id, reference)
JOIN operation o ON o.caller_id = w.caller_id AND o.reference = w.reference
"""

# Only an untouched card is taken back, so the transfer that undid its sale is the next one in its statement.
READ_CARD_SALES: Final = """
SELECT s.journal_id, s.strict_sequence, s.posted_at, EXISTS (
    SELECT FROM transfer r
    WHERE r.strict_owner = s.strict_owner AND r.strict_code = s.strict_code
      AND r.strict_sequence = s.strict_sequence + 1 AND r.reverses_journal_id = s.journal_id)
FROM operation o
JOIN unnest(%(original_callers)b::uuid[], %(original_references)s::text[]) AS w (caller_id, reference)
  ON o.caller_id = w.caller_id AND o.reference = w.reference
JOIN transfer s ON s.journal_id = o.journal_id
WHERE o.verb = 'activate'
"""


@dataclass(slots=True)
class CardSale:
    """A card's activation at a till: its number in the card's statement, its time, and whether it is taken back."""

    sequence: int
    posted_at: datetime
    is_taken_back: bool = False


@dataclass(slots=True)
class PastOperation:
    """An operation that the book already holds."""

    fingerprint: UUID
    verb: str
    decline: Decline | None
    answer: bytes
    subject_id: UUID | None
    journal_id: UUID | None


@dataclass(slots=True)
class Facts:
    """Everything that a group has locked and read."""

    version: int = 0
    accounts: dict[UUID, list[StrictAccount]] = field(default_factory=dict)
    cards: dict[UUID, Card] = field(default_factory=dict)
    cards_by_number: dict[bytes, Card] = field(default_factory=dict)
    cards_by_ecode: dict[bytes, Card] = field(default_factory=dict)
    wallets: dict[UUID, Wallet] = field(default_factory=dict)
    redeemed_into: dict[UUID, UUID] = field(default_factory=dict)
    payment_codes: dict[bytes, PaymentCode] = field(default_factory=dict)
    purchases: dict[UUID, Purchase] = field(default_factory=dict)
    holds: dict[UUID, Hold] = field(default_factory=dict)
    card_sales: dict[UUID, CardSale] = field(default_factory=dict)
    by_key: dict[tuple[UUID, str], PastOperation] = field(default_factory=dict)
    by_reference: dict[tuple[UUID, str], PastOperation] = field(default_factory=dict)


# Looking a member up costs a tenth of asking its enumeration for it.
_CODES: Final = {int(code): code for code in AccountCode}
_CARD_STATUSES: Final = {each.value: each for each in CardStatus}
_CARD_BLOCKS: Final = {each.value: each for each in CardBlock}


def _what_is_wanted(requests: Sequence[PostingRequest]) -> dict[str, Packed]:
    wanted = [request.wanted for request in requests]
    originals = [
        (each.caller.id, each.wanted.original_reference) for each in requests if each.wanted.original_reference
    ]
    keyed = [(each.caller.id, each.key) for each in requests if each.key is not None]
    references = {(each.caller.id, each.reference) for each in requests if each.reference}.union(originals)
    return {
        "callers": uuids([caller for caller, _ in keyed]),
        "keys": texts([key for _, key in keyed]),
        "reference_callers": uuids([caller for caller, _ in references]),
        "references": texts([reference for _, reference in references]),
        "original_callers": uuids([caller for caller, _ in originals]),
        "original_references": texts([reference for _, reference in originals]),
        "number_indexes": byteas([each.number_index for each in wanted if each.number_index]),
        "ecode_indexes": byteas([each.ecode_index for each in wanted if each.ecode_index]),
        "payment_code_indexes": byteas([each.payment_code_index for each in wanted if each.payment_code_index]),
        "purchase_ids": uuids([each.purchase_id for each in wanted if each.purchase_id]),
        "hold_ids": uuids([each.hold_id for each in wanted if each.hold_id]),
        "owner_ids": uuids([each for want in wanted for each in (want.card_id, want.member_id) if each]),
    }


async def lock_and_read(
    connection: AsyncConnection[Any], requests: Sequence[PostingRequest], lock_wait_ms: int | None = None
) -> Facts:
    """Begin a transaction, lock the strict accounts concerned and read all that the requests decide on.

    Two round trips: the locks, then everything else under them. The caller commits or rolls back. A lock is waited for
    no longer than ``lock_wait_ms``, or as long as the session allows; then psycopg's ``LockNotAvailable`` is raised.
    """
    parameters = _what_is_wanted(requests)
    facts = Facts()
    prepare_connection(connection)
    async with connection.pipeline():
        await connection.execute(BEGIN)
        if lock_wait_ms is not None:
            await connection.execute(LIMIT_LOCK_WAIT, {"lock_wait_ms": lock_wait_ms})
        await connection.execute(SHARE_DAY_LOCK, {"day_lock": DAY_LOCK})
        locked = await connection.execute(LOCK_ACCOUNTS, parameters, prepare=True, binary=True)
        for row in await locked.fetchall():
            _add_account(facts, row)
        parameters["locked_owners"] = uuids(list(facts.accounts))
        holding = [owner for owner, each in facts.accounts.items() if any(account.held_minor for account in each)]
        parameters["holding_owners"] = uuids(holding)
        await _read_under_locks(connection, _needed(requests, facts, holds=bool(holding)), parameters, facts)
    return facts


def _needed(requests: Sequence[PostingRequest], facts: Facts, *, holds: bool) -> dict[str, Callable[..., None]]:
    """The queries that can find anything, each with what takes its rows in."""
    wanted = [request.wanted for request in requests]
    codes = {each.code for accounts in facts.accounts.values() for each in accounts}
    originals = any(each.original_reference for each in wanted)
    purchases = originals or any(each.purchase_id for each in wanted)
    inquiring = all(each.key is None for each in requests)
    queries = (
        (VERSION, _set_version, True),
        (READ_OPERATIONS, _add_operation, True),
        (READ_CARDS, _add_card, AccountCode.CARD_PRINCIPAL in codes or inquiring),
        (READ_WALLETS, _add_wallet, AccountCode.WALLET_PRINCIPAL in codes),
        (READ_PAYMENT_CODES, _add_payment_code, any(each.payment_code_index for each in wanted)),
        (READ_CARD_SALES, _add_card_sale, originals),
        (READ_PURCHASES, _add_purchase, purchases),
        (READ_REDEMPTIONS, _add_redemption, purchases and AccountCode.CARD_PRINCIPAL in codes),
        (READ_HOLDS, _add_hold, originals or holds or any(each.hold_id for each in wanted)),
    )
    return {query: add for query, add, needed in queries if needed}


async def _read_under_locks(
    connection: AsyncConnection[Any],
    queries: dict[str, Callable[..., None]],
    parameters: dict[str, Packed],
    facts: Facts,
) -> None:
    # Binary results: neither side writes ids and times as text for the other to read.
    cursors = [
        (await connection.execute(query, parameters, prepare=True, binary=True), add) for query, add in queries.items()
    ]
    for cursor, add in cursors:
        for row in await cursor.fetchall():
            add(facts, row)


def _set_version(facts: Facts, row: tuple[Any, ...]) -> None:
    (facts.version,) = row


def _add_account(facts: Facts, row: tuple[Any, ...]) -> None:
    shard, owner_id, code, unit, programme_id, balance_minor, held_minor, sequence = row
    account = StrictAccount(shard, owner_id, _CODES[code], unit, programme_id, balance_minor, held_minor, sequence)
    facts.accounts.setdefault(owner_id, []).append(account)


def _add_card(facts: Facts, row: tuple[Any, ...]) -> None:
    number_index, ecode_index, *columns = row
    card = Card(*columns)
    card.status, card.block = _CARD_STATUSES[card.status], _CARD_BLOCKS[card.block]
    facts.cards[card.id] = card
    facts.cards_by_number[number_index] = card
    if ecode_index is not None:
        facts.cards_by_ecode[ecode_index] = card


def _add_wallet(facts: Facts, row: tuple[Any, ...]) -> None:
    member_id, shard, programme_id, status, has_identity = row
    facts.wallets[member_id] = Wallet(member_id, shard, programme_id, MemberStatus(status), has_identity)


def _add_payment_code(facts: Facts, row: tuple[Any, ...]) -> None:
    code = PaymentCode(*row)
    facts.payment_codes[code.code_index] = code


def _add_purchase(facts: Facts, row: tuple[Any, ...]) -> None:
    purchase = Purchase(*row)
    purchase.owner_kind, purchase.status = OwnerKind(purchase.owner_kind), PurchaseStatus(purchase.status)
    facts.purchases[purchase.id] = purchase


def _add_redemption(facts: Facts, row: tuple[Any, ...]) -> None:
    card_id, member_id = row
    facts.redeemed_into[card_id] = member_id


def _add_hold(facts: Facts, row: tuple[Any, ...]) -> None:
    hold = Hold(*row)
    hold.owner_kind, hold.status = OwnerKind(hold.owner_kind), HoldStatus(hold.status)
    facts.holds[hold.id] = hold


def _add_card_sale(facts: Facts, row: tuple[Any, ...]) -> None:
    journal_id, sequence, posted_at, is_taken_back = row
    facts.card_sales[journal_id] = CardSale(sequence, posted_at, is_taken_back)


def _add_operation(facts: Facts, row: tuple[Any, ...]) -> None:
    caller_id, key, fingerprint, verb, decline, answer, reference, subject_id, journal_id = row
    past = PastOperation(
        fingerprint, verb, None if decline is None else Decline(decline), answer.encode(), subject_id, journal_id
    )
    facts.by_key[caller_id, key] = past
    if reference is not None:
        facts.by_reference[caller_id, reference] = past
