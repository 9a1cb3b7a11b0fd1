"""A book of cards that are activated and pay at shops, consistent in every way that a proof asks about.

Written with plain SQL, because to post ten million purchases would take longer than what is measured. Of ten journals
one activates a card and nine are its purchases, spread over the demo's shops and over the days given.
"""

import time
from datetime import UTC, date, datetime
from typing import Final

import psycopg

from florin.storage.embedded import EmbeddedServer

FIRST_DAY: Final = date(2026, 11, 10)
OPENED: Final = datetime(2026, 11, 1, 4, tzinfo=UTC)
PURCHASES_A_CARD: Final = 9
PIECE: Final = 500_000
"""So many journals are written at once: what is chosen of them fits into memory."""

SHOPS: Final = "SELECT id, row_number() OVER (ORDER BY id) - 1 AS number, count(*) OVER () AS shops FROM merchant"
CARDS: Final = (
    """
    CREATE TEMPORARY TABLE card_of AS
    SELECT uuidv7() AS id, n, 100 + 10 * (n %% 50) AS price_minor FROM generate_series(0, %(cards)s - 1) n
    """,
    "CREATE UNIQUE INDEX ON card_of (n)",
    """
    INSERT INTO card (id, shard, programme_id, product_id, issue_id, serial, denomination_minor, number_index,
                      number_encrypted, last4, key_id, status, activated_at)
    SELECT c.id, 0, p.id, p.id, md5(%(first_day)s::text)::uuid, n + 1, 10000, uuid_send(c.id),
           '', '0000', 1, 'active', %(opened)s
    FROM card_of c, (SELECT id FROM programme ORDER BY id LIMIT 1) p
    """,
    """
    INSERT INTO strict_account (owner_id, code, shard, programme_id, unit, balance_minor, sequence)
    SELECT c.id, 2010, 0, p.id, 'CNY', 10000 - (made.journals - 1) * price_minor, made.journals
    FROM card_of c, (SELECT id FROM programme ORDER BY id LIMIT 1) p,
         LATERAL (SELECT (%(journals)s - 1 - n) / %(cards)s + 1 AS journals) made
    """,
)
CHOOSE: Final = f"""
CREATE TEMPORARY TABLE chosen AS
SELECT uuidv7() AS journal_id, uuidv7() AS purchase_id, c.id AS card_id, c.price_minor, s.id AS shop_id,
       p.id AS programme_id, i / %(cards)s + 1 AS sequence, d.day AS business_date,
       d.day + time '04:00' AT TIME ZONE 'UTC' AS at
FROM generate_series(%(first)s::bigint, %(last)s::bigint) i
JOIN card_of c ON c.n = i %% %(cards)s
JOIN ({SHOPS}) s ON s.number = i %% s.shops
CROSS JOIN (SELECT id FROM programme ORDER BY id LIMIT 1) p
CROSS JOIN LATERAL (SELECT %(first_day)s::date + (i * %(days)s / %(journals)s)::int AS day) d
"""  # noqa: S608 (constants)
WRITE: Final = (
    """
    INSERT INTO transfer (journal_id, position, shard, programme_id, event, unit, amount_minor, debit_code, debit_owner,
                          credit_code, credit_owner, strict_sequence, balance_after_minor, business_date, event_at,
                          posted_at)
    SELECT journal_id, 0, 0, programme_id, 'card_activated', 'CNY', 10000, 1030, shop_id, 2010, card_id, 1, 10000,
           business_date, at, at
    FROM chosen WHERE sequence = 1
    UNION ALL
    SELECT journal_id, 0, 0, programme_id, 'purchase', 'CNY', price_minor, 2010, card_id, 2040, shop_id, sequence,
           10000 - (sequence - 1) * price_minor, business_date, at, at
    FROM chosen WHERE sequence > 1
    """,
    """
    INSERT INTO operation (caller_id, key, fingerprint, verb, answer, reference, subject_id, journal_id, actor_id,
                           posted_at)
    SELECT shop_id, purchase_id::text, purchase_id, CASE sequence WHEN 1 THEN 'activate' ELSE 'purchase' END, '{}',
           journal_id::text, purchase_id, journal_id, shop_id, at
    FROM chosen
    """,
    """
    INSERT INTO outbox (id, shard, name, subject_id, journal_id, posted_at)
    SELECT purchase_id, 0, CASE sequence WHEN 1 THEN 'card.activated' ELSE 'purchase.completed' END, purchase_id,
           journal_id, at
    FROM chosen
    """,
    """
    INSERT INTO purchase (id, shard, programme_id, merchant_id, reference, owner_kind, owner_id, unit, requested_minor,
                          principal_minor, bonus_minor, status, journal_id, event_at, posted_at)
    SELECT purchase_id, 0, programme_id, shop_id, journal_id::text, 'card', card_id, 'CNY', price_minor, price_minor, 0,
           'completed', journal_id, at, at
    FROM chosen WHERE sequence > 1
    """,
    "DROP TABLE chosen",
)


def write_book(server: EmbeddedServer, journals: int, days: int, first_day: date = FIRST_DAY) -> float:
    """Write so many journals, each of one transfer, over so many days; how many seconds that took."""
    begun = time.perf_counter()
    cards = max(journals // (PURCHASES_A_CARD + 1), 1)
    values = {"journals": journals, "cards": cards, "days": days, "first_day": first_day, "opened": OPENED}
    with psycopg.connect(server.owner_url(), autocommit=True) as connection:
        for statement in CARDS:
            connection.execute(statement, values)
        for first in range(0, journals, PIECE):
            piece = {**values, "first": first, "last": min(first + PIECE, journals) - 1}
            for statement in (CHOOSE, *WRITE):
                connection.execute(statement, piece)
        connection.execute("VACUUM (ANALYZE)")
    return time.perf_counter() - begun
