"""Files that are sent as bodies: kept on disk while they are read, under no name, so that nothing of them is left."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import IO

from starlette.requests import Request


@asynccontextmanager
async def uploaded(request: Request) -> AsyncIterator[IO[bytes]]:
    """The body of a request as a file with a descriptor; it is gone after the block.

    Raises:
        Refused: it is longer than the route takes.
    """
    with tempfile.TemporaryFile(prefix="florin-") as file:
        async for part in request.stream():
            file.write(part)
        file.flush()
        yield file
