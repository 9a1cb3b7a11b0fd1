"""Counting attempts for all workers at once, in one statement (ADR 0005).

Subjects are keyed digests: a table of who failed to sign in must not be a list of names and addresses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from psycopg import Rollback

from florin.domain.throttle_rules import Counts, RateLimited, ThrottleRule
from florin.storage.connect import Connection, Pool, transaction

EVERYBODY: Final = b""
"""The subject of a rule that counts everybody together."""

# Rows are taken in one order, so that two callers with common subjects cannot wait for each other in a ring.
CHARGE: Final = """
INSERT INTO throttle AS t (rule, subject, attempts, window_ends_at)
SELECT c.rule, c.subject, 1, c.window_ends_at
FROM unnest(%(rules)s::text[], %(subjects)s::bytea[], %(window_ends_at)s::timestamptz[])
    AS c (rule, subject, window_ends_at)
ORDER BY c.rule, c.subject
ON CONFLICT (rule, subject) DO UPDATE SET
    attempts = CASE WHEN t.window_ends_at <= %(now)s THEN 1 ELSE t.attempts + 1 END,
    window_ends_at = CASE WHEN t.window_ends_at <= %(now)s THEN excluded.window_ends_at ELSE t.window_ends_at END
RETURNING t.rule, t.attempts, t.window_ends_at
"""

# A window that began after the attempt was charged ends later than the attempt's own could, and owes it nothing.
GIVE_BACK: Final = """
INSERT INTO throttle AS t (rule, subject, attempts, window_ends_at)
SELECT c.rule, c.subject, 0, c.window_ends_at
FROM unnest(%(rules)s::text[], %(subjects)s::bytea[], %(window_ends_at)s::timestamptz[])
    AS c (rule, subject, window_ends_at)
ORDER BY c.rule, c.subject
ON CONFLICT (rule, subject) DO UPDATE SET attempts = t.attempts - 1
WHERE t.attempts > 0 AND t.window_ends_at <= excluded.window_ends_at
"""

FORGET: Final = "DELETE FROM throttle WHERE window_ends_at <= %(now)s"


@dataclass(frozen=True, slots=True)
class Charge:
    """One attempt of one subject (a keyed digest, or `EVERYBODY`) under one rule."""

    rule: ThrottleRule
    subject: bytes


async def admit(pool: Pool, charges: Sequence[Charge], now: datetime) -> RateLimited | None:
    """Charge an attempt under each rule, or under none of them when one has its limit used up.

    A refused attempt leaves no trace, so hammering one door does not use up what everybody shares.
    """
    refused: RateLimited | None = None
    async with transaction(pool) as connection:
        refused = _refusal(charges, await _charge(connection, charges, now), now)
        if refused is not None:
            raise Rollback
    return refused


async def give_back(pool: Pool, charges: Sequence[Charge], now: datetime) -> None:
    """Take back the charges of a success where only failures count; ``now`` is the time that they were charged at."""
    returned = [each for each in charges if each.rule.counts is Counts.FAILURES]
    if returned:
        async with transaction(pool) as connection:
            await connection.execute(GIVE_BACK, _parameters(returned, now))


async def forget_ended_windows(pool: Pool, now: datetime) -> int:
    """Delete the counts of windows that have ended, which decide nothing any more; return how many there were."""
    async with transaction(pool) as connection:
        return (await connection.execute(FORGET, {"now": now})).rowcount


async def _charge(connection: Connection, charges: Sequence[Charge], now: datetime) -> dict[str, tuple[int, datetime]]:
    rows = await (await connection.execute(CHARGE, _parameters(charges, now))).fetchall()
    return {rule: (attempts, ends_at) for rule, attempts, ends_at in rows}


def _parameters(charges: Sequence[Charge], now: datetime) -> dict[str, object]:
    return {
        "rules": [each.rule.name for each in charges],
        "subjects": [each.subject for each in charges],
        "window_ends_at": [now + timedelta(seconds=each.rule.window_s) for each in charges],
        "now": now,
    }


def _refusal(charges: Sequence[Charge], counted: dict[str, tuple[int, datetime]], now: datetime) -> RateLimited | None:
    ends = [counted[each.rule.name][1] for each in charges if counted[each.rule.name][0] > each.rule.limit]
    if not ends:
        return None
    # Rounded up, so that whoever waits for so long is not a moment too early.
    return RateLimited(-((now - max(ends)) // timedelta(seconds=1)))
