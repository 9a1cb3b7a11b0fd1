"""The running service as a shop's software sees it: requests with keys, sent again until there is an answer."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Self

import httpx

Json = dict[str, Any]

ATTEMPTS: Final = 8
_PATIENCE_S: Final = 60


class UnexpectedAnswer(Exception):
    """The service answered something that its document does not lead a shop to expect."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: its HTTP status, its body, and whether it repeats an earlier one."""

    status: int
    body: Json
    replayed: bool = False

    @property
    def code(self) -> str:
        """``approved``, or the code of the problem."""
        return "approved" if self.status < 400 else str(self.body.get("code", self.status))  # noqa: PLR2004 (RFC 9110)

    def expect(self, *statuses: int) -> Self:
        """This reply, if it has one of the statuses; `UnexpectedAnswer` otherwise."""
        if self.status not in statuses:
            raise UnexpectedAnswer(f"{self.status} {self.code}: {self.body.get('detail', self.body)}")
        return self


@dataclass(slots=True)
class Service:
    """A connection to the service; ``repeated`` counts what had to be sent again."""

    http: httpx.AsyncClient
    repeated: int = field(default=0)

    async def get(self, path: str, token: str | None = None, **query: str) -> Reply:
        """Ask for something."""
        return await self._send("GET", path, token, None, None, query)

    async def post(self, path: str, token: str | None, body: Json, *, key: str | None = None) -> Reply:
        """Have something done; money requests carry a key."""
        return await self._send("POST", path, token, body, key, None)

    async def put(self, path: str, token: str, body: Json) -> Reply:
        """Set something."""
        return await self._send("PUT", path, token, body, None, None)

    async def download(self, path: str, token: str, *, method: str = "GET", **query: str) -> bytes:
        """A file; one that is handed out only once is posted for, and not asked for again."""
        response = await self.http.request(method, path, headers=_headers(token, None), params=query)
        if response.status_code != httpx.codes.OK:
            raise UnexpectedAnswer(f"{response.status_code}: {response.text[:200]}")
        return response.content

    async def _send(
        self,
        method: str,
        path: str,
        token: str | None,
        body: Json | None,
        key: str | None,
        query: Any,  # noqa: ANN401
    ) -> Reply:
        # A time-out means unknown: the same request with the same key is safe to send again, and so is a refusal of a
        # busy service.
        for attempt in range(ATTEMPTS):
            try:
                response = await self.http.request(method, path, json=body, headers=_headers(token, key), params=query)
            except httpx.TransportError:
                if attempt == ATTEMPTS - 1:
                    raise
            else:
                if response.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                    replayed = response.headers.get("idempotent-replayed") == "true"
                    return Reply(response.status_code, response.json() if response.content else {}, replayed)
            self.repeated += 1
            await asyncio.sleep(min(2**attempt, 8) / 4)  # not money: seconds until the next try
        raise UnexpectedAnswer("the service stayed busy")


def _headers(token: str | None, key: str | None) -> dict[str, str]:
    headers = {}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    if key is not None:
        headers["Idempotency-Key"] = key
    return headers


def fresh_key() -> str:
    """An idempotency key that nobody has used."""
    return secrets.token_hex(16)


@asynccontextmanager
async def reach(address: str, clients: int) -> AsyncIterator[Service]:
    """Open connections to the service at an address such as ``http://127.0.0.1:8000``, at most ``clients`` at once."""
    limits = httpx.Limits(max_connections=clients, max_keepalive_connections=clients)
    async with httpx.AsyncClient(base_url=address, limits=limits, timeout=_PATIENCE_S, trust_env=False) as http:
        yield Service(http)
