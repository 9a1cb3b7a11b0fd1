"""Counting wrong guesses at tills once they are known, and reading who has made too many (see `throttle_rules`).

Counted in the same table as all attempts (ADR 0005), so that every process learns of what happened at the others.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from florin.domain.throttle_rules import ThrottleRule
from florin.storage.connect import Connection, Pool, transaction
from florin.storage.people.throttle import Charge

# A window ends later by its own length for each full limit, so a burst of guesses that were under way together gains
# nothing over the same guesses one after another.
COUNT: Final = """
INSERT INTO throttle AS t (rule, subject, attempts, window_ends_at)
VALUES (%(rule)s, %(subject)s, %(wrong)s, %(now)s + %(window)s * (1 + (%(wrong)s - 1) / %(limit)s))
ON CONFLICT (rule, subject) DO UPDATE SET
    attempts = CASE WHEN t.window_ends_at <= %(now)s THEN %(wrong)s ELSE t.attempts + %(wrong)s END,
    window_ends_at = CASE WHEN t.window_ends_at <= %(now)s THEN excluded.window_ends_at
        ELSE t.window_ends_at
            + %(window)s * ((t.attempts + %(wrong)s - 1) / %(limit)s - greatest(t.attempts - 1, 0) / %(limit)s) END
RETURNING attempts
"""

BEYOND_LIMIT: Final = """
SELECT t.subject, t.window_ends_at
FROM unnest(%(rules)s::text[], %(limits)s::bigint[]) AS r (rule, most)
JOIN throttle t ON t.rule = r.rule AND t.attempts > r.most AND t.window_ends_at > %(now)s
"""


async def count_wrong_guesses(pool: Pool, own: Charge, everybodys: Charge, wrong: int, now: datetime) -> None:
    """Count ``wrong`` guesses (at least one) of one subject, and under the rule for everybody up to its own limit."""
    async with transaction(pool) as connection:
        after = await _count(connection, own, wrong, now)
        within = min(after, own.rule.limit) - min(after - wrong, own.rule.limit)
        if within:
            await _count(connection, everybodys, within, now)


async def beyond_limit(pool: Pool, rules: Sequence[ThrottleRule], now: datetime) -> dict[bytes, datetime]:
    """The subjects that have passed the limit of one of the rules, each with the end of its window."""
    wanted = {"rules": [each.name for each in rules], "limits": [each.limit for each in rules], "now": now}
    async with pool.connection() as connection:
        return dict(await (await connection.execute(BEYOND_LIMIT, wanted)).fetchall())


async def _count(connection: Connection, charge: Charge, wrong: int, now: datetime) -> int:
    parameters = {
        "rule": charge.rule.name,
        "subject": charge.subject,
        "wrong": wrong,
        "limit": charge.rule.limit,
        "window": timedelta(seconds=charge.rule.window_s),
        "now": now,
    }
    row = await (await connection.execute(COUNT, parameters)).fetchone()
    if row is None:
        raise TypeError("an upsert returns its row")
    return int(row[0])
