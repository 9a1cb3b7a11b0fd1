"""Every proof is quiet on a right book, and speaks up about exactly the row that is wrong."""

import dataclasses
import json

import pytest

from florin.domain.identifiers import wire_id
from florin.reconciliation.findings import SHOWN, ProofResult
from florin.reconciliation.proofs import PROOFS
from florin.reconciliation.run_proofs import run_proofs
from florin.storage.connect import Pool
from florin.storage.fresh_ids import fresh_id
from tests.reconciliation.book import DAY, MERCHANT, NEXT_MORNING, PROGRAMME, Book
from tests.reconciliation.conftest import Story

PRG = wire_id("programme", PROGRAMME.id)


async def findings(pool: Pool) -> dict[str, list[str]]:
    """What the proofs find, by the proof's name; those that hold are left out."""
    report = await run_proofs(pool)
    return {each.name: [str(finding) for finding in each.findings] for each in report.results if not each.holds}


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
        "purchases": [f"{jrn} {wire_id('purchase', purchase_id)}: took 3000 + 500, transfers took 3001 + 500"],
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
        "purchases": [f"{jrn} {wire_id('purchase', purchase_id)}: took 3000 + 500, transfers took 0 + 500"],
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


async def test_a_hold_that_reserves_nothing_is_named_by_its_account(story: Story, pool: Pool) -> None:
    story.book.break_it("UPDATE strict_account SET held_minor = 0 WHERE held_minor = 2500")
    account = f"2010:{wire_id('card', story.held_card)}"
    assert {"holds": [f"{account}: held 0, open holds reserve 2500"]} == await findings(pool)


async def test_what_is_held_for_no_hold_is_named(story: Story, pool: Pool) -> None:
    story.book.break_it(
        "UPDATE hold SET status = 'expired', ended_at = %(now)s WHERE id = %(id)s", now=NEXT_MORNING, id=story.hold
    )
    account = f"2010:{wire_id('card', story.held_card)}"
    assert {"holds": [f"{account}: held 2500, open holds reserve 0"]} == await findings(pool)


async def test_a_journal_that_leaves_value_on_a_clearing_account_is_named(story: Story, pool: Pool) -> None:
    leg = (100, 2010, story.card, 2090, PROGRAMME.id)
    journal_id = story.book.post("card_redeemed", leg, announced="card.redeemed")
    row = f"2090:{PRG} {wire_id('journal', journal_id)} {PRG} CNY"
    assert {"clearing accounts": [f"{row}: the journal leaves -100 on a clearing account"]} == await findings(pool)


async def test_a_transfer_outside_the_chart_is_named_even_if_the_schema_let_it_in(story: Story, pool: Pool) -> None:
    story.book.without_constraint("transfer", "posting_is_permitted")
    leg = (100, 1010, PROGRAMME.id, 2010, story.card)
    journal_id = story.book.post("top_up", leg, announced="top_up.completed")
    row = f"{wire_id('journal', journal_id)}/0"
    assert {"permitted postings": [f"{row}: top_up may not post 1010 to 2010"]} == await findings(pool)


async def test_value_on_a_card_that_is_not_active_is_named_by_the_card(story: Story, pool: Pool) -> None:
    story.book.break_it("UPDATE card SET status = 'closed' WHERE id = %(id)s", id=story.held_card)
    card = wire_id("card", story.held_card)
    assert {"owners of value": [f"{card}: a card that is closed has 10000, held 2500"]} == await findings(pool)


async def test_accounts_without_a_card_and_a_card_without_accounts_are_named(story: Story, pool: Pool) -> None:
    fresh = story.book.card("created")
    story.book.connection.execute("DELETE FROM strict_account WHERE owner_id = %s", (fresh,))
    story.book.break_it("DELETE FROM card WHERE id = %(id)s", id=story.held_card)
    assert {
        "owners of value": [
            f"{wire_id('card', story.held_card)}: an account without a card of its programme",
            f"{wire_id('card', fresh)}: a card without an account of its programme",
        ]
    } == await findings(pool)


async def test_value_of_a_closed_member_and_of_no_member_is_named(story: Story, pool: Pool) -> None:
    member = wire_id("member", story.member)
    story.book.break_it("UPDATE member SET status = 'closed' WHERE id = %(id)s", id=story.member)
    assert {"owners of value": [f"{member}: a closed member has 5000, held 0"]} == await findings(pool)
    story.book.break_it("DELETE FROM member WHERE id = %(id)s", id=story.member)
    assert {"owners of value": [f"{member}: an account without a member of its programme"]} == await findings(pool)


