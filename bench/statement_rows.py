"""Days of a book and of what a provider and a bank say of them, written with plain SQL for measurements of matching.

Of a thousand payments 980 are on the provider's bill as they are in the book. The others differ in every way that there
is a pass or a break for: another amount, no reference of ours or none at all, missing on either side, twice, paid and
paid back, and one receipt of a company, which the bank names in what the payer wrote.
"""

from datetime import UTC, date, datetime
from typing import Final

import psycopg

from florin.storage.embedded import EmbeddedServer

NOON: Final = datetime(2026, 11, 20, 4, tzinfo=UTC)
PROVIDER_CODE: Final = "wechat"

COUNTERPARTIES: Final = """
INSERT INTO counterparty (id, kind, code, name, programme_id, owner_id, account_number, currency, formats, lag_days,
                          date_window_days, amount_tolerance_minor, fee_tolerance_minor, write_off_limit_minor,
                          is_numbered, created_at)
SELECT gen_random_uuid(), c.kind, c.code, c.code, p.id,
       CASE c.kind WHEN 'bank' THEN p.id ELSE md5(c.code)::uuid END, c.account, 'CNY', ARRAY[c.format], 2, 1, 0, 0, 0,
       false, %(now)s
FROM (SELECT id FROM programme ORDER BY id LIMIT 1) p, (VALUES
    ('provider', 'wechat', NULL, 'wechat_trade'), ('bank', 'icbc', '110907654321098', 'camt_053'))
    AS c (kind, code, account, format)
"""
FEES: Final = """
INSERT INTO fee_terms (counterparty_id, effective_on, basis_points, flat_minor)
SELECT id, '2026-01-01', 60, 0 FROM counterparty WHERE kind = 'provider'
"""

