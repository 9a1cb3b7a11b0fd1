"""Files as answers: what the document of the API says of them, and how they leave."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from tempfile import TemporaryFile
from typing import IO, Any, Final

from starlette.responses import Response

AGE: Final = "application/age-encryption"
SEALED: Final = {AGE: "age-encryption.org/v1\n-> X25519 ..."}
"""A file that only its recipient can open, and how it begins."""

_PART_BYTES: Final = 256 * 1024
NOT_STORED: Final = {"Cache-Control": "no-store"}
"""What goes with an answer that is shown once: nobody between us and the caller may keep it (RFC 9111, 5.2.2.5)."""


def answers_file(examples: dict[str, str]) -> dict[str, Any]:
    """What a route says of itself that answers with a file: the beginning of one by media type."""
    binary = {"type": "string", "format": "binary"}
    content = {media_type: {"schema": binary, "example": example} for media_type, example in examples.items()}
    return {"response_class": Response, "responses": {200: {"content": content}}}


def attachment(name: str) -> dict[str, str]:
    """The header by which a browser keeps an answer as a file of that name."""
    return {"Content-Disposition": f'attachment; filename="{name}"'}


@asynccontextmanager
async def written_whole() -> AsyncIterator[IO[bytes]]:
    """A file that is written whole before its first byte is sent: neither its size nor a slow client takes memory.

    After the block it is at its beginning, for `parts_of`; an exception closes it.
    """
    file: IO[bytes] = TemporaryFile()  # noqa: SIM115 (it is closed when its last part has been sent)
    try:
        yield file
    except BaseException:
        file.close()
        raise
    file.seek(0)


async def parts_of(file: IO[bytes]) -> AsyncIterator[bytes]:
    """What is left of a file, part by part; then it is closed."""
    with file:
        while part := await asyncio.to_thread(file.read, _PART_BYTES):
            yield part
