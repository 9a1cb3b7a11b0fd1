"""What might belong to a line or entry is suggested: sums, and slips of the pen; and nothing of it is applied."""

from datetime import timedelta
from uuid import UUID

import pytest

from florin.domain.declines import Decline
from florin.domain.people import Actor, Role
from florin.reconciliation.suggestions import Likeness, Suggestion, suggest_for_item, suggest_for_line, suggestion_view
from florin.storage.connect import Pool
from florin.storage.fresh_ids import fresh_id
from florin.storage.reconciliation.match_runs import run_matching
from tests.reconciliation.book import DAY, NOON
from tests.reconciliation.closing import house_of
from tests.reconciliation.statements import LATE, Line, Outside

AUDITOR = Actor(fresh_id(), fresh_id(), fresh_id(), frozenset({Role.AUDITOR}), None)
OPERATOR = Actor(fresh_id(), fresh_id(), fresh_id(), frozenset({Role.OPERATOR}), None)


async def of_line(outside: Outside, pool: Pool) -> list[Suggestion]:
    """What is suggested for the one line that nothing was found for, once matching has run."""
    await run_matching(pool, LATE, NOON)
    (line_id,) = outside.book.connection.execute("SELECT line_id FROM unmatched_line").fetchall()[0]
    found = await suggest_for_line(house_of(pool), AUDITOR, line_id)
    assert not isinstance(found, Decline)
    return found


async def test_entries_that_make_the_amount_together_are_suggested_and_not_matched(
    outside: Outside, pool: Pool
) -> None:
    journals = {outside.receipt(each, None, f"BNK-{each}") for each in (300_00, 200_00)}
    outside.receipt(70_00, None, "BNK-7000")
    outside.says(outside.bank, Line(500_00))
    (found,) = await of_line(outside, pool)
    assert (Likeness.SUM, journals) == (found.likeness, {each.journal_id for each in found.parts})
    await run_matching(pool, LATE + timedelta(days=1), NOON)
    assert [] == outside.passes()


async def test_a_reference_with_a_slip_of_the_pen_is_suggested(outside: Outside, pool: Pool) -> None:
    journal = outside.receipt(500_00, "K7M2Q9X4", "BNK-4711")
    outside.says(outside.bank, Line(499_00, mentions=("K7M2Q9X5",)))
    (found,) = await of_line(outside, pool)
    assert (Likeness.REFERENCE, "K7M2Q9X5 is nearly K7M2Q9X4") == (found.likeness, found.words)
    assert [journal.hex] == [each["journal_id"].removeprefix("jrn_") for each in suggestion_view(found)["parts"]]


@pytest.mark.parametrize("reference", [None, "A1235"])
async def test_nothing_is_suggested_by_a_short_reference_or_none(
    outside: Outside, pool: Pool, reference: str | None
) -> None:
    outside.receipt(500_00, reference, "B-1")
    outside.says(outside.bank, Line(499_00, mentions=("A1234", "B-2")))
    assert [] == await of_line(outside, pool)


async def test_lines_are_suggested_for_an_entry(outside: Outside, pool: Pool) -> None:
    journal = outside.receipt(500_00, None, "BNK-4711", DAY)
    outside.says(outside.bank, Line(300_00), Line(200_00), Line(500_00, direction="out"))
    await run_matching(pool, LATE, NOON)
    (found,) = await _of_item(pool, journal, 1010)
    assert [300_00, 200_00] == sorted((each.amount_minor for each in found.parts), reverse=True)
    assert ([], []) == (await _of_item(pool, journal, 1020), await _of_item(pool, fresh_id(), 1010))


async def test_nothing_is_suggested_for_what_is_matched(outside: Outside, pool: Pool) -> None:
    outside.receipt(500_00, None, "BNK-4711")
    journal = outside.receipt(500_00, None, "BNK-4712")
    outside.says(outside.bank, Line(500_00, other_key="BNK-4712"), Line(500_00))
    await run_matching(pool, LATE, NOON)
    assert [] == await _of_item(pool, journal, 1010)


async def test_who_reads_no_statements_is_told_nothing(pool: Pool) -> None:
    house = house_of(pool)
    assert Decline.ROLE_REQUIRED is await suggest_for_line(house, OPERATOR, fresh_id())
    assert Decline.ROLE_REQUIRED is await suggest_for_item(house, OPERATOR, fresh_id(), 1010)


async def _of_item(pool: Pool, journal: UUID, account: int) -> list[Suggestion]:
    found = await suggest_for_item(house_of(pool), AUDITOR, journal, account)
    assert not isinstance(found, Decline)
    return found