# Ids in the order of time, as the service makes them; amounts are few and round, but where only they can tell.
CHOOSE: Final = """
CREATE TEMPORARY TABLE chosen AS
SELECT i, i %% 1000 AS part, uuidv7() AS payment_id, uuidv7() AS journal_id,
       CASE WHEN i %% 1000 IN (990, 991) THEN 1000000 + i ELSE 1000 * (1 + i %% 50) END AS amount_minor,
       md5('member' || i %% 100000)::uuid AS member_id, p.owner_id AS provider_id, p.programme_id
FROM generate_series(0, %(items)s - 1) i, counterparty p WHERE p.kind = 'provider'
"""
BOOK: Final = (
    # Of some payments only the other side knows.
    """
    INSERT INTO transfer (journal_id, position, shard, programme_id, event, unit, amount_minor, debit_code, debit_owner,
                          credit_code, credit_owner, strict_sequence, balance_after_minor, business_date, event_at,
                          posted_at)
    SELECT journal_id, 0, 0, programme_id, CASE part WHEN 999 THEN 'funding_received' ELSE 'top_up' END, 'CNY',
           amount_minor, CASE part WHEN 999 THEN 1010 ELSE 1020 END,
           CASE part WHEN 999 THEN programme_id ELSE provider_id END, CASE part WHEN 999 THEN 2030 ELSE 2020 END,
           member_id, (%(day)s - date '2026-01-01') * 100000000::bigint + i, 0, %(day)s, %(now)s, %(now)s
    FROM chosen WHERE part NOT IN (994, 995, 998)
    """,
    """
    INSERT INTO payment (id, shard, programme_id, member_id, provider, provider_id, purpose, amount_minor, unit, status,
                         provider_reference, created_at, expires_at, paid_minor, paid_unit, paid_at, refunded_minor,
                         journal_id, ended_at)
    SELECT payment_id, 0, programme_id, member_id, 'wechat', provider_id, 'top_up', amount_minor, 'CNY', 'credited',
           'their-' || payment_id, %(now)s, %(now)s, amount_minor, 'CNY', %(now)s, 0, journal_id, %(now)s
    FROM chosen WHERE part NOT IN (994, 995, 998, 999)
    """,
    """
    INSERT INTO receipt (id, shard, programme_id, customer_id, method, bank_reference, amount_minor, unit,
                         payment_reference, parties_encrypted, received_on, recorded_by, journal_id, posted_at)
    SELECT payment_id, 0, programme_id, member_id, 'bank_transfer', 'bank-' || payment_id, amount_minor, 'CNY',
           'FL' || translate(payment_id::text, '-', ''), '', %(day)s, member_id, journal_id, %(now)s
    FROM chosen WHERE part = 999
    """,
)
STATEMENTS: Final = (
    """
    INSERT INTO statement_file (id, counterparty_id, format, name, sha256, size_bytes, day, state, given_at, read_at,
                                statements, lines)
    SELECT md5(code || %(day)s::text)::uuid, id, formats[1], 'bill', sha256(convert_to(code || %(day)s::text, 'UTF8')),
           1, %(day)s, 'taken_in', %(now)s, %(now)s, 1, 1
    FROM counterparty
    """,
    """
    INSERT INTO statement (id, file_id, position, counterparty_id, basis, is_last_page, currency, from_on, to_on, lines,
                           in_minor, out_minor, taken_in_at)
    SELECT f.id, f.id, 1, f.counterparty_id, CASE c.kind WHEN 'bank' THEN 'funds' ELSE 'trade' END, true, 'CNY',
           %(day)s, %(day)s, 1, 0, 0, %(now)s
    FROM statement_file f JOIN counterparty c ON c.id = f.counterparty_id WHERE f.day = %(day)s
    """,
    # Two lines of what is said twice, and of what was paid back.
    """
    INSERT INTO statement_line (id, file_id, statement_id, counterparty_id, position, line_number, basis, kind,
                                direction, amount_minor, fee_minor, currency, booked_on, event_at, key, origin_key,
                                other_key, mentions, details_encrypted, status, their_type)
    SELECT uuidv7(), f.id, f.id, f.counterparty_id, 2 * i + nth, 2 * i + nth,
           CASE part WHEN 999 THEN 'funds' ELSE 'trade' END,
           CASE WHEN part = 998 AND nth = 2 THEN 'refund' ELSE 'credit' END,
           CASE WHEN part = 998 AND nth = 2 THEN 'out' ELSE 'in' END,
           amount_minor + CASE WHEN part BETWEEN 980 AND 984 THEN 1 ELSE 0 END,
           CASE WHEN part = 999 OR nth = 2 THEN 0 ELSE (2 * amount_minor * 60 + 10000) / 20000 END, 'CNY', %(day)s,
           %(now)s,
           CASE WHEN part BETWEEN 985 AND 991 OR part = 999 THEN NULL
                ELSE translate(payment_id::text, '-', '') || CASE WHEN part = 998 AND nth = 2 THEN 'r' ELSE '' END END,
           CASE WHEN part = 998 AND nth = 2 THEN translate(payment_id::text, '-', '') END,
           CASE WHEN part NOT IN (990, 991, 999) THEN 'their-' || payment_id END,
           CASE part WHEN 999 THEN ARRAY['FL' || translate(payment_id::text, '-', '')] ELSE '{}' END,
           sha256(uuid_send(payment_id)) || sha256(uuid_send(journal_id)), 'done', 'SUCCESS'
    FROM chosen
    JOIN counterparty c ON c.kind = CASE part WHEN 999 THEN 'bank' ELSE 'provider' END
    JOIN statement_file f ON f.counterparty_id = c.id AND f.day = %(day)s
    CROSS JOIN generate_series(1, 2) nth
    WHERE part NOT IN (992, 993) AND (nth = 1 OR part IN (996, 997, 998))
    """,
)


def write_counterparties(server: EmbeddedServer) -> None:
    """A provider, which sends trade bills and keeps 60 basis points, and a bank."""
    with psycopg.connect(server.owner_url(), autocommit=True) as connection:
        connection.execute(COUNTERPARTIES, {"now": NOON})
        connection.execute(FEES)


def write_day(server: EmbeddedServer, day: date, items: int) -> None:
    """A day of the book and the statements of it."""
    values = {"items": items, "day": day, "now": NOON}
    with psycopg.connect(server.owner_url(), autocommit=True) as connection:
        connection.execute(CHOOSE, values)
        for statement in (*BOOK, *STATEMENTS):
            connection.execute(statement, values)
        connection.execute("VACUUM (ANALYZE)")
