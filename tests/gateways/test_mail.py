"""Mail through a real SMTP server on this machine."""

import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from florin.gateways.failures import GatewayAwayError, NotNowError, RefusedForGoodError
from florin.gateways.mail import Mail, MailServer, SmtpMail, SpooledMail
from tests.certificates import make_certificate
from tests.mailbox import Mailbox, open_mailbox

MAIL = Mail(
    "ntc_1", "anna@example.org", "余额不足\n", "您的余额为 19.00 元。", "<p>19.00</p>", datetime(2026, 3, 2, tzinfo=UTC)
)
SENDER = "蜜坚果农场 <farm@florin.example>"


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    async with open_mailbox() as opened:
        yield opened


def _over(mailbox: Mailbox, **options: Any) -> SmtpMail:  # noqa: ANN401 (of the server)
    tls = options.pop("context", None)
    return SmtpMail(MailServer("localhost", mailbox.port, **{"tls": "none", **options}), SENDER, tls)


async def test_a_mail_arrives_with_both_texts_and_says_who_it_is_by_its_notice(mailbox: Mailbox) -> None:
    gateway = _over(mailbox)
    await gateway.send(MAIL)
    await gateway.send(MAIL)
    await gateway.close()

    first, again = mailbox.mails
    assert first == again
    got = message_from_bytes(first, EmailMessage, policy=default)
    assert ("余额不足", "anna@example.org", SENDER) == (got["subject"], got["to"], got["from"])
    assert "<ntc_1@florin.example>" == got["message-id"]
    assert "Mon, 02 Mar 2026 00:00:00 +0000" == got["date"]
    bodies = {kind: got.get_body((kind,)) for kind in ("plain", "html")}
    assert {"plain": "您的余额为 19.00 元。\n", "html": "<p>19.00</p>\n"} == {
        kind: body.get_content().replace("\r\n", "\n") for kind, body in bodies.items() if body is not None
    }


async def test_one_connection_is_used_again_and_opened_anew_when_it_is_lost(mailbox: Mailbox) -> None:
    gateway = _over(mailbox)
    await gateway.send(MAIL)
    await gateway.send(MAIL)
    assert 1 == mailbox.connections
    mailbox.hang_up()
    await gateway.send(MAIL)
    await gateway.close()

    assert (3, 2) == (len(mailbox.mails), mailbox.connections)


@pytest.mark.parametrize(("reply", "error"), [("550 no such user", RefusedForGoodError), ("451 later", NotNowError)])
async def test_a_refused_recipient_is_told_from_one_to_try_again(
    mailbox: Mailbox, reply: str, error: type[Exception]
) -> None:
    gateway = _over(mailbox)
    mailbox.reply = reply
    with pytest.raises(error):
        await gateway.send(MAIL)
    mailbox.reply = None
    await gateway.send(MAIL)
    await gateway.close()
    assert 1 == len(mailbox.mails)


async def test_a_server_that_is_away_is_away_for_everybody() -> None:
    gateway = SmtpMail(MailServer("localhost", 1, "none"), SENDER)
    with pytest.raises(GatewayAwayError):
        await gateway.send(MAIL)


@pytest.mark.parametrize("tls", ["starttls", "tls"])
async def test_the_connection_is_private_and_the_server_who_it_says(tmp_path: Path, tls: str) -> None:
    certificate, key = make_certificate(tmp_path, "localhost")
    theirs = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    theirs.load_cert_chain(certificate, key)
    async with open_mailbox(theirs, wrapped=tls == "tls", login=("farm", "secret")) as mailbox:
        known = ssl.create_default_context(cafile=certificate)
        gateway = _over(mailbox, tls=tls, user="farm", password="secret", context=known)
        await gateway.send(MAIL)
        await gateway.close()
        with pytest.raises(GatewayAwayError):
            await _over(mailbox, tls=tls, user="farm", password="wrong", context=known).send(MAIL)
        with pytest.raises(GatewayAwayError):
            await _over(mailbox, tls=tls).send(MAIL)

    assert 1 == len(mailbox.mails)


async def test_without_a_server_mail_is_left_in_a_spool(tmp_path: Path) -> None:
    gateway = SpooledMail(tmp_path / "mail", SENDER)
    await gateway.send(MAIL)
    await gateway.send(MAIL)

    (left,) = (tmp_path / "mail" / "new").iterdir()
    assert ("ntc_1.eml", 0o600) == (left.name, left.stat().st_mode & 0o777)
    assert "余额不足" == message_from_bytes(left.read_bytes(), EmailMessage, policy=default)["subject"]
    assert [] == list((tmp_path / "mail" / "tmp").iterdir())
