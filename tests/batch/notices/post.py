"""A post office of a test's own: a mail server, a spool, and what has come out at the other end."""

import json
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any
from uuid import UUID

from florin.batch.notices.send_notices import Senders
from florin.clearing.house import ClearingHouse
from florin.domain.notice import Channel, NoticeKind
from florin.storage.connect import transaction
from florin.storage.notices.notices import NewNotice, write_notice
from tests.mailbox import Mailbox
from tests.world import World

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
