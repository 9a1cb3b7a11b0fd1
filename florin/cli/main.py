"""``florin``: its commands, each in a file of its own, and how their failures end the process."""

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any, Final

import typer
from typer.core import TyperGroup

from florin.cli.printing import complain
from florin.cli.running import exit_code_of

COMMANDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "serve": "serve",
        "migrate": "migrate",
        "keys": "keys",
        "programme": "programme",
        "product": "product",
        "merchant": "merchant",
        "terminal": "terminal",
        "network": "network",
        "key": "key",
        "agreement": "agreement",
        "issue": "issue",
        "clear": "clear",
        "verify": "verify",
        "close-day": "close_day",
        "seals": "seals",
        "openapi": "openapi",
        "bench": "bench",
        "demo": "demo",
    }
)
"""Each command and the file of this room whose ``app`` it is, in the order of the help page."""


class _Commands(TyperGroup):
    """Imports the file of a command when it is asked for: most need neither the web framework nor each other."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401 (the context is a class of Typer's own inside)
        """Every command, in the order of the help page."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401 (as above)
        """The command of that name, if there is one."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command = typer.main.get_command(import_module(f"florin.cli.{COMMANDS[cmd_name]}").app)
        command.name = cmd_name
        return command


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    # The local variables of a failing command can hold card numbers and keys.
    pretty_exceptions_show_locals=False,
)


@app.callback()
def florin() -> None:
    """Clearing service for stored value and prepaid gift cards. docs/runbook.md tells how to run it."""


def main() -> None:
    """The entry point. Failures that were foreseen are told in one line; the others show where they came from."""
    try:
        app()
    except Exception as error:
        code = exit_code_of(error)
        if code is None:
            raise
        complain(str(error))
        raise SystemExit(code) from None


if __name__ == "__main__":
    main()
