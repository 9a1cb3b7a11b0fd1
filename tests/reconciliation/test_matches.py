"""Why two things were matched is told in words, with what they have found each other by; and when to match."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from florin.domain.matching import NUMBERS, MatchPass, Relation
from florin.reconciliation.match_views import match_view
from florin.storage.asked_runs import Run, find_run, list_runs
from florin.storage.connect import Pool
from florin.storage.fresh_ids import fresh_id
from florin.storage.reconciliation.match_runs import MATCHING, is_matching_due, run_matching
from florin.storage.reconciliation.matches import WhichMatches, list_matches
from tests.reconciliation.book import DAY, NOON
from tests.reconciliation.statements import LATE, Line, Outside

Planted = Callable[[Outside], str]
"""Makes something that matches, and returns what it is found by."""


def by_key(outside: Outside) -> str:
    key = outside.top_up(100_00)
    outside.says(outside.provider, Line(100_00, key))
    return f"reference {key}"


def by_their_key(outside: Outside) -> str:
    outside.receipt(500_00, None, "BNK-4711")
    outside.says(outside.bank, Line(500_00, other_key="BNK-4711"))
    return "their reference BNK-4711"


def by_mention(outside: Outside) -> str:
    outside.receipt(500_00, "K7M2Q9X4", "BNK-4711")
    outside.says(outside.bank, Line(500_00, mentions=("INVOICE1", "K7M2Q9X4")))
    return "mention of K7M2Q9X4"


def by_amount(outside: Outside) -> str:
    outside.receipt(500_00, None, "BNK-4711")
    outside.says(outside.bank, Line(500_00))
    return f"amount 500.00 CNY on {DAY}"


def by_refund(outside: Outside) -> str:
    paid = outside.top_up(100_00)
    refund = outside.goes_back(paid, 100_00, fails=True)
    outside.says(outside.provider)
    return f"refund {refund}"


@pytest.mark.parametrize(
    ("planted", "name"),
    [
        (by_refund, MatchPass.PUT_BACK),
        (by_key, MatchPass.KEY),
        (by_their_key, MatchPass.OTHER_KEY),
        (by_mention, MatchPass.MENTION),
        (by_amount, MatchPass.AMOUNT_AND_DAY),
    ],
)
async def test_a_match_says_what_it_was_found_by(
    outside: Outside, pool: Pool, planted: Planted, name: MatchPass
) -> None:
    found_by = planted(outside)
    run = await run_matching(pool, LATE, NOON)
    match, *_ = (await list_matches(pool, WhichMatches(run_id=run.id), None, 10)).items
    assert (name, f"matched in pass {NUMBERS[name]} by {found_by}") == (
        match.name,
        match_view(match)["explanation"].partition(": ")[0],
    )


async def test_matches_are_found_by_line_journal_counterparty_and_pass(outside: Outside, pool: Pool) -> None:
    journal = outside.receipt(500_00, None, "BNK-4711")
    outside.says(outside.bank, Line(500_00, other_key="BNK-4711"))
    outside.says(outside.provider, Line(100_00, outside.top_up(100_00)))
    await run_matching(pool, LATE, NOON)
    by_journal = (await list_matches(pool, WhichMatches(journal_id=journal), None, 10)).items
    for which in (
        WhichMatches(line_id=by_journal[0].line_id),
        WhichMatches(counterparty_id=outside.bank),
        WhichMatches(name=MatchPass.OTHER_KEY),
    ):
        assert by_journal == (await list_matches(pool, which, None, 10)).items
    assert () == (await list_matches(pool, WhichMatches(relation=Relation.FUNDS), None, 10)).items
    first = await list_matches(pool, WhichMatches(), None, 1)
    rest = await list_matches(pool, WhichMatches(), first.next_after, 1)
    assert (2, None) == (len({each.line_id for each in (*first.items, *rest.items)}), rest.next_after)


async def test_a_run_is_read_again_as_it_was(outside: Outside, pool: Pool) -> None:
    outside.says(outside.provider, Line(100_00, outside.top_up(100_00)), Line(7_00, "unheard-of"))
    told: list[tuple[int, int]] = []
    run = await run_matching(pool, LATE, NOON, lambda done, steps: told.append((done, steps)))
    assert (1, {"missing_internal": 1}, 0) == (run.matched[MatchPass.KEY], run.opened, run.closed)
    assert (Run(None, run), None) == tuple([await find_run(pool, MATCHING, each) for each in (run.id, fresh_id())])
    assert (Run(None, run),) == (await list_runs(pool, MATCHING, None, 1)).items
    steps = told[-1][1]
    assert [(done, steps) for done in range(1, steps + 1)] == told


async def test_it_is_time_to_match_when_a_file_has_come_or_a_day_or_a_while_is_over(
    outside: Outside, pool: Pool
) -> None:
    async def is_due(after: timedelta = timedelta(0), days: int = 0) -> bool:
        return await is_matching_due(pool, LATE + timedelta(days=days), NOON + after, timedelta(minutes=15))

    before = await is_due()
    await run_matching(pool, LATE, NOON)
    at_once, later, next_day = await is_due(), await is_due(timedelta(minutes=15)), await is_due(days=1)
    outside.says(outside.provider)
    assert (True, False, True, True, True) == (before, at_once, later, next_day, await is_due())
