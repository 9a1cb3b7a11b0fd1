"""``florin counterparty``: whose statements are compared with the book, and by which terms."""

from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer

from florin.clearing.house import ClearingHouse
from florin.cli import counterparty_fees as fees
from florin.cli.configuration import programme_of
from florin.cli.desk import As
from florin.cli.exit_codes import Refusal
from florin.cli.order_desk import act
from florin.cli.plain_words import words
from florin.cli.printing import AsJson, Form
from florin.cli.running import accepted
from florin.cli.slips import named
from florin.domain.column_mapping import ColumnMapping
from florin.domain.counterparty import Counterparty, CounterpartyKind, CounterpartyTerms
from florin.domain.declines import Decline
from florin.domain.invalid_field import InvalidField
from florin.domain.money import InvalidAmount, format_minor, parse_decimal
from florin.domain.paging import MAX_LIMIT
from florin.domain.people import Actor
from florin.domain.statement_file import FileFormat
from florin.reconciliation.counterparties import RegisterCounterparty, change_terms, register_counterparty
from florin.reconciliation.read_statements import counterparties_page, counterparty_named
from florin.reconciliation.statement_views import counterparty_view

app = typer.Typer(help="Counterparties: whose statements are compared with the book.", no_args_is_help=True)

Code = Annotated[str, typer.Argument(help="Short name; of a provider the one of FLORIN_PAYMENT_PROVIDERS.")]
Name = Annotated[str, typer.Option(help="Name for people.")]
Formats = Annotated[list[FileFormat], typer.Option("--format", help="What it sends; may be given several times.")]
Columns = Annotated[
    Path | None, typer.Option(exists=True, dir_okay=False, help="The mapping of a table's columns (TOML).")
]
Lag = Annotated[int, typer.Option(help="Business days by which it is usually later than we are.")]
Window = Annotated[int, typer.Option(help="Days that two dates of one thing may lie apart.")]
Tolerance = Annotated[str, typer.Option(help="By how much amounts may differ, such as 0.01.")]
FeeTolerance = Annotated[str, typer.Option(help="By how much fees may differ.")]
WriteOff = Annotated[str, typer.Option(help="Up to which amount a difference may be written off.")]
Numbered = Annotated[bool, typer.Option("--numbered", help="Its statements count up by one.")]
FetchedFrom = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The first day whose files we fetch from it.")
]

_LIST: Final = Form(
    "Counterparties",
    ("code", "name", "kind", "sends", "lag", "amounts +-", "fees +-", "write-off", "", "counterparty"),
    lambda view: (
        view["code"],
        view["name"],
        words(view["kind"]),
        ", ".join(view["formats"]),
        view["lag_days"],
        *(
            format_minor(view[each], view["currency"])
            for each in ("amount_tolerance", "fee_tolerance", "write_off_limit")
        ),
        view["currency"],
        view["id"],
    ),
)


@app.command("list")
def list_all(as_user: As, as_json: AsJson = False) -> None:
    """List counterparties, the latest first."""

    async def step(house: ClearingHouse, actor: Actor) -> tuple[Counterparty, ...] | Decline:
        return accepted(await counterparties_page(house, actor, None, MAX_LIMIT)).items

    _LIST.show_all([counterparty_view(each) for each in act(as_user, step)], as_json=as_json)


