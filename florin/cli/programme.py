"""``florin programme``: create programmes, change their terms, show and list them."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

import typer

from florin.clearing.configuration.create_programme import CreateProgramme, create_programme
from florin.clearing.configuration.set_bank_account import SetBankAccount, set_bank_account
from florin.clearing.configuration.set_return_urls import SetReturnUrls, set_return_urls
from florin.clearing.configuration.update_programme import UpdateProgramme, update_programme
from florin.cli.configuration import change_configuration, programme_of, read_amount, read_configuration
from florin.cli.configuration_views import view_of
from florin.cli.exit_codes import ExitCode, Refusal
from florin.cli.opening import open_database
from florin.cli.printing import AsJson, print_json, print_table, say
from florin.cli.programme_tiers import tiers
from florin.cli.running import declined, read_settings, run
from florin.domain.bank_account import BankAccount
from florin.domain.declines import Decline
from florin.domain.lots import SpendOrder
from florin.domain.money import format_minor
from florin.domain.policy.catalogue import PackName
from florin.domain.programme import IssuerClass, Programme
from florin.domain.programme_terms import ProgrammeTerms, terms_of
from florin.storage.catalogue import read_catalogue
from florin.storage.configuration import ConfigurationChange
from florin.storage.corporate.bank_accounts import bank_account_of

app = typer.Typer(help="Programmes: the schemes whose cards and wallets are cleared.", no_args_is_help=True)

app.command("tiers")(tiers)

Code = Annotated[str, typer.Argument(help="Short name for commands, such as honeynut.")]
LowBalance = Annotated[str | None, typer.Option(help="Debits that cross this balance are told of; in units.")]
Pack = Annotated[PackName | None, typer.Option(help="The law that its cards are under.")]
HoldLifetime = Annotated[int | None, typer.Option(help="Seconds that a hold lives when its taker names no time.")]
HoldLifetimeLimit = Annotated[int | None, typer.Option(help="Seconds that a hold may live at most.")]
PaymentCodeLifetime = Annotated[int | None, typer.Option(help="Seconds that a member's payment code lives.")]
DormancyDays = Annotated[int | None, typer.Option(help="Days without activity after which a card is inactive.")]
Order = Annotated[SpendOrder | None, typer.Option(help="Which part of a balance is spent first.")]
CoolingDays = Annotated[int | None, typer.Option(help="Days that a member may think better of a closure.")]
ReviewHours = Annotated[int | None, typer.Option(help="Hours after a cash delivery in which it is reviewed.")]
Issuer = Annotated[IssuerClass | None, typer.Option(help="Which kind of issuer the law takes it for.")]
ClosingDays = Annotated[int | None, typer.Option(help="Days in which the end of a case may be disputed.")]

_USUAL_LOW_BALANCE = "20"


@app.command()
def create(  # noqa: PLR0913, PLR0917 (each is one option of the command)
    code: Code,
    name: Annotated[str, typer.Argument(help="Name for people.")],
    issuer_prefix: Annotated[str, typer.Option(help="First six digits of its card numbers, beginning with 9.")],
    currency: str = "CNY",
    time_zone: str = "Asia/Shanghai",
    cut_off: Annotated[datetime, typer.Option(formats=["%H:%M"], help="When its business day begins.")] = "00:00",  # type: ignore[assignment]
    policy_pack: Annotated[PackName, typer.Option(help="The law that its cards are under.")] = PackName.CN,
    low_balance: Annotated[str, typer.Option(help="Debits that cross it are told of; in units.")] = _USUAL_LOW_BALANCE,
    hold_lifetime_s: HoldLifetime = None,
    hold_lifetime_limit_s: HoldLifetimeLimit = None,
    payment_code_lifetime_s: PaymentCodeLifetime = None,
    dormancy_days: DormancyDays = None,
    spend_order: Order = None,
    closure_cooling_days: CoolingDays = None,
    review_hours: ReviewHours = None,
    case_closing_days: ClosingDays = None,
    issuer_class: Issuer = None,
    as_json: AsJson = False,
) -> None:
    """Create a programme. Code, currency, time zone, cut-off and issuer prefix stay for ever."""
    given = _given(
        hold_lifetime_s=hold_lifetime_s,
        hold_lifetime_limit_s=hold_lifetime_limit_s,
        payment_code_lifetime_s=payment_code_lifetime_s,
        dormancy_days=dormancy_days,
        spend_order=spend_order,
        closure_cooling_days=closure_cooling_days,
        review_hours=review_hours,
        case_closing_days=case_closing_days,
        issuer_class=issuer_class,
    )
    threshold_minor = read_amount("--low-balance", low_balance, currency, may_be_zero=True)
    command = CreateProgramme(
        code=code,
        unit=currency,
        time_zone=time_zone,
        cut_off=cut_off.time(),
        issuer_prefix=issuer_prefix,
        terms=ProgrammeTerms(name=name, policy_pack=policy_pack, low_balance_threshold_minor=threshold_minor, **given),
    )
    _show(change_configuration(lambda change: create_programme(change, command)), as_json=as_json)


@app.command("change")
def change_terms(  # noqa: PLR0913, PLR0917 (each is one option of the command)
    code: Code,
    name: Annotated[str | None, typer.Option(help="Name for people.")] = None,
    policy_pack: Pack = None,
    low_balance: LowBalance = None,
    hold_lifetime_s: HoldLifetime = None,
    hold_lifetime_limit_s: HoldLifetimeLimit = None,
    payment_code_lifetime_s: PaymentCodeLifetime = None,
    dormancy_days: DormancyDays = None,
    spend_order: Order = None,
    closure_cooling_days: CoolingDays = None,
    review_hours: ReviewHours = None,
    case_closing_days: ClosingDays = None,
    issuer_class: Issuer = None,
    as_json: AsJson = False,
) -> None:
    """Change the terms of a programme; what is not named stays as it is."""
    given = _given(
        name=name,
        policy_pack=policy_pack,
        hold_lifetime_s=hold_lifetime_s,
        hold_lifetime_limit_s=hold_lifetime_limit_s,
        payment_code_lifetime_s=payment_code_lifetime_s,
        dormancy_days=dormancy_days,
        spend_order=spend_order,
        closure_cooling_days=closure_cooling_days,
        review_hours=review_hours,
        case_closing_days=case_closing_days,
        issuer_class=issuer_class,
    )
    if not given and low_balance is None:
        raise Refusal("name the terms that are to change; `florin programme change --help` lists them")

    async def step(change: ConfigurationChange) -> Programme | Decline:
        programme = programme_of(change.catalogue, code)
        if low_balance is not None:
            threshold_minor = read_amount("--low-balance", low_balance, programme.unit, may_be_zero=True)
            given["low_balance_threshold_minor"] = threshold_minor
        return await update_programme(change, UpdateProgramme(programme.id, replace(terms_of(programme), **given)))

    _show(change_configuration(step), as_json=as_json)


@app.command()
def show(code: Code, as_json: AsJson = False) -> None:
    """Show a programme: what is fixed for its life, and its terms."""
    _show(programme_of(read_configuration(), code), as_json=as_json)


@app.command("bank-account")
def bank_account(
    code: Code,
    holder: Annotated[str | None, typer.Option(help="Whose account it is.")] = None,
    bank: Annotated[str | None, typer.Option(help="Name of the bank and its branch.")] = None,
    number: Annotated[str | None, typer.Option(help="Number of the account.")] = None,
) -> None:
    """Show the bank account that corporate customers are told to pay to, or set it for every invoice from now on."""
    if holder is None and bank is None and number is None:
        _say_account(code, run(_read_account(code)))
        return
    if holder is None or bank is None or number is None:
        raise Refusal("--holder, --bank and --number belong together")
    account = BankAccount.read(holder, bank, number)

    async def step(change: ConfigurationChange) -> BankAccount | Decline:
        return await set_bank_account(change, SetBankAccount(programme_of(change.catalogue, code).id, account))

    _say_account(code, change_configuration(step))


async def _read_account(code: str) -> BankAccount:
    async with open_database(read_settings()) as pool:
        account = await bank_account_of(pool, programme_of(await read_catalogue(pool), code).id)
    if account is None:
        raise Refusal(declined(Decline.BANK_ACCOUNT_NOT_SET), ExitCode.DECLINED)
    return account


def _say_account(code: str, account: BankAccount) -> None:
    say(f"Customers of {code} pay to {account.number} of {account.holder} at {account.bank}.")


@app.command("list")
def list_all(as_json: AsJson = False) -> None:
    """List all programmes."""
    programmes = read_configuration().programmes.values()
    if as_json:
        print_json([view_of(each) for each in programmes])
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


def _given(**terms: Any) -> dict[str, Any]:  # noqa: ANN401 (fields of several types)
    return {name: value for name, value in terms.items() if value is not None}


def _show(programme: Programme, *, as_json: bool) -> None:
    view = view_of(programme)
    if as_json:
        print_json(view)
        return
    del view["low_balance_threshold_minor"]
    low_balance = format_minor(programme.low_balance_threshold_minor, programme.unit)
    rows = [(name.replace("_", " "), value) for name, value in view.items()]
    print_table(programme.name, ("field", "value"), [*rows, ("low balance", low_balance)])


@app.command("return-urls")
def set_pages(
    code: Annotated[str, typer.Argument(help="Code of the programme.")],
    url: Annotated[list[str] | None, typer.Argument(help="Pages, word for word; none without.")] = None,
    as_json: AsJson = False,
) -> None:
    """Set the pages to which members may be sent back from a provider's pay page."""

    async def step(change: ConfigurationChange) -> Programme | Decline:
        owner = programme_of(change.catalogue, code)
        return await set_return_urls(change, SetReturnUrls(owner.id, tuple(url or ())))

    changed = change_configuration(step)
    if as_json:
        print_json(view_of(changed))
    else:
        say("\n".join(changed.return_urls) or "Members are sent back to no page.")
