"""What the exit code of a command means. ``docs/runbook.md`` tells operators; 1 is a failure that nobody foresaw."""

from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ended."""

    DONE = 0
    REFUSED = 2  # bad usage, input, settings or keyring: nothing was done
    DECLINED = 3  # asked in good form and answered with a business "no", in whole or in part
    FINDINGS = 4  # the book or its seals do not prove themselves
    UNAVAILABLE = 5  # the database cannot be reached or is overloaded: the same command may be run again


class Refusal(Exception):
    """A command cannot be carried out; the message tells its user what to do."""

    def __init__(self, message: str, code: ExitCode = ExitCode.REFUSED) -> None:
        super().__init__(message)
        self.code = code
