"""When the law no longer wants it, nobody can tell whose a closed account was; the book still proves itself."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from psycopg import sql

from florin.batch.closures.shred_closures import shred_closures
from florin.crypto.envelope import DecryptionFailed, Envelope
from florin.domain.declines import Decline
from florin.domain.order_life import OrderStatus
from florin.storage.payouts.payout_files import PayoutFile
from tests.clearing.closures.leaving import ACCOUNT, IDENTITY, MAIL, NAME, Leaving, as_caller, refusal, subject
from tests.online_shop import card_for_sale

YEARS = timedelta(days=5 * 365 + 3)


def every_value(leaving: Leaving) -> list[Any]:
    """Everything that stands in the database."""
    tables = leaving.world.rows(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
    )
    found: list[Any] = []
    for (table,) in tables:
        query = sql.SQL("SELECT * FROM {}").format(sql.Identifier(table))
        found += [value for row in leaving.world.connection.execute(query) for value in row]
    return found


def readable(leaving: Leaving, row_ids: list[bytes]) -> list[bytes]:
    """What anybody with the keyring could open of the envelopes in the database that belong to one of the rows."""
    vault = leaving.world.vault
    envelopes = [each for name in vault.__slots__ if isinstance(each := getattr(vault, name), Envelope)]
    opened: list[bytes] = []
    for value in every_value(leaving):
        for envelope in envelopes if isinstance(value, bytes) else ():
            for row_id in row_ids:
                try:
                    opened.append(envelope.open(value, row_id))
                except DecryptionFailed:
                    continue
    return opened


@pytest.mark.parametrize("kind", ["member", "card"])
async def test_nothing_readable_remains_and_the_book_still_proves_itself(leaving: Leaving, kind: str) -> None:
    card = leaving.card(30_00)
    if kind == "member":
        who = await leaving.member(30_00, totp=True)
        owner_id, closure_id = who.member_id, subject(await leaving.request(who))
        digest = (await leaving.closure(closure_id)).details_hash
        assert refusal(await leaving.confirm_totp(who, digest)) is None
    else:
        owner_id, closure_id = card.id, subject(await leaving.request_card(card))
        await leaving.confirm(closure_id)
    leaving.cool()
    await leaving.approve(closure_id)
    file = await leaving.pay()
    assert isinstance(file, PayoutFile)
    (payout,) = await leaving.payouts(closure_id)
    await leaving.settle(payout.id)
    account_id = (await leaving.closure(closure_id)).account_id
    assert account_id is not None
    notices = [
        row_id.bytes for (row_id,) in leaving.world.rows("SELECT id FROM notice WHERE recipient_id = %s", owner_id)
    ]
    rows = [owner_id.bytes, closure_id.bytes, account_id.bytes, *notices]
    canaries = [each.encode() for each in (NAME, IDENTITY.document_number, ACCOUNT.number)]
    before = b" ".join(readable(leaving, rows))
    assert all(canary in before for canary in canaries)
    if kind == "card":
        assert MAIL.encode() in before

    leaving.world.clock.advance(YEARS - timedelta(days=10))
    assert 0 == await shred_closures(leaving.house, leaving.now)
    leaving.world.clock.advance(timedelta(days=10))
    assert 1 == await shred_closures(leaving.house, leaving.now, chunk=1)
    assert 0 == await shred_closures(leaving.house, leaving.now)

    numbers = readable(leaving, [owner_id.bytes])
    # What is left of a card is its own number; of a holder nothing.
    assert ([] if kind == "member" else [card.number.encode()]) == numbers
    assert [] == readable(leaving, rows[1:])
    found = "SELECT user_name, password_hash, mail_index, mobile_index, totp_last_step FROM member WHERE id = %s"
    if kind == "member":
        assert (str(owner_id), "", None, None, None) == leaving.world.one(found, owner_id)
    texts = [value if isinstance(value, bytes) else str(value).encode() for value in every_value(leaving)]
    assert not [text for text in texts for each in canaries if each in text]
    await leaving.proven()


async def test_nothing_is_forgotten_while_something_is_owed(leaving: Leaving) -> None:
    who = await leaving.member(30_00)
    code = leaving.world.payment_code(as_caller(who))
    purchase_id = subject(await leaving.till.purchase(code, 10_00))
    closure_id = await leaving.approved(who)
    leaving.world.clock.advance(YEARS)
    assert 0 == await shred_closures(leaving.house, leaving.now)
    await leaving.pay()
    (payout,) = await leaving.payouts(closure_id)
    await leaving.settle(payout.id)
    assert 0 == await shred_closures(leaving.house, leaving.now)
    leaving.world.clock.advance(YEARS)
    assert 1 == await shred_closures(leaving.house, leaving.now)
    # What comes even later waits for an account: nobody knows one any more.
    assert (await leaving.till.refund(purchase_id)).decline is None
    _, later = await leaving.payouts(closure_id)
    assert Decline.REAL_NAME_REQUIRED is refusal(await leaving.name(later.id))
    await leaving.proven()


async def test_of_a_closure_that_was_called_off_only_its_own_records_go(leaving: Leaving) -> None:
    who = await leaving.member(30_00)
    closure_id = subject(await leaving.request(who))
    await leaving.cancel(who)
    leaving.world.clock.advance(YEARS)
    assert 1 <= await shred_closures(leaving.house, leaving.now)
    closure = await leaving.closure(closure_id)
    assert (None, None) == (closure.identity_encrypted, closure.account_id)
    assert "active" == leaving.status(who.member_id)
    again = await leaving.request(who)
    assert refusal(again) is None


async def test_the_retention_is_the_policy_packs(leaving: Leaving) -> None:
    who = await leaving.member(0)
    await leaving.approved(who, None)
    leaving.world.connection.execute("UPDATE programme SET policy_pack = 'none' WHERE id = %s", (leaving.world.home,))
    try:
        leaving.world.clock.advance(timedelta(days=363))
        assert 0 == await shred_closures(leaving.house, leaving.now)
        leaving.world.clock.advance(timedelta(days=4))
        assert 1 == await shred_closures(leaving.house, leaving.now)
    finally:
        leaving.world.connection.execute("UPDATE programme SET policy_pack = 'cn' WHERE id = %s", (leaving.world.home,))


async def test_what_providers_and_finance_have_told_of_the_payer_goes_too(leaving: Leaving) -> None:
    who, other = await leaving.member(30_00), await leaving.member(30_00)
    for each in (who, other):
        (payment_id,) = leaving.world.one("SELECT id FROM payment WHERE member_id = %s", each.member_id)
        leaving.world.insert(
            "payment_callback",
            provider="counter", event_id=each.member_id.hex, payment_id=payment_id, raw_encrypted=b"sealed",
            occurred_at=leaving.now, received_at=leaving.now,
        )  # fmt: skip
        leaving.world.insert(
            "payment_finding",
            id=payment_id, kind="amount_differs", provider="counter", reference=payment_id.hex, payment_id=payment_id,
            detail="", opened_at=leaving.now,
        )  # fmt: skip
        leaving.world.insert(
            "payment_finding_note",
            id=payment_id, finding_id=payment_id, closes=True, text_encrypted=b"sealed", login_id=payment_id,
            at=leaving.now,
        )  # fmt: skip
        bought = card_for_sale(leaving.world)
        leaving.world.connection.execute(
            "UPDATE online_card SET payment_id = %s, trial_person = %s WHERE card_id = %s",
            (payment_id, each.member_id.bytes, bought.id),
        )
    closure_id = await leaving.approved(who)
    await leaving.pay()
    await leaving.settle((await leaving.payouts(closure_id))[0].id)
    leaving.world.clock.advance(YEARS)
    assert 1 == await shred_closures(leaving.house, leaving.now)
    told = "SELECT event_id FROM payment_callback WHERE raw_encrypted IS NOT NULL"
    assert [(other.member_id.hex,)] == leaving.world.rows(told)
    kept = leaving.world.rows("SELECT id FROM payment WHERE member_id = %s", other.member_id)
    assert kept == leaving.world.rows("SELECT id FROM payment_finding_note WHERE text_encrypted IS NOT NULL")
    assert kept == leaving.world.rows("SELECT payment_id FROM online_card WHERE trial_person IS NOT NULL")


async def test_of_a_closed_card_the_recipient_of_its_order_goes_too(leaving: Leaving) -> None:
    corporate, world = leaving.corporate, leaving.world
    line = (("registered_gift", 100_00, 2),)
    order = corporate.order(corporate.customer(funding_minor=200_00), OrderStatus.ACTIVATED, line)
    card, _ = order.cards[0]
    for serial in (1, 2):
        world.insert(
            "order_recipient",
            order_id=order.id, line=1, serial=serial, name_encrypted=b"sealed", contact_encrypted=b"sealed",
        )  # fmt: skip
    sealed = world.vault.card_identities.seal(msgspec.json.encode(IDENTITY), card.id.bytes)
    world.insert("card_holder", card_id=card.id, shard=0, identity_encrypted=sealed, recorded_at=leaving.now)
    closure_id = subject(await leaving.request_card(card))
    await leaving.confirm(closure_id)
    leaving.cool()
    await leaving.approve(closure_id)
    await leaving.pay()
    await leaving.settle((await leaving.payouts(closure_id))[0].id)
    leaving.world.clock.advance(YEARS)
    assert 1 == await shred_closures(leaving.house, leaving.now)
    known = "SELECT serial FROM order_recipient WHERE name_encrypted IS NOT NULL AND order_id = %s"
    assert [(2,)] == world.rows(known, order.id)


async def test_what_people_have_written_about_the_holder_goes_too(leaving: Leaving) -> None:
    who = await leaving.member(0)
    world, staff = leaving.world, leaving.corporate.operator.login_id
    world.insert(
        "contact",
        id=who.session_id, member_id=who.member_id, channel="phone", outcome="reached", notes_encrypted=b"sealed words",
        login_id=staff, at=leaving.now,
    )  # fmt: skip
    world.insert(
        "service_case",
        id=who.session_id, programme_id=world.home, kind="complaint", status="closed", owner_id=who.member_id,
        member_id=who.member_id, opened_by=who.member_id, case_key="k", opened_at=leaving.now, due_at=leaving.now,
        assignee_id=staff, ended_at=leaving.now,
    )  # fmt: skip
    world.insert(
        "case_note",
        id=who.session_id, case_id=who.session_id, status="opened", side="member", author_id=who.member_id,
        is_internal=False, text_encrypted=b"sealed words", at=leaving.now,
    )  # fmt: skip
    world.insert(
        "cash_order",
        id=who.session_id, programme_id=world.home, merchant_id=world.shop.id, member_id=who.member_id, reference="r",
        amount_minor=1, unit="CNY", status="reviewed", recorded_at=leaving.now, delivered_at=leaving.now,
        review_until=leaving.now + timedelta(hours=1), review_id=who.session_id, verdict="bad", by_default=False,
        reviewed_at=leaving.now, text_encrypted=b"sealed words",
    )  # fmt: skip
    await leaving.approved(who, None)
    leaving.world.clock.advance(YEARS)
    assert 1 == await shred_closures(leaving.house, leaving.now)
    assert [] == [value for value in every_value(leaving) if value == b"sealed words"]
