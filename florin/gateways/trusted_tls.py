"""Whom we trust on the network: the authorities of this machine, read once."""

import ssl
from functools import cache


@cache
def trusted_tls() -> ssl.SSLContext:
    """The settings of TLS for every connection to the outside; reading the authorities takes tens of milliseconds."""
    return ssl.create_default_context()
