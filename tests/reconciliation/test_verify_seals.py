"""Whatever happens to a sealed day, its seal no longer matches, and the day is named."""

from datetime import date, timedelta
from hashlib import sha256

import pytest

from florin.domain.identifiers import wire_id
from florin.reconciliation.run_proofs import run_proofs
from florin.reconciliation.verify_seals import verify_seals
from florin.storage.book.sealing import seal_day
from florin.storage.connect import Pool
from tests.reconciliation.book import DAY, NEXT_MORNING, PROGRAMME, clerk
from tests.reconciliation.closing import close
from tests.reconciliation.conftest import Story

ONE_DAY = timedelta(days=1)
SECOND, THIRD = DAY + ONE_DAY, DAY + 2 * ONE_DAY
UNSEAL = """
UPDATE sealed_day SET transfers = NULL, merkle_root = NULL, previous_seal = NULL, seal = NULL, sealed_at = NULL
WHERE business_date = %(day)s
"""
OTHER_DIGEST = sha256(b"other").digest()


@pytest.fixture
async def sealed(story: Story, pool: Pool) -> Story:
    """The story, one purchase on the next day, none on the third; all three days sealed."""
    story.book.purchase(story.card, 100, day=SECOND)
    await close(pool, PROGRAMME, THIRD, clerk(NEXT_MORNING + 2 * ONE_DAY))
    return story


def _named(day: date, detail: str) -> str:
    return f"{wire_id('programme', PROGRAMME.id)} {day}: {detail}"


async def _found(pool: Pool) -> list[str]:
    return [str(finding) for finding in await verify_seals(pool)]


@pytest.mark.usefixtures("sealed")
async def test_sealed_days_hash_to_their_seals_and_all_else_is_right(pool: Pool) -> None:
    assert [] == await _found(pool)
    report = await run_proofs(pool)
    assert report.ok
    assert [11] == [each.rows_checked for each in report.results if each.number == 8]


@pytest.mark.parametrize(
    "change",
    [
        "shard = shard + 1",
        "event_at = event_at + interval '1 microsecond'",
        "posted_at = posted_at + interval '1 microsecond'",
        "debit_owner = gen_random_uuid()",
        "reverses_journal_id = gen_random_uuid()",
    ],
)
async def test_one_changed_column_of_a_sealed_transfer_is_found(sealed: Story, pool: Pool, change: str) -> None:
    sealed.book.break_it(
        f"UPDATE transfer SET {change} WHERE journal_id = %(id)s AND position = 0",  # noqa: S608 (changes listed above)
        id=sealed.activation,
    )
    assert [_named(DAY, "the transfers do not hash to the day's root")] == await _found(pool)


async def test_one_fen_less_in_a_sealed_day_is_found_by_its_seal_and_its_sealed_totals(
    sealed: Story, pool: Pool
) -> None:
    sealed.book.break_it(
        "UPDATE transfer SET amount_minor = amount_minor - 1 WHERE journal_id = %(id)s AND position = 0",
        id=sealed.activation,
    )
    report = await run_proofs(pool)
    # What the merchant's statement of that day says it owes for the card is another sum by now, too.
    assert {
        "flow balances", "posting totals", "strict balances", "statements", "seals", "roll-forward",
        "merchant receivable",
    } == {each.name for each in report.results if not each.holds}  # fmt: skip


async def test_transfers_that_changed_places_are_found(sealed: Story, pool: Pool) -> None:
    """What each row says is as right as before; only their order is another."""
    for before, after in ((0, 2), (1, 0), (2, 1)):
        sealed.book.break_it(
            "UPDATE transfer SET position = %(after)s WHERE journal_id = %(id)s AND position = %(before)s",
            id=sealed.activation, before=before, after=after,
        )  # fmt: skip
    report = await run_proofs(pool)
    found = {each.name: [str(finding) for finding in each.findings] for each in report.results if not each.holds}
    # Which transfer is a journal's first is counted, too.
    assert {"seals", "posting totals"} == set(found)
    assert [_named(DAY, "the transfers do not hash to the day's root")] == found["seals"]


async def test_a_posting_into_a_sealed_day_is_found(sealed: Story, pool: Pool) -> None:
    with sealed.book.without_walls():
        sealed.book.purchase(sealed.card, 1, day=SECOND)
    assert [_named(SECOND, "sealed with 1 transfers, the book has 2")] == await _found(pool)


async def test_a_posting_into_a_day_before_the_first_is_found(sealed: Story, pool: Pool) -> None:
    with sealed.book.without_walls():
        sealed.book.purchase(sealed.card, 1, day=DAY - ONE_DAY)
    assert [_named(DAY - ONE_DAY, "the day has transfers and no seal")] == await _found(pool)


async def test_a_posting_into_an_open_day_is_right(sealed: Story, pool: Pool) -> None:
    sealed.book.purchase(sealed.card, 1, day=THIRD + ONE_DAY)
    assert (await run_proofs(pool)).ok


