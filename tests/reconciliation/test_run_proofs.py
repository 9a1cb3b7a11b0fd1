"""Every proof is quiet on a right book, and speaks up about exactly the row that is wrong."""

import dataclasses
import json

import pytest

from florin.domain.identifiers import wire_id
from florin.reconciliation.findings import SHOWN, name_rows
from florin.reconciliation.proofs import PROOFS
from florin.reconciliation.run_proofs import run_proofs
from florin.storage.connect import Pool
from florin.storage.fresh_ids import fresh_id
from florin.storage.proofs.findings import columns_of
from tests.reconciliation.book import PROGRAMME, Book
from tests.reconciliation.conftest import Story
from tests.reconciliation.proven import PRG, findings


@pytest.mark.usefixtures("book")
async def test_an_empty_book_has_no_findings(pool: Pool) -> None:
    assert {} == await findings(pool)


@pytest.mark.usefixtures("story")
async def test_a_right_book_has_no_findings(pool: Pool) -> None:
    assert {} == await findings(pool)


async def test_an_amount_altered_by_one_fen_is_named_by_every_proof_that_adds_it_up(story: Story, pool: Pool) -> None:
    purchase_id, journal_id = story.purchase
    story.book.break_it(
        "UPDATE transfer SET amount_minor = amount_minor + 1 WHERE journal_id = %(id)s AND position = 0", id=journal_id
    )
    jrn, account = wire_id("journal", journal_id), f"2010:{wire_id('card', story.card)}"
    assert {
        "trial balance": [f"{PRG} CNY: debits exceed credits by -1"],
        "strict balances": [f"{account}: balance 7000, transfers sum to 6999"],
        "statements": [f"{account} {jrn}/0: debit of 3001 leads from 9000 to 6000"],
        "roll-forward": [f"{PRG} CNY: history leads to 22499, balances stand at 22500"],
        "purchases": [f"{jrn} {wire_id('purchase', purchase_id)}: took 3000 + 500 + 0, transfers took 3001 + 500 + 0"],
    } == await findings(pool)


async def test_a_deleted_transfer_is_missed_by_its_journal_its_statement_and_its_account(
    story: Story, pool: Pool
) -> None:
    purchase_id, journal_id = story.purchase
    story.book.break_it("DELETE FROM transfer WHERE journal_id = %(id)s AND position = 0", id=journal_id)
    jrn, account = wire_id("journal", journal_id), f"2010:{wire_id('card', story.card)}"
    refund = wire_id("journal", story.refund[1])
    assert {
        "trial balance": [f"{PRG} CNY: debits exceed credits by 3000"],
        "strict balances": [f"{account}: balance 7000, transfers sum to 10000"],
        "statements": [f"{account} {refund}/0: number 3 follows 1"],
        "whole journals": [f"{jrn}/1: no transfer at position 0"],
        "operations": [f"{jrn}: asked for, but not in the book"],
        "roll-forward": [f"{PRG} CNY: history leads to 25500, balances stand at 22500"],
        "purchases": [f"{jrn} {wire_id('purchase', purchase_id)}: took 3000 + 500 + 0, transfers took 0 + 500 + 0"],
    } == await findings(pool)


async def test_a_gap_in_a_statement_is_named_where_it_ends(story: Story, pool: Pool) -> None:
    _, journal_id = story.refund
    story.book.break_it("UPDATE transfer SET strict_sequence = 4 WHERE journal_id = %(id)s", id=journal_id)
    row = f"2010:{wire_id('card', story.card)} {wire_id('journal', journal_id)}/0"
    assert {"statements": [f"{row}: number 4 follows 2"]} == await findings(pool)


async def test_a_changed_balance_after_follows_from_nothing_and_leads_nowhere(story: Story, pool: Pool) -> None:
    (_, purchase), (_, refund) = story.purchase, story.refund
    story.book.break_it(
        "UPDATE transfer SET balance_after_minor = 6001 WHERE journal_id = %(id)s AND position = 0", id=purchase
    )
    account = f"2010:{wire_id('card', story.card)}"
    assert {
        "statements": [
            f"{account} {wire_id('journal', purchase)}/0: debit of 3000 leads from 9000 to 6001",
            f"{account} {wire_id('journal', refund)}/0: credit of 1000 leads from 6001 to 7000",
        ]
    } == await findings(pool)


async def test_a_changed_last_balance_is_not_that_of_the_account(story: Story, pool: Pool) -> None:
    _, refund = story.refund
    story.book.break_it("UPDATE transfer SET balance_after_minor = 7001 WHERE journal_id = %(id)s", id=refund)
    account = f"2010:{wire_id('card', story.card)}"
    assert {
        "strict balances": [f"{account}: balance 7000, last transfer leaves 7001"],
        "statements": [f"{account} {wire_id('journal', refund)}/0: credit of 1000 leads from 6000 to 7001"],
    } == await findings(pool)


async def test_transfers_whose_account_is_gone_are_named_by_it(story: Story, pool: Pool) -> None:
    story.book.break_it("DELETE FROM strict_account WHERE owner_id = %(id)s AND code = 2010", id=story.card)
    account = f"2010:{wire_id('card', story.card)}"
    assert [f"{account}: transfers without an account"] == (await findings(pool))["strict balances"]


