"""Whatever a provider says of fees and payouts, and the bank of them: all is matched or broken, nothing twice."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, LiteralString

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from florin.domain.statement_file import FileFormat
from tests.clearing.provider_settlement.settling import FLOW, Settling, fee, payout
from tests.clearing.stage import Stage
from tests.corporate import Corporate
from tests.reconciliation.statements import Line
from tests.till import Till
from tests.world import TODAY

ANY: Final = settings(
    max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), print_blob=False, database=None
)
NUMBERS: Final = st.sampled_from(["PO-2026-0301", "PO-2026-0302", "B1"])
AMOUNTS: Final = st.sampled_from([99_40, 99_39])
WAYS: Final = st.sampled_from(["in", "out"])
PAYOUTS: Final = st.lists(st.builds(payout, AMOUNTS, NUMBERS, WAYS), max_size=4)
FEES: Final = st.lists(st.builds(fee, st.integers(1, 9), WAYS, st.just("W-1")), max_size=4)
ITEMISED: Final = st.lists(
    st.builds(Line, AMOUNTS, st.just("unheard-of"), WAYS, payout_key=NUMBERS, fee_minor=st.integers(-2, 2)), max_size=3
)
BANK: Final = st.lists(
    st.builds(Line, AMOUNTS, direction=WAYS, mentions=st.one_of(st.just(()), st.tuples(NUMBERS))), max_size=4
)
FORMS: Final = st.sampled_from([FLOW, FileFormat.ALIPAY_TRADE, FileFormat.STRIPE_PAYOUTS, FileFormat.MAPPED_CSV])

TOTALS_IN_TWO_STATES: Final[LiteralString] = """
SELECT t.relation, t.key, t.amount_minor
FROM provider_total t JOIN statement_line l ON l.id = t.line_id AND l.kind IN ('fee', 'payout')
WHERE (EXISTS (SELECT FROM matched m WHERE (m.relation, m.line_id) = (t.relation, t.line_id)))
    = (EXISTS (SELECT FROM break b WHERE b.line_id = t.line_id AND b.journal_id IS NULL AND b.ended_at IS NULL))
"""
ITEMS_IN_TWO_STATES: Final[LiteralString] = """
SELECT i.journal_id, i.account_code, i.amount_minor FROM book_item i
WHERE (EXISTS (SELECT FROM matched m WHERE (m.journal_id, m.position, m.account_code)
                                         = (i.journal_id, i.position, i.account_code)))
    = (EXISTS (SELECT FROM break b WHERE b.ended_at IS NULL AND b.line_id IS NULL AND b.journal_id = i.journal_id
               AND b.account_code = i.account_code))
"""
BANK_LINES_IN_TWO_STATES: Final[LiteralString] = """
SELECT l.id FROM line_for_the_book l
WHERE (EXISTS (SELECT FROM matched m WHERE m.relation = 'book' AND m.line_id = l.id))
    = (EXISTS (SELECT FROM break b WHERE b.line_id = l.id AND b.journal_id IS NULL AND b.ended_at IS NULL))
"""
POSTED_TWICE: Final[LiteralString] = """
SELECT counterparty_id, relation, key FROM provider_total t
WHERE (SELECT count(*) FROM transfer x JOIN operation o USING (journal_id)
       WHERE o.caller_id = t.counterparty_id AND o.key = t.relation || ':' || t.key || ':' || t.direction) > 1
"""
EVERYTHING: Final[LiteralString] = """
SELECT relation, line_id, journal_id, pass FROM matched
UNION ALL SELECT kind, line_id, journal_id, amount_minor::text FROM break ORDER BY 1, 2, 3
"""


@dataclass
class Bills:
    """Where examples are played, one after the other."""

    stage: Stage

    def play(self, choices: st.DataObject) -> None:
        world = self.stage.world.start_over()
        house = self.stage.house
        desk = Settling(house, Till(house, world.shop), Corporate(world))
        form = choices.draw(FORMS)
        desk.sends(form)
        for day in range(2):
            said = [*choices.draw(PAYOUTS), *choices.draw(FEES), *choices.draw(ITEMISED)]
            desk.provider_says(*said, form=form, day=TODAY + timedelta(days=day))
            desk.bank_says(*choices.draw(BANK), day=TODAY + timedelta(days=day))
            if choices.draw(st.booleans()):
                self.stage.runner.run(desk.match())
        desk.bank_says(day=TODAY + timedelta(days=8))
        self.stage.runner.run(desk.match())

        def rows(query: LiteralString) -> list[tuple[object, ...]]:
            return world.connection.execute(query).fetchall()

        questions = (TOTALS_IN_TWO_STATES, ITEMS_IN_TWO_STATES, BANK_LINES_IN_TWO_STATES, POSTED_TWICE)
        assert [[]] * len(questions) == [rows(each) for each in questions]
        first = rows(EVERYTHING)
        self.stage.runner.run(desk.match())
        assert first == rows(EVERYTHING)


def test_all_is_matched_or_broken_and_nothing_is_posted_twice(stage: Stage) -> None:
    @ANY
    @given(st.data())
    def play(choices: st.DataObject) -> None:
        Bills(stage).play(choices)

    play()
