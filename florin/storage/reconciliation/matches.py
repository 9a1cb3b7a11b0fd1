"""What was matched with what, read back: lines of statements and entries of the book, with the references of both."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from psycopg.rows import dict_row

from florin.domain.matching import MatchPass, Relation
from florin.domain.paging import Page, page_of
from florin.storage.connect import Pool

# The id of a match is that of its first line, of the break that was put right or of a refund's journal, and all begin
# with their time. What has no line is told apart by its journal: of a payout's two entries one has a line.
PAGE: Final = """
SELECT m.match_id, m.relation, m.pass, m.run_id, r.rule_version, m.difference_minor, m.line_id, l.counterparty_id,
       l.file_id, l.line_number, l.direction, l.amount_minor, coalesce(l.currency, i.currency) AS currency, l.booked_on,
       l.key, l.origin_key, l.other_key, l.payout_key, l.mentions, m.other_line_id, m.journal_id, m.position,
       m.account_code, i.business_date, i.amount_minor AS item_minor, i.direction AS item_direction,
       i.key AS item_key, i.other_key AS item_other_key, paid.key AS payout, agreed.journal_id AS adjusted_by
FROM matched m JOIN match_run r ON r.id = m.run_id LEFT JOIN statement_line l ON l.id = m.line_id
LEFT JOIN book_item i ON (i.journal_id, i.position, i.account_code) = (m.journal_id, m.position, m.account_code)
LEFT JOIN LATERAL (
    SELECT t.key FROM matched p JOIN provider_total t ON (t.relation, t.line_id) = (p.relation, p.line_id)
    WHERE p.journal_id = m.journal_id AND p.relation = 'payouts' LIMIT 1) paid
    ON m.relation = 'payouts' OR m.pass IN ('payout', 'payout_other_amount', 'put_back')
LEFT JOIN LATERAL (
    SELECT p.journal_id, b.counterparty_id FROM break_proposal p JOIN break b ON b.id = p.break_id
    WHERE p.journal_id = m.journal_id OR (p.break_id = m.match_id AND p.state = 'approved')
    ORDER BY p.break_id = m.match_id DESC LIMIT 1) agreed ON m.pass = 'adjusted'
WHERE m.relation = %(relation)s
  AND (%(before)s::uuid IS NULL OR (m.match_id, coalesce(m.line_id, m.journal_id)) < (
      SELECT s.match_id, %(before)s::uuid FROM matched s WHERE s.relation = %(relation)s
        AND (s.line_id = %(before)s OR (s.line_id IS NULL AND s.journal_id = %(before)s))))
  AND (%(run_id)s::uuid IS NULL OR m.run_id = %(run_id)s)
  AND (%(counterparty_id)s::uuid IS NULL OR coalesce(l.counterparty_id, agreed.counterparty_id) = %(counterparty_id)s)
  AND (%(line_id)s::uuid IS NULL OR m.line_id = %(line_id)s)
  AND (%(journal_id)s::uuid IS NULL OR m.journal_id = %(journal_id)s)
  AND (%(name)s::text IS NULL OR m.pass = %(name)s)
ORDER BY m.match_id DESC, coalesce(m.line_id, m.journal_id) DESC LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhichMatches:
    """Which matches are wanted; None: whichever."""

    relation: Relation = Relation.BOOK
    run_id: UUID | None = None
    counterparty_id: UUID | None = None
    line_id: UUID | None = None
    journal_id: UUID | None = None
    name: MatchPass | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A line, and the entry of the book or the other line that belongs to it; amounts in minor units.

    What belongs together in our book alone has no line: what two people have put right, with its posting
    (``adjusted_by``), and a refund that was taken back.
    ``payout`` is a provider's number of the payout that the entry stands for.
    """

    match_id: UUID
    relation: Relation
    name: MatchPass
    run_id: UUID
    rule_version: int
    difference_minor: int
    line_id: UUID | None
    counterparty_id: UUID | None
    file_id: UUID | None
    line_number: int | None
    direction: str | None
    amount_minor: int | None
    currency: str
    booked_on: date | None
    key: str | None
    origin_key: str | None
    other_key: str | None
    payout_key: str | None
    mentions: tuple[str, ...]
    other_line_id: UUID | None
    journal_id: UUID | None
    position: int | None
    account_code: int | None
    business_date: date | None
    item_minor: int | None
    item_direction: str | None
    item_key: str | None
    item_other_key: str | None
    payout: str | None
    adjusted_by: UUID | None

    @property
    def key_in_list(self) -> UUID:
        """What tells it from the others of the list: its line, or the journal of what has none."""
        key = self.line_id or self.journal_id
        if key is None:
            raise TypeError("a match has a line or an entry")
        return key


async def list_matches(pool: Pool, which: WhichMatches, before: UUID | None, limit: int) -> Page[Match, UUID]:
    """A page of matches, those of the latest lines first, from those after what ``before`` is the key of."""
    where: dict[str, Any] = {name: getattr(which, name) for name in WhichMatches.__slots__}
    where |= {"before": before, "limit": limit + 1}
    async with pool.connection() as connection, connection.cursor(row_factory=dict_row) as rows:
        found = [_match(row) for row in await (await rows.execute(PAGE, where)).fetchall()]
    return page_of([(each.key_in_list, each) for each in found], limit)


def _match(row: dict[str, Any]) -> Match:
    relation, name = Relation(row.pop("relation")), MatchPass(row.pop("pass"))
    return Match(relation=relation, name=name, mentions=tuple(row.pop("mentions") or ()), **row)
