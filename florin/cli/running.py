"""Running a command: its settings, its event loop, and what a signal does to it."""

import asyncio
import logging
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeVar

import structlog
from pydantic import ValidationError

from florin.cli.exit_codes import ExitCode, Refusal
from florin.domain.declines import Decline
from florin.settings import Settings

_Result = TypeVar("_Result")

# The values of a failing function's variables, which a console shows by default, can be card numbers and keys.
_LOG: Final = (
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
)

ENDED_BY_SIGNAL: Final = 128
"""What shells add to the number of the signal that ended a command."""


def read_settings() -> Settings:
    """The settings of this process; `Refusal` names the variables that are wrong, and never shows a value."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(f"FLORIN_{'.'.join(map(str, each['loc'])).upper()}: {each['msg']}" for each in error.errors())
        raise Refusal(f"{wrong} (docs/settings.md explains every setting)") from None


def run(
    command: Coroutine[Any, Any, _Result], *, loop_factory: Callable[[], asyncio.AbstractEventLoop] | None = None
) -> _Result:
    """Run a command to its end, on the loop that ``loop_factory`` makes.

    SIGTERM and SIGINT cancel it, so that whatever it has opened is closed. Its log goes to standard error and holds
    warnings only, because standard output is for its answer.

    Raises:
        SystemExit: a signal ended it.
    """
    structlog.configure(
        processors=_LOG,
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    caught: list[int] = []
    try:
        with asyncio.Runner(loop_factory=loop_factory) as runner:
            return runner.run(_cancellable(command, caught))
    except asyncio.CancelledError:
        if not caught:
            raise
        raise SystemExit(ENDED_BY_SIGNAL + caught[0]) from None


async def _cancellable(command: Coroutine[Any, Any, _Result], caught: list[int]) -> _Result:
    task = asyncio.ensure_future(command)
    loop = asyncio.get_running_loop()

    def stop(number: int) -> None:
        caught.append(number)
        task.cancel()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop, number)
    return await task


def accepted(result: _Result | Decline) -> _Result:
    """The result of a verb; a decline ends the command with its code and what it means."""
    if isinstance(result, Decline):
        raise Refusal(declined(result), ExitCode.DECLINED)
    return result


def declined(decline: Decline) -> str:
    """A decline in words: its code, and the sentence that callers over HTTP get as its title."""
    # Of the API's room this is the one page that knows sentences, and only a command that is declined needs it.
    from florin.api.problems.catalogue import PROBLEMS  # noqa: PLC0415 (see above)

    return f"declined, {decline}: {PROBLEMS[decline].meaning}"
