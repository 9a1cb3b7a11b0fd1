"""Sending notices: at least once, each channel by itself, in order of a recipient, what is urgent first.

One process at a time works on a channel, and its turn ends with its session. A process that is killed between sending
and noting it leaves the notice waiting; the next sends it again, and by its id the repetition shows.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog

from florin.clearing.house import ClearingHouse
from florin.clearing.notices.compose import Composer, Ready, Useless
from florin.clearing.notices.render import UnusableTextError
from florin.crypto.envelope import DecryptionFailed
from florin.domain.identifiers import wire_id
from florin.domain.notice import Channel, NoticeKind, next_attempt, quiet_until
from florin.gateways.failures import GatewayAwayError, NotNowError, OneWayAwayError, RefusedForGoodError
from florin.gateways.mail import Mail, MailGateway
from florin.gateways.short_message import ShortMessage, ShortMessageGateway
from florin.storage.connect import is_connection_failure
from florin.storage.notices.notice_sendings import (
    Ending,
    WaitingNotice,
    next_notices,
    set_channel,
    write_beginning,
    write_ending,
)
from florin.storage.turns import EITHER_TURN, MAIL_TURN, SMS_TURN, Turns, open_turns

AT_ONCE: Final = 100
"""Notices that are looked up together."""

LOOK_EVERY_S: Final = 1
REST_S: Final = 15
"""What a gateway that is away is left alone for, in seconds."""

PUT_OFF: Final = timedelta(seconds=30)
"""A notice at which the gateway went away waits so long: it may be the notice, and then the others go on without it."""

_TURNS: Final[dict[Channel, UUID]] = {
    Channel.MAIL: MAIL_TURN,
    Channel.SMS: SMS_TURN,
    Channel.EITHER: EITHER_TURN,
}
_log: Final = structlog.get_logger("florin.notices")


@dataclass(frozen=True, slots=True)
class Senders:
    """A process's ways out."""

    house: ClearingHouse
    turns: Turns
    mail: MailGateway
    short_messages: ShortMessageGateway
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    async def send_waiting(self, channel: Channel) -> bool:
        """Send what waits on a channel; False when its gateway is away. True also when another process is at it.

        Once may be the notice's fault; a gateway that goes away at two notices in a row is away.
        """
        away = 0
        async with self.turns.at(_TURNS[channel]) as is_ours:
            while is_ours:
                notices = await next_notices(self.house.pool, channel, self.clock(), AT_ONCE)
                for notice in notices:
                    away = 0 if await self._send(notice, channel) else away + 1
                    if away > 1:
                        return False
                if not notices:
                    break
        return not away

    async def _send(self, notice: WaitingNotice, channel: Channel) -> bool:
        """Send a notice and write what became of it; False when the gateway is away."""
        now, is_there = self.clock(), True
        try:
            ending = await self._ending(notice, channel, now)
        except GatewayAwayError as error:
            _log.warning("gateway_away", channel=channel, error=str(error))
            ending = Ending("waiting", "gateway away", now + PUT_OFF, was_tried=False)
            is_there = isinstance(error, OneWayAwayError)
        except (UnusableTextError, DecryptionFailed) as error:
            _log.error("notice_unusable", notice=wire_id("notice", notice.id), kind=notice.kind, error=str(error))
            ending = Ending("failed", type(error).__name__)
        except Exception as error:
            if is_connection_failure(error):
                raise
            _log.exception("notice_not_sent", notice=wire_id("notice", notice.id), kind=notice.kind)
            ending = _not_now(notice, type(error).__name__, now)
        if ending is not None:
            await write_ending(self.house.pool, notice.id, channel, ending, now)
        return is_there

    async def _ending(self, notice: WaitingNotice, channel: Channel, now: datetime) -> Ending | None:
        if channel is Channel.EITHER:
            return await self._choose_channel(notice)
        quiet = _quiet(notice, now)
        if quiet is not None:
            return Ending("waiting", "quiet hours", quiet, was_tried=False)
        ready = await Composer(self.house).ready(notice, channel, now)
        if isinstance(ready, Useless):
            return Ending("dropped", ready.reason, was_tried=False)
        notice_id = wire_id("notice", notice.id)
        try:
            if channel is Channel.MAIL:
                text, subject = ready.text, ready.text.subject or ""
                await self.mail.send(Mail(notice_id, ready.address, subject, text.body, text.html, notice.made_at))
            else:
                await write_beginning(self.house.pool, notice.id, channel, now)
                await self.short_messages.send(_short_message(notice, ready), now)
        except NotNowError as error:
            return _not_now(notice, error.reason, now)
        except RefusedForGoodError as error:
            return Ending("failed", error.reason)
        return Ending("sent")

    async def _choose_channel(self, notice: WaitingNotice) -> Ending | None:
        address = await Composer(self.house).address_of(notice)
        if address is None:
            return Ending("dropped", "nobody to tell", was_tried=False)
        await set_channel(self.house.pool, notice.id, Channel.MAIL if "@" in address else Channel.SMS)
        return None


def _short_message(notice: WaitingNotice, ready: Ready) -> ShortMessage:
    return ShortMessage(
        wire_id("notice", notice.id),
        ready.address,
        ready.text.body,
        NoticeKind(notice.kind),
        ready.language,
        ready.values,
        notice.begun_at,
    )


def _not_now(notice: WaitingNotice, reason: str, now: datetime) -> Ending:
    due_at = next_attempt(notice.attempts + 1, now)
    return Ending("failed" if due_at is None else "waiting", reason, due_at)


def _quiet(notice: WaitingNotice, now: datetime) -> datetime | None:
    """When the quiet hours end that keep the notice back, if any do."""
    begins, ends = notice.quiet_from, notice.quiet_until
    if begins is None or ends is None or notice.is_urgent:
        return None
    zone: tzinfo = ZoneInfo(notice.time_zone or "UTC")
    return quiet_until(now, zone, begins, ends)


async def send_notices(
    house: ClearingHouse,
    mail: MailGateway,
    short_messages: ShortMessageGateway,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> None:
    """Send for as long as the process serves; a channel whose gateway is away holds up no other."""
    async with open_turns(house.pool) as turns:
        senders = Senders(house, turns, mail, short_messages, clock)
        try:
            async with asyncio.TaskGroup() as channels:
                for channel in Channel:
                    channels.create_task(_keep_sending(senders, channel))
        finally:
            await mail.close()


async def _keep_sending(senders: Senders, channel: Channel) -> None:
    while True:
        rest_s = LOOK_EVERY_S if await senders.send_waiting(channel) else REST_S
        await asyncio.sleep(rest_s)
