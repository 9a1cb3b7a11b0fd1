"""A mail server of a test's own: a real SMTP server on this machine that keeps what it gets."""

import asyncio
import ssl
import warnings
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword


@dataclass
class Mailbox:
    """What has come in. ``reply`` is said to the next recipients instead of a yes, ``on_mail`` called before a yes."""

    port: int = 0
    mails: list[bytes] = field(default_factory=list)
    connections: int = 0
    reply: str | None = None
    on_mail: Callable[[], None] | None = None
    _servers: list[SMTP] = field(default_factory=list)

    async def handle_RCPT(self, *asked: Any) -> str:  # noqa: ANN401, N802 (the server's own hook)
        _server, _session, envelope, address, _options = asked
        if self.reply is not None:
            return self.reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, *asked: Any) -> str:  # noqa: ANN401, N802 (the same)
        envelope: Envelope = asked[-1]
        self.mails.append(bytes(envelope.original_content or b""))
        if self.on_mail is not None:
            self.on_mail()
        return "250 OK"

    def connected(self, server: SMTP) -> SMTP:
        self.connections += 1
        self._servers.append(server)
        return server

    def hang_up(self) -> None:
        """End every connection, as servers do with those that are quiet."""
        for each in self._servers:
            if isinstance(each.transport, asyncio.WriteTransport):
                each.transport.abort()
        self._servers.clear()


@asynccontextmanager
async def open_mailbox(
    tls: ssl.SSLContext | None = None, *, wrapped: bool = False, login: tuple[str, str] | None = None
) -> AsyncIterator[Mailbox]:
    """A server that listens for as long as the block lasts; with TLS from the start when it is ``wrapped``."""
    mailbox = Mailbox()
    loop = asyncio.get_running_loop()

    def authenticate(*asked: Any) -> AuthResult:  # noqa: ANN401 (the server's own hook)
        given = asked[-1]
        is_right = isinstance(given, LoginPassword) and (given.login.decode(), given.password.decode()) == login
        return AuthResult(success=is_right, handled=is_right)

    def connected() -> SMTP:
        with warnings.catch_warnings():
            # It does not know that the connection was private before it began.
            warnings.simplefilter("ignore", UserWarning)
            return mailbox.connected(
                SMTP(
                    mailbox,
                    loop=loop,
                    hostname="localhost",
                    tls_context=None if wrapped else tls,
                    authenticator=authenticate,
                    auth_required=login is not None,
                    auth_require_tls=not wrapped,
                )
            )

    server = await loop.create_server(connected, "127.0.0.1", 0, ssl=tls if wrapped else None)
    mailbox.port = server.sockets[0].getsockname()[1]
    try:
        yield mailbox
    finally:
        server.close()
        mailbox.hang_up()
