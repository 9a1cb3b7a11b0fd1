"""Mail: over SMTP, on one connection that is used again, or into a spool where no server is set.

Date and Message-ID (RFC 5322, sections 3.6.1 and 3.6.4) come from the notice and not from the attempt: whoever gets a
mail twice, because we were cut off before we had noted the first, has a program that can tell.
"""

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Final, Literal, Protocol

import aiosmtplib

from florin.gateways.failures import GatewayAwayError, NotNowError, RefusedForGoodError
from florin.gateways.spool import put

TIMEOUT_S: Final = 30

MailTls = Literal["none", "starttls", "tls"]

# Seven bits pass every server on the way.
_POLICY: Final = SMTP.clone(cte_type="7bit")

_PERMANENT: Final = 500
"""Replies from here on are final (RFC 5321, section 4.2.1)."""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to one address, with another form of its text where there is one."""

    id: str
    to: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    html: str | None = field(repr=False)
    written_at: datetime


@dataclass(frozen=True, slots=True)
class MailServer:
    """A server that takes mail from us: where it is, how the connection is kept private, and who we are there."""

    host: str
    port: int
    tls: MailTls
    user: str | None = None
    password: str | None = field(default=None, repr=False)


class MailGateway(Protocol):
    """A way for mail to go out."""

    async def send(self, mail: Mail) -> None:
        """Send a mail; sending it twice may deliver it twice.

        Raises:
            GatewayAwayError: nothing goes out now.
            NotNowError: not to this address now.
            RefusedForGoodError: never to this address.
        """

    async def close(self) -> None:
        """Let go of the connection, if there is one."""


def written(mail: Mail, sender: str) -> EmailMessage:
    """The mail as a message of RFC 5322 from ``sender``, an address that may have a name."""
    message = EmailMessage(policy=_POLICY)
    name, _, address = sender.rpartition("<")
    from_address = Address(name.strip().strip('"'), addr_spec=address.rstrip("> "))
    message["From"] = from_address
    message["To"] = Address(addr_spec=mail.to)
    message["Subject"] = " ".join(mail.subject.split())
    message["Date"] = format_datetime(mail.written_at)
    message["Message-ID"] = f"<{mail.id}@{from_address.domain}>"
    # So that no out-of-office reply comes back (RFC 3834, section 5).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    if mail.html is not None:
        message.add_alternative(mail.html, subtype="html")
        message.set_boundary(f"={mail.id}=")  # the same at each attempt, like all the rest
    return message


class SmtpMail:
    """Mail through a server; one mail after another goes over one connection, which is opened anew when it is lost."""

    def __init__(self, server: MailServer, sender: str, tls: ssl.SSLContext | None = None) -> None:
        self._server = server
        self._sender = sender
        self._tls = tls
        self._connection: aiosmtplib.SMTP | None = None

    async def send(self, mail: Mail) -> None:
        """As `MailGateway.send`."""
        message = written(mail, self._sender)
        connection = await self._open()
        try:
            await connection.send_message(message)
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _of_reply(error.recipients[0].code) from error
        except aiosmtplib.SMTPSenderRefused as error:
            raise GatewayAwayError(f"sender refused with {error.code}") from error
        except aiosmtplib.SMTPResponseException as error:
            raise _of_reply(error.code) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            await self.close()
            raise GatewayAwayError(type(error).__name__) from error

    async def close(self) -> None:
        """As `MailGateway.close`."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(aiosmtplib.SMTPException, OSError):
                await connection.quit()
            connection.close()

    async def _open(self) -> aiosmtplib.SMTP:
        if self._connection is not None and await _answers(self._connection):
            return self._connection
        await self.close()
        server = self._server
        connection = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            use_tls=server.tls == "tls",
            start_tls=server.tls == "starttls",
            tls_context=self._tls,
            timeout=TIMEOUT_S,
        )
        try:
            await connection.connect()
        except (aiosmtplib.SMTPException, OSError) as error:
            connection.close()
            raise GatewayAwayError(type(error).__name__) from error
        self._connection = connection
        return connection


class SpooledMail:
    """Mail as files in a directory, for a machine that has no mail server."""

    def __init__(self, directory: Path, sender: str) -> None:
        self._directory = directory
        self._sender = sender

    async def send(self, mail: Mail) -> None:
        """Leave the mail in the spool; `GatewayAwayError` when the disk does not take it."""
        try:
            await asyncio.to_thread(put, self._directory, f"{mail.id}.eml", written(mail, self._sender).as_bytes())
        except OSError as error:
            raise GatewayAwayError(type(error).__name__) from error

    async def close(self) -> None:
        """There is nothing to let go of."""


async def _answers(connection: aiosmtplib.SMTP) -> bool:
    """Whether a connection that was left open is still one: servers end those that are quiet for some minutes."""
    try:
        await connection.noop()
    except (aiosmtplib.SMTPException, OSError):
        return False
    return True


def _of_reply(code: int) -> NotNowError | RefusedForGoodError:
    return RefusedForGoodError(f"answered {code}") if code >= _PERMANENT else NotNowError(f"answered {code}")
