"""Whatever is in the book and on the statements: each side ends matched or broken, nothing twice, always the same."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from florin.domain.matching import MatchPass
from florin.settings import Settings
from florin.storage.connect import Pool, open_pool
from florin.storage.reconciliation import passes
from florin.storage.reconciliation.match_runs import run_matching
from tests.conftest import Database
from tests.reconciliation.book import DAY, NOON, Book
from tests.reconciliation.statements import LATE, Line, Outside

ANY: Final = settings(
    max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), print_blob=False, database=None
)
AMOUNTS: Final = st.sampled_from([1_00, 2_00])
OFFSETS: Final = st.integers(0, 2).map(lambda days: DAY + timedelta(days=days))

TOP_UPS: Final = st.lists(st.tuples(AMOUNTS, OFFSETS, st.sampled_from([None, None, 1_99])), max_size=4)
# Whether a refund of a top-up was refused, and on which day we have heard that.
REFUNDS: Final = st.lists(st.tuples(st.booleans(), OFFSETS), max_size=2)
RECEIPTS: Final = st.lists(st.tuples(AMOUNTS, OFFSETS), max_size=3)
# Which of the top-ups and refunds a line is about, or none, and by how much it differs; the bank's lines name at most a
# receipt.
LINES: Final = st.lists(
    st.tuples(
        st.integers(0, 4),
        st.sampled_from([0, 0, 0, 1]),
        st.sampled_from(["in", "in", "out"]),
        st.sampled_from(["done", "done", "failed"]),
    ),
    min_size=1,
    max_size=6,
)
BANK_LINES: Final = st.lists(st.tuples(st.integers(0, 4), AMOUNTS, st.sampled_from(["in", "out"])), max_size=3)

FORGET: Final = """
DELETE FROM break_change; DELETE FROM break_proposal; DELETE FROM break; DELETE FROM matched;
DELETE FROM unmatched_line; DELETE FROM unmatched_item; DELETE FROM book_item; DELETE FROM match_run_file;
DELETE FROM match_run
"""
START_OVER: Final = f"""
SET session_replication_role = replica; {FORGET};
DELETE FROM statement_line; DELETE FROM statement; DELETE FROM statement_file; DELETE FROM payment;
DELETE FROM payment_refund; DELETE FROM receipt;
DELETE FROM transfer; DELETE FROM operation; DELETE FROM outbox; RESET session_replication_role
"""  # noqa: S608 (constants)
LINES_IN_TWO_STATES: Final = """
SELECT l.id, l.key FROM line_for_the_book l
WHERE l.status = 'done'
  AND (EXISTS (SELECT FROM matched m WHERE m.relation = 'book' AND m.line_id = l.id))
    = (EXISTS (SELECT FROM break b WHERE b.line_id = l.id AND b.journal_id IS NULL AND b.ended_at IS NULL))
"""
# Of a day without any statement the day itself is the break of what was not found elsewhere.
ITEMS_IN_TWO_STATES: Final = """
SELECT i.journal_id, i.key FROM book_item i
CROSS JOIN LATERAL (SELECT
    EXISTS (SELECT FROM matched m WHERE m.journal_id = i.journal_id) AS is_matched,
    EXISTS (SELECT FROM break b
            WHERE b.ended_at IS NULL AND b.line_id IS NULL AND b.journal_id = i.journal_id) AS is_broken,
    EXISTS (SELECT FROM break b WHERE b.ended_at IS NULL AND b.gap_on = i.business_date) AS has_no_file) AS state
WHERE CASE WHEN is_matched THEN is_broken ELSE NOT (is_broken OR has_no_file) END
"""
# What the next run will look at is exactly what this one has left.
FORGOTTEN: Final = """
SELECT line_id FROM (SELECT id AS line_id FROM line_for_the_book WHERE status = 'done'
                     EXCEPT SELECT line_id FROM matched) AS open
FULL JOIN unmatched_line u USING (line_id) WHERE open.line_id IS NULL OR u.line_id IS NULL
UNION ALL
SELECT journal_id FROM (SELECT journal_id FROM book_item
                        EXCEPT SELECT journal_id FROM matched WHERE journal_id IS NOT NULL) AS open
