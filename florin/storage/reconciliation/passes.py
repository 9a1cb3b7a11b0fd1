"""The passes of matching: one statement each, over everything that no earlier pass has taken.

Equal candidates are numbered on both sides and brought together number by number, so that a doubled line finds at most
as many partners as there are, and always the same ones. Nothing here looks at the code that posts.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final
from uuid import UUID

from florin.domain.matching import LEAST_MENTION, MatchPass
from florin.storage.connect import Connection
from florin.storage.reconciliation.open_sides import take, take_funds
from florin.storage.reconciliation.provider_passes import (
    by_identifying,
    by_payout,
    by_putting_back,
    by_settlement,
)

_INTO: Final = """
INSERT INTO matched (match_id, relation, pass, run_id, line_id, other_line_id, journal_id, position, account_code,
                     difference_minor)
"""
_ACCOUNT: Final = "account_code, owner_id, currency"


def _numbered(side: str, by: str, order: str) -> str:
    """The candidates of a side, counted within those that are equal."""
    return f"(SELECT *, row_number() OVER (PARTITION BY {by}, {_ACCOUNT} ORDER BY {order}) AS turn FROM open_{side})"  # noqa: S608


def _by_reference(name: MatchPass, reference: str, by: str) -> str:
    lines = _numbered("line", by, "booked_on, id")
    items = _numbered("item", by, "business_date, journal_id, position")
    return f"""
{_INTO}
SELECT l.id, 'book', '{name}', %(run)s, l.id, NULL, i.journal_id, i.position, i.account_code,
       l.signed_minor - i.signed_minor
FROM {lines} l JOIN {items} i USING ({by}, {_ACCOUNT}, turn)
WHERE {reference} IS NOT NULL
"""  # noqa: S608 (constants of this file)


# What a line has posted by itself, or what was recorded before it and it was found to stand for.
_BOOKED_FROM: Final = f"""
{_INTO}
SELECT l.id, 'book', 'booked_from', %(run)s, l.id, NULL, i.journal_id, i.position, i.account_code, 0
FROM open_line l JOIN booked_line b ON b.line_id = l.id JOIN open_item i ON i.journal_id = b.journal_id
WHERE (l.account_code, l.owner_id, l.currency, l.direction, l.amount_minor)
    = (i.account_code, i.owner_id, i.currency, i.direction, i.amount_minor)
