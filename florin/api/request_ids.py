"""Request ids: one for every request, in its answer, its log line and the operation that it leaves in the book."""

import os
import re
from typing import Final

from florin.api.logs import looks_secret

# What a caller chose goes into logs and the database, so it is short and plain.
_ACCEPTED: Final = re.compile(rb"[A-Za-z0-9._-]{8,64}")
_BYTES: Final = 12


def request_id_of(given: bytes | None) -> str:
    """The caller's ``X-Request-Id`` if it is 8 to 64 letters, digits, dots, hyphens and underscores, else a new one.

    One that could be a card number, a PIN or a token is replaced as well: request ids are logged and kept.
    """
    if given is not None and _ACCEPTED.fullmatch(given) and not looks_secret(given.decode()):
        return given.decode()
    return "req_" + os.urandom(_BYTES).hex()
