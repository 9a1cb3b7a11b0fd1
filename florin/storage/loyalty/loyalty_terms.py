"""The loyalty terms of programmes, by the business day from which they hold."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool

from florin.domain.loyalty_terms import DatedTerms, LoyaltyTerms
from florin.domain.points import PointsRule, Reward
from florin.domain.referral import ReferralDue
from florin.storage.connect import Connection, Pool

READ_TERMS: Final = """
SELECT t.effective_on, t.minor_per_point, t.double_days, t.double_dates, t.keep_from_points, t.voucher_days,
       t.referral_face_minor, t.referral_due, r.kind, r.points, r.face_minor
FROM loyalty_terms t LEFT JOIN loyalty_reward r USING (programme_id, effective_on)
WHERE t.programme_id = %(programme_id)s ORDER BY t.effective_on, r.points
"""
WRITE_TERMS: Final = """
INSERT INTO loyalty_terms (programme_id, effective_on, minor_per_point, double_days, double_dates, keep_from_points,
                           voucher_days, referral_face_minor, referral_due)
VALUES (%(programme_id)s, %(effective_on)s, %(minor_per_point)s, %(double_days)s, %(double_dates)s,
        %(keep_from_points)s, %(voucher_days)s, %(referral_face_minor)s, %(referral_due)s)
ON CONFLICT (programme_id, effective_on) DO UPDATE
SET minor_per_point = excluded.minor_per_point, double_days = excluded.double_days,
    double_dates = excluded.double_dates, keep_from_points = excluded.keep_from_points,
    voucher_days = excluded.voucher_days, referral_face_minor = excluded.referral_face_minor,
    referral_due = excluded.referral_due
"""
DELETE_REWARDS: Final = """
DELETE FROM loyalty_reward WHERE programme_id = %(programme_id)s AND effective_on = %(effective_on)s
"""
INSERT_REWARD: Final = """
INSERT INTO loyalty_reward (programme_id, effective_on, kind, points, face_minor)
VALUES (%(programme_id)s, %(effective_on)s, %(kind)s, %(points)s, %(face_minor)s)
"""
# Points begin on the day of the first terms; what is credited already stays credited.
BEGIN_PROGRESS: Final = """
INSERT INTO loyalty_progress (programme_id, points_until) VALUES (%(programme_id)s, %(effective_on)s::date - 1)
ON CONFLICT DO NOTHING
"""


async def terms_of_programme(database: Connection | Pool, programme_id: UUID) -> tuple[DatedTerms, ...]:
    """All terms that a programme has had and is to have, in ascending order of their first days."""
    if isinstance(database, AsyncConnectionPool):
        async with database.connection() as connection:
            return await terms_of_programme(connection, programme_id)
    async with database.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(READ_TERMS, {"programme_id": programme_id})
        rows = await cursor.fetchall()
    days = dict.fromkeys(row["effective_on"] for row in rows)
    return tuple(DatedTerms(day, _terms([row for row in rows if row["effective_on"] == day])) for day in days)


async def write_terms(connection: Connection, programme_id: UUID, dated: DatedTerms) -> None:
    """Put terms in force from a day on, in the transaction of a change of the configuration."""
    terms, rule = dated.terms, dated.terms.points
    where = {"programme_id": programme_id, "effective_on": dated.effective_on}
    row = {
        **where,
        "minor_per_point": rule.minor_per_point,
        "double_days": list(rule.double_days),
        "double_dates": list(rule.double_dates),
        "keep_from_points": rule.keep_from_points,
        "voucher_days": terms.voucher_days,
        "referral_face_minor": terms.referral_face_minor,
        "referral_due": terms.referral_due.value,
    }
    await connection.execute(WRITE_TERMS, row)
    await connection.execute(DELETE_REWARDS, where)
    for kind, rewards in (("monthly", terms.monthly), ("offer", terms.offers)):
        for each in rewards:
            reward = {**where, "kind": kind, "points": each.points, "face_minor": each.face_minor}
            await connection.execute(INSERT_REWARD, reward)
    await connection.execute(BEGIN_PROGRESS, where)


def _terms(rows: list[dict[str, Any]]) -> LoyaltyTerms:
    first = rows[0]
    rewards = {
        kind: tuple(Reward(row["points"], row["face_minor"]) for row in rows if row["kind"] == kind)
        for kind in ("monthly", "offer")
    }
    dates: list[date] = first["double_dates"]
    return LoyaltyTerms(
        points=PointsRule(
            first["minor_per_point"], tuple(first["double_days"]), tuple(dates), first["keep_from_points"]
        ),
        monthly=rewards["monthly"],
        offers=rewards["offer"],
        voucher_days=first["voucher_days"],
        referral_face_minor=first["referral_face_minor"],
        referral_due=ReferralDue(first["referral_due"]),
    )
