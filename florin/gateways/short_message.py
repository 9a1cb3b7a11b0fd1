"""Short messages: what a gateway for them can be asked, and the one that every machine has, a local spool.

A carrier's gateway is another implementation of the same Protocol. In China a carrier sends no text of ours but a
template that it has approved, with values in its places: so a message carries the values beside its text.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

import msgspec

from florin.domain.notice import Language, NoticeKind
from florin.gateways.failures import GatewayAwayError
from florin.gateways.spool import put


@dataclass(frozen=True, slots=True)
class ShortMessage:
    """A text for a mobile number in E.164 form; the id stays the same however often it is sent.

    ``values`` are what the text was filled in with, for a template of the carrier's own. ``begun_at`` is when it was
    last begun to be sent, and nobody knows what came of that; None when it is sent for the first time.
    """

    id: str
    number: str = field(repr=False)
    text: str = field(repr=False)
    kind: NoticeKind
    language: Language
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    begun_at: datetime | None = None


class ShortMessageGateway(Protocol):
    """A way for short messages to go out."""

    async def send(self, message: ShortMessage, now: datetime) -> None:
        """Send a message; one that may have been sent before is looked for first, where the carrier can tell.

        Raises:
            GatewayAwayError: nothing goes out now.
            NotNowError: not to this number now.
            RefusedForGoodError: never to this number.
        """


class SpooledShortMessages:
    """Messages as JSON files in a directory: ``id``, ``number`` and ``text``."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    async def send(self, message: ShortMessage, now: datetime) -> None:  # noqa: ARG002 (a file takes its own place)
        """Leave the message in the spool; `GatewayAwayError` when the disk does not take it."""
        content = msgspec.json.encode({"id": message.id, "number": message.number, "text": message.text})
        try:
            await asyncio.to_thread(put, self._directory, f"{message.id}.json", content)
        except OSError as error:
            raise GatewayAwayError(type(error).__name__) from error
