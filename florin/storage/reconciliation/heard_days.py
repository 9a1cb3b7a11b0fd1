"""The days of which there are open entries, and whether the other side has had its say about them.

A provider sends a statement of each day, a bank none of a day on which nothing was booked: the bank's next one says
that the day is over.
"""

from typing import Final

DAYS_HEARD_OF: Final = """
WITH covered AS (
    SELECT c.id AS counterparty_id, s.from_on, s.to_on,
           CASE c.kind WHEN 'bank' THEN 1010 ELSE 1020 END::smallint AS account_code
    FROM statement s JOIN counterparty c ON c.id = s.counterparty_id
    WHERE c.kind = 'bank' OR s.basis = CASE WHEN c.formats && ARRAY['wechat_trade', 'alipay_trade', 'stripe_payouts']
                                            THEN 'trade' ELSE 'funds' END
), day AS (
    SELECT d.account_code, d.owner_id, d.currency, d.business_date, c.id AS counterparty_id, c.date_window_days,
           EXISTS (SELECT FROM covered v WHERE v.counterparty_id = c.id AND v.to_on >= d.business_date
                   AND (c.kind = 'bank' OR v.from_on <= d.business_date)) AS is_covered,
           d.business_date + c.date_window_days + c.lag_days < %(today)s AS is_late,
           (SELECT max(v.to_on) FROM covered v WHERE v.counterparty_id = c.id) AS heard_to
    FROM (SELECT DISTINCT account_code, owner_id, currency, business_date FROM open_item) d
    JOIN counterparty c ON c.owner_id = d.owner_id AND c.currency = d.currency
        AND CASE c.kind WHEN 'bank' THEN 1010 ELSE 1020 END = d.account_code
)"""
"""``covered`` and ``day``: which statements there are, and each day of entries that are open as of %(today)s."""

# An entry waits for the statements of its window of days, and no longer than they are usually late.
DUE_DAYS: Final = f"""
{DAYS_HEARD_OF}, due AS (
    SELECT account_code, owner_id, currency, business_date, (array_agg(counterparty_id))[1] AS counterparty_id,
           count(*) AS counterparties
    FROM day GROUP BY account_code, owner_id, currency, business_date
    HAVING bool_and(is_covered AND (heard_to >= business_date + date_window_days OR is_late))
)"""  # noqa: S608 (constants)
"""The same, and ``due``: the days of which what is on no statement is not coming any more."""
