"""Twilio's short messages, with its official library: our own text to any country.

Twilio keeps no id of ours and knows no repetition. So a message of which nobody knows what became is looked for among
the latest to its number, by its text, before it is sent again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, TypeVar

import httpx
from twilio.base.exceptions import TwilioException, TwilioRestException  # type: ignore[import-untyped]  # no types
from twilio.http import HttpClient  # type: ignore[import-untyped]  # the same
from twilio.http.response import Response  # type: ignore[import-untyped]  # the same
from twilio.rest import Client  # type: ignore[import-untyped]  # the same

from florin.gateways.failures import GatewayAwayError, NotNowError, RefusedForGoodError
from florin.gateways.short_message import ShortMessage
from florin.gateways.trusted_tls import trusted_tls

ADDRESS: Final = "https://api.twilio.com"
TIMEOUT_S: Final = 15

_LATEST: Final = 20
"""Messages to one number that are looked through: more than anybody is sent while one is repeated."""

_CLOCKS_DIFFER: Final = timedelta(minutes=5)
_NOT_SENT: Final = frozenset({"failed", "undelivered", "canceled"})

# Of the documented errors those that are about the number or the text, and stay so: no such number, not a mobile, no
# way to it, its owner wants nothing more, too long.
_FOR_GOOD: Final = frozenset({21211, 21214, 21217, 21265, 21407, 21602, 21604, 21605, 21610, 21612, 21614, 21617})
_BAD_REQUEST: Final = 400

_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class TwilioAccount:
    """An account. ``sender`` is a number of ours there, a name, or a messaging service (``MG...``)."""

    account_sid: str
    auth_token: str = field(repr=False)
    sender: str
    address: str = ADDRESS


class TwilioShortMessages:
    """One account at Twilio."""

    def __init__(self, account: TwilioAccount) -> None:
        """A gateway to that account."""
        self._sender = account.sender
        self._client = Client(account.account_sid, account.auth_token, http_client=_Transport())
        self._client.api.base_url = account.address

    async def send(self, message: ShortMessage, now: datetime) -> None:  # noqa: ARG002 (its latest say enough)
        """As `ShortMessageGateway.send`."""
        if message.begun_at is not None and await self._was_sent(message, message.begun_at):
            return
        by = "messaging_service_sid" if self._sender.startswith("MG") else "from_"
        await _answer(self._client.messages.create_async(to=message.number, body=message.text, **{by: self._sender}))

    async def _was_sent(self, message: ShortMessage, begun_at: datetime) -> bool:
        messages = self._client.messages
        latest = await _answer(messages.list_async(to=message.number, limit=_LATEST, page_size=_LATEST))
        return any(
            each.body == message.text
            and each.status not in _NOT_SENT
            and each.date_created is not None
            and each.date_created >= begun_at - _CLOCKS_DIFFER
            for each in latest
        )


class _Transport(HttpClient):  # type: ignore[misc]  # it has no types
    """How the library's calls go out; its own transport has no time limit, and uses what its HTTP library gives up."""

    def __init__(self) -> None:
        super().__init__(logging.getLogger(__name__), is_async=True, timeout=TIMEOUT_S)

    async def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 (the library's words; every call has the same)
        allow_redirects: bool = False,  # noqa: ARG002, FBT001, FBT002 (the same; none is followed)
    ) -> Response:
        """One call on a connection of its own."""
        async with httpx.AsyncClient(verify=trusted_tls(), timeout=TIMEOUT_S) as client:
            answer = await client.request(method, url, params=params, data=data, headers=headers, auth=auth)
        return Response(answer.status_code, answer.text, answer.headers)


async def _answer(call: Awaitable[_Answer]) -> _Answer:
    """What Twilio answers; what it refuses becomes the error that it means."""
    try:
        async with asyncio.timeout(TIMEOUT_S):
            return await call
    except TwilioRestException as error:
        if error.status != _BAD_REQUEST:
            raise GatewayAwayError(f"twilio answered {error.status}") from None
        refusal = RefusedForGoodError if error.code in _FOR_GOOD else NotNowError
        raise refusal(f"twilio answered {error.code}") from None
    except (TwilioException, httpx.HTTPError, TimeoutError, ValueError) as error:
        raise GatewayAwayError(type(error).__name__) from None
