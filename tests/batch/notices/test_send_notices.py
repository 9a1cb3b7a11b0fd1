"""Notices through a real mail server and the spool, from the event to the text."""

from datetime import time, timedelta
from typing import Any

import pytest

from florin.clearing.notices.programme_texts import send_sample
from florin.clearing.notices.sealed import to_address, with_secret
from florin.clearing.orders.claim import ClaimedCard, claim
from florin.domain.identifiers import wire_id
from florin.domain.notice import RETRY_AFTER, Language, NoticeKind
from florin.storage.audit_trail import Author
from florin.storage.catalogue import read_catalogue
from florin.storage.connect import transaction
from florin.storage.fresh_ids import fresh_id
from florin.storage.notices.fan_out import fan_out
from florin.storage.notices.notices import NewNotice
from florin.storage.outbox import emit
from tests.batch.notices.post import LOW, Post
from tests.batch.orders.link_desk import LinkDesk
from tests.corporate import Corporate
from tests.world import NOON

FIVE_YEARS = timedelta(days=5 * 365)


async def test_a_member_whose_balance_is_low_is_told_once_in_the_language_of_choice(post: Post) -> None:
    anna = post.member()
    post.world.insert("notice_reader", member_id=anna, language="en")
    async with transaction(post.house.pool) as connection:
        await emit(connection, "member.balance_low", anna, LOW, NOON)
    await fan_out(post.house.pool, NOON)

    await post.send()
    await post.send()

    (mail,) = post.mails
    assert "anna@example.org" == mail["to"]
    assert "Your balance at Home is low" == mail["subject"]
    assert "your balance is CNY 19.00" in post.texts[0]
    assert [("sent", None)] == post.endings()


async def test_who_has_only_a_mobile_number_gets_a_short_message(post: Post) -> None:
    await post.low_balance(post.member(mail=None, mobile="+8613912345678"))
    await post.send()

    (message,) = post.short_messages
    assert ("+8613912345678", "【Home】您的余额为 19.00 元,请及时充值。") == (message["number"], message["text"])


async def test_a_one_time_code_is_in_the_mail_and_then_nowhere(post: Post) -> None:
    notice = NewNotice("code", NoticeKind.ONE_TIME_CODE, post.member())
    await post.write(with_secret(post.world.vault, notice, {"code": "482915"}))
    await post.send()

    assert "482915" in post.texts[0]
    assert [(None,)] == post.world.rows("SELECT secret_encrypted FROM notice")
    assert "482915" not in str(post.world.rows("SELECT n::text, s::text FROM notice n, notice_sending s"))


async def test_an_address_of_its_own_decides_which_way_a_notice_goes(post: Post) -> None:
    for address in ("+8613912345678", "shop@example.org"):
        notice = NewNotice(
            "gone", NoticeKind.WEBHOOK_DISABLED, fresh_id(), {"url": "https://x.example", "reason": "gone"}
        )
        await post.write(to_address(post.world.vault, notice, address))
    await post.send()

    assert ["+8613912345678"] == [each["number"] for each in post.short_messages]
    assert ["shop@example.org"] == [each["to"] for each in post.mails]


async def test_a_sample_goes_out_at_once_in_the_language_asked_for(post: Post) -> None:
    post.world.insert(
        "notice_terms",
        programme_id=post.world.home, language="zh", quiet_from=time(11), quiet_until=time(14), birthdays=True,
        expiry_days=0,
    )  # fmt: skip
    programme = (await read_catalogue(post.house.pool)).programmes[post.world.home]
    author = Author(None, post.world.clock.now)
    for language in (Language.EN, None):
        await send_sample(post.house, programme, NoticeKind.LOW_BALANCE, "anna@example.org", author, language)
    await post.send()

    assert ["Your balance at Home is low", "您在Home的余额不足"] == [each["subject"] for each in post.mails]


