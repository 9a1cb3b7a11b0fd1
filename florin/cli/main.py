"""``florin``: its commands, each in a file of its own, and how their failures end the process."""

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

COMMANDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "serve": "Serve the API until SIGTERM or Ctrl-C, which let the requests under way end.",
        "migrate": "Bring the schema up to date: on the embedded server, or on FLORIN_DATABASE_URL as its owner.",
        "keys": "The keyring: what opens card numbers and derives PINs.",
        "programme": "Programmes: the schemes whose cards and wallets are cleared.",
        "product": "Card products: the kinds of cards that a programme issues.",
        "merchant": "Merchants: the shops that sell and accept cards.",
        "terminal": "Terminals: the tills of a merchant.",
        "network": "The network: where a programme's cards are sold and accepted.",
        "key": "API keys: what machines call the service with.",
        "person": "People who work with Florin, the operator's own and customers', and their logins.",
        "customer": "Corporate customers: the companies that order cards, and their money.",
        "receipt": "Receipts: money that customers have paid, by the bank's reference.",
        "funding-refund": "Funding refunds: money of a customer that goes back, by two people.",
        "order": "Corporate orders: from a draft to cards that are activated.",
        "loyalty": "Points, vouchers and referrals: what a programme gives its members.",
        "closure": "Closures: accounts that are given up, and paid out by two people.",
        "payout": "Payouts: what closed accounts are owed, and the files by which banks pay it and merchants.",
        "netting": "Netting: what programmes owe each other for merchants that one of them pays.",
        "settlement": "Settlement: what merchants are owed, day by day, approved and paid by two people.",
        "counterparty": "Counterparties: whose statements are compared with the book.",
        "statement": "Statements: files of banks and payment providers, taken in whole or kept apart.",
        "match": "Match the book with statements: everything that is not matched, of all programmes.",
        "matches": "List what belongs together between book and statements, and why.",
        "suggestions": "List what might belong to a line or entry, by amounts and by slips of the pen.",
        "break": "Breaks: what differs between our book and others' statements, and how it ends.",
        "suspense": "Suspense: money on a bank account of ours that nobody was found for, decided about by two people.",
        "case": "Cases: disputes and complaints, and what our people do about them.",
        "loss": "Lost cards: stopped at once, then found again or replaced by a second person.",
        "cash-order": "Orders paid in cash at the door, and their reviews.",
        "dormancy": "Cards and wallets that nobody uses, and what is done about them.",
        "payment": "Payments: what members bring in through providers, and what goes back.",
        "notice": "Notices: what members are told, in which words, and when not.",
        "webhook": "Webhooks: where events are sent to, signed, until they arrive.",
        "agreement": "Agreements: the terms that members accept.",
        "issue": "Make cards of a product. With --recipient and --out, write numbers and PINs to an encrypted file.",
        "clear": "Post a merchant's clearing file, each line exactly once however often it is taken in.",
        "verify": "Run the proofs over the whole book.",
        "close-day": "Close every open day up to one: proofs, files, matching, breaks, statements, seal and reports.",
        "day": "The close of a day: how it stands, its terms, what people decide about it, and its reports.",
        "seals": "List the sealed days and hash each again.",
        "report": "Show a report, or write it to a file.",
        "export-journals": "Write the journals of some days as CSV: one line a side of each transfer.",
        "export-book": "Write the book for Beancount or hledger, with what each account must come to.",
        "openapi": "Print the OpenAPI document of the API, as it stands in openapi.yaml.",
        "bench": "Measure this machine, on a database made for it and removed afterwards.",
        "sandbox-provider": "Take payments that no money moves for, until SIGTERM or Ctrl-C.",
        "demo-code": "Print a one-time code of somebody of the demo, as an authenticator would show it.",
        "demo-month": "Play a month of members' lives, day by day, in a book of its own, and print what it held.",
        "demo": "Issue and sell cards, register members, trade for a day from many clients, and print what came of it.",
    }
)
"""Each command and its line of the help page, in order. The file of this room that bears its name has its ``app``."""

_OTHER_FILES: Final = {"break": "breaks"}
"""Where the name of a command cannot be that of a file."""


class _Commands(TyperGroup):
    """Imports the file of a command when it is called: most need neither the web framework nor each other."""

    def __init__(self, **attributes: Any) -> None:  # noqa: ANN401 (whatever Typer makes a group of)
        super().__init__(**attributes)
        self.commands = {name: TyperCommand(name, help=line) for name, line in COMMANDS.items()}

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:  # noqa: ANN401 (a class of Typer's own inside)
        """The command that the arguments begin with, and the arguments that are left to it."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, command if name is None else imported(name), rest


def imported(name: str) -> Any:  # noqa: ANN401 (a class of Typer's own inside)
    """The command of that name, from its file."""
    file = _OTHER_FILES.get(name, name.replace("-", "_"))
    command = typer.main.get_command(import_module(f"florin.cli.{file}").app)
    command.name = name
    # Completion is installed for `florin` as a whole; Typer offers it with each of its applications.
    command.params = [each for each in command.params if each.name not in {"install_completion", "show_completion"}]
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
        # A command that ends well needs none of the files whose failures these two can tell.
        from florin.cli.failures import exit_code_of, told  # noqa: PLC0415 (see above)
        from florin.cli.printing import complain  # noqa: PLC0415 (see above)

        code = exit_code_of(error)
        if code is None:
            raise
        complain(told(error))
        raise SystemExit(code) from None


if __name__ == "__main__":
    main()
