"""What is agreed with merchants about their settlement, by command: terms, bank accounts, and the banks' calendar."""

import csv
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from florin.clearing.house import ClearingHouse
from florin.clearing.settlement import agree_account, agree_terms
from florin.clearing.settlement.set_bank_calendar import SetBankCalendar, set_bank_calendar
from florin.cli.configuration import merchant_of, programme_of, read_amount
from florin.cli.desk import As
from florin.cli.exit_codes import Refusal
from florin.cli.order_desk import act, id_of
from florin.cli.printing import AsJson, print_json, print_table, say
from florin.cli.slips import amount, named
from florin.cli.step_up import act_with_code
from florin.domain.bank_account import BankAccount
from florin.domain.bank_calendar import CHINA, BankCalendar
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.merchant_terms import DatedMerchantTerms, FeeBand, FeesOnRefund, MerchantTerms
from florin.domain.people import Actor
from florin.storage.catalogue import read_catalogue
from florin.storage.people.logins import CodeProof
from florin.storage.settlement.merchant_accounts import MerchantAccount
from florin.storage.settlement.merchant_terms import AgreedTerms, terms_columns

Programme = Annotated[str, typer.Argument(help="Short name of the programme.")]
Merchant = Annotated[str, typer.Argument(help="Short name of the merchant.")]
Terms = Annotated[str, typer.Argument(metavar="TERMS", help="Id of the proposed terms (mtm_...).")]
Account = Annotated[str, typer.Argument(metavar="ACCOUNT", help="Id of the proposed account (mac_...).")]
Band = Annotated[
    list[str], typer.Option(help="A rate and the month's turnover from which it is: 60@0, then 38@100000.")
]


def propose_terms(  # noqa: PLR0913, PLR0917 (each is an option of the command)
    programme: Programme,
    merchant: Merchant,
    effective_on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="First business day.")],
    band: Band,
    as_user: As,
    flat_fee: Annotated[str, typer.Option(callback=amount("--flat-fee"), help="What each purchase costs.")] = "0",
    fees_on_refund: Annotated[FeesOnRefund, typer.Option(help="What becomes of the rate.")] = FeesOnRefund.KEPT,
    reserve: Annotated[int, typer.Option(help="Basis points that are kept in reserve.")] = 0,
    reserve_days: Annotated[int, typer.Option(help="For how many days.")] = 0,
    minimum: Annotated[str, typer.Option(callback=amount("--minimum"), help="The least that is paid.")] = "0.01",
    pays_after: Annotated[int, typer.Option(help="Banking days between the day and its payment.")] = 1,
    set_off: Annotated[bool, typer.Option(help="Take what it owes for cards sold off what it is owed.")] = False,
    as_json: AsJson = False,
) -> None:
    """Propose a merchant's terms from a business day on; another person approves them."""

    async def step(house: ClearingHouse, actor: Actor) -> AgreedTerms | Decline:
        catalogue = await read_catalogue(house.pool)
        within, whose = programme_of(catalogue, programme), merchant_of(catalogue, merchant)
        with named("terms"):
            terms = MerchantTerms(
                flat_fee_minor=read_amount("--flat-fee", flat_fee, within.unit, may_be_zero=True),
                bands=tuple(_band(each, within.unit) for each in band),
                fees_on_refund=fees_on_refund,
                reserve_basis_points=reserve,
                reserve_days=reserve_days,
                minimum_payout_minor=read_amount("--minimum", minimum, within.unit),
                pays_after=pays_after,
                sets_off=set_off,
            )
        dated = DatedMerchantTerms(effective_on.date(), terms)
        command = agree_terms.ProposeTerms(within.id, whose.id, dated)
        return await agree_terms.propose_terms(house, actor, command, _now())

    _show_terms([act(as_user, step)], as_json=as_json)


def approve_terms(terms: Terms, as_user: As, as_json: AsJson = False) -> None:
    """Put proposed terms in force; statements that are not approved yet are worked out anew."""
    _show_terms([_decided_terms(terms, as_user, accept=True)], as_json=as_json)


def refuse_terms(terms: Terms, as_user: As, as_json: AsJson = False) -> None:
    """Refuse proposed terms."""
    _show_terms([_decided_terms(terms, as_user, accept=False)], as_json=as_json)


def list_terms(programme: Programme, merchant: Merchant, as_user: As, as_json: AsJson = False) -> None:
    """List all terms that were ever proposed for a merchant, the latest first."""

    async def step(house: ClearingHouse, actor: Actor) -> list[AgreedTerms] | Decline:
        catalogue = await read_catalogue(house.pool)
        within, whose = programme_of(catalogue, programme), merchant_of(catalogue, merchant)
        return await agree_terms.list_terms(house, actor, within.id, whose.id)

    _show_terms(act(as_user, step), as_json=as_json)


