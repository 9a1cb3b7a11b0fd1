"""What owners read of the book: statements of their accounts, and the records of consumption and recharge behind them.

A statement is of one account, so principal and bonus have one each: only then does the running balance of a line follow
from the line before it, and the sequence numbers have no gap, so that a reader can prove the statement. What a purchase
took from both lots together stands in the consumption records.

All lists run from the newest to the oldest and are paged by the key of the last line seen. A posting that comes in
meanwhile has a later key, so it moves no line from one page to another.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from psycopg.rows import class_row

from florin.domain.chart import AccountCode
from florin.domain.paging import Page, page_of
from florin.storage.connect import Pool
from florin.storage.read_rows import read_rows

# The page is cut out of the book first, and only its lines are looked up elsewhere.
STATEMENT: Final = """
WITH line AS MATERIALIZED (
    SELECT t.*, CASE WHEN t.debit_code = t.strict_code THEN t.credit_code ELSE t.debit_code END AS other_code,
           CASE WHEN t.debit_code = t.strict_code THEN t.credit_owner ELSE t.debit_owner END AS other_owner
    FROM transfer t
    WHERE t.strict_owner = %(owner_id)s AND t.strict_code = %(code)s
      AND (%(after)s::bigint IS NULL OR t.strict_sequence < %(after)s)
    ORDER BY t.strict_sequence DESC LIMIT %(rows)s
)
SELECT l.strict_sequence AS sequence, l.event, l.unit,
       CASE WHEN l.debit_code = l.strict_code THEN -l.amount_minor ELSE l.amount_minor END AS amount_minor,
       l.balance_after_minor, m.id AS merchant_id, m.name AS merchant_name, o.reference, r.last4 AS card_last4,
       l.event_at, l.posted_at, l.journal_id, l.reverses_journal_id
FROM line l
LEFT JOIN operation o ON o.journal_id = l.journal_id AND o.posted_at = l.posted_at
LEFT JOIN merchant m ON m.id = l.other_owner AND l.other_code = ANY(%(merchant_codes)s)
LEFT JOIN redemption r ON l.event = 'card_redeemed' AND r.card_id = o.subject_id
ORDER BY l.strict_sequence DESC
"""

CONSUMPTION: Final = """
SELECT p.id AS purchase_id, p.merchant_id, m.name AS merchant_name, p.reference, p.unit, p.requested_minor,
       p.principal_minor, p.bonus_minor, p.discount_minor,
       p.refunded_principal_minor + p.refunded_bonus_minor + p.refunded_discount_minor AS refunded_minor,
       p.status, p.journal_id, p.event_at, p.posted_at
FROM purchase p LEFT JOIN merchant m ON m.id = p.merchant_id
WHERE p.owner_kind = 'member' AND p.owner_id = %(member_id)s
  AND (%(after)s::uuid IS NULL OR p.id < %(after)s)
ORDER BY p.id DESC LIMIT %(rows)s
"""

RECHARGES: Final = """
SELECT card_id, last4, amount_minor, unit, journal_id, posted_at FROM redemption
WHERE member_id = %(member_id)s AND (%(after)s::uuid IS NULL OR journal_id < %(after)s)
ORDER BY journal_id DESC LIMIT %(rows)s
"""

# A hold whose time has passed reserves nothing, even if nobody has written that yet.
BALANCES: Final = """
SELECT a.code, a.unit, a.balance_minor, a.held_minor - coalesce((
           SELECT sum(CASE WHEN a.code IN (2010, 2020) THEN h.principal_minor ELSE h.bonus_minor END)
           FROM hold h WHERE h.owner_id = a.owner_id AND h.status = 'open' AND h.expires_at <= %(now)s), 0)::bigint
       AS held_minor
