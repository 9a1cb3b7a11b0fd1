"""A problem as it goes over the wire: RFC 9457, ``application/problem+json``."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from florin.api.problems.catalogue import PROBLEMS, status_of
from florin.api.problems.codes import Code

CONTENT_TYPE: Final = "application/problem+json"
RETRY_AFTER_BUSY_S: Final = 1
"""What a caller waits when the service is at its limit: the queue is emptied many times a second."""

_encode: Final = msgspec.json.Encoder().encode


class Refused(Exception):
    """Raised at a door: the request is answered with this problem and nothing has been done.

    ``details`` become members of the document (``field``, ``shortfall``...), ``headers`` go with the answer.
    """

    def __init__(
        self,
        code: Code,
        detail: str | None = None,
        *,
        details: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(str(code))
        self.code = code
        self.detail = detail
        self.details = details or {}
        self.headers = headers or {}


def problem(
    code: Code, request_id: str, detail: str | None = None, details: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The document of a problem; ``type`` is relative to the service, which explains the code at that address."""
    entry = PROBLEMS[code]
    return {
        "type": f"/problems/{code}",
        "title": entry.meaning,
        "status": entry.status,
        "code": str(code),
        "detail": detail or entry.remedy,
        "instance": request_id,
        **(details or {}),
    }


def problem_bytes(
    code: Code, request_id: str, detail: str | None = None, details: Mapping[str, Any] | None = None
) -> bytes:
    """The document of a problem as JSON."""
    return _encode(problem(code, request_id, detail, details))


def headers_of(code: Code, given: Mapping[str, str] | None = None) -> dict[str, str]:
    """The headers that go with a problem by its status (RFC 9110, 11.6.1 and 10.2.3), and those given."""
    headers = dict(given or {})
    match status_of(code):
        case 401:
            headers.setdefault("WWW-Authenticate", "Bearer")
        case 503:
            headers.setdefault("Retry-After", str(RETRY_AFTER_BUSY_S))
        case _:
            pass
    return headers
