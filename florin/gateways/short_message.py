"""Short messages: what a gateway for them can be asked, and the one that every machine has, a local spool.

A carrier's gateway is another implementation of the same Protocol. In China each wants its own registered signature
and template for every text, so that none can be spoken to without an account there.
"""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import msgspec

from florin.gateways.failures import GatewayAwayError
from florin.gateways.spool import put


@dataclass(frozen=True, slots=True)
class ShortMessage:
    """A text for a mobile number in E.164 form; the id stays the same however often it is sent."""

    id: str
    number: str = field(repr=False)
    text: str = field(repr=False)


class ShortMessageGateway(Protocol):
    """A way for short messages to go out."""

    async def send(self, message: ShortMessage) -> None:
        """Send a message; sending it twice may deliver it twice.

        Raises:
            GatewayAwayError: nothing goes out now.
            NotNowError: not to this number now.
            RefusedForGoodError: never to this number.
        """


class SpooledShortMessages:
    """Messages as JSON files in a directory: ``id``, ``number`` and ``text``."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    async def send(self, message: ShortMessage) -> None:
        """Leave the message in the spool; `GatewayAwayError` when the disk does not take it."""
        content = msgspec.json.encode({"id": message.id, "number": message.number, "text": message.text})
        try:
            await asyncio.to_thread(put, self._directory, f"{message.id}.json", content)
        except OSError as error:
            raise GatewayAwayError(type(error).__name__) from error
