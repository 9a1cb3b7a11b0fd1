"""What the bank's statement says of payouts, recorded: the same two commands for every kind of them."""

from typing import Annotated, Any, Protocol

import typer

from florin.clearing.payouts.book_payout import ReturnPayout, SettlePayout, return_payout, settle_payout
from florin.clearing.payouts.payout_rules import AnyPayout, PayoutRules
from florin.cli.customer_views import told
from florin.cli.desk import As
from florin.cli.order_desk import asks, id_of
from florin.cli.printing import AsJson
from florin.cli.slips import reason as reason_typed
from florin.domain.identifiers import PREFIXES
from florin.storage.fresh_ids import fresh_id

BankReference = Annotated[str, typer.Option(help="What the bank calls it.")]


class Show(Protocol):
    """Prints how a payout stands."""

    def __call__(self, view: dict[str, Any], /, *, as_json: bool) -> None:
        """Print it for people or machines."""


def payout_named(kind: str) -> Any:  # noqa: ANN401 (typer's own)
    """The argument that names a payout of a kind."""
    return typer.Argument(metavar="PAYOUT", help=f"Id of the payout ({PREFIXES[kind]}_...).")


def add_bank_steps(app: typer.Typer, rules: PayoutRules[AnyPayout], show: Show, *, settle: str, send_back: str) -> None:
    """Add ``settle`` and ``return`` to the commands on payouts of a kind, with what the help says of each."""

    @app.command("settle", help=settle)
    def record_settled(
        payout: Annotated[str, payout_named(rules.wire_kind)],
        bank_reference: BankReference,
        as_user: As,
        as_json: AsJson = False,
    ) -> None:
        command = SettlePayout(id_of(rules.wire_kind, payout), bank_reference)
        show(told(asks(as_user, settle_payout, rules, command, fresh_id().hex)), as_json=as_json)

    @app.command("return", help=send_back)
    def record_returned(
        payout: Annotated[str, payout_named(rules.wire_kind)],
        bank_reference: BankReference,
        reason: Annotated[str, typer.Option(callback=reason_typed, help="What the bank says about it.")],
        as_user: As,
        as_json: AsJson = False,
    ) -> None:
        command = ReturnPayout(id_of(rules.wire_kind, payout), bank_reference, reason)
        show(told(asks(as_user, return_payout, rules, command, fresh_id().hex)), as_json=as_json)
