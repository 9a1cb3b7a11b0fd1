"""Asking a question of the book: at most so many of the rows that are wrong, and how many there are in all."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from psycopg.rows import dict_row

from florin.domain.chart import CLEARING_CODES, PERMITTED, STRICT_CODES, UNITS
from florin.storage.connect import Connection
from florin.storage.proofs.later import LATER_ROWS, Opening

# A question gives each row that it looks at a `detail`: null when all is well, otherwise what is wrong.
ONLY_FINDINGS: Final = """
{shadows}
SELECT finding.*, count(*) OVER () AS findings
FROM ({question}) AS finding
WHERE detail IS NOT NULL
ORDER BY finding
LIMIT %(most)s
"""

ROWS: Final = """
SELECT (SELECT count(*) FROM transfer) AS transfers,
       (SELECT count(*) FROM strict_account) AS accounts,
       (SELECT count(*) FROM flow_balance) AS flow_balances,
       (SELECT count(*) FROM posting_total) AS posting_totals,
       (SELECT count(*) FROM card) + (SELECT count(*) FROM member) AS owners,
       (SELECT count(*) FROM hold) AS holds,
       (SELECT count(*) FROM operation) AS operations,
       (SELECT count(*) FROM purchase) AS purchases,
       (SELECT count(*) FROM refund) AS refunds,
       (SELECT count(*) FROM redemption) AS redemptions,
       (SELECT count(*) FROM receipt) AS receipts,
       (SELECT count(*) FROM funding_refund) AS funding_refunds,
       (SELECT count(*) FROM corporate_order) AS orders,
       (SELECT count(*) FROM payment) AS payments,
       (SELECT count(*) FROM payment_refund) AS payment_refunds,
       (SELECT count(*) FROM closure) AS closures,
       (SELECT count(*) FROM closure_payout) AS payouts,
       (SELECT count(*) FROM payout_file) AS payout_files,
       (SELECT count(*) FROM merchant_statement) AS merchant_statements,
       (SELECT count(*) FROM break_proposal) AS break_proposals,
       (SELECT count(*) FROM merchant_payout) AS merchant_payouts,
       (SELECT count(*) FROM merchant_debt_payment) AS merchant_debt_payments,
       (SELECT count(*) FROM netting_statement) AS netting_statements,
       (SELECT count(*) FROM suspense_item) AS suspense_items,
       (SELECT count(*) FROM booked_line) AS booked_lines,
       (SELECT count(*) FROM points_entry) + (SELECT count(*) FROM points_lapse) AS points,
       (SELECT count(*) FROM voucher) AS vouchers,
       (SELECT count(*) FROM card WHERE successor_id IS NOT NULL) AS replacements,
       (SELECT count(*) FROM balance_ending_line) AS balance_endings
"""

_POSTINGS: Final = [
    (str(event), int(debit), int(credit)) for event, pairs in PERMITTED.items() for debit, credit in pairs
]
_CHART: Final[Mapping[str, Any]] = {
    "strict": sorted(map(int, STRICT_CODES)),
    "clearing": sorted(map(int, CLEARING_CODES)),
    "own_unit_codes": list(UNITS),
    "own_units": list(UNITS.values()),
    "permitted_events": [event for event, _, _ in _POSTINGS],
    "permitted_debits": [debit for _, debit, _ in _POSTINGS],
    "permitted_credits": [credit for _, _, credit in _POSTINGS],
}


async def ask(
    connection: Connection, question: str, most: int, opening: Opening | None = None
) -> tuple[int, list[dict[str, Any]]]:
    """How many rows the question finds wrong, and the first ``most``: the columns that name each row, and a detail.

    With an ``opening`` it is asked only of what came since the last sealed days.
    """
    query = ONLY_FINDINGS.format(shadows="" if opening is None else LATER_ROWS, question=question)
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(query, {**_CHART, "most": most, **({} if opening is None else asdict(opening))})
        rows = await cursor.fetchall()
    total = [row.pop("findings") for row in rows]
    return (total[0] if total else 0), rows


async def columns_of(connection: Connection, question: str) -> list[str]:
    """The columns by which a question names the rows that are wrong, and its detail."""
    cursor = await connection.execute(f"SELECT * FROM ({question}) AS finding LIMIT 0", _CHART)  # noqa: S608 (ours)
    return [each.name for each in cursor.description or ()]


async def count_rows(connection: Connection) -> dict[str, int]:
    """How many rows there are of each kind that the questions look at."""
    async with connection.cursor(row_factory=dict_row) as cursor:
        row = await (await cursor.execute(ROWS)).fetchone()
    return row or {}
