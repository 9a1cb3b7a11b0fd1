"""What goes wrong while notices are sent: servers that are away, notices that cannot go, processes that are killed."""

from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest

from florin.batch.notices.send_notices import PUT_OFF, Senders
from florin.domain.notice import RETRY_AFTER, Channel, Language, NoticeKind
from florin.gateways.mail import Mail, MailServer, SmtpMail, written
from florin.gateways.short_message import ShortMessage
from tests.batch.notices.post import Post
from tests.world import NOON


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


async def test_a_carrier_is_told_that_it_may_have_been_asked_before_and_what_the_text_was_filled_in_with(
    post: Post,
) -> None:
    class Killed(BaseException):
        """The process ends while the carrier is asked."""

    class Carrier:
        def __init__(self) -> None:
            self.asked: list[ShortMessage] = []

        async def send(self, message: ShortMessage, now: datetime) -> None:  # noqa: ARG002 (it goes by no clock)
            self.asked.append(message)
            if len(self.asked) == 1:
                raise Killed

    carrier = Carrier()
    senders = replace(post.senders, short_messages=carrier)
    await post.low_balance(post.member(mail=None, mobile="+8613912345678"))
    with pytest.raises(Killed):
        await senders.send_waiting(Channel.SMS)
    post.world.clock.advance(timedelta(minutes=3))
    await senders.send_waiting(Channel.SMS)

    first, again = carrier.asked
    assert (None, NOON) == (first.begun_at, again.begun_at)
    assert ("19.00 元", "19.00", "Home") == tuple(
        again.values[name] for name in ("balance", "balance_figures", "programme")
    )
    assert (NoticeKind.LOW_BALANCE, Language.ZH) == (again.kind, again.language)
    assert [("sent", None)] == post.endings()
