"""Proving what came since the last seals finds what is wrong in it, and the full proof what was changed before."""

from datetime import timedelta
from uuid import UUID

import pytest

from florin.domain.day_close import FULL_PROOFS_EVERY, CloseStep, StepState
from florin.domain.identifiers import wire_id
from florin.reconciliation.run_proofs import run_proofs
from florin.storage.asked_runs import list_runs
from florin.storage.connect import Pool
from florin.storage.day_close.proof_runs import PROOFS, ProofExtent, results_of
from tests.reconciliation.book import CLERK, DAY, NEXT_MORNING, PROGRAMME, clerk
from tests.reconciliation.closing import close
from tests.reconciliation.conftest import Story
from tests.reconciliation.proven import PRG

ONE_DAY = timedelta(days=1)
LATER = DAY + 2 * ONE_DAY


@pytest.fixture
async def later(story: Story, pool: Pool) -> tuple[UUID, UUID]:
    """Two days are sealed; a purchase and its journal of the day after them."""
    story.book.purchase(story.card, 200, day=DAY + ONE_DAY)
    done = await close(pool, PROGRAMME, DAY + ONE_DAY, clerk(NEXT_MORNING + ONE_DAY))
    assert 2 == len(done.sealed)
    return story.book.purchase(story.card, 300, 100, day=LATER)


async def found(pool: Pool, *, since_seals: bool = True) -> dict[str, list[str]]:
    report = await run_proofs(pool, since_seals=since_seals)
    return {each.name: [str(finding) for finding in each.findings] for each in report.results if not each.holds}


@pytest.mark.usefixtures("later")
async def test_a_right_book_has_no_findings_and_less_is_asked(pool: Pool) -> None:
    assert {} == await found(pool)
    whole, since = await run_proofs(pool), await run_proofs(pool, since_seals=True)
    assert {"flow balances", "posting totals", "roll-forward"} == {each.name for each in whole.results} - {
        each.name for each in since.results
    }


async def test_an_altered_amount_of_an_open_day_is_named(story: Story, pool: Pool, later: tuple[UUID, UUID]) -> None:
    purchase_id, journal_id = later
    story.book.break_it(
        "UPDATE transfer SET amount_minor = amount_minor + 1 WHERE journal_id = %(id)s AND position = 0", id=journal_id
    )
    jrn, account = wire_id("journal", journal_id), f"2010:{wire_id('card', story.card)}"
    assert {
        "trial balance": [f"{PRG} CNY: debits exceed credits by -1"],
        "strict balances": [f"{account}: balance 6500, transfers sum to 6499"],
        "statements": [f"{account} {jrn}/0: debit of 301 leads from 6800 to 6500"],
        "purchases": [f"{jrn} {wire_id('purchase', purchase_id)}: took 300 + 100 + 0, transfers took 301 + 100 + 0"],
    } == await found(pool)


async def test_a_journal_of_an_open_day_that_vanished_is_missed(
    story: Story, pool: Pool, later: tuple[UUID, UUID]
) -> None:
    _, journal_id = later
    story.book.break_it("DELETE FROM transfer WHERE journal_id = %(id)s AND position = 0", id=journal_id)
    story.book.break_it("DELETE FROM transfer WHERE journal_id = %(id)s AND position = 1", id=journal_id)
    missing = await found(pool)
    assert {"trial balance", "operations", "purchases"} == missing.keys()
    assert [f"{wire_id('journal', journal_id)}: asked for, but not in the book"] == missing["operations"]


@pytest.mark.usefixtures("later")
async def test_a_number_left_out_between_a_sealed_day_and_an_open_one_is_found(story: Story, pool: Pool) -> None:
    of_account = "strict_owner = %(card)s AND strict_code = 2010 AND business_date = %(day)s"
    edit = f"UPDATE transfer SET strict_sequence = 9 WHERE {of_account}"  # noqa: S608 (a literal)
    story.book.break_it(edit, card=story.card, day=LATER)
    wrong = await found(pool)
    assert {"strict balances", "statements"} == wrong.keys()
    assert wrong["statements"][0].endswith("number 9 follows none")


async def test_an_old_day_is_hashed_by_the_full_proof_and_the_last_one_always(
    story: Story, pool: Pool, later: tuple[UUID, UUID]
) -> None:
    assert later
    edit = "UPDATE transfer SET event_at = event_at + interval '1 s' WHERE journal_id = %(id)s AND position = 0"
    story.book.break_it(edit, id=story.purchase[1])
    assert {} == await found(pool)
    assert {"seals", "whole journals"} == (await found(pool, since_seals=False)).keys()
    last = "UPDATE transfer SET event_at = event_at + interval '1 s' WHERE business_date = %(day)s"
    story.book.break_it(last, day=DAY + ONE_DAY)
    assert [f"{PRG} 2026-11-21: the transfers do not hash to the day's root"] == (await found(pool))["seals"]


async def test_an_amount_of_an_old_purchase_is_found_at_once_by_what_merchants_are_owed(
    story: Story, pool: Pool, later: tuple[UUID, UUID]
) -> None:
    assert later
    edit = "UPDATE transfer SET amount_minor = amount_minor + 1 WHERE journal_id = %(id)s AND position = 0"
    story.book.break_it(edit, id=story.purchase[1])
    assert {"merchant statements", "merchant payable"} == (await found(pool)).keys()


async def test_an_edit_of_an_old_transfer_is_named_within_a_week_and_blocks_the_close(
    story: Story, pool: Pool, later: tuple[UUID, UUID]
) -> None:
    """The first close proves all of the book; those of the next days what came since; a week later all again."""
    assert later
    journal = story.activation
    edit = "UPDATE transfer SET event_at = event_at + interval '1 s' WHERE journal_id = %(id)s AND position = 0"
    story.book.break_it(edit, id=journal)
    next_day = await close(pool, PROGRAMME, LATER, clerk(NEXT_MORNING + 2 * ONE_DAY))
    assert ("since_seals", StepState.DONE) == (
        next_day.checklists[-1].step(CloseStep.PROOFS).finding["extent"],
        next_day.state,
    )
    a_week_later = NEXT_MORNING + ONE_DAY + FULL_PROOFS_EVERY
    blocked = await close(pool, PROGRAMME, LATER + ONE_DAY, clerk(a_week_later))
    row = blocked.checklists[-1].step(CloseStep.PROOFS)
    assert ("full", StepState.BLOCKED, ()) == (row.finding["extent"], row.state, blocked.sealed)
    assert any(f"jrn_{journal.hex}" in each for each in row.finding["blocking"])
    runs = [each.kept for each in (await list_runs(pool, PROOFS, None, 10)).items if each.kept is not None]
    assert [(ProofExtent.FULL, False), (ProofExtent.SINCE_SEALS, True), (ProofExtent.FULL, True)] == [
        (each.extent, each.ok) for each in runs
    ]
    assert (CLERK, a_week_later) == (runs[0].asked_by, runs[0].began_at)
    results = await results_of(pool, runs[0].id)
    assert any(f"jrn_{journal.hex}" in finding for each in results for finding in each.findings)
