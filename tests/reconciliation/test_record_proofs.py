"""What stands beside the book is proven too: holds, owners, operations, purchases and what was given back."""

from florin.domain.identifiers import wire_id
from florin.storage.connect import Pool
from florin.storage.fresh_ids import fresh_id
from tests.reconciliation.book import DAY, MERCHANT, NEXT_MORNING
from tests.reconciliation.conftest import Story
from tests.reconciliation.proven import findings


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
    detail = "differs from the transfer before in event, programme, time or what it reverses"
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
    assert {"purchases": [f"{row}: took 2999 + 500 + 0, transfers took 3000 + 500 + 0"]} == await findings(pool)


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


async def test_what_a_redeemed_card_paid_is_given_back_to_its_wallet_and_to_no_other(story: Story, pool: Pool) -> None:
    card, member, other = story.book.card(), story.book.member(), story.book.member()
    story.book.post("card_activated", (5000, 1030, MERCHANT, 2010, card), announced="card.activated")
    purchase = story.book.purchase(card, 1000)
    story.book.redeem(card, member)
    story.book.refund(card, purchase, 400, wallet=member)
    assert {} == await findings(pool)
    story.book.refund(card, purchase, 300, wallet=other)
    row = f"{wire_id('journal', purchase[1])} {wire_id('purchase', purchase[0])}"
    assert {"given back": [f"{row}: given back to somebody else"]} == await findings(pool)


async def test_a_refund_that_differs_from_its_journal_is_named(story: Story, pool: Pool) -> None:
    refund_id, journal_id = story.refund
    story.book.break_it("UPDATE refund SET principal_minor = 999 WHERE id = %(id)s", id=refund_id)
    row = f"{wire_id('journal', journal_id)} {wire_id('refund', refund_id)}"
    assert {"refunds": [f"{row}: refunded 999 + 0, transfers gave back 1000 + 0"]} == await findings(pool)


async def test_a_redemption_that_differs_from_its_journal_is_named(story: Story, pool: Pool) -> None:
    story.book.break_it("UPDATE redemption SET amount_minor = 4999 WHERE card_id = %(id)s", id=story.redeemed_card)
    row = f"{wire_id('journal', story.redemption)} {wire_id('card', story.redeemed_card)}"
    assert {"redemptions": [f"{row}: redeemed 4999, transfers moved 5000"]} == await findings(pool)


async def test_a_refund_without_its_record_and_one_without_transfers_are_named(story: Story, pool: Pool) -> None:
    refund_id, journal_id = story.refund
    nowhere = fresh_id()
    story.book.break_it("UPDATE refund SET journal_id = %(other)s WHERE id = %(id)s", other=nowhere, id=refund_id)
    assert {
        "refunds": [
            f"{wire_id('journal', journal_id)}: a refund in the book only",
            f"{wire_id('journal', nowhere)} {wire_id('refund', refund_id)}: a refund without transfers",
        ]
    } == await findings(pool)


async def test_a_refund_of_another_purchase_is_named(story: Story, pool: Pool) -> None:
    refund_id, journal_id = story.refund
    other, _ = story.book.purchase(story.card, 1000)
    story.book.break_it("UPDATE refund SET purchase_id = %(other)s WHERE id = %(id)s", other=other, id=refund_id)
    row = f"{wire_id('journal', journal_id)} {wire_id('refund', refund_id)}"
    assert {"refunds": [f"{row}: transfers give back another purchase"]} == await findings(pool)


async def test_a_redemption_without_its_record_and_one_without_transfers_are_named(story: Story, pool: Pool) -> None:
    nowhere, card = fresh_id(), wire_id("card", story.redeemed_card)
    story.book.break_it(
        "UPDATE redemption SET journal_id = %(other)s WHERE card_id = %(id)s", other=nowhere, id=story.redeemed_card
    )
    assert {
        "redemptions": [
            f"{wire_id('journal', story.redemption)}: a redemption in the book only",
            f"{wire_id('journal', nowhere)} {card}: a redemption without transfers",
        ]
    } == await findings(pool)


async def test_a_redemption_that_reached_another_member_is_named(story: Story, pool: Pool) -> None:
    story.book.break_it(
        "UPDATE redemption SET member_id = %(other)s WHERE card_id = %(id)s", other=fresh_id(), id=story.redeemed_card
    )
    row = f"{wire_id('journal', story.redemption)} {wire_id('card', story.redeemed_card)}"
    assert {"redemptions": [f"{row}: transfers reach another member"]} == await findings(pool)