async def test_in_quiet_hours_only_what_somebody_waits_for_goes_out(post: Post) -> None:
    post.world.insert(
        "notice_terms",
        programme_id=post.world.home, language="en", quiet_from=time(11), quiet_until=time(14), birthdays=True,
        expiry_days=0,
    )  # fmt: skip
    anna = post.member()
    await post.low_balance(anna)
    code = NewNotice("code", NoticeKind.ONE_TIME_CODE, anna)
    await post.write(with_secret(post.world.vault, code, {"code": "482915"}))
    await post.send()
    assert ["Your code for Home"] == [each["subject"] for each in post.mails]

    post.world.clock.advance(timedelta(hours=2) - timedelta(seconds=1))
    await post.send()
    assert 1 == len(post.mails)
    post.world.clock.advance(timedelta(seconds=1))
    await post.send()
    assert 2 == len(post.mails)


async def test_notices_of_a_member_go_in_order_and_what_is_urgent_past_them(post: Post) -> None:
    anna, bella = post.member(), post.member("bella@example.org")
    await post.low_balance(anna, "1")
    await post.low_balance(anna, "2")
    post.mailbox.reply = "451 later"
    await post.send()
    post.mailbox.reply = None
    await post.low_balance(bella)
    code = NewNotice("code", NoticeKind.ONE_TIME_CODE, anna)
    await post.write(with_secret(post.world.vault, code, {"code": "482915"}))
    await post.send()
    assert ["anna@example.org", "bella@example.org"] == [each["to"] for each in post.mails]
    assert "482915" in post.texts[0]

    post.world.clock.advance(RETRY_AFTER[0])
    await post.send()
    ids = [f"<ntc_{i.hex}@florin.example>" for (i,) in post.world.rows(
        "SELECT id FROM notice WHERE cause IN ('1', '2') ORDER BY cause")]  # fmt: skip
    assert ids == [each["message-id"] for each in post.mails[2:]]


@pytest.mark.parametrize("jump", [FIVE_YEARS, -FIVE_YEARS])
async def test_a_clock_that_jumps_five_years_neither_repeats_nor_loses(post: Post, jump: timedelta) -> None:
    post.world.clock.now = NOON + FIVE_YEARS
    anna = post.member()
    await post.low_balance(anna, "arrives")
    await post.send()
    await post.low_balance(anna, "is put off")
    post.mailbox.reply = "451 later"
    await post.send()
    post.mailbox.reply = None

    post.world.clock.advance(jump)
    await post.send()
    await post.send()

    assert 2 == len(post.mails)
    assert [("sent", None), ("sent", None)] == [(status, None) for status, _ in post.endings()]


async def test_a_code_that_has_expired_is_not_sent_any_more(post: Post) -> None:
    notice = NewNotice("code", NoticeKind.ONE_TIME_CODE, post.member(), useless_from=NOON + timedelta(minutes=10))
    await post.write(with_secret(post.world.vault, notice, {"code": "482915"}))
    post.world.clock.advance(timedelta(minutes=10))
    await post.send()

    assert [] == post.mails
    assert [("dropped", "too late")] == post.endings()
    assert [(None,)] == post.world.rows("SELECT secret_encrypted FROM notice")


async def test_a_programmes_own_words_are_used_and_florins_where_they_cannot_be(post: Post) -> None:
    anna = post.member()
    row = {"programme_id": post.world.home, "kind": "low_balance", "channel": "mail", "language": "zh"}
    post.world.insert("notice_template", **row, subject="Ours", body="Only {{ balance | money }}")
    await post.low_balance(anna, "1")
    await post.send()
    post.world.connection.execute("UPDATE notice_template SET body = '{{ nobody }}'")
    await post.low_balance(anna, "2")
    await post.send()

    assert ["Ours", "您在Home的余额不足"] == [each["subject"] for each in post.mails]
    assert "Only 19.00 元" == post.texts[0].strip()


