"""Sockets to answer on, taken before anything else is started, and how long their clients may wait."""

import errno
import socket
from typing import Final

from florin.cli.exit_codes import Refusal

BACKLOG: Final = 2_048
"""Connections that may wait for a process to take them in."""

LAST_ANSWERS_S: Final = 30
"""How long requests under way may take to end when the service stops; the transaction limit is shorter."""


def listen(host: str, port: int, *, shared: bool = False) -> socket.socket:
    """A socket that listens; ``shared`` ones may have the same port. `Refusal` where the port cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG, reuse_port=shared)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Refusal(
                f"port {port} on {host} is in use by another program: stop that one, or take another port with "
                f"--port (make run PORT={port + 1})"
            ) from None
        raise Refusal(f"cannot listen on {host} port {port}: {error.strerror}") from None
