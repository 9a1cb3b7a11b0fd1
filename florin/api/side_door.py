"""The door of all routes that are not money routes: what their answers have in common, and how many run at once."""

import time
from collections.abc import MutableMapping
from typing import Any, Final

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from florin.api.callers import NOBODY, Visitor
from florin.api.failures import refusal_of
from florin.api.metrics import Metrics
from florin.api.money.money_routes import BODY_LIMIT_BYTES
from florin.api.problems.codes import Code, DoorProblem
from florin.api.problems.document import Refused
from florin.api.replies import SECURITY_HEADERS, ClientGone, refusal_reply
from florin.api.request_ids import request_id_of
from florin.domain.declines import Decline
from florin.storage.posting.request import Caller

_ALWAYS_OPEN: Final = frozenset({"/healthz", "/readyz", "/metrics"})
_PAGES: Final = ("/docs", "/static-offline-docs")
_SECURITY: Final = [(name.encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]
_NOSNIFF: Final = [(b"x-content-type-options", b"nosniff")]
_log: Final = structlog.get_logger("florin.api.access")


class SideDoor:
    """An ASGI application around FastAPI's.

    It gives each request an id and each answer its headers, logs and counts them, refuses bodies that are too long, and
    answers 503 at once when ``limit`` requests are under way already.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, limit: int) -> None:
        self._app = app
        self._metrics = metrics
        self._limit = limit
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request through the framework."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = request_id_of(dict(scope["headers"]).get(b"x-request-id"))
        exchange = _Exchange(scope, receive, send, request_id)
        if self._under_way >= self._limit and scope["path"] not in _ALWAYS_OPEN:
            await exchange.refuse(Refused(Decline.BUSY))
        else:
            self._under_way += 1
            try:
                await self._answer(exchange)
            finally:
                self._under_way -= 1
        self._record(exchange)

    async def _answer(self, exchange: "_Exchange") -> None:
        try:
            await self._app(exchange.scope, exchange.receive, exchange.send)
        except ClientGone:
            return
        except Exception as error:
            refused = refusal_of(error, exchange.request_id)
            if exchange.status:
                raise
            await exchange.refuse(refused)

    def _record(self, exchange: "_Exchange") -> None:
        seconds = time.perf_counter() - exchange.began
        method, route = exchange.scope["method"], getattr(exchange.scope.get("route"), "path", "unknown")
        self._metrics.observe(method, route, exchange.status, seconds)
        problem: Code | None = exchange.state.get("problem")
        if problem is not None:
            self._metrics.count_problems(route, (problem,))
        caller = exchange.caller
        log = _log.debug if exchange.scope["path"] in _ALWAYS_OPEN else _log.info
        log(
            "answered",
            method=method,
            route=route,
            status=exchange.status,
            took_ms=round(seconds * 1000, 1),
            request_id=exchange.request_id,
            problem=None if problem is None else str(problem),
            caller_id=None if caller is None else str(caller.id),
            actor_id=None if caller is None else str(caller.actor_id),
        )


class _Exchange:
    """One request and its answer: what is added to either, and what is remembered of them."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        self.began = time.perf_counter()
        self.status = 0
        self.request_id = request_id
        self._receive = receive
        self._send = send
        self._length = 0
        self._is_head = scope["method"] == "HEAD"
        # HEAD is answered as GET is, without the body (RFC 9110, section 9.3.2).
        method = "GET" if self._is_head else scope["method"]
        self.state: dict[str, Any] = {**scope.get("state", {}), "request_id": request_id}
        self.scope: MutableMapping[str, Any] = {**scope, "method": method, "state": self.state}
        self._security = _NOSNIFF if scope["path"].startswith(_PAGES) else _SECURITY

    @property
    def caller(self) -> Caller | None:
        """Who called, if the route has let in somebody whom it knows."""
        visitor: Visitor | None = self.state.get("visitor")
        return None if visitor is None or visitor.caller.id == NOBODY else visitor.caller

    async def refuse(self, refused: Refused) -> None:
        """Answer with a refusal."""
        self.state["problem"] = refused.code
        await refusal_reply(refused, self.request_id).send(self.send, self.request_id)

    async def receive(self) -> Message:
        """The next part of the request; `Refused` when the body becomes too long."""
        message = await self._receive()
        if message["type"] == "http.request":
            self._length += len(message.get("body", b""))
            # Who may send more is known when the body is read, because the route was found before.
            limit_bytes = getattr(self.scope.get("route"), "body_limit_bytes", BODY_LIMIT_BYTES)
            if self._length > limit_bytes:
                raise Refused(DoorProblem.BODY_TOO_LARGE, details={"limit_bytes": limit_bytes})
        return message

    async def send(self, message: Message) -> None:
        """The next part of the answer, with the headers that every answer has."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            present = {name.lower() for name, _ in message["headers"]}
            ours = [(b"x-request-id", self.request_id.encode()), *self._security]
            added = [pair for pair in ours if pair[0] not in present]
            message = {**message, "headers": [*message["headers"], *added]}
        elif self._is_head:
            message = {**message, "body": b""}
        await self._send(message)
