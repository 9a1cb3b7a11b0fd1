"""The door of the money routes, and the outermost of all: what is not one of them is handed on.

A purchase is decided in microseconds and committed with hundreds of others, so the way from the socket to the posting
engine is short: one look into a table, one decoder made beforehand, no framework. Every money route goes this one way.
"""

import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from starlette.types import ASGIApp, Receive, Scope, Send

from florin.api.callers import Doorkeeper
from florin.api.failures import invalid_field, refusal_of
from florin.api.given import allowed
from florin.api.json_bodies import decode_json, require_json
from florin.api.lists import read_items, submit_list
from florin.api.metrics import Metrics
from florin.api.money.money_routes import MoneyRoute
from florin.api.problems.codes import DoorProblem
from florin.api.problems.document import Refused
from florin.api.queries import refuse_unknown_parameters
from florin.api.refusal_log import log_declined, log_refused
from florin.api.replies import ClientGone, Reply, read_body, refusal_reply
from florin.api.request_ids import request_id_of
from florin.clearing.guess_limit import GuessLimit
from florin.clearing.house import ClearingHouse
from florin.clearing.throttled import by_id
from florin.domain.identifiers import parse_id
from florin.domain.throttle_rules import ThrottleRule
from florin.storage.people.throttle import admit, give_back
from florin.storage.posting.request import Answer, Caller, PostingRequest

_KEY: Final = re.compile(rb"[!-~]{8,128}")
_SEGMENTS: Final = 5


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A route with its decoder."""

    route: MoneyRoute
    decode: Any


class MoneyDoor:
    """An ASGI application that serves the money routes and hands everything else to ``others``."""

    def __init__(
        self,
        routes: tuple[MoneyRoute, ...],
        house: ClearingHouse,
        doorkeeper: Doorkeeper,
        guesses: GuessLimit,
        metrics: Metrics,
        others: ASGIApp,
    ) -> None:
        self._house = house
        self._doorkeeper = doorkeeper
        self._guesses = guesses
        self._metrics = metrics
        self._others = others
        self._by_path: dict[str, _Prepared] = {}
        self._by_subject: dict[tuple[str, str], _Prepared] = {}
        for route in routes:
            prepared = _Prepared(route, msgspec.json.Decoder(route.body).decode)
            if route.subject is None:
                self._by_path[route.path] = prepared
            else:
                # /v1/holds/{hold_id}/capture
                _, _, things, _, verb = route.path.split("/")
                self._by_subject[things, verb] = prepared

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a money request, or hand it on."""
        if scope["type"] == "http" and scope["method"] == "POST":
            path: str = scope["path"]
            prepared = self._by_path.get(path)
            if prepared is not None:
                await self._serve(prepared, None, scope, receive, send)
                return
            segments = path.split("/")
            if len(segments) == _SEGMENTS and segments[1] == "v1" and segments[3]:
                prepared = self._by_subject.get((segments[2], segments[4]))
                if prepared is not None:
                    await self._serve(prepared, segments[3], scope, receive, send)
                    return
        await self._others(scope, receive, send)

    async def _serve(
        self, prepared: _Prepared, subject: str | None, scope: Scope, receive: Receive, send: Send
    ) -> None:
        began = time.perf_counter()
        headers: dict[bytes, bytes] = dict(scope["headers"])
        request_id = request_id_of(headers.get(b"x-request-id"))
        route, caller = prepared.route, None
        try:
            visitor = await self._doorkeeper.admit(headers.get(b"authorization"), route.allows, request_id)
            caller = visitor.caller
            query: bytes = scope.get("query_string", b"")
            reply = await self._answer(prepared, subject, query, headers, receive, caller)
        except ClientGone:
            return
        except Exception as error:  # noqa: BLE001 (whatever happens, the caller gets a problem)
            refused = refusal_of(error, request_id)
            reply = refusal_reply(refused, request_id)
            log_refused(route.path, refused.code, request_id, caller)
        await reply.send(send, request_id)
        # What was decided needs no line in the log: the book itself says who asked for what and when.
        self._metrics.observe("POST", route.path, reply.status, time.perf_counter() - began)
        if reply.problems:
            self._metrics.count_problems(route.path, reply.problems)

    async def _answer(
        self,
        prepared: _Prepared,
        subject: str | None,
        query: bytes,
        headers: dict[bytes, bytes],
        receive: Receive,
        caller: Caller,
    ) -> Reply:
        route = prepared.route
        if route.carries_secret:
            allowed(self._guesses.refusal(caller.actor_id))
        if query:
            refuse_unknown_parameters(query, ())
        subject_id = _subject_id(route, subject)
        key = "" if route.is_list else _idempotency_key(headers)
        raw = await read_body(receive, headers, route.body_limit_bytes)
        if not raw and not route.needs_body:
            raw = b"{}"
        else:
            require_json(headers.get(b"content-type", b""))
        if route.is_list:
            items = read_items(route, prepared.decode, raw)
            return await submit_list(self._house, self._guesses, route, caller, items)
        body = decode_json(prepared.decode, raw)
        request = route.verb(self._house, caller, key, body, subject_id)
        answer = await self._submit(request, route.throttle)
        if answer.decline is not None and route.carries_secret:
            await self._guesses.count(caller.actor_id, (answer,))
        return answer_reply(answer, route, caller)

    async def _submit(self, request: PostingRequest, throttle: ThrottleRule | None) -> Answer:
        if throttle is None:
            return await self._house.engine.submit(request)
        charges, now = [by_id(self._house.vault, throttle, request.caller.id)], datetime.now(UTC)
        allowed(await admit(self._house.pool, charges, now))
        answer = await self._house.engine.submit(request)
        if answer.decline is None:
            await give_back(self._house.pool, charges, now)
        return answer


def answer_reply(answer: Answer, route: MoneyRoute, caller: Caller) -> Reply:
    """The reply to a request that was decided: its stored answer as it is, or its decline as a problem."""
    headers = {"Idempotent-Replayed": "true"} if answer.replayed else {}
    if answer.decline is None:
        return Reply(route.status, answer.body, headers=headers)
    request_id = caller.request_id or ""
    log_declined(route.path, answer.decline, request_id, caller)
    details = msgspec.json.decode(answer.body)
    return refusal_reply(Refused(answer.decline, details=details, headers=headers), request_id)


def _idempotency_key(headers: dict[bytes, bytes]) -> str:
    key = headers.get(b"idempotency-key")
    if key is None:
        raise Refused(DoorProblem.IDEMPOTENCY_KEY_MISSING)
    if not _KEY.fullmatch(key):
        raise Refused(DoorProblem.IDEMPOTENCY_KEY_INVALID)
    return key.decode()


def _subject_id(route: MoneyRoute, text: str | None) -> UUID | None:
    if route.subject is None or text is None:
        return None
    try:
        return parse_id(route.subject.kind, text)
    except ValueError as error:
        raise invalid_field(f"{route.subject.kind}_id", str(error)) from None
