"""``florin programme``: create programmes and list them."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

from florin.clearing.configuration.create_programme import CreateProgramme, create_programme
from florin.cli.configuration import change_configuration, read_amount, read_configuration
from florin.cli.printing import AsJson, print_json, print_table
from florin.domain.money import format_minor
from florin.domain.policy.catalogue import PackName
from florin.domain.programme import Programme
from florin.domain.programme_terms import ProgrammeTerms

app = typer.Typer(help="Programmes: the schemes whose cards and wallets are cleared.", no_args_is_help=True)


@app.command()
def create(  # noqa: PLR0913, PLR0917 (each is one option of the command)
    code: Annotated[str, typer.Argument(help="Short name for commands, such as honeynut.")],
    name: Annotated[str, typer.Argument(help="Name for people.")],
    issuer_prefix: Annotated[str, typer.Option(help="First six digits of its card numbers, beginning with 9.")],
    currency: str = "CNY",
    time_zone: str = "Asia/Shanghai",
    cut_off: Annotated[datetime, typer.Option(formats=["%H:%M"], help="When its business day begins.")] = "00:00",  # type: ignore[assignment]
    policy_pack: Annotated[PackName, typer.Option(help="The law that its cards are under.")] = PackName.CN,
    low_balance: Annotated[str, typer.Option(help="Debits that cross this balance are told of; in units.")] = "20",
    as_json: AsJson = False,
) -> None:
    """Create a programme. Code, currency, time zone, cut-off and issuer prefix stay for ever."""
    threshold_minor = read_amount("--low-balance", low_balance, currency, may_be_zero=True)
    terms = ProgrammeTerms(name=name, policy_pack=policy_pack, low_balance_threshold_minor=threshold_minor)
    command = CreateProgramme(
        code=code,
        unit=currency,
        time_zone=time_zone,
        cut_off=cut_off.time(),
        issuer_prefix=issuer_prefix,
        terms=terms,
    )
    _show([change_configuration(lambda change: create_programme(change, command))], as_json=as_json)


@app.command("list")
def list_all(as_json: AsJson = False) -> None:
    """List all programmes."""
    _show(list(read_configuration().programmes.values()), as_json=as_json)


def _show(programmes: list[Programme], *, as_json: bool) -> None:
    if as_json:
        print_json([{**asdict(each), "cut_off": f"{each.cut_off:%H:%M}"} for each in programmes])
        return
    columns = ("code", "name", "currency", "business day", "issuer prefix", "policy", "low balance")
    rows = [
        (
            each.code,
            each.name,
            each.unit,
            f"{each.time_zone} {each.cut_off:%H:%M}",
            each.issuer_prefix,
            each.policy_pack,
            format_minor(each.low_balance_threshold_minor, each.unit),
        )
        for each in programmes
    ]
    print_table("Programmes", columns, rows)
