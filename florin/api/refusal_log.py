"""The log of what was refused at the money door.

An approved or declined request is in the book, which says who asked for what and when. What was refused before that is
nowhere else: its line bears the id that stands in the caller's answer as ``instance``.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Final

import structlog

from florin.api.problems.catalogue import status_of
from florin.api.problems.codes import Code
from florin.storage.posting.request import Caller

_log: Final = structlog.get_logger("florin.api.access")


def log_refused(route: str, code: Code, request_id: str, caller: Caller | None) -> None:
    """A request that was refused at the door, by whom it came if that is known."""
    _log.info("refused", **_told(route, request_id, caller), status=status_of(code), problem=str(code))


def log_declined(route: str, code: Code, request_id: str, caller: Caller) -> None:
    """A request that was declined; the book has it, so that this is for those who look closely."""
    _log.debug("declined", **_told(route, request_id, caller), status=status_of(code), problem=str(code))


def log_items_refused(route: str, codes: Iterable[Code], caller: Caller) -> None:
    """The items of a list that were refused and left nothing in the book, by code; no line if there are none."""
    counts = Counter(map(str, codes))
    if counts:
        _log.info("items_refused", **_told(route, caller.request_id or "", caller), problems=dict(counts))


def _told(route: str, request_id: str, caller: Caller | None) -> dict[str, str | None]:
    return {
        "method": "POST",
        "route": route,
        "request_id": request_id,
        "caller_id": None if caller is None else str(caller.id),
        "actor_id": None if caller is None else str(caller.actor_id),
    }
