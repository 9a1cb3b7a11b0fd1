"""``florin loyalty``: what a programme gives its members for spending and for bringing others in."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from florin.batch.loyalty.carry_out import carry_out_loyalty
from florin.clearing.configuration.set_loyalty_terms import SetLoyaltyTerms, set_loyalty_terms
from florin.cli.configuration import change_configuration, programme_of, read_amount
from florin.cli.exit_codes import Refusal
from florin.cli.house import open_house
from florin.cli.printing import AsJson, print_json, print_table
from florin.cli.programme_tiers import personal_tiers
from florin.cli.running import read_settings, run
from florin.domain.declines import Decline
from florin.domain.loyalty_terms import USUAL_VALIDITY_DAYS, DatedTerms, LoyaltyTerms
from florin.domain.money import format_minor
from florin.domain.points import PointsRule, Reward
from florin.domain.programme import Programme
from florin.domain.referral import ReferralDue
from florin.storage.configuration import ConfigurationChange

app = typer.Typer(help="Points, vouchers and referrals: what a programme gives its members.", no_args_is_help=True)


@app.command()
def terms(
    code: Annotated[str, typer.Argument(help="Code of the programme.")],
    as_json: AsJson = False,
) -> None:
    """Show what a programme gives its members, by the business day from which."""

    async def step(change: ConfigurationChange) -> tuple[tuple[DatedTerms, ...], Programme]:
        programme = programme_of(change.catalogue, code)
        return await change.loyalty_terms(programme.id), programme

    _show(*change_configuration(step), as_json=as_json)


@app.command("set")
def set_terms(  # noqa: PLR0913 (an option for each term)
    code: Annotated[str, typer.Argument(help="Code of the programme.")],
    *,
    per_point: Annotated[str, typer.Option(help="What a point is earned for, such as 1.00.")] = "1.00",
    double_day: Annotated[list[int] | None, typer.Option(help="Day of every month that counts double.")] = None,
    double_date: Annotated[
        list[datetime] | None, typer.Option(formats=["%Y-%m-%d"], help="Single day that counts double.")
    ] = None,
    keep_from: Annotated[int | None, typer.Option(help="Points of a year from which all points are kept.")] = None,
    monthly: Annotated[
        list[str] | None, typer.Option(metavar="POINTS:FACE", help="Voucher for a month's points, such as 1000:10.")
    ] = None,
    offer: Annotated[
        list[str] | None, typer.Option(metavar="POINTS:FACE", help="Voucher that points are exchanged for.")
    ] = None,
    voucher_days: Annotated[int, typer.Option(help="Days for which vouchers are valid.")] = USUAL_VALIDITY_DAYS,
    referral: Annotated[str | None, typer.Option(metavar="FACE", help="Voucher for both sides of a referral.")] = None,
    referral_due: Annotated[ReferralDue, typer.Option(help="When a referral is rewarded.")] = ReferralDue.FIRST_LOAD,
    from_day: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First business day; today's by default.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Set what a programme gives its members from a business day on; what is not named is not given."""

    async def step(change: ConfigurationChange) -> tuple[tuple[DatedTerms, ...], Programme] | Decline:
        programme = programme_of(change.catalogue, code)
        unit = programme.unit
        rule = PointsRule(
            read_amount("--per-point", per_point, unit),
            tuple(sorted(double_day or ())),
            tuple(sorted(each.date() for each in double_date or ())),
            keep_from,
        )
        wanted = LoyaltyTerms(
            points=rule,
            monthly=tuple(_reward("--monthly", each, unit) for each in monthly or ()),
            offers=tuple(_reward("--offer", each, unit) for each in offer or ()),
            voucher_days=voucher_days,
            referral_face_minor=None if referral is None else read_amount("--referral", referral, unit),
            referral_due=referral_due,
        )
        effective_on = None if from_day is None else from_day.date()
        done = await set_loyalty_terms(change, SetLoyaltyTerms(programme.id, wanted, effective_on))
        return done if isinstance(done, Decline) else ((done,), programme)

    _show(*change_configuration(step), as_json=as_json)


@app.command("run")
def run_now() -> None:
    """Credit closed days, let overdue vouchers lapse and reward referrals, as a serving process does every minute."""

    async def carried_out() -> None:
        async with open_house(read_settings()) as house:
            await carry_out_loyalty(house.clearing, datetime.now(UTC))

    run(carried_out())


app.command("tiers")(personal_tiers)


def _reward(option: str, text: str, unit: str) -> Reward:
    points, _, face = text.partition(":")
    if not (points.isascii() and points.isdecimal()):
        raise Refusal(f"{option}: {text} is not points, a colon and a face, such as 1000:10")
    return Reward(int(points), read_amount(option, face, unit))


def _show(history: tuple[DatedTerms, ...], programme: Programme, *, as_json: bool) -> None:
    views = [_view(each, programme.unit) for each in history]
    if as_json:
        print_json(views)
        return
    for view in views:
        title = f"Loyalty terms of {programme.code} from {view['from']}"
        print_table(title, ("term", "value"), [(name.replace("_", " "), value) for name, value in view.items()])


def _view(dated: DatedTerms, unit: str) -> dict[str, Any]:
    terms_then, rule = dated.terms, dated.terms.points
    face_minor = terms_then.referral_face_minor
    return {
        "from": dated.effective_on.isoformat(),
        "a_point_for": format_minor(rule.minor_per_point, unit),
        "double_days": ", ".join(map(str, rule.double_days)),
        "double_dates": ", ".join(each.isoformat() for each in rule.double_dates),
        "points_kept_from": rule.keep_from_points,
        "monthly": _rewards(terms_then.monthly, unit),
        "offers": _rewards(terms_then.offers, unit),
        "voucher_days": terms_then.voucher_days,
        "referral": None if face_minor is None else format_minor(face_minor, unit),
        "referral_due": terms_then.referral_due.value,
    }


def _rewards(rewards: tuple[Reward, ...], unit: str) -> str:
    return ", ".join(f"{each.points}:{format_minor(each.face_minor, unit)}" for each in rewards)
