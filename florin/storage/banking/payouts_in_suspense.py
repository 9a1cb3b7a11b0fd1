"""Money in suspense that is a provider's payout: the bank has shown it before the provider's bill did."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from florin.domain.matching import LEAST_MENTION
from florin.storage.connect import Pool
from florin.storage.read_rows import read_row, read_rows
from florin.storage.reconciliation.provider_totals import OPERATION_KEY

# Payouts as the book has them. The bank's statement has one that is matched, and one about which people have a break in
# hand is theirs; of the others an item may be one.
_PAYOUTS: Final = f"""
(SELECT DISTINCT x.journal_id, x.programme_id, x.unit, x.amount_minor, t.key,
        EXISTS (SELECT FROM suspense_resolution r
                WHERE r.payout_journal_id = x.journal_id AND r.status IN ('proposed', 'approved')) AS is_claimed,
        NOT EXISTS (SELECT FROM matched m WHERE (m.journal_id, m.account_code) = (x.journal_id, 1010))
        AND NOT EXISTS (SELECT FROM break k WHERE k.journal_id = x.journal_id AND k.account_code = 1010
                        AND k.state NOT IN ('open', 'investigating', 'auto_closed')) AS is_open
 FROM provider_total t JOIN operation o ON o.caller_id = t.counterparty_id AND o.key = {OPERATION_KEY}
 JOIN transfer x ON x.journal_id = o.journal_id AND x.debit_code = 1010
 WHERE t.relation = 'payouts' AND t.direction = 'out') p
"""  # noqa: S608 (constants)
PAYOUT: Final = f"""
SELECT programme_id, unit, amount_minor, is_claimed, is_open FROM {_PAYOUTS} WHERE journal_id = %(journal_id)s
"""  # noqa: S608 (constants)
_NAMES_IT: Final = "(l.mentions @> ARRAY[p.key] AND l.mentions <> '{}' OR l.key = p.key OR l.other_key = p.key)"
# The bank names the number of one payout, of the amount, and does so in one line.
NAMED: Final = f"""
WITH found AS (
    SELECT i.id AS item_id, p.journal_id, p.key, i.programme_id,
           i.amount_minor = p.amount_minor AS is_exact, count(*) OVER (PARTITION BY i.id) AS payouts
    FROM suspense_item i JOIN statement_line l ON l.id = i.line_id
    JOIN {_PAYOUTS} ON (p.programme_id, p.unit) = (i.programme_id, i.unit) AND {_NAMES_IT}
    WHERE p.is_open AND NOT p.is_claimed AND i.reason = 'nobody_named' AND length(p.key) >= {LEAST_MENTION}
      AND NOT EXISTS (SELECT FROM suspense_resolution r
                      WHERE r.item_id = i.id AND r.status IN ('proposed', 'approved'))
)
SELECT item_id, journal_id, key AS number FROM found p
WHERE is_exact AND payouts = 1
  AND (SELECT count(*) FROM statement_line l JOIN counterparty c ON c.id = l.counterparty_id AND c.kind = 'bank'
       WHERE c.programme_id = p.programme_id AND l.direction = 'in' AND l.status = 'done' AND {_NAMES_IT}) = 1
ORDER BY item_id
"""  # noqa: S608 (constants)


@dataclass(frozen=True, slots=True)
class PayoutInSuspense:
    """An item, the journal by which the book has the payout that it is, and the payout's number."""

    item_id: UUID
    journal_id: UUID
    number: str


@dataclass(frozen=True, slots=True)
class BookedPayout:
    """A provider's payout as the book has it.

    It is open while the bank's statement has not shown it, and claimed when somebody has said that an item is it.
    """

    programme_id: UUID
    unit: str
    amount_minor: int
    is_claimed: bool
    is_open: bool


async def find_booked_payout(pool: Pool, journal_id: UUID) -> BookedPayout | None:
    """The payout that a journal has booked, if it has booked one."""
    return await read_row(pool, BookedPayout, PAYOUT, {"journal_id": journal_id})


async def payouts_in_suspense(pool: Pool) -> list[PayoutInSuspense]:
    """The items of which a rule can say which payout they are."""
    return await read_rows(pool, PayoutInSuspense, NAMED, {})
