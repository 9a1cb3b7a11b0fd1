"""Telling the merchant: each notification until it is taken, by the schedule, whatever happens to the process."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import httpx

from florin.sandbox_provider.book import Notification
from florin.sandbox_provider.desk import Desk
from florin.sandbox_provider.entries import Forgery
from florin.sandbox_provider.signing import SigningKey

PATIENCE_S: Final = 5
"""How long a merchant may take to answer: WeChat Pay's limit."""

_OLD: Final = timedelta(hours=1)


class Postman:
    """Sends what is due, and notes whether it was taken: any answer of the 200s takes it."""

    def __init__(
        self,
        desk: Desk,
        key: SigningKey,
        client: httpx.AsyncClient,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """A postman for the notifications of one desk, who signs with its key."""
        self._desk = desk
        self._key = key
        self._client = client
        self._clock = clock

    async def deliver_for_ever(self) -> None:
        """Send each notification when it is due; ends when it is cancelled."""
        while True:
            self._desk.news.clear()
            now = self._clock()
            waiting = [(each.next_at, each) for each in self._desk.book.waiting.values() if each.next_at]
            due = [each for at, each in waiting if at <= now]
            if due:
                await asyncio.gather(*(self.deliver(each) for each in due))
                continue
            first = min((at for at, _ in waiting), default=None)
            try:
                await asyncio.wait_for(self._desk.news.wait(), None if first is None else (first - now).total_seconds())
            except TimeoutError:
                continue

    async def deliver_now(self, *, newest_first: bool, taken: bool) -> Sequence[bool]:
        """Send everything that was not taken yet, one after the other; with ``taken`` whatever there ever was."""
        every = [each for each in self._desk.book.notifications.values() if taken or not each.taken]
        return [await self.deliver(each) for each in (reversed(every) if newest_first else every)]

    async def deliver(self, notification: Notification) -> bool:
        """Send one, note the answer, and return whether it was taken."""
        body, headers = self._letter(notification)
        try:
            answer = await self._client.post(notification.made.callback_url, content=body, headers=headers)
            taken = answer.is_success
        except (httpx.TransportError, httpx.InvalidURL):
            taken = False
        self._desk.tried(notification, taken=taken, now=self._clock())
        return taken

    def _letter(self, notification: Notification) -> tuple[bytes, dict[str, str]]:
        """What is sent: the body and its signature, or what was asked for in their place."""
        body, now = notification.made.body.encode(), self._clock()
        match notification.made.forge:
            case Forgery.NONE:
                return body, self._key.headers(body, int(now.timestamp()))
            case Forgery.SIGNATURE:
                forged = SigningKey(SigningKey.stranger().key, self._key.serial)
                return body, forged.headers(body, int(now.timestamp()))
            case Forgery.BODY:
                return body.replace(b'"CNY"', b'"USD"'), self._key.headers(body, int(now.timestamp()))
            case Forgery.SERIAL:
                return body, SigningKey.stranger().headers(body, int(now.timestamp()))
            case Forgery.AGE:
                return body, self._key.headers(body, int((now - _OLD).timestamp()))