async def test_an_operation_without_transfers_is_named(story: Story, pool: Pool) -> None:
    journal_id = fresh_id()
    story.book.operation(journal_id)
    assert {"operations": [f"{wire_id('journal', journal_id)}: asked for, but not in the book"]} == await findings(pool)


async def test_transfers_without_an_operation_are_named(story: Story, pool: Pool) -> None:
    story.book.break_it("DELETE FROM operation WHERE journal_id = %(id)s", id=story.activation)
    jrn = wire_id("journal", story.activation)
    assert {"operations": [f"{jrn}: in the book without an operation"]} == await findings(pool)


async def test_a_journal_asked_for_twice_is_named(story: Story, pool: Pool) -> None:
    story.book.operation(story.activation)
    jrn = wire_id("journal", story.activation)
    assert {"operations": [f"{jrn}: 2 operations of one journal"]} == await findings(pool)


async def test_a_declined_operation_that_moved_value_is_named(story: Story, pool: Pool) -> None:
    story.book.without_constraint("operation", "a_declined_operation_moves_nothing")
    story.book.break_it(
        "UPDATE operation SET decline = 'insufficient_funds' WHERE journal_id = %(id)s", id=story.activation
    )
    jrn = wire_id("journal", story.activation)
    assert {"operations": [f"{jrn}: a declined operation has moved value"]} == await findings(pool)


async def test_a_declined_operation_without_a_journal_is_right(story: Story, pool: Pool) -> None:
    story.book.operation(None, decline="insufficient_funds")
    assert {} == await findings(pool)


async def test_a_journal_of_two_business_days_is_named(story: Story, pool: Pool) -> None:
    story.book.break_it(
        "UPDATE transfer SET business_date = business_date + 1 WHERE journal_id = %(id)s AND position = 1",
        id=story.activation,
    )
    jrn = wire_id("journal", story.activation)
    detail = "differs from the transfer before in event, unit, programme, time or what it reverses"
    assert {"whole journals": [f"{jrn}/1: {detail}"]} == await findings(pool)


async def test_a_journal_that_nobody_heard_of_is_named(story: Story, pool: Pool) -> None:
    story.book.break_it("DELETE FROM outbox WHERE journal_id = %(id)s", id=story.activation)
    jrn = wire_id("journal", story.activation)
    assert {"operations": [f"{jrn}: not announced once as card.activated"]} == await findings(pool)


async def test_a_journal_announced_twice_and_one_that_is_not_there_are_named(story: Story, pool: Pool) -> None:
    nowhere = fresh_id()
    story.book.announce(story.activation, "card.activated")
    story.book.announce(nowhere, "purchase.completed")
    assert {
        "operations": [
            f"{wire_id('journal', story.activation)}: not announced once as card.activated",
            f"{wire_id('journal', nowhere)}: announced, but not in the book",
        ]
    } == await findings(pool)


async def test_other_events_of_a_journal_and_events_without_one_are_right(story: Story, pool: Pool) -> None:
    story.book.announce(story.purchase[1], "card.balance_low")
    story.book.insert(
        "outbox", id=fresh_id(), shard=0, name="card.blocked", subject_id=story.card, payload="{}", posted_at=DAY
    )
    assert {} == await findings(pool)


async def test_what_a_reversal_announces_depends_on_what_it_undoes(story: Story, pool: Pool) -> None:
    card = story.book.card()
    sale = story.book.post("card_activated", (9000, 1030, MERCHANT, 2010, card), announced="card.activated")
    leg = (9000, 2010, card, 1030, MERCHANT)
    taken_back = story.book.post("reversal", leg, announced="purchase.refunded", reverses=sale)
    jrn = wire_id("journal", taken_back)
    assert {"operations": [f"{jrn}: not announced once as card.taken_back"]} == await findings(pool)
    story.book.announce(taken_back, "card.taken_back")
    assert {} == await findings(pool)


async def test_a_purchase_that_differs_from_its_journal_is_named(story: Story, pool: Pool) -> None:
    purchase_id, journal_id = story.purchase
    story.book.break_it("UPDATE purchase SET principal_minor = 2999 WHERE id = %(id)s", id=purchase_id)
    row = f"{wire_id('journal', journal_id)} {wire_id('purchase', purchase_id)}"
    assert {"purchases": [f"{row}: took 2999 + 500, transfers took 3000 + 500"]} == await findings(pool)