FULL JOIN unmatched_item u USING (journal_id) WHERE open.journal_id IS NULL OR u.journal_id IS NULL
"""
UNSETTLED: Final = """
SELECT match_id FROM matched WHERE match_id IN (SELECT match_id FROM matched WHERE pass = 'adjusted')
GROUP BY match_id HAVING sum(difference_minor) <> 0
"""
EVERYTHING: Final = "SELECT line_id, journal_id, pass FROM matched ORDER BY 1"
ALL_BREAKS: Final = "SELECT kind, line_id, journal_id, gap_on, amount_minor, state FROM break ORDER BY 1, 2, 3, 4, 5"


@dataclass
class Stage:
    """Where examples are played, one after the other."""

    outside: Outside
    pool: Pool
    runner: asyncio.Runner

    def rows(self, query: str) -> list[tuple[object, ...]]:
        return self.outside.book.connection.execute(query).fetchall()

    def match(self) -> None:
        self.runner.run(run_matching(self.pool, LATE, NOON))

    def play(self, choices: st.DataObject) -> None:
        """An example: a book, statements of some days, what is put right, and what must hold of all that."""
        outside = self.outside
        outside.book.connection.execute(START_OVER)
        outside.book.accounts[outside.member, 2020] = (0, 0)
        outside.book.accounts[outside.customer, 2030] = (0, 0)
        wanted = choices.draw(TOP_UPS)
        top_ups = [(outside.top_up(*each), each[0]) for each in wanted]
        credited = [known for known, (_, _, disputed_minor) in zip(top_ups, wanted, strict=True) if not disputed_minor]
        refunds = []
        for (paid, amount), (is_refused, day) in zip(credited, choices.draw(REFUNDS), strict=False):
            refunds.append((outside.goes_back(paid, amount), amount))
            if is_refused:
                outside.refuses(*refunds[-1], day)
        known = [*top_ups, *refunds, ("unheard-of", 1_00)]
        for number, (amount, day) in enumerate(choices.draw(RECEIPTS)):
            outside.receipt(amount, f"REFERENCE{number}", f"BANK{number}", day)
        for day in sorted(choices.draw(st.sets(OFFSETS))):
            of_provider = [
                Line(known[which % len(known)][1] + more, known[which % len(known)][0], direction, status=status)
                for which, more, direction, status in choices.draw(LINES)
            ]
            outside.says(outside.provider, *of_provider, day=day)
            of_bank = [
                Line(amount, direction=direction, mentions=(f"REFERENCE{which}",) if which < 2 else ())
                for which, amount, direction in choices.draw(BANK_LINES)
            ]
            outside.says(outside.bank, *of_bank, day=day)
        first = self.matched_or_broken()
        assert first == self.matched_or_broken()
        outside.book.connection.execute(FORGET)
        assert first == self.matched_or_broken()
        # Some of it is put right, while other statements are on their way.
        for each in outside.postable():
            if choices.draw(st.booleans()):
                outside.put_right(each)
        for day in sorted(choices.draw(st.sets(OFFSETS, max_size=1))):
            of_provider = [Line(known[which % len(known)][1], known[which % len(known)][0]) for which in range(2)]
            outside.says(outside.provider, *of_provider, day=day)
        self.matched_or_broken()
        assert [] == self.rows(UNSETTLED)

    def matched_or_broken(self) -> tuple[object, ...]:
        """What there is after a run, in which everything is in one state."""
        self.match()
        assert ([], []) == (self.rows(LINES_IN_TWO_STATES), self.rows(ITEMS_IN_TWO_STATES))
        assert [] == self.rows(FORGOTTEN)
        return self.rows(EVERYTHING), self.rows(ALL_BREAKS)


@pytest.fixture
def stage(database: Database, book: Book) -> Iterator[Stage]:
    with asyncio.Runner() as runner:
        opening = open_pool(database.url, Settings(pool_size=1), application_name="florin test")
        pool = runner.run(opening.__aenter__())
        yield Stage(Outside(book), pool, runner)
        runner.run(opening.__aexit__(None, None, None))


def test_any_book_and_any_statements_end_matched_or_broken(stage: Stage) -> None:
    @ANY
    @given(st.data())
    def play(choices: st.DataObject) -> None:
        stage.play(choices)

    play()


def test_examples_find_a_pass_that_uses_a_line_twice(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    careless = passes.PASSES[MatchPass.KEY].replace(", turn)", ")")
    monkeypatch.setattr(passes, "PASSES", {**passes.PASSES, MatchPass.KEY: careless})

    @settings(ANY, derandomize=True, phases=[Phase.generate])
    @given(st.data())
    def play(choices: st.DataObject) -> None:
        stage.play(choices)

    with pytest.raises(Exception, match=r"a_line_is_matched_once|an_item_is_matched_once"):
        play()