@pytest.mark.parametrize(
    ("column", "detail"),
    [
        ("seal", "the seal is not that of the day"),
        ("merkle_root", "the transfers do not hash to the day's root"),
        ("previous_seal", "the day is not chained to the day before"),
    ],
)
async def test_a_changed_part_of_a_seal_is_found_where_it_was_changed(
    sealed: Story, pool: Pool, column: str, detail: str
) -> None:
    sealed.book.break_it(
        f"UPDATE sealed_day SET {column} = %(digest)s WHERE business_date = %(day)s",  # noqa: S608 (columns named above)
        digest=OTHER_DIGEST, day=SECOND,
    )  # fmt: skip
    assert [_named(SECOND, detail)] == await _found(pool)


async def test_the_first_day_is_chained_to_the_beginning_of_its_programme(sealed: Story, pool: Pool) -> None:
    sealed.book.break_it(
        "UPDATE sealed_day SET previous_seal = %(digest)s WHERE business_date = %(day)s", digest=OTHER_DIGEST, day=DAY
    )
    detail = "the first sealed day is not chained to the programme's beginning"
    assert [_named(DAY, detail)] == await _found(pool)


async def test_a_day_that_was_changed_and_sealed_anew_no_longer_fits_the_chain(sealed: Story, pool: Pool) -> None:
    """Whoever rewrites a day and its seal in full would have to rewrite every seal since, and the audit trail."""
    sealed.book.break_it("UPDATE transfer SET shard = shard + 1 WHERE business_date = %(day)s", day=SECOND)
    sealed.book.break_it(UNSEAL, day=SECOND)
    for table in ("flow_balance", "posting_total"):
        sealed.book.connection.execute(f"DELETE FROM {table} WHERE business_date = '{SECOND}'")  # noqa: S608 (ours)
    await seal_day(pool, PROGRAMME.id, SECOND, clerk(NEXT_MORNING + ONE_DAY))
    assert [
        _named(THIRD, "the day is not chained to the day before"),
        _named(SECOND, "the day was sealed with another seal"),
    ] == await _found(pool)


@pytest.mark.parametrize("beside", ["flow_balance", "audit", None])
async def test_the_last_days_cannot_vanish(sealed: Story, pool: Pool, beside: str | None) -> None:
    """After the last seal nothing is missing from the chain, but totals and the audit trail still tell of the day."""
    sealed.book.break_it("DELETE FROM sealed_day WHERE business_date = %(day)s", day=THIRD)
    if beside is not None:
        with sealed.book.without_walls():
            sealed.book.connection.execute(f"DELETE FROM {beside}")  # noqa: S608 (tables named above)
    assert [_named(THIRD, "the day was sealed and its seal is gone")] == [
        each for each in await _found(pool) if str(THIRD) in each
    ]
    report = await run_proofs(pool, only=[8])
    assert not report.ok


async def test_a_day_without_postings_cannot_vanish(sealed: Story, pool: Pool) -> None:
    await close(pool, PROGRAMME, THIRD + ONE_DAY, clerk(NEXT_MORNING + 3 * ONE_DAY))
    sealed.book.break_it("DELETE FROM sealed_day WHERE business_date = %(day)s", day=THIRD)
    assert [
        _named(THIRD + ONE_DAY, f"the sealed day before is {SECOND}"),
        _named(THIRD, "the day was sealed and its seal is gone"),
    ] == await _found(pool)


async def test_a_day_with_postings_cannot_vanish(sealed: Story, pool: Pool) -> None:
    sealed.book.break_it("DELETE FROM sealed_day WHERE business_date = %(day)s", day=SECOND)
    assert [
        _named(THIRD, f"the sealed day before is {DAY}"),
        _named(SECOND, "the day has transfers and no seal"),
    ] == await _found(pool)


async def test_a_changed_sealed_total_is_found_though_no_transfer_changed(sealed: Story, pool: Pool) -> None:
    sealed.book.break_it(
        "UPDATE flow_balance SET credits_minor = credits_minor + 1 WHERE code = 2040 AND business_date = %(day)s",
        day=DAY,
    )
    report = await run_proofs(pool)
    (broken,) = [each for each in report.results if not each.holds]
    assert "flow balances" == broken.name
    (finding,) = broken.findings
    assert "sealed 1000 debit and 3501 credit, transfers say 1000 and 3500" == finding.detail
    assert str(DAY) in finding.rows


async def test_a_changed_total_of_a_days_postings_is_found_by_its_event_and_accounts(sealed: Story, pool: Pool) -> None:
    sealed.book.break_it(
        "UPDATE posting_total SET amount_minor = amount_minor + 1 WHERE event = 'refund' AND business_date = %(day)s",
        day=DAY,
    )
    report = await run_proofs(pool)
    (broken,) = [each for each in report.results if not each.holds]
    assert "posting totals" == broken.name
    (finding,) = broken.findings
    assert "sealed 1001 in 1 journals, transfers say 1000 in 1 journals" == finding.detail
    assert {str(DAY), "refund", "2040>2010", "CNY"} <= set(finding.rows)


async def test_a_lost_sealed_total_is_found_though_its_day_moved_nothing(sealed: Story, pool: Pool) -> None:
    sealed.book.break_it("DELETE FROM flow_balance WHERE code = 2040 AND business_date = %(day)s", day=THIRD)
    report = await run_proofs(pool)
    assert ["trial balance", "flow balances"] == [each.name for each in report.results if not each.holds]