def propose_account(
    merchant: Merchant,
    holder: Annotated[str, typer.Option(help="Whose account it is.")],
    bank: Annotated[str, typer.Option(help="Name of the bank and its branch.")],
    number: Annotated[str, typer.Option(help="Number of the account.")],
    as_user: As,
    as_json: AsJson = False,
) -> None:
    """Propose the bank account that a merchant is paid to, or confirm the one in force; another person approves it."""
    with named("--holder, --bank, --number"):
        account = BankAccount.read(holder, bank, number)

    async def step(house: ClearingHouse, actor: Actor) -> MerchantAccount | Decline:
        whose = merchant_of(await read_catalogue(house.pool), merchant)
        return await agree_account.propose_account(house, actor, whose.id, account, _now())

    _show_account(act(as_user, step), as_json=as_json)


def approve_account(account: Account, as_user: As, as_json: AsJson = False) -> None:
    """Put a proposed bank account in force."""
    _show_account(_decided_account(account, as_user, accept=True), as_json=as_json)


def refuse_account(account: Account, as_user: As, as_json: AsJson = False) -> None:
    """Refuse a proposed bank account."""
    _show_account(_decided_account(account, as_user, accept=False), as_json=as_json)


def set_calendar(
    programme: Programme,
    year: Annotated[int, typer.Argument(help="The year.")],
    as_user: As,
    days: Annotated[
        Path | None, typer.Option(help="CSV without headings: a day, and holiday or worked. China's own if absent.")
    ] = None,
) -> None:
    """Set on which days of a year a programme's banks work other than from Monday to Friday."""
    differs = _days_of(days) if days is not None else CHINA.get(year)
    if differs is None:
        raise Refusal(f"China's calendar of {year} is not known here: give --days")
    if any(day.year != year for day in differs):
        raise Refusal(f"--days: days of {year} only")

    async def step(house: ClearingHouse, actor: Actor) -> BankCalendar | Decline:
        within = programme_of(await read_catalogue(house.pool), programme)
        return await set_bank_calendar(house, actor, SetBankCalendar(within.id, year, differs), _now())

    calendar = act(as_user, step)
    say(f"{year}: {len(differs)} days differ; {len(calendar.differs)} in all years.")


def _decided_terms(terms: str, as_user: str, *, accept: bool) -> AgreedTerms:
    terms_id = id_of("merchant_terms", terms)

    async def step(house: ClearingHouse, actor: Actor, proof: CodeProof) -> AgreedTerms | Decline:
        return await agree_terms.decide_terms(house, actor, terms_id, proof, _now(), accept=accept)

    return act_with_code(as_user, step)


def _decided_account(account: str, as_user: str, *, accept: bool) -> MerchantAccount:
    account_id = id_of("merchant_account", account)

    async def step(house: ClearingHouse, actor: Actor, proof: CodeProof) -> MerchantAccount | Decline:
        return await agree_account.decide_account(house, actor, account_id, proof, _now(), accept=accept)

    return act_with_code(as_user, step)


def _band(text: str, unit: str) -> FeeBand:
    rate, at, start = text.partition("@")
    if not (rate.isascii() and rate.isdigit() and at):
        raise Refusal(f"--band: {text} is no rate in basis points and turnover, such as 60@0")
    return FeeBand(read_amount("--band", start, unit, may_be_zero=True), int(rate))


def _days_of(path: Path) -> dict[date, bool]:
    """The days of a file: ``2026-10-01,holiday`` and ``2026-10-10,worked``."""
    kinds = {"holiday": False, "worked": True}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return {date.fromisoformat(day): kinds[kind] for day, kind in csv.reader(file)}
    except (OSError, ValueError, KeyError) as error:
        raise Refusal(f"--days: {path} has no days such as 2026-10-01,holiday ({type(error).__name__})") from None


def _show_terms(found: list[AgreedTerms], *, as_json: bool) -> None:
    if as_json:
        print_json([_terms_told(each) for each in found])
        return
    rows = [
        (
            each.dated.effective_on,
            each.status,
            ", ".join(f"{band.basis_points}@{band.from_minor}" for band in each.dated.terms.bands),
            each.dated.terms.flat_fee_minor,
            each.dated.terms.reserve_basis_points,
            f"T+{each.dated.terms.pays_after}",
            wire_id("merchant_terms", each.id),
        )
        for each in found
    ]
    print_table("Terms (minor units)", ("from", "status", "bands", "flat fee", "reserve", "paid", "terms"), rows)


def _terms_told(agreed: AgreedTerms) -> dict[str, Any]:
    return {"id": wire_id("merchant_terms", agreed.id), "status": agreed.status, **terms_columns(agreed.dated)}


def _show_account(account: MerchantAccount, *, as_json: bool) -> None:
    told = {"id": wire_id("merchant_account", account.id), "status": account.status, "last4": account.last4}
    if as_json:
        print_json(told)
    else:
        print_table("Bank account", tuple(told), [tuple(told.values())])


def _now() -> datetime:
    return datetime.now(UTC)
