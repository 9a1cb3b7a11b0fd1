"""Logs: one JSON object a line (or colours for people), and nothing secret in any of them.

Nobody is meant to log a secret. This is the second wall: fields that could hold one are emptied, and what looks like a
card number, a PIN, an e-code, a payment code or a token is masked wherever it stands.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, Final

import structlog
from structlog.typing import Processor

REDACTED: Final = "[redacted]"

_SECRET_FIELDS: Final = frozenset(
    {
        "authorization",
        "code",
        "contacts",
        "document_number",
        "e_code",
        "ecode",
        "mail",
        "mobile",
        "new_password",
        "number",
        "password",
        "payment_code",
        "pin",
        "token",
        "totp_code",
        "totp_secret",
    }
)
_SECRET_TEXTS: Final = re.compile(
    r"fl_[a-z]{3}_[0-9a-f]{8,}"  # tokens
    r"|(?<![0-9A-Za-z])9(?:[ -]?[0-9]){18}(?![0-9A-Za-z])"  # card numbers
    r"|(?<![0-9A-Za-z-])[0-9]{8}(?![0-9A-Za-z-])"  # PINs
    r"|(?<![0-9A-Za-z])[0-9]{18}(?![0-9A-Za-z])"  # payment codes
    r"|(?<![0-9A-Za-z])(?<![0-9A-Za-z]-)[0-9A-HJKMNP-TV-Z]{4}(?:-?[0-9A-HJKMNP-TV-Z]{4}){4}(?!-?[0-9A-Za-z])"  # e-codes
    r"|(?i:bearer) +[^\s,\"']+"
)
_DEEPEST: Final = 6


def redact(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take everything out of a log entry that may be secret (a structlog processor)."""
    return {name: _clean(name, value, _DEEPEST) for name, value in event.items()}


def looks_secret(text: str) -> bool:
    """Whether something in a text would be masked in a log."""
    return _SECRET_TEXTS.search(text) is not None


def _clean(name: str, value: object, depth: int) -> object:
    if name.lower() in _SECRET_FIELDS:
        return REDACTED
    match value:
        case str():
            return _SECRET_TEXTS.sub(REDACTED, value)
        case bytes():
            return REDACTED
        case dict():
            return {key: _clean(str(key), each, depth - 1) for key, each in value.items()} if depth else REDACTED
        case list() | tuple() | set() | frozenset():
            return [_clean("", each, depth - 1) for each in value] if depth else REDACTED
        case None | bool() | int() | float():
            return value
        case _:
            return _SECRET_TEXTS.sub(REDACTED, str(value))


def configure_logs(level: str, style: str) -> None:
    """Write logs to standard error: ``level`` is debug, info, warning or error, ``style`` is json or console.

    What libraries log by the standard library goes the same way, from warnings on.
    """
    to_text: Processor = structlog.dev.ConsoleRenderer() if style == "console" else structlog.processors.JSONRenderer()
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redact,
    ]
    threshold = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[*shared, to_text],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    named = [structlog.stdlib.add_logger_name, *shared]
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=named, processor=to_text))
    logging.basicConfig(handlers=[handler], level=max(threshold, logging.WARNING), force=True)
