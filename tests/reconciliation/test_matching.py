"""Each planted difference between our book and others' statements becomes exactly the right break, and nothing else."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from florin.domain.matching import MatchPass
from florin.domain.statement_file import FileFormat
from florin.storage.connect import Pool
from florin.storage.fresh_ids import fresh_id
from florin.storage.reconciliation import open_sides
from florin.storage.reconciliation.match_runs import run_matching
from tests.reconciliation.book import DAY, NOON, PROGRAMME
from tests.reconciliation.statements import LATE, Breaks, Line, Outside

NEXT_DAY = DAY + timedelta(days=1)


async def _match(pool: Pool, today: date = LATE) -> None:
    await run_matching(pool, today, NOON)


async def test_what_agrees_is_matched_and_nothing_is_broken(outside: Outside, pool: Pool) -> None:
    lines = [Line(amount, outside.top_up(amount)) for amount in (100_00, 100_00, 250_00)]
    outside.says(outside.provider, *reversed(lines))
    await _match(pool)
    assert (["key"] * 3, {}) == (outside.passes(), outside.breaks())


async def test_a_card_that_was_bought_online_is_matched_at_its_price(outside: Outside, pool: Pool) -> None:
    outside.says(outside.provider, Line(90_00, outside.sells_card(100_00, 90_00)))
    await _match(pool)
    assert (["key"], {}) == (outside.passes(), outside.breaks())


async def test_a_refund_is_matched_and_so_is_one_that_came_back(outside: Outside, pool: Pool) -> None:
    paid, failing = outside.top_up(100_00), outside.top_up(50_00)
    back = Line(100_00, outside.goes_back(paid, 100_00), "out", origin_key=paid)
    failed = outside.goes_back(failing, 50_00, fails=True)
    returned = [Line(50_00, failed, direction, origin_key=failing) for direction in ("out", "in")]
    outside.says(outside.provider, Line(100_00, paid), Line(50_00, failing), back, *returned)
    await _match(pool)
    assert (["key"] * 5, {}) == (outside.passes(), outside.breaks())


Planted = Callable[[Outside, str], list[Line]]


@pytest.mark.parametrize(
    ("planted", "expected"),
    [
        (lambda _, key: [Line(99_99, key)], {"amount_diff": [-1]}),
        (lambda _, key: [Line(100_00, key, direction="out")], {"amount_diff": [-200_00]}),
        (lambda *_: [], {"missing_provider": [-100_00]}),
        (lambda _, key: [Line(100_00, key), Line(100_00, key)], {"duplicate": [100_00]}),
        (lambda _, key: [Line(100_00, key), Line(99_00, key)], {"duplicate": [99_00]}),
        (lambda _, key: [Line(100_00, key), Line(5_00, "unheard-of")], {"missing_internal": [5_00]}),
        (lambda _, key: [Line(100_00, key, status="failed")], {"status_diff": [-100_00]}),
        (lambda _, key: [Line(100_00, key, day=DAY + timedelta(days=4))], {"date_cutoff": [0]}),
        (lambda o, key: [Line(100_00, key), Line(29_99, o.top_up(30_00, paid_minor=29_99))], {"amount_diff": [-1]}),
        (lambda _, key: [Line(100_00, key, fee_minor=61)], {"fee_diff": [-1]}),
        (lambda _, key: [Line(100_00, key, fee_minor=59)], {"fee_diff": [1]}),
        (lambda _, key: [Line(100_00, key, fee_minor=60)], {}),
    ],
    ids=[
        "one fen less", "a swapped sign", "a missing line", "a doubled line", "a second line of another amount",
        "a line of nothing", "failed", "days apart", "paid less than asked", "a dearer fee", "a cheaper fee", "agreed",
    ],
)  # fmt: skip
async def test_a_planted_difference_is_exactly_its_break(
    outside: Outside, pool: Pool, planted: Planted, expected: Breaks
) -> None:
    if "fee_diff" in expected or not expected:
        terms = {"effective_on": DAY, "basis_points": 60, "flat_minor": 0}
        outside.book.insert("fee_terms", counterparty_id=outside.provider, **terms)
    outside.says(outside.provider, *planted(outside, outside.top_up(100_00)))
    await _match(pool)
    first = outside.breaks()
    await _match(pool)
    assert (expected, expected) == (first, outside.breaks())


@pytest.mark.parametrize(
    ("lines", "passes", "expected"),
    [
        (lambda _: [], ["key", "put_back", "put_back"], {}),
        (lambda key: [Line(50_00, key, "out", status="failed")], ["key", "put_back", "put_back"], {}),
        (lambda key: [Line(50_00, key, "out", status="pending")], ["key"], {"missing_provider": [-50_00, 50_00]}),
        (lambda key: [Line(50_00, key, "out")], ["key", "key"], {"missing_provider": [-50_00]}),
        (lambda key: [Line(50_00, key, "in")], ["key", "key"], {"missing_provider": [50_00]}),
        (
            lambda key: [Line(49_99, key, "out")],
            ["key", "key_other_amount"],
            {"amount_diff": [1], "missing_provider": [-50_00]},
        ),
    ],
    ids=["not on the bill", "refused there", "not over there", "paid there", "only put back there", "a fen less there"],
)
async def test_a_refund_that_was_refused_is_no_break_where_the_provider_never_had_it(
    outside: Outside, pool: Pool, lines: Callable[[str], list[Line]], passes: list[str], expected: Breaks
) -> None:
    paid = outside.top_up(50_00)
    outside.says(outside.provider, Line(50_00, paid), *lines(outside.goes_back(paid, 50_00, fails=True)))
    await _match(pool)
    first = outside.breaks()
    await _match(pool)
    assert (passes, expected, expected) == (outside.passes(), first, outside.breaks())


async def test_a_refund_that_is_refused_days_later_ends_its_break_when_the_bill_of_that_day_has_come(
    outside: Outside, pool: Pool
) -> None:
    paid = outside.top_up(50_00)
    refund, other = outside.goes_back(paid, 25_00), outside.goes_back(paid, 25_00)
    outside.says(outside.provider, Line(50_00, paid), Line(25_00, other, "out"))
    await _match(pool)
    outside.refuses(refund, 25_00, NEXT_DAY)
    await _match(pool, today=NEXT_DAY)
    before = outside.breaks()
    outside.says(outside.provider, day=NEXT_DAY)
    await _match(pool)
    ended = {"missing_provider": [25_00]}
    assert (ended, {}, ended) == (before, outside.breaks(), outside.breaks(ended=True))


async def test_a_refund_that_was_refused_waits_for_the_bill_on_which_it_may_stand(outside: Outside, pool: Pool) -> None:
    paid = outside.top_up(50_00)
    refund = outside.goes_back(paid, 50_00, fails=True)
    await _match(pool, today=NEXT_DAY)
    before = outside.passes()
    outside.says(
        outside.provider, Line(50_00, paid), *(Line(50_00, refund, way, origin_key=paid) for way in ("out", "in"))
    )
    await _match(pool)
    assert ([], ["key"] * 3, {}) == (before, outside.passes(), outside.breaks())


async def test_nothing_is_missing_before_its_days_are_over(outside: Outside, pool: Pool) -> None:
    outside.top_up(100_00)
    outside.says(outside.provider, Line(7_00, "early"))
    await _match(pool, today=NEXT_DAY)
    assert {} == outside.breaks()


async def test_a_day_without_its_file_is_one_break_which_the_late_file_ends(outside: Outside, pool: Pool) -> None:
    keys = [outside.top_up(amount) for amount in (100_00, 200_00)]
    await _match(pool)
    without = outside.breaks()
    outside.says(outside.provider, Line(100_00, keys[0]), Line(200_00, keys[1]))
    await _match(pool)
    assert ({"file_gap": [0]}, {}, {"file_gap": [0]}) == (without, outside.breaks(), outside.breaks(ended=True))


async def test_a_missing_line_that_arrives_late_ends_its_break(outside: Outside, pool: Pool) -> None:
    key = outside.top_up(100_00)
    outside.says(outside.provider)
    await _match(pool)
    before = outside.breaks()
    outside.says(outside.provider, Line(100_00, key), day=NEXT_DAY)
    await _match(pool)
    ended = {"missing_provider": [-100_00]}
    assert (ended, {}, ended) == (before, outside.breaks(), outside.breaks(ended=True))


async def test_a_payment_of_another_amount_that_went_back_is_no_break_any_more(outside: Outside, pool: Pool) -> None:
    key = outside.top_up(30_00, paid_minor=29_99)
    outside.says(outside.provider, Line(29_99, key))
    await _match(pool)
    before = outside.breaks()
    outside.says(outside.provider, Line(29_99, "back", "out", origin_key=key), day=NEXT_DAY)
    await _match(pool)
    assert ({"amount_diff": [-1]}, {}, ["taken_back"] * 2) == (before, outside.breaks(), outside.passes())


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (Line(500_00, other_key="BNK-4711"), ["other_key"]),
        (Line(500_00, mentions=("INVOICE", "K7M2Q9X4")), ["mention"]),
        (Line(500_00), ["amount_and_day"]),
        (Line(500_00, day=NEXT_DAY), ["amount_and_day"]),
        (Line(500_00, day=DAY + timedelta(days=2)), []),
        (Line(499_99, mentions=("K7M2Q9X4",)), []),
        (Line(500_00, "their-own-invoice-number"), []),
        (Line(500_00, direction="out"), []),
    ],
    ids=["their reference", "ours in the text", "alone", "a day later", "too late", "a fen less", "another key", "out"],
)
async def test_a_receipt_finds_its_line_at_the_bank(
    outside: Outside, pool: Pool, line: Line, expected: list[str]
) -> None:
    outside.receipt(500_00, "K7M2Q9X4", "BNK-4711")
    outside.says(outside.bank, line)
    await _match(pool)
    assert expected == outside.passes()


async def test_money_at_the_bank_that_nobody_knows_is_an_unidentified_receipt(outside: Outside, pool: Pool) -> None:
    outside.says(outside.bank, Line(500_00), Line(3_00, direction="out"))
    await _match(pool)
    assert {"unidentified_receipt": [500_00], "missing_internal": [-3_00]} == outside.breaks()


async def test_equal_amounts_without_references_are_left_to_people(outside: Outside, pool: Pool) -> None:
    outside.receipt(500_00, None, "A-1")
    outside.receipt(500_00, None, "A-2")
    outside.says(outside.bank, Line(500_00))
    await _match(pool)
    expected = {"unidentified_receipt": [500_00], "missing_bank": [-500_00, -500_00]}
    assert ([], expected) == (outside.passes(), outside.breaks())


async def test_a_short_word_of_a_remittance_leads_nowhere(outside: Outside, pool: Pool) -> None:
    outside.receipt(500_00, "A1", "B-1")
    outside.receipt(500_00, "A2", "B-2")
    outside.says(outside.bank, Line(500_00, mentions=("A1",)))
    await _match(pool)
    assert [] == outside.passes()


@pytest.mark.parametrize("many", [1, open_sides.MANY], ids=["written anew", "deleted"])
async def test_passes_run_in_their_order(
    outside: Outside, pool: Pool, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr(open_sides, "MANY", many)
    outside.receipt(500_00, "K7M2Q9X4", "BNK-1")
    outside.receipt(500_00, "W3N8R5T6", "BNK-2")
    outside.says(outside.bank, Line(500_00, mentions=("K7M2Q9X4",)), Line(500_00))
    await _match(pool)
    assert [MatchPass.AMOUNT_AND_DAY, MatchPass.MENTION] == outside.passes()


async def test_a_quarantined_file_is_a_break_until_a_sound_one_of_its_day_is_there(
    outside: Outside, pool: Pool
) -> None:
    outside.book.insert(
        "statement_file",
        id=fresh_id(), counterparty_id=outside.provider, format="wechat_trade", name="broken", sha256=bytes(32),
        size_bytes=1, day=DAY, state="quarantined", given_at=NOON, read_at=NOON, problem="totals_differ",
        problem_detail="the lines come to less",
    )  # fmt: skip
    await _match(pool)
    before = outside.breaks()
    outside.says(outside.provider)
    await _match(pool)
    assert ({"control_total": [0]}, {}) == (before, outside.breaks())


async def test_a_line_that_names_two_entries_of_its_amount_is_left_to_people(outside: Outside, pool: Pool) -> None:
    outside.receipt(500_00, "K7M2Q9X4", "BNK-1")
    outside.receipt(500_00, "W3N8R5T6", "BNK-2")
    outside.says(outside.bank, Line(500_00, mentions=("K7M2Q9X4", "W3N8R5T6")))
    await _match(pool)
    assert [] == outside.passes()


@pytest.mark.parametrize(("amount_minor", "fee_minor"), [(2_49, 1), (2_50, 2), (83, 0), (84, 1)])
async def test_half_a_fen_of_a_fee_is_a_whole_one(
    outside: Outside, pool: Pool, amount_minor: int, fee_minor: int
) -> None:
    terms = {"effective_on": DAY, "basis_points": 60, "flat_minor": 0}
    outside.book.insert("fee_terms", counterparty_id=outside.provider, **terms)
    outside.says(outside.provider, Line(amount_minor, outside.top_up(amount_minor), fee_minor=fee_minor))
    await _match(pool)
    assert {} == outside.breaks()


async def test_a_day_is_not_without_its_file_before_that_is_late(outside: Outside, pool: Pool) -> None:
    outside.top_up(100_00)
    await _match(pool, today=DAY + timedelta(days=3))
    assert {} == outside.breaks()


async def test_a_providers_statement_of_the_next_day_says_nothing_of_the_day_before(
    outside: Outside, pool: Pool
) -> None:
    outside.top_up(100_00)
    outside.says(outside.provider, day=NEXT_DAY)
    await _match(pool)
    assert {"file_gap": [0]} == outside.breaks()


async def test_what_is_posted_after_a_sealed_day_is_taken_up(outside: Outside, pool: Pool) -> None:
    seal = {"transfers": 0, "merkle_root": b"", "previous_seal": b"", "seal": b"", "sealed_at": NOON}
    outside.book.insert("sealed_day", programme_id=PROGRAMME.id, business_date=DAY, closed_at=NOON, **seal)
    await run_matching(pool, LATE, NOON + timedelta(hours=1))
    outside.says(outside.provider, Line(100_00, outside.top_up(100_00, NEXT_DAY)), day=NEXT_DAY)
    await _match(pool)
    assert ["key"] == outside.passes()


async def test_what_a_provider_says_in_two_bills_is_matched_whichever_comes_first(outside: Outside, pool: Pool) -> None:
    outside.book.connection.execute(
        "UPDATE counterparty SET formats = '{wechat_trade,wechat_fund_flow}' WHERE kind = 'provider'"
    )
    key = outside.top_up(100_00)
    outside.says(outside.provider, Line(100_00, key, other_key="T1"), Line(5_00, "unheard-of", other_key="T2"))
    await _match(pool)
    outside.says(outside.provider, Line(100_00, other_key="T1"), day=NEXT_DAY, form=FileFormat.WECHAT_FUND_FLOW)
    await _match(pool)
    left = outside.book.connection.execute("SELECT relation FROM unmatched_line ORDER BY relation").fetchall()
    assert (["key", "other_key"], [("book",), ("funds",)]) == (outside.passes(), left)