async def test_a_purchase_credited_to_another_merchant_is_named(story: Story, pool: Pool) -> None:
    purchase_id, journal_id = story.purchase
    story.book.break_it(
        "UPDATE purchase SET merchant_id = %(other)s WHERE id = %(id)s", id=purchase_id, other=fresh_id()
    )
    row = f"{wire_id('journal', journal_id)} {wire_id('purchase', purchase_id)}"
    assert {"purchases": [f"{row}: transfers of another payer, merchant, unit or programme"]} == await findings(pool)


async def test_a_purchase_without_its_record_is_named(story: Story, pool: Pool) -> None:
    purchase_id, journal_id = story.purchase
    story.book.break_it("DELETE FROM purchase WHERE id = %(id)s", id=purchase_id)
    jrn = wire_id("journal", journal_id)
    refund = f"{wire_id('journal', story.refund[1])} {wire_id('refund', story.refund[0])}"
    assert {
        "purchases": [f"{jrn}: a purchase in the book only"],
        "given back": [f"{jrn}: given back for a purchase that is not there"],
        "refunds": [f"{refund}: transfers give back another purchase"],
    } == await findings(pool)


async def test_a_refunded_total_that_differs_from_what_was_given_back_is_named(story: Story, pool: Pool) -> None:
    purchase_id, journal_id = story.purchase
    story.book.break_it("UPDATE purchase SET refunded_principal_minor = 999 WHERE id = %(id)s", id=purchase_id)
    row = f"{wire_id('journal', journal_id)} {wire_id('purchase', purchase_id)}"
    assert {"given back": [f"{row}: refunded 999 + 0, transfers gave back 1000 + 0"]} == await findings(pool)


async def test_a_voided_purchase_that_was_not_given_back_whole_is_named(story: Story, pool: Pool) -> None:
    purchase_id, journal_id = story.purchase
    story.book.break_it("UPDATE purchase SET status = 'voided' WHERE id = %(id)s", id=purchase_id)
    row = f"{wire_id('journal', journal_id)} {wire_id('purchase', purchase_id)}"
    assert {"given back": [f"{row}: a purchase that is voided was not given back whole"]} == await findings(pool)


async def test_a_refund_that_differs_from_its_journal_is_named(story: Story, pool: Pool) -> None:
    refund_id, journal_id = story.refund
    story.book.break_it("UPDATE refund SET principal_minor = 999 WHERE id = %(id)s", id=refund_id)
    row = f"{wire_id('journal', journal_id)} {wire_id('refund', refund_id)}"
    assert {"refunds": [f"{row}: refunded 999 + 0, transfers gave back 1000 + 0"]} == await findings(pool)


async def test_a_redemption_that_differs_from_its_journal_is_named(story: Story, pool: Pool) -> None:
    story.book.break_it("UPDATE redemption SET amount_minor = 4999 WHERE card_id = %(id)s", id=story.redeemed_card)
    row = f"{wire_id('journal', story.redemption)} {wire_id('card', story.redeemed_card)}"
    assert {"redemptions": [f"{row}: redeemed 4999, transfers moved 5000"]} == await findings(pool)


async def test_all_findings_are_counted_and_the_first_are_shown(book: Book, pool: Pool) -> None:
    for _ in range(SHOWN + 1):
        book.operation(fresh_id())
    report = await run_proofs(pool, only={7})
    assert [("whole journals", 0, 0), ("operations", SHOWN + 1, SHOWN)] == [
        (each.name, each.found, len(each.findings)) for each in report.results
    ]
    assert not report.ok


@pytest.mark.usefixtures("story")
async def test_only_the_proofs_asked_for_run_and_each_is_reported_when_it_is_done(pool: Pool) -> None:
    heard: list[ProofResult] = []
    report = await run_proofs(pool, only={3, 4}, on_progress=heard.append)
    assert ["nothing overspent", "holds"] == [each.name for each in report.results]
    assert heard == list(report.results)
    assert [7, 1] == [each.rows_checked for each in report.results]
    assert report.ok


async def test_a_report_becomes_json(story: Story, pool: Pool) -> None:
    story.book.operation(fresh_id())
    report = await run_proofs(pool)
    assert [proof.name for proof in PROOFS] == [
        each["name"] for each in json.loads(json.dumps(dataclasses.asdict(report)))["results"]
    ]


async def test_a_posting_that_commits_while_the_proofs_run_does_not_tear_them(story: Story, pool: Pool) -> None:
    """Between any two proofs a journal lands whole; each proof still sees the book as it was at the first."""
    card = story.book.card()

    def post_meanwhile(_: ProofResult) -> None:
        story.book.activate(card)

    report = await run_proofs(pool, on_progress=post_meanwhile)
    assert [] == [str(finding) for each in report.results for finding in each.findings]
    assert len(PROOFS) == story.book.accounts[card, 2010][1]
