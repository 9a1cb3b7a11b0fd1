"""Questions about points and vouchers: do their rows and the book tell the same story?

Each is a single pass over the tables that it names. A row's ``detail`` is null when the row is right.
"""

from typing import Final

# Signed as the member sees them: what came in is positive.
POINTS: Final = """
WITH said AS (
    SELECT journal_id, member_id, points FROM points_entry WHERE journal_id IS NOT NULL
    UNION ALL
    SELECT journal_id, member_id, -points FROM points_lapse
), moved AS (
    SELECT journal_id, strict_owner AS member_id,
           sum(CASE WHEN credit_code = 2120 THEN amount_minor ELSE -amount_minor END) AS points
    FROM transfer WHERE strict_code = 2120 AND event <> 'points_exchanged'
    GROUP BY journal_id, strict_owner
)
SELECT journal_id, coalesce(s.member_id, m.member_id) AS member_id,
       CASE WHEN s.points IS NULL THEN 'points in the book only'
            WHEN m.points IS NULL THEN 'points without transfers'
            WHEN s.member_id <> m.member_id THEN 'transfers reach another member'
            WHEN s.points <> m.points THEN concat('moved ', s.points, ' points, transfers moved ', m.points)
       END AS detail
FROM said s FULL JOIN moved m USING (journal_id)
"""

# No day has brought more than it has earned, but for what is still owed; none has brought less than nothing.
POINTS_OF_DAYS: Final = """
SELECT member_id, business_date,
       CASE WHEN sum(points) < 0 THEN concat('credited ', sum(points), ' points in all')
            WHEN min(revision) <> 1 OR max(revision) <> count(*) THEN 'its entries are not numbered without gaps'
       END AS detail
FROM points_entry GROUP BY member_id, business_date
"""

VOUCHERS: Final = """
WITH said AS (
    SELECT granted_journal_id AS journal_id, id, member_id, face_minor, true AS is_grant FROM voucher
    UNION ALL
    SELECT ended_journal_id, id, member_id, face_minor, false FROM voucher WHERE ended_journal_id IS NOT NULL
), moved AS (
    SELECT journal_id, strict_owner AS member_id, sum(amount_minor) AS face_minor, credit_code = 2130 AS is_grant
    FROM transfer WHERE strict_code = 2130
    GROUP BY journal_id, strict_owner, credit_code = 2130
)
SELECT journal_id, s.id AS voucher_id, coalesce(s.member_id, m.member_id) AS member_id,
       CASE WHEN s.id IS NULL THEN 'a voucher in the book only'
            WHEN m.face_minor IS NULL THEN 'a voucher without transfers'
            WHEN s.member_id <> m.member_id THEN 'transfers reach another member'
            WHEN s.is_grant <> m.is_grant THEN 'transfers go the other way'
            WHEN s.face_minor <> m.face_minor
            THEN concat('a face of ', s.face_minor, ', transfers moved ', m.face_minor) END AS detail
FROM said s FULL JOIN moved m USING (journal_id)
"""

# A voucher that is used becomes bonus of the same face.
USED_VOUCHERS: Final = """
WITH given AS (
    SELECT journal_id, credit_owner AS member_id, sum(amount_minor) AS bonus_minor
    FROM transfer WHERE event = 'voucher_used' AND credit_code = 2021
    GROUP BY journal_id, credit_owner
)
SELECT coalesce(g.journal_id, v.ended_journal_id) AS journal_id, v.id AS voucher_id,
       CASE WHEN v.id IS NULL THEN 'bonus for no voucher'
            WHEN g.bonus_minor IS DISTINCT FROM v.face_minor OR g.member_id <> v.member_id
            THEN concat('a face of ', v.face_minor, ' became ', coalesce(g.bonus_minor, 0)) END AS detail
FROM given g FULL JOIN (SELECT * FROM voucher WHERE status = 'used') v ON v.ended_journal_id = g.journal_id
"""
