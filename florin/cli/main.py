"""``florin``: every command, each from a file of its own, and how their failures end the process."""

import typer

from florin.cli import (
    agreement,
    clear,
    close_day,
    issue,
    key,
    keys,
    merchant,
    migrate,
    network,
    openapi,
    product,
    programme,
    seals,
    serve,
    terminal,
    verify,
)
from florin.cli.printing import complain
from florin.cli.running import exit_code_of

app = typer.Typer(
    help="Clearing service for stored value and prepaid gift cards. docs/runbook.md tells how to run it.",
    no_args_is_help=True,
    # The local variables of a failing command can hold card numbers and keys.
    pretty_exceptions_show_locals=False,
)

app.command("serve")(serve.serve)
app.command("migrate")(migrate.migrate_database)
app.add_typer(keys.app, name="keys")
app.add_typer(programme.app, name="programme")
app.add_typer(product.app, name="product")
app.add_typer(merchant.app, name="merchant")
app.add_typer(terminal.app, name="terminal")
app.add_typer(network.app, name="network")
app.add_typer(key.app, name="key")
app.add_typer(agreement.app, name="agreement")
app.command("issue")(issue.issue)
app.command("clear")(clear.clear)
app.command("verify")(verify.verify)
app.command("close-day")(close_day.close_day)
app.command("seals")(seals.seals)
app.command("openapi")(openapi.openapi)


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
