"""Where cards and wallets stand that are past a notice of dormancy, and the terms by which they came there."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from psycopg.rows import dict_row

from florin.domain.dormancy import DormancyReason, DormancyStage, DormancyTerms, Ending
from florin.domain.identifiers import wire_id
from florin.domain.policy.activity import ACTIVITY
from florin.domain.policy.catalogue import PackName
from florin.storage.audit_trail import Author, record
from florin.storage.connect import Connection, Pool
from florin.storage.read_rows import read_row

READ_TERMS: Final = """
SELECT programme_id, low_balance_days, dormant_days, notice_days, new_days, ending, ending_days FROM dormancy_terms
"""
SET_TERMS: Final = """
INSERT INTO dormancy_terms (programme_id, low_balance_days, dormant_days, notice_days, new_days, ending, ending_days)
VALUES (%(programme_id)s, %(low_balance_days)s, %(dormant_days)s, %(notice_days)s, %(new_days)s, %(ending)s,
        %(ending_days)s)
ON CONFLICT (programme_id) DO UPDATE SET
    low_balance_days = excluded.low_balance_days, dormant_days = excluded.dormant_days,
    notice_days = excluded.notice_days, new_days = excluded.new_days, ending = excluded.ending,
    ending_days = excluded.ending_days
"""

# The newest line of the statement that counts and that no later line has undone: read from its end, a line or two.
LAST_ACTIVITY: Final = """
SELECT t.strict_sequence AS sequence, t.posted_at FROM transfer t
WHERE t.strict_owner = {account}.owner_id AND t.strict_code = {account}.code AND t.event = ANY({pack}.counted)
  AND NOT EXISTS (
      SELECT FROM transfer r
      WHERE r.strict_owner = t.strict_owner AND r.strict_code = t.strict_code AND r.strict_sequence > t.strict_sequence
        AND r.reverses_journal_id = t.journal_id AND r.event = ANY({pack}.undone_by))
ORDER BY t.strict_sequence DESC LIMIT 1
"""

# Back is who has done something since the row was written; the next sweep will write so, and it counts at once.
IS_BACK: Final = f"""
EXISTS (
    SELECT FROM strict_account a CROSS JOIN LATERAL ({LAST_ACTIVITY.format(account="a", pack="p")}) last
    WHERE a.owner_id = d.owner_id AND last.sequence > CASE WHEN a.code IN (2010, 2020) THEN d.principal_sequence
                                                           WHEN a.code IN (2011, 2021) THEN d.bonus_sequence END)
"""

READ_DORMANCY: Final = f"""
SELECT d.owner_id, d.owner_kind, d.programme_id, d.since, d.warned_at, d.last_activity_at, d.reason,
       CASE WHEN {IS_BACK} THEN 'normal' ELSE d.stage END AS stage
FROM dormancy d JOIN programme g ON g.id = d.programme_id
JOIN json_to_recordset(%(packs)s::text::json) AS p (name text, counted text[], undone_by text[])
  ON p.name = g.policy_pack
WHERE d.owner_id = %(owner_id)s
"""  # noqa: S608 (constants)


@dataclass(slots=True)
class Dormancy:
    """An owner that has had a notice or is past one. ``stage`` is what counts now, normal as soon as it is back."""

    owner_id: UUID
    owner_kind: str
    programme_id: UUID
    since: datetime
    warned_at: datetime | None
    last_activity_at: datetime
    reason: DormancyReason
    stage: DormancyStage


def packs() -> str:
    """Which events count under each policy pack, as JSON for the queries."""
    return msgspec.json.encode([{"name": name, **activity_under(name)} for name in ACTIVITY]).decode()


def activity_under(pack: PackName) -> dict[str, list[str]]:
    """Which events count under a policy pack, and which undo them."""
    activity = ACTIVITY[pack]
    return {"counted": sorted(activity.counted), "undone_by": sorted(activity.undone_by)}


async def read_terms(connection: Connection) -> Mapping[UUID, DormancyTerms]:
    """The terms of every programme that has set any."""
    async with connection.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(READ_TERMS)
        rows = await cursor.fetchall()
    return {row.pop("programme_id"): DormancyTerms(**{**row, "ending": Ending(row["ending"])}) for row in rows}


async def terms_of(pool: Pool, programme_id: UUID) -> DormancyTerms:
    """The terms of a programme, the defaults where it has set none."""
    async with pool.connection() as connection:
        return (await read_terms(connection)).get(programme_id, DormancyTerms())


async def set_terms(connection: Connection, programme_id: UUID, terms: DormancyTerms, author: Author) -> None:
    """Set the terms of a programme, which must exist, in the caller's transaction; the sweeps that come go by them."""
    row = {**asdict(terms), "ending": terms.ending.value}
    await connection.execute(SET_TERMS, {"programme_id": programme_id, **row})
    detail = {"programme_id": wire_id("programme", programme_id), **row}
    await record(connection, author, "dormancy.terms_set", programme_id, detail)


async def dormancy_of(pool: Pool, owner_id: UUID) -> Dormancy | None:
    """Where a card or member stands at this moment; None for who has had no notice."""
    found = await read_row(pool, Dormancy, READ_DORMANCY, {"owner_id": owner_id, "packs": packs()})
    if found is not None:
        found.stage, found.reason = DormancyStage(found.stage), DormancyReason(found.reason)
    return found