"""  # noqa: S608 (constants of this file)

# What was agreed on puts a line right that our book had not, an entry that the other side has not, or what two that
# belong together differ by. Where the other side has been matched meanwhile, the adjustment is a difference of its own.
_ADJUSTED: Final = f"""
WITH adjusting AS (
    SELECT b.id AS break_id, b.line_id AS broken_line, b.journal_id AS broken_journal, b.position AS broken_position,
           b.account_code AS broken_account, i.journal_id, i.position, i.account_code, i.signed_minor
    FROM open_item i JOIN break_proposal p ON p.journal_id = i.journal_id JOIN break b ON b.id = p.break_id
    WHERE i.is_adjustment
), put_right AS (
    SELECT l.id AS match_id, l.id AS line_id, a.journal_id, a.position, a.account_code, 0 AS difference_minor
    FROM adjusting a JOIN open_line l ON l.id = a.broken_line
    WHERE a.broken_journal IS NULL
    UNION ALL
    SELECT m.match_id, NULL, a.journal_id, a.position, a.account_code, -a.signed_minor
    FROM adjusting a JOIN matched m ON m.relation = 'book' AND m.line_id = a.broken_line
    WHERE a.broken_journal IS NOT NULL
    UNION ALL
    SELECT a.break_id, NULL, side.*
    FROM adjusting a
    JOIN open_item o ON (o.journal_id, o.position, o.account_code)
                      = (a.broken_journal, a.broken_position, a.broken_account)
    CROSS JOIN LATERAL (VALUES (o.journal_id, o.position, o.account_code, a.signed_minor),
                               (a.journal_id, a.position, a.account_code, -a.signed_minor)) AS side
    WHERE a.broken_line IS NULL
) {_INTO}
SELECT match_id, 'book', 'adjusted', %(run)s, line_id, NULL, journal_id, position, account_code, difference_minor
FROM put_right
"""  # noqa: S608 (constants of this file)

# A reference in a text counts when it leads to one entry, and that entry to one line.
_BY_MENTION: Final = f"""
WITH pair AS (
    SELECT DISTINCT l.id, i.journal_id, i.position, i.account_code
    FROM (SELECT *, unnest(mentions) AS mention FROM open_line) l
    JOIN open_item i USING ({_ACCOUNT}, direction, amount_minor)
    WHERE length(l.mention) >= {LEAST_MENTION} AND l.mention IN (i.key, i.other_key)
), told AS (
    SELECT *, count(*) OVER (PARTITION BY id) AS of_line,
           count(*) OVER (PARTITION BY journal_id, position, account_code) AS of_item FROM pair
) {_INTO}
SELECT id, 'book', 'mention', %(run)s, id, NULL, journal_id, position, account_code, 0
FROM told WHERE of_line = 1 AND of_item = 1
"""  # noqa: S608 (constants of this file)

# A payment that never came into our book, and went back: the refund names the payment that it belongs to.
_TAKEN_BACK: Final = f"""
WITH pair AS (
    SELECT p.id, r.id AS back_id,
           row_number() OVER (PARTITION BY p.id ORDER BY r.booked_on, r.id) AS turn,
           row_number() OVER (PARTITION BY r.id ORDER BY p.booked_on, p.id) AS back_turn
    FROM open_line p JOIN open_line r USING (counterparty_id, currency, amount_minor)
    WHERE p.direction = 'in' AND r.direction = 'out' AND r.origin_key = p.key
      AND NOT EXISTS (SELECT FROM open_item i WHERE (i.account_code, i.owner_id, i.currency)
                                             = (p.account_code, p.owner_id, p.currency) AND i.key IN (p.key, r.key))
) {_INTO}
SELECT id, 'book', 'taken_back', %(run)s, side, NULL, NULL, NULL, NULL, 0
FROM pair CROSS JOIN LATERAL (VALUES (id), (back_id)) AS both_lines (side)
WHERE turn = 1 AND back_turn = 1
"""  # noqa: S608 (constants of this file)

# Only amounts of which there are few on both sides: of a hundred equal ones a day tells no two apart. What was adjusted
# is on nobody's statement.
_BY_AMOUNT: Final = f"""
WITH few AS (
    SELECT {_ACCOUNT}, direction, amount_minor
    FROM (SELECT {_ACCOUNT}, direction, amount_minor, 1 AS lines, 0 AS items FROM open_line
          UNION ALL SELECT {_ACCOUNT}, direction, amount_minor, 0, 1 FROM open_item WHERE NOT is_adjustment)
         AS both_sides
    GROUP BY {_ACCOUNT}, direction, amount_minor HAVING sum(lines) BETWEEN 1 AND 100 AND sum(items) BETWEEN 1 AND 100
), pair AS (
    SELECT l.id, i.journal_id, i.position, i.account_code
    FROM few JOIN open_line l USING ({_ACCOUNT}, direction, amount_minor)
    JOIN open_item i USING ({_ACCOUNT}, direction, amount_minor)
    WHERE NOT i.is_adjustment AND (l.key IS NULL OR i.key IS NULL)
      AND abs(l.booked_on - i.business_date) <= l.date_window_days
), told AS (
    SELECT *, count(*) OVER (PARTITION BY id) AS of_line,
           count(*) OVER (PARTITION BY journal_id, position, account_code) AS of_item FROM pair
) {_INTO}
SELECT id, 'book', 'amount_and_day', %(run)s, id, NULL, journal_id, position, account_code, 0
FROM told WHERE of_line = 1 AND of_item = 1
"""  # noqa: S608 (constants of this file)

PASSES: Final[Mapping[MatchPass, str]] = MappingProxyType(
    {
        MatchPass.BOOKED_FROM: _BOOKED_FROM,
        MatchPass.ADJUSTED: _ADJUSTED,
        MatchPass.IDENTIFIED: by_identifying(_INTO),
        MatchPass.SETTLED: by_settlement(_INTO),
        MatchPass.KEY: _by_reference(MatchPass.KEY, "key", "key, direction, amount_minor"),
        MatchPass.KEY_OTHER_AMOUNT: _by_reference(MatchPass.KEY_OTHER_AMOUNT, "key", "key"),
        MatchPass.OTHER_KEY: _by_reference(MatchPass.OTHER_KEY, "other_key", "other_key, direction, amount_minor"),
        MatchPass.MENTION: _BY_MENTION,
        MatchPass.PAYOUT: by_payout(MatchPass.PAYOUT, _INTO, same_amount=True),
        MatchPass.PAYOUT_OTHER_AMOUNT: by_payout(MatchPass.PAYOUT_OTHER_AMOUNT, _INTO, same_amount=False),
        MatchPass.TAKEN_BACK: _TAKEN_BACK,
        MatchPass.AMOUNT_AND_DAY: _BY_AMOUNT,
        MatchPass.PUT_BACK: by_putting_back(_INTO),
    }
)
"""The statements, in the order in which they are run; each is told the ``run``, and as of which day, ``today``."""

# The trade bill says what was paid, the fund-flow bill what arrived; both name the provider's transaction.
MATCH_FUNDS: Final = f"""
WITH numbered AS (
    SELECT *, row_number() OVER (PARTITION BY counterparty_id, basis, currency, other_key, direction, amount_minor
                                 ORDER BY booked_on, id) AS turn
    FROM open_funds
) {_INTO}
SELECT t.id, 'funds', 'other_key', %(run)s, t.id, f.id, NULL, NULL, NULL, 0
FROM numbered t JOIN numbered f USING (counterparty_id, currency, other_key, direction, amount_minor, turn)
WHERE t.basis = 'trade' AND f.basis = 'funds'
"""  # noqa: S608 (a constant of this file)


async def run_pass(connection: Connection, name: MatchPass, run_id: UUID, today: date) -> int:
    """Match what a pass can of the book with statements; how many rows of matches that wrote."""
    return await take(connection, PASSES[name], run_id, today)


async def match_funds(connection: Connection, run_id: UUID) -> int:
    """Match the lines of providers' trade bills with those of their fund-flow bills."""
    return await take_funds(connection, MATCH_FUNDS, run_id)
