"""Answers as bytes, with the headers that every answer carries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from starlette.types import Receive, Send

from florin.api.problems.catalogue import status_of
from florin.api.problems.codes import DoorProblem
from florin.api.problems.document import CONTENT_TYPE, Refused, headers_of, problem_bytes

SECURITY_HEADERS: Final = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
}
"""On every answer of the API: nothing of it is kept by a cache, run, framed or taken for another type."""

_SECURITY: Final = [(name.encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]


class ClientGone(Exception):
    """The client closed the connection before its request was complete; nobody waits for an answer."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer: status, JSON and the headers beyond those that every answer has.

    ``problems`` are the codes that it tells: of a refusal its own, of a list those of the items that were refused.
    """

    status: int
    body: bytes
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    problems: Sequence[str] = ()

    async def send(self, send: Send, request_id: str) -> None:
        """Send it."""
        headers = [
            (b"content-type", self.content_type.encode()),
            (b"content-length", b"%d" % len(self.body)),
            (b"x-request-id", request_id.encode()),
            *_SECURITY,
        ]
        if self.headers:
            headers += [(name.lower().encode(), value.encode()) for name, value in self.headers.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


def refusal_reply(refused: Refused, request_id: str) -> Reply:
    """The answer to a request that is refused."""
    body = problem_bytes(refused.code, request_id, refused.detail, refused.details)
    headers = headers_of(refused.code, refused.headers)
    return Reply(status_of(refused.code), body, CONTENT_TYPE, headers, (refused.code,))


async def read_body(receive: Receive, headers: Mapping[bytes, bytes], limit_bytes: int) -> bytes:
    """The whole body of a request.

    Raises:
        Refused: `BODY_TOO_LARGE`, before more than the limit has been kept.
        ClientGone: the connection was closed in the middle of it.
    """
    announced = headers.get(b"content-length", b"0")
    if announced.isdigit() and int(announced) > limit_bytes:
        raise Refused(DoorProblem.BODY_TOO_LARGE, details={"limit_bytes": limit_bytes})
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        part: bytes = message.get("body", b"")
        if len(body) + len(part) > limit_bytes:
            raise Refused(DoorProblem.BODY_TOO_LARGE, details={"limit_bytes": limit_bytes})
        # Most bodies come in one part, which is then not copied.
        body = body + part if body else part
        if not message.get("more_body", False):
            return body
