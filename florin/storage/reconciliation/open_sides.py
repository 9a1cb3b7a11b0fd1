"""The two sides that a run of matching looks at: what has come since the last one, and what no run has matched yet.

What is matched is never read again, or a day would cost as much as all the years before it. While a run lasts both
sides stand in tables of its session: ``run_line`` and ``run_item`` all of what it looks at, ``open_line`` and
``open_item`` what none of its passes has taken so far, ``open_funds`` the lines of providers that say the same in two
bills. What is left at its end is noted for the next one.
"""

from datetime import date
from typing import Final
from uuid import UUID

from florin.storage.connect import Connection

# A file counts whole, so what has come since is the files that no run has looked at.
NEW_FILES: Final = """
INSERT INTO match_run_file (file_id, run_id)
SELECT id, %(run)s FROM statement_file f
WHERE state = 'taken_in' AND NOT EXISTS (SELECT FROM match_run_file r WHERE r.file_id = f.id)
RETURNING file_id
"""
# What the other side calls pending or failed has not moved anything.
GATHER_LINES: Final = """
CREATE TEMPORARY TABLE run_line ON COMMIT DROP AS
SELECT l.* FROM line_for_the_book l WHERE l.file_id = ANY (%(files)s) AND l.status = 'done'
UNION ALL
SELECT l.* FROM unmatched_line u JOIN line_for_the_book l ON l.id = u.line_id WHERE u.relation = 'book'
"""
# Only who sends both bills says anything twice.
GATHER_FUNDS: Final = """
CREATE TEMPORARY TABLE open_funds ON COMMIT DROP AS
SELECT l.id, l.counterparty_id, l.basis, l.currency, l.other_key, l.direction, l.amount_minor, l.booked_on
FROM statement_line l JOIN counterparty c ON c.id = l.counterparty_id AND c.kind = 'provider'
WHERE l.file_id = ANY (%(files)s) AND l.status = 'done' AND l.kind NOT IN ('fee', 'payout') AND l.other_key IS NOT NULL
  AND c.formats && ARRAY['wechat_trade', 'alipay_trade', 'stripe_payouts']
  AND NOT c.formats <@ ARRAY['wechat_trade', 'alipay_trade', 'stripe_payouts']
UNION ALL
SELECT l.id, l.counterparty_id, l.basis, l.currency, l.other_key, l.direction, l.amount_minor, l.booked_on
FROM unmatched_line u JOIN statement_line l ON l.id = u.line_id WHERE u.relation = 'funds'
"""
OPEN_UP: Final = (
    "CREATE TEMPORARY TABLE open_line ON COMMIT DROP AS TABLE run_line",
    "CREATE TEMPORARY TABLE open_item ON COMMIT DROP AS TABLE run_item",
    "ANALYZE run_line (id, counterparty_id, booked_on), run_item (journal_id), open_line, open_item, open_funds",
)
# Nothing here asks for the run: what is open was matched by no other, and how many rows a run has, no plan can know.
_LINE_IS_MATCHED: Final = "EXISTS (SELECT FROM matched m WHERE m.relation = 'book' AND m.line_id = o.id)"
_ITEM_IS_MATCHED: Final = """
EXISTS (SELECT FROM matched m WHERE (m.journal_id, m.position, m.account_code)
                                  = (o.journal_id, o.position, o.account_code))
"""
GO_ON: Final = (
    f"DELETE FROM open_line o WHERE {_LINE_IS_MATCHED}",  # noqa: S608 (constants)
    f"DELETE FROM open_item o WHERE {_ITEM_IS_MATCHED}",  # noqa: S608 (constants)
    "ANALYZE open_line, open_item",
)
# One pass takes nearly all. Deleted rows would be read over by every pass after it; so what is left is written anew.
GO_ON_ANEW: Final = (
    f"CREATE TEMPORARY TABLE left_line ON COMMIT DROP AS SELECT * FROM open_line o WHERE NOT {_LINE_IS_MATCHED}",  # noqa: S608
    f"CREATE TEMPORARY TABLE left_item ON COMMIT DROP AS SELECT * FROM open_item o WHERE NOT {_ITEM_IS_MATCHED}",  # noqa: S608
    "DROP TABLE open_line, open_item",
    "ALTER TABLE left_line RENAME TO open_line",
    "ALTER TABLE left_item RENAME TO open_item",
    "ANALYZE open_line, open_item",
)
MANY: Final = 10_000
"""From so many rows on, that a pass takes, is what it leaves written anew."""

GO_ON_WITH_FUNDS: Final = """
DELETE FROM open_funds o
WHERE EXISTS (SELECT FROM matched m WHERE m.relation = 'funds' AND m.line_id = o.id)
   OR EXISTS (SELECT FROM matched m WHERE m.other_line_id = o.id)
"""
LEAVE: Final = (
    """
    DELETE FROM unmatched_line u WHERE NOT EXISTS (
        SELECT FROM (SELECT 'book' AS relation, id FROM open_line UNION ALL SELECT 'funds', id FROM open_funds) o
        WHERE (o.relation, o.id) = (u.relation, u.line_id))
    """,
    """
    INSERT INTO unmatched_line (relation, line_id)
    SELECT 'book', id FROM open_line UNION ALL SELECT 'funds', id FROM open_funds
    ON CONFLICT DO NOTHING
    """,
    """
    DELETE FROM unmatched_item u WHERE NOT EXISTS (
        SELECT FROM open_item o
        WHERE (o.journal_id, o.position, o.account_code) = (u.journal_id, u.position, u.account_code))
    """,
    """
    INSERT INTO unmatched_item (journal_id, position, account_code)
    SELECT journal_id, position, account_code FROM open_item
    ON CONFLICT DO NOTHING
    """,
)


async def gather_lines(connection: Connection, run_id: UUID) -> None:
    """Gather the lines that a run looks at, besides the entries that `take_up_items` has gathered."""
    files = [file_id for (file_id,) in await (await connection.execute(NEW_FILES, {"run": run_id})).fetchall()]
    await connection.execute(GATHER_LINES, {"files": files})
    await connection.execute(GATHER_FUNDS, {"files": files})
    for statement in OPEN_UP:
        await connection.execute(statement)


async def take(connection: Connection, rule: str, run_id: UUID, today: date) -> int:
    """Write what a rule, an INSERT INTO matched, finds in the book and on statements; the rules after it see the rest.

    Returns how many rows of matches that is.
    """
    rows = (await connection.execute(rule.encode(), {"run": run_id, "today": today})).rowcount
    for statement in GO_ON_ANEW if rows >= MANY else GO_ON if rows else ():
        await connection.execute(statement)
    return rows


async def take_funds(connection: Connection, rule: str, run_id: UUID) -> int:
    """The same of what a provider says twice."""
    rows = (await connection.execute(rule.encode(), {"run": run_id})).rowcount
    if rows:
        await connection.execute(GO_ON_WITH_FUNDS)
    return rows


async def leave_the_rest(connection: Connection) -> None:
    """Note what is still open for the next run."""
    for statement in LEAVE:
        await connection.execute(statement)
