"""Notices through a real mail server and the spool, from the event to the text."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import time, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from florin.batch.notices.send_notices import PUT_OFF, Senders
from florin.clearing.house import ClearingHouse
from florin.clearing.notices.programme_texts import send_sample
from florin.clearing.notices.sealed import to_address, with_secret
from florin.clearing.orders.claim import ClaimedCard, claim
from florin.domain.notice import RETRY_AFTER, Channel, Language, NoticeKind
from florin.gateways.mail import Mail, MailServer, SmtpMail, written
from florin.gateways.short_message import SpooledShortMessages
from florin.storage.audit_trail import Author
from florin.storage.catalogue import read_catalogue
from florin.storage.connect import transaction
from florin.storage.fresh_ids import fresh_id
from florin.storage.notices.fan_out import fan_out
from florin.storage.notices.notices import NewNotice, write_notice
from florin.storage.outbox import emit
from florin.storage.turns import open_turns
from tests.batch.orders.link_desk import LinkDesk
from tests.corporate import Corporate
from tests.mailbox import Mailbox, open_mailbox
from tests.world import NOON, World

FIVE_YEARS = timedelta(days=5 * 365)
LOW = {"balance": {"amount": 19_00, "currency": "CNY"}, "available": {"amount": 19_00, "currency": "CNY"}}


@dataclass
class Post:
    """A post office: what members are told, and what has come out at the other end."""

    world: World
    house: ClearingHouse
    senders: Senders
    mailbox: Mailbox
    spool: Path

    def member(self, mail: str | None = "anna@example.org", mobile: str | None = None) -> UUID:
        anna = self.world.member().id
        vault, row = self.world.vault, anna.bytes
        self.world.connection.execute(
            "UPDATE member SET mail_index = %s, mail_encrypted = %s, mobile_index = %s,"
            " mobile_encrypted = %s WHERE id = %s",
            (
                None if mail is None else anna.bytes,
                None if mail is None else vault.mails.seal(mail.encode(), row),
                None if mobile is None else anna.bytes,
                None if mobile is None else vault.mobiles.seal(mobile.encode(), row),
                anna,
            ),
        )
        return anna

    async def write(self, notice: NewNotice) -> None:
        async with transaction(self.house.pool) as connection:
            assert await write_notice(connection, notice, self.world.clock.now)

    async def low_balance(self, member: UUID, cause: str = "low") -> None:
        await self.write(NewNotice(cause, NoticeKind.LOW_BALANCE, member, LOW))

    async def send(self) -> None:
        for channel in (Channel.EITHER, Channel.MAIL, Channel.SMS):
            await self.senders.send_waiting(channel)

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(each, EmailMessage, policy=default) for each in self.mailbox.mails]

    @property
    def texts(self) -> list[str]:
        bodies = [each.get_body(("plain",)) for each in self.mails]
        return [each.get_content() for each in bodies if each is not None]

    @property
    def short_messages(self) -> list[Any]:
        ready = self.spool / "new"
        return [json.loads(each.read_bytes()) for each in sorted(ready.iterdir())] if ready.exists() else []

    def endings(self) -> list[tuple[str, str | None]]:
        return self.world.rows("SELECT status, failure FROM notice_sending ORDER BY position")


@pytest.fixture
async def post(world: World, house: ClearingHouse, tmp_path: Path) -> AsyncIterator[Post]:
    async with open_mailbox() as mailbox, open_turns(house.pool) as turns:
        mail = SmtpMail(MailServer("localhost", mailbox.port, "none"), "Farm <farm@florin.example>")
        gateway = SpooledShortMessages(tmp_path / "sms")
        yield Post(world, house, Senders(house, turns, mail, gateway, world.clock), mailbox, tmp_path / "sms")
        await mail.close()


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


async def test_what_was_sent_and_not_noted_is_sent_again_and_shows_that_it_is_the_same(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    await post.low_balance(post.member())
    with monkeypatch.context() as broken:
        broken.setattr("florin.batch.notices.send_notices.write_ending", None)
        with pytest.raises(TypeError):
            await post.send()
    post.world.clock.advance(timedelta(minutes=3))
    await post.send()

    first, again = post.mailbox.mails
    assert first == again
    assert [("sent", None)] == post.endings()


async def test_a_mail_server_that_is_away_holds_up_no_short_message_and_loses_no_mail(post: Post) -> None:
    await post.low_balance(post.member())
    await post.low_balance(post.member(mail=None, mobile="+8613912345678"))
    away = Senders(
        post.house,
        post.senders.turns,
        SmtpMail(MailServer("localhost", 1, "none"), "farm@florin.example"),
        post.senders.short_messages,
        post.world.clock,
    )

    assert not await away.send_waiting(Channel.MAIL)
    assert await away.send_waiting(Channel.SMS)
    assert (0, 1) == (len(post.mails), len(post.short_messages))
    post.world.clock.advance(PUT_OFF)
    await post.send()
    assert (1, 1) == (len(post.mails), len(post.short_messages))


async def test_a_mail_that_the_server_hangs_up_on_holds_up_no_other_and_is_not_given_up(post: Post) -> None:
    def hang_up() -> None:
        if b"To: anna@" in post.mailbox.mails[-1]:
            post.mailbox.hang_up()

    post.mailbox.on_mail = hang_up
    for _ in range(2):
        await post.low_balance(post.member())
    await post.low_balance(post.member("bella@example.org"))
    for _ in range(20):
        await post.send()
        post.world.clock.advance(PUT_OFF)

    assert 1 == [each["to"] for each in post.mails].count("bella@example.org")
    post.mailbox.on_mail = None
    await post.send()
    assert [("sent", None)] * 3 == post.endings()


async def test_a_notice_that_breaks_what_sends_it_holds_up_no_other_and_is_tried_again(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    await post.low_balance(post.member("anna@example.org"))
    await post.low_balance(post.member("bella@example.org"))

    def break_on_anna(mail: Mail, sender: str) -> EmailMessage:
        if mail.to.startswith("anna"):
            raise LookupError(mail.subject)
        return written(mail, sender)

    with monkeypatch.context() as broken:
        broken.setattr("florin.gateways.mail.written", break_on_anna)
        await post.send()
    assert [("waiting", "LookupError"), ("sent", None)] == post.endings()
    post.world.clock.advance(RETRY_AFTER[0])
    await post.send()
    assert ["bella@example.org", "anna@example.org"] == [each["to"] for each in post.mails]


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


async def test_a_mailbox_that_is_full_is_tried_again_and_at_last_given_up(post: Post) -> None:
    await post.low_balance(post.member())
    post.mailbox.reply = "452 mailbox full"
    await post.send()
    for wait in RETRY_AFTER:
        assert [("waiting", "answered 452")] == post.endings()
        post.world.clock.advance(wait)
        await post.send()

    assert [("failed", "answered 452")] == post.endings()


async def test_an_address_that_does_not_exist_is_not_tried_again(post: Post) -> None:
    await post.low_balance(post.member())
    post.mailbox.reply = "550 no such user"
    await post.send()
    assert [("failed", "answered 550")] == post.endings()


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
