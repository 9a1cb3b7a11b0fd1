"""Request ids: one for every request, in its answer, its log line and the operation that it leaves in the book."""

import os
import re
from typing import Final

# What a caller chose goes into logs and the database, so it is short and plain.
_ACCEPTED: Final = re.compile(rb"[A-Za-z0-9._-]{8,64}")
_BYTES: Final = 12


def request_id_of(given: bytes | None) -> str:
    """The caller's ``X-Request-Id`` if it is 8 to 64 letters, digits, dots, hyphens and underscores, else a new one."""
    if given is not None and _ACCEPTED.fullmatch(given):
        return given.decode()
    return "req_" + os.urandom(_BYTES).hex()