async def test_a_changed_balance_is_named_with_what_its_transfers_sum_to(story: Story, pool: Pool) -> None:
    story.book.break_it(
        "UPDATE strict_account SET balance_minor = 7001 WHERE owner_id = %(id)s AND code = 2010", id=story.card
    )
    account = f"2010:{wire_id('card', story.card)}"
    assert {
        "trial balance": [f"{PRG} CNY: debits exceed credits by -1"],
        "strict balances": [f"{account}: balance 7001, transfers sum to 7000"],
        "roll-forward": [f"{PRG} CNY: history leads to 22500, balances stand at 22501"],
    } == await findings(pool)


async def test_a_changed_sequence_is_named_with_the_number_of_transfers(story: Story, pool: Pool) -> None:
    story.book.break_it("UPDATE strict_account SET sequence = 4 WHERE owner_id = %(id)s AND code = 2010", id=story.card)
    account = f"2010:{wire_id('card', story.card)}"
    assert {"strict balances": [f"{account}: sequence 4, but 3 transfers"]} == await findings(pool)


async def test_more_held_than_there_is_breaks_two_promises(story: Story, pool: Pool) -> None:
    story.book.without_constraint("strict_account", "nothing_is_overspent")
    story.book.break_it(
        "UPDATE strict_account SET held_minor = 9001 WHERE owner_id = %(id)s AND code = 2010", id=story.held_card
    )
    account = f"2010:{wire_id('card', story.held_card)}"
    assert {
        "nothing overspent": [f"{account}: balance 9000, held 9001"],
        "holds": [f"{account}: held 9001, open holds reserve 2500"],
    } == await findings(pool)


async def test_a_journal_that_leaves_value_on_a_clearing_account_is_named(story: Story, pool: Pool) -> None:
    leg = (100, 2010, story.card, 2090, PROGRAMME.id)
    journal_id = story.book.post("card_redeemed", leg, announced="card.redeemed")
    row = f"2090:{PRG} {wire_id('journal', journal_id)} {PRG} CNY"
    assert {"clearing accounts": [f"{row}: the journal leaves -100 on a clearing account"]} == await findings(pool)


async def test_a_transfer_outside_the_chart_is_named_even_if_the_schema_let_it_in(story: Story, pool: Pool) -> None:
    story.book.without_constraint("transfer", "posting_is_permitted")
    leg = (100, 1010, PROGRAMME.id, 2010, story.card)
    journal_id = story.book.post("card_activated", leg, announced="card.activated")
    row = f"{wire_id('journal', journal_id)}/0"
    assert {"permitted postings": [f"{row}: card_activated may not post 1010 to 2010"]} == await findings(pool)


async def test_a_transfer_in_a_foreign_unit_or_of_no_positive_amount_is_named(story: Story, pool: Pool) -> None:
    row = f"{wire_id('journal', story.activation)}/1"
    story.book.without_constraint("transfer", "transfer_amount_minor_check")
    for change, detail in (
        ("amount_minor = 0", "amount 0 is not positive"),
        ("unit = 'EUR'", "unit EUR is not that of the account"),
    ):
        story.book.break_it(
            f"UPDATE transfer SET {change} WHERE journal_id = %(id)s AND position = 1",  # noqa: S608 (listed above)
            id=story.activation,
        )
        assert [f"{row}: {detail}"] == (await findings(pool))["permitted postings"]


async def test_all_findings_are_counted_and_the_first_are_shown(book: Book, pool: Pool) -> None:
    for _ in range(SHOWN + 1):
        book.operation(fresh_id())
    report = await run_proofs(pool, only={7})
    assert [("whole journals", 0, 0), ("operations", SHOWN + 1, SHOWN)] == [
        (each.name, each.found, len(each.findings)) for each in report.results
    ]
    assert not report.ok


@pytest.mark.usefixtures("story")
async def test_only_the_proofs_asked_for_run_and_each_is_told_of_when_it_is_done(pool: Pool) -> None:
    heard: list[tuple[int, int]] = []
    report = await run_proofs(pool, only={3, 4}, on_step=lambda *at: heard.append(at))
    assert ["nothing overspent", "holds"] == [each.name for each in report.results]
    assert [(0, 2), (1, 2), (2, 2)] == heard
    assert [7, 1] == [each.rows_checked for each in report.results]
    assert report.ok


@pytest.mark.usefixtures("book")
async def test_whatever_a_proof_finds_has_a_name(pool: Pool) -> None:
    """A finding that nobody could name would end the whole run, on the very day on which there is one."""
    nobodys = []
    async with pool.connection() as connection:
        for proof in (each for each in PROOFS if each.question is not None):
            columns = await columns_of(connection, str(proof.question))
            row = dict.fromkeys((each for each in columns if each.endswith("_id")), fresh_id())
            try:
                name_rows({**row, **({"code": 2010} if "code" in columns else {})})
            except KeyError as unknown:
                nobodys.append((proof.name, str(unknown)))
    assert [] == nobodys


async def test_a_report_becomes_json(story: Story, pool: Pool) -> None:
    story.book.operation(fresh_id())
    report = await run_proofs(pool)
    assert [proof.name for proof in PROOFS] == [
        each["name"] for each in json.loads(json.dumps(dataclasses.asdict(report)))["results"]
    ]


async def test_all_proofs_see_the_book_as_it_was_at_the_first(story: Story, pool: Pool) -> None:
    """What is written between two proofs, here something wrong, belongs to the next run whole."""
    nowhere = fresh_id()

    def write_meanwhile(done: int, _: int) -> None:
        if done == 1:
            story.book.operation(nowhere)

    assert (await run_proofs(pool, only={1, 7}, on_step=write_meanwhile)).ok
    assert ["operations"] == list(await findings(pool))
