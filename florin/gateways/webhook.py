"""Sending a webhook: one signed POST as the Standard Webhooks specification describes it, to a vetted address.

Redirects are not followed, proxies of the environment are not used, an answer is read no further than need be, and the
whole of it has a time limit: a receiver that is slow on purpose costs no more than one that is away.
"""

import asyncio
import ipaddress
import re
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from types import TracebackType
from typing import Final, Self

import httpx
from standardwebhooks import Webhook

from florin.gateways.public_address import ForbiddenAddressError, UnknownHostError, resolve

TIMEOUT_S: Final = 15
"""For one attempt, from the first look at the name to the answer; the specification recommends 15 to 30 seconds."""

MOST_ANSWER_BYTES: Final = 64 * 1024
"""An answer's body is of no use: so much is read so that the connection can be used again, then it is closed."""

_DEFAULT_PORTS: Final = {"https": 443, "http": 80}
_SUCCESS: Final = range(200, 300)
_SECONDS: Final = re.compile("[0-9]{1,9}", re.ASCII)
_LIMITS: Final = httpx.Limits(max_connections=16, max_keepalive_connections=16)


@dataclass(frozen=True, slots=True)
class WebhookMessage:
    """What is sent: the id stays the same however often it is sent; ``secrets`` each make a signature."""

    id: str
    body: bytes
    secrets: Sequence[str]


@dataclass(frozen=True, slots=True)
class WebhookAnswer:
    """The status code, None without an answer; ``failure`` says in a few words why it did not come through.

    ``asked`` is how long a receiver that refuses wants to be left alone (``Retry-After``; RFC 9110, section 10.2.3).
    """

    status: int | None
    failure: str | None
    asked: timedelta | None = None


class WebhookSender:
    """Sends to one receiver, over connections that are used again; every receiver has a sender of its own.

    ``loopback`` allows receivers on this machine, for development; ``tls`` says whose certificates are believed.
    """

    def __init__(
        self, url: str, *, loopback: bool, timeout_s: float = TIMEOUT_S, tls: ssl.SSLContext | None = None
    ) -> None:
        self._url = httpx.URL(url)
        self._loopback = loopback
        self._timeout_s = timeout_s
        self._client = httpx.AsyncClient(
            verify=tls or _tls(), trust_env=False, follow_redirects=False, timeout=timeout_s, limits=_LIMITS
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def send(self, message: WebhookMessage, now: datetime) -> WebhookAnswer:
        """Make one attempt; whatever goes wrong is an answer too."""
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._post(message, now)
        except TimeoutError:
            return WebhookAnswer(None, "no answer in time")
        except ForbiddenAddressError:
            return WebhookAnswer(None, "the address is not public")
        except UnknownHostError:
            return WebhookAnswer(None, "the name is not known")
        except httpx.HTTPError as error:
            return WebhookAnswer(None, _IN_WORDS.get(type(error), "the connection failed"))

    async def _post(self, message: WebhookMessage, now: datetime) -> WebhookAnswer:
        url = self._url
        address = await resolve(url.host, url.port or _DEFAULT_PORTS[url.scheme], loopback=self._loopback)
        if url.scheme != "https" and not ipaddress.ip_address(address).is_loopback:
            raise ForbiddenAddressError(url.host)  # plain text stays on this machine
        request = self._client.build_request(
            "POST",
            url.copy_with(host=address),
            content=message.body,
            headers={**_signed(message, now), "host": url.netloc.decode("ascii")},
            # The certificate is checked against the name, not against the address that it led to.
            extensions={"sni_hostname": url.host},
        )
        response = await self._client.send(request, stream=True)
        try:
            read = 0
            async for chunk in response.aiter_raw():
                read += len(chunk)
                if read > MOST_ANSWER_BYTES:
                    break
        finally:
            await response.aclose()
        return _answer(response, now)


def _signed(message: WebhookMessage, now: datetime) -> dict[str, str]:
    body = message.body.decode()
    return {
        "content-type": "application/json",
        "user-agent": "Florin-Webhooks",
        "webhook-id": message.id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(message.id, now, body) for secret in message.secrets),
    }


def _answer(response: httpx.Response, now: datetime) -> WebhookAnswer:
    status = response.status_code
    if status in _SUCCESS:
        return WebhookAnswer(status, None)
    return WebhookAnswer(status, f"answered {status}", _asked(response.headers.get("retry-after", ""), now))


def _asked(text: str, now: datetime) -> timedelta | None:
    """How long to wait, from seconds or a date; None for what is neither, or is over."""
    if _SECONDS.fullmatch(text):
        return timedelta(seconds=int(text))
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    wait = (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
    return wait if wait > timedelta() else None


_IN_WORDS: Final[dict[type[Exception], str]] = {
    httpx.ConnectError: "no connection",
    httpx.ConnectTimeout: "no connection",
    httpx.ReadTimeout: "no answer in time",
    httpx.RemoteProtocolError: "the answer was not HTTP",
}


@cache
def _tls() -> ssl.SSLContext:
    """Reading the authorities' certificates takes milliseconds, once a process."""
    return httpx.create_ssl_context()