async def test_a_claim_link_is_sent_to_its_recipient_and_opens_the_card(post: Post) -> None:
    desk = LinkDesk(post.house, Corporate(post.world))
    order = desk.order((("bearer_gift", 100_00, 2),))
    for serial, contact in ((1, "anna@example.org"), (2, "+8613912345678")):
        row = order.id.bytes + (1).to_bytes(2) + serial.to_bytes(4)
        post.world.insert(
            "order_recipient",
            order_id=order.id, line=1, serial=serial, name_encrypted=b"",
            contact_encrypted=post.world.vault.recipient_contacts.seal(contact.encode(), row),
        )  # fmt: skip
    await desk.send(order.id)
    await fan_out(post.house.pool, post.world.clock.now)

    await post.send()
    await post.send()

    assert (1, 1) == (len(post.mails), len(post.short_messages))
    link = next(word for word in post.texts[0].split() if "/claim#" in word)
    page, _, token = link.partition("#")
    assert f"{post.house.public_url}/claim" == page
    assert isinstance(await claim(post.house, token, "192.0.2.7", post.world.clock.now), ClaimedCard)
    assert token not in str(post.world.rows("SELECT n::text FROM notice n"))

    # Sent once more before the first was: only the latest link is of use.
    post.world.clock.advance(timedelta(days=1))
    post.world.connection.execute("DELETE FROM notice")
    await desk.resend(order.id, "1-2")
    post.world.connection.execute("UPDATE claim_link SET sending = sending + 1")
    await fan_out(post.house.pool, post.world.clock.now)
    await post.send()
    assert [("dropped", "the link is of no use any more")] == post.endings()


@pytest.mark.parametrize(
    ("name", "facts", "expected"),
    [
        ("voucher.granted", {"voucher": {"cause": "month:2026-02"}}, ["A voucher from Home"]),
        ("voucher.granted", {"voucher": {"cause": "referral"}}, ["A welcome from Home"]),
        ("voucher.granted", {"voucher": {"cause": "referral:0197"}}, ["Thank you for recommending Home"]),
        ("member.tier_changed", {"tier": "gold", "rose": True}, ["You have reached gold at Home"]),
        ("member.tier_changed", {"tier": "silver", "rose": False}, []),
    ],
)
async def test_vouchers_and_tiers_are_told_by_what_they_are_for(
    post: Post, name: str, facts: dict[str, Any], expected: list[str]
) -> None:
    anna = post.member()
    post.world.insert("notice_reader", member_id=anna, language="en")
    async with transaction(post.house.pool) as connection:
        await emit(connection, name, anna, {"member_id": f"mbr_{anna.hex}", **facts}, NOON)
    await fan_out(post.house.pool, NOON)
    await post.send()
    assert expected == [each["subject"] for each in post.mails]


async def test_who_gives_up_a_card_is_told_at_the_address_given_for_that(post: Post) -> None:
    card, closure_id = post.world.card(kind="registered_gift"), fresh_id()
    post.world.insert(
        "closure",
        id=closure_id, shard=0, programme_id=post.world.home, owner_kind="card", owner_id=card.id, unit="CNY",
        principal_minor=0, bonus_minor=0, in_cash=False, details_hash=bytes(32), status="cancelled",
        mail_encrypted=post.world.vault.closure_mails.seal(b"holder@example.org", closure_id.bytes),
        requested_by=fresh_id(), requested_at=NOON, verify_until=NOON, decided_at=NOON,
    )  # fmt: skip
    async with transaction(post.house.pool) as connection:
        told = wire_id("closure", closure_id)
        await emit(connection, "closure.cancelled", card.id, {"id": told}, NOON)
        await emit(connection, "closure.settled", card.id, {"id": "cpo_" + "0" * 32, "closure_id": told}, NOON)
    await fan_out(post.house.pool, NOON)
    await post.send()

    assert ["您的Home余额已退还", "您的Home销户申请已撤销"] == sorted(each["subject"] for each in post.mails)
    assert ["holder@example.org"] * 2 == [each["to"] for each in post.mails]
    assert not any("None" in text for text in post.texts)
    assert [("holder", card.id)] * 2 == post.world.rows("SELECT recipient_kind, recipient_id FROM notice")
