"""The entries of our book that somebody else must have on a statement, with the references that both sides know.

They are read from the transfers and from the records of what each transfer was for, never from the code that posts.
"""

from typing import Final

from florin.storage.connect import Connection

# A day that was sealed before the last run began had been taken up whole by that run: nothing joins it any more.
MOVED: Final = """
CREATE TEMPORARY TABLE moved ON COMMIT DROP AS
WITH open_days AS (
    SELECT p.id AS programme_id, coalesce((
        SELECT max(s.business_date) FROM sealed_day s
        WHERE s.programme_id = p.id
          AND s.sealed_at < (SELECT max(r.began_at) FROM match_run r WHERE r.finished_at IS NOT NULL)), '-infinity')
        AS taken_up_to
    FROM programme p
)
SELECT t.journal_id, t.position, side.code AS account_code, side.owner_id, t.programme_id, side.direction,
       t.amount_minor, t.unit AS currency, t.business_date,
       t.event IN ('difference_adjusted', 'payout_identified') AS is_adjustment
FROM open_days o
JOIN transfer t ON t.programme_id = o.programme_id AND t.business_date > o.taken_up_to
CROSS JOIN LATERAL (VALUES (t.debit_code, t.debit_owner, 'in'), (t.credit_code, t.credit_owner, 'out'))
    AS side (code, owner_id, direction)
WHERE side.code IN (1010, 1020)
  AND NOT EXISTS (SELECT FROM book_item i WHERE (i.journal_id, i.position, i.account_code)
                                              = (t.journal_id, t.position, side.code))
"""
# What is paid through a provider bears the id of its payment or refund there; what the bank pays, the id of its payout.
# Each record is looked for by its journal, so that those of other days are not read.
_RECORDS: Final = (
    ("payment", "journal_id", "replace(r.id::text, '-', '')", "provider_reference"),
    ("payment_refund", "journal_id", "replace(r.id::text, '-', '')", "provider_reference"),
    ("payment_refund", "put_back_journal_id", "replace(r.id::text, '-', '')", "provider_reference"),
    ("receipt", "journal_id", "r.payment_reference", "bank_reference"),
    (
        "merchant_debt_payment",
        "journal_id",
        "(SELECT payment_reference FROM merchant d WHERE d.id = r.merchant_id)",
        "bank_reference",
    ),
    ("funding_refund", "paid_journal_id", "replace(r.id::text, '-', '')", "bank_reference"),
    ("closure_payout", "settled_journal_id", "replace(r.id::text, '-', '')", "bank_reference"),
    ("closure_payout", "returned_journal_id", "replace(r.id::text, '-', '')", "bank_reference"),
    ("merchant_payout", "settled_journal_id", "replace(r.id::text, '-', '')", "bank_reference"),
    ("merchant_payout", "returned_journal_id", "replace(r.id::text, '-', '')", "bank_reference"),
    ("netting_payout", "settled_journal_id", "replace(r.id::text, '-', '')", "bank_reference"),
    ("netting_payout", "returned_journal_id", "replace(r.id::text, '-', '')", "bank_reference"),
    ("netting_payout", "received_journal_id", "replace(r.id::text, '-', '')", "received_reference"),
    ("suspense_item", "journal_id", "NULL", "bank_reference"),
    ("suspense_payout", "settled_journal_id", "replace(r.id::text, '-', '')", "bank_reference"),
    ("suspense_payout", "returned_journal_id", "replace(r.id::text, '-', '')", "bank_reference"),
)
_KNOWN: Final = " UNION ALL ".join(
    f"""
    SELECT m.journal_id, {key} AS key, r.{other_key} AS other_key
    FROM moved m JOIN {table} r ON r.{journal} = m.journal_id
    """  # noqa: S608 (constants)
    for table, journal, key, other_key in _RECORDS
)
_COLUMNS: Final = (
    "journal_id, position, account_code, owner_id, programme_id, direction, amount_minor, currency, business_date, "
    "is_adjustment, key, other_key"
)
NEW_ITEMS: Final = f"""
CREATE TEMPORARY TABLE run_item ON COMMIT DROP AS
SELECT {_COLUMNS}, CASE direction WHEN 'in' THEN amount_minor ELSE -amount_minor END AS signed_minor
FROM moved LEFT JOIN ({_KNOWN}) AS known USING (journal_id)
"""  # noqa: S608 (constants)
TAKE_UP: Final = f"INSERT INTO book_item ({_COLUMNS}) SELECT {_COLUMNS} FROM run_item"  # noqa: S608 (constants)
ITEMS_LEFT: Final = f"""
INSERT INTO run_item
SELECT {_COLUMNS}, CASE direction WHEN 'in' THEN amount_minor ELSE -amount_minor END
FROM unmatched_item JOIN book_item USING (journal_id, position, account_code)
"""  # noqa: S608 (constants)


async def take_up_items(connection: Connection) -> int:
    """Take up what has been posted to bank and provider accounts since the last finished run; how much that is.

    What a run looks at, this and what no run has matched, stands in ``run_item`` for the rest of the transaction.
    """
    await connection.execute(MOVED)
    await connection.execute("ANALYZE moved")
    await connection.execute(NEW_ITEMS)
    taken_up = (await connection.execute(TAKE_UP)).rowcount
    await connection.execute(ITEMS_LEFT)
    return taken_up
