"""What can go wrong with the embedded server, in words for the person who starts it."""


class EmbeddedServerError(Exception):
    """The embedded PostgreSQL server cannot be made, started or stopped. The message says why and what to do."""