@app.command()
def register(  # noqa: PLR0913, PLR0917 (each is one option of the command)
    code: Code,
    programme: Annotated[str, typer.Argument(help="Short name of the programme that it belongs to.")],
    name: Name,
    formats: Formats,
    as_user: As,
    account: Annotated[
        str | None, typer.Option(help="Number of our bank account, or of our account at the provider.")
    ] = None,
    bank: Annotated[bool, typer.Option("--bank", help="A bank account; otherwise a payment provider.")] = False,
    columns: Columns = None,
    lag_days: Lag = 1,
    date_window_days: Window = 3,
    amount_tolerance: Tolerance = "0",
    fee_tolerance: FeeTolerance = "0",
    write_off_limit: WriteOff = "0",
    numbered: Numbered = False,
    fetched_from: FetchedFrom = None,
    as_json: AsJson = False,
) -> None:
    """Register a bank account or a payment provider whose statements are taken in."""
    kind = CounterpartyKind.BANK if bank else CounterpartyKind.PROVIDER
    mapping = _mapping(columns)

    async def step(house: ClearingHouse, actor: Actor) -> Counterparty | Decline:
        found = programme_of(await house.engine.current_catalogue(), programme)
        with named("the counterparty"):
            terms = CounterpartyTerms(
                name=name,
                formats=frozenset(formats),
                columns=mapping,
                lag_days=lag_days,
                date_window_days=date_window_days,
                amount_tolerance_minor=_minor(amount_tolerance, found.unit),
                fee_tolerance_minor=_minor(fee_tolerance, found.unit),
                write_off_limit_minor=_minor(write_off_limit, found.unit),
                is_numbered=numbered,
                fetched_from=None if fetched_from is None else fetched_from.date(),
            )
            command = RegisterCounterparty(
                kind=kind,
                code=code,
                programme_id=found.id,
                account_number=account,
                currency=found.unit,
                terms=terms,
            )
            return await register_counterparty(house, actor, command, datetime.now(UTC))

    _LIST.show(counterparty_view(act(as_user, step)), as_json=as_json)


@app.command()
def change(  # noqa: PLR0913, PLR0917 (each is one option of the command)
    code: Code,
    as_user: As,
    name: Annotated[str | None, typer.Option(help="Name for people.")] = None,
    formats: Annotated[
        list[FileFormat] | None, typer.Option("--format", help="What it sends, in place of before.")
    ] = None,
    columns: Columns = None,
    lag_days: Annotated[int | None, typer.Option(help="Business days by which it is usually later.")] = None,
    amount_tolerance: Annotated[str | None, typer.Option(help="By how much amounts may differ.")] = None,
    fee_tolerance: Annotated[str | None, typer.Option(help="By how much fees may differ.")] = None,
    write_off_limit: Annotated[str | None, typer.Option(help="Up to which amount may be written off.")] = None,
    fetched_from: FetchedFrom = None,
    as_json: AsJson = False,
) -> None:
    """Change the terms of a counterparty; what is not named stays as it is."""
    mapping = _mapping(columns)

    async def step(house: ClearingHouse, actor: Actor) -> Counterparty | Decline:
        known = accepted(await counterparty_named(house, actor, code))
        unit = known.currency
        wanted = {
            "name": name,
            "formats": frozenset(formats) if formats else None,
            "columns": mapping,
            "lag_days": lag_days,
            "amount_tolerance_minor": None if amount_tolerance is None else _minor(amount_tolerance, unit),
            "fee_tolerance_minor": None if fee_tolerance is None else _minor(fee_tolerance, unit),
            "write_off_limit_minor": None if write_off_limit is None else _minor(write_off_limit, unit),
            "fetched_from": None if fetched_from is None else fetched_from.date(),
        }
        given = {field.name: getattr(known.terms, field.name) for field in fields(CounterpartyTerms)}
        given |= {field: value for field, value in wanted.items() if value is not None}
        if FileFormat.MAPPED_CSV not in given["formats"]:
            given["columns"] = None
        with named("the counterparty"):
            return await change_terms(house, actor, known.id, CounterpartyTerms(**given), datetime.now(UTC))

    _LIST.show(counterparty_view(act(as_user, step)), as_json=as_json)


app.command("propose-fees")(fees.propose_fee_terms)
app.command("approve-fees")(fees.approve_fee_terms)
app.command("refuse-fees")(fees.refuse_fee_terms)
app.command("fees")(fees.list_fee_terms)


def _mapping(path: Path | None) -> ColumnMapping | None:
    """The mapping of a file; `Refusal` for one that tells none."""
    if path is None:
        return None
    try:
        return msgspec.toml.decode(path.read_bytes(), type=ColumnMapping)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refusal(f"--columns: {error}") from None
    except InvalidField as error:
        raise Refusal(f"--columns: {error.field}: {error.reason}") from None


def _minor(text: str, unit: str) -> int:
    try:
        return parse_decimal(text, unit)
    except InvalidAmount as error:
        raise Refusal(f"{text}: {error}") from None