FROM strict_account a WHERE a.owner_id = %(owner_id)s AND a.code IN (2010, 2011, 2020, 2021)
ORDER BY a.code
"""

_MERCHANT_CODES: Final = [int(AccountCode.MERCHANT_PAYABLE), int(AccountCode.MERCHANT_RECEIVABLE)]


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A transfer as its owner sees it: ``amount_minor`` is positive when value came in, negative when it went out.

    The merchant is the one that was paid, gave back or sold; ``card_last4`` names the card that was redeemed.
    """

    sequence: int
    event: str
    unit: str
    amount_minor: int
    balance_after_minor: int
    merchant_id: UUID | None
    merchant_name: str | None
    reference: str | None
    card_last4: str | None
    event_at: datetime
    posted_at: datetime
    journal_id: UUID
    reverses_journal_id: UUID | None


@dataclass(frozen=True, slots=True)
class ConsumptionRecord:
    """A purchase of a member, amounts in minor units by the lots that they came from."""

    purchase_id: UUID
    merchant_id: UUID
    merchant_name: str | None
    reference: str
    unit: str
    requested_minor: int
    principal_minor: int
    bonus_minor: int
    discount_minor: int
    refunded_minor: int
    status: str
    journal_id: UUID
    event_at: datetime
    posted_at: datetime


@dataclass(frozen=True, slots=True)
class RechargeRecord:
    """A card whose whole value went into a member's wallet."""

    card_id: UUID
    last4: str
    amount_minor: int
    unit: str
    journal_id: UUID
    posted_at: datetime


@dataclass(frozen=True, slots=True)
class LotBalance:
    """One account of an owner: what stands on it and what open holds reserve of that, in minor units."""

    code: int
    unit: str
    balance_minor: int
    held_minor: int

    @property
    def available_minor(self) -> int:
        """What may be spent now."""
        return self.balance_minor - self.held_minor


@dataclass(frozen=True, slots=True)
class Balances:
    """An owner's accounts, principal first; a bonus account exists only once there was a bonus."""

    lots: tuple[LotBalance, ...]

    @property
    def unit(self) -> str:
        """The currency, the same in all lots."""
        return self.lots[0].unit

    @property
    def balance_minor(self) -> int:
        """What stands on all lots together."""
        return sum(each.balance_minor for each in self.lots)

    @property
    def available_minor(self) -> int:
        """What may be spent of all lots together."""
        return sum(each.available_minor for each in self.lots)


async def statement(
    pool: Pool, owner_id: UUID, code: AccountCode, limit: int, after: int | None = None
) -> Page[StatementLine, int]:
    """A page of ``limit`` lines of a strict account, newest first, older than the sequence number ``after``."""
    parameters = {
        "owner_id": owner_id,
        "code": int(code),
        "after": after,
        "rows": limit + 1,
        "merchant_codes": _MERCHANT_CODES,
    }
    found = await read_rows(pool, StatementLine, STATEMENT, parameters)
    return page_of([(line.sequence, line) for line in found], limit)


async def consumption_records(
    pool: Pool, member_id: UUID, limit: int, after: UUID | None = None
) -> Page[ConsumptionRecord, UUID]:
    """A page of a member's purchases, newest first, that are older than the purchase ``after``."""
    found = await read_rows(pool, ConsumptionRecord, CONSUMPTION, _after(member_id, after, limit))
    return page_of([(each.purchase_id, each) for each in found], limit)


async def recharge_records(
    pool: Pool, member_id: UUID, limit: int, after: UUID | None = None
) -> Page[RechargeRecord, UUID]:
    """A page of the cards that a member has loaded, newest first, that are older than the journal ``after``."""
    found = await read_rows(pool, RechargeRecord, RECHARGES, _after(member_id, after, limit))
    return page_of([(each.journal_id, each) for each in found], limit)


async def balances_of(pool: Pool, owner_id: UUID, now: datetime) -> Balances | None:
    """What a card or member has at ``now``; None when nothing was ever opened for such an owner."""
    async with pool.connection() as connection, connection.cursor(row_factory=class_row(LotBalance)) as cursor:
        await cursor.execute(BALANCES, {"owner_id": owner_id, "now": now})
        lots = await cursor.fetchall()
    return Balances(tuple(lots)) if lots else None


def _after(member_id: UUID, after: UUID | None, limit: int) -> dict[str, object]:
    return {"member_id": member_id, "after": after, "rows": limit + 1}
