"""``florin programme tiers`` and ``florin loyalty tiers``: what companies pay of a face, and members of a price."""

from typing import Annotated

import typer

from florin.clearing.configuration.set_tiers import SetTiers, set_tiers
from florin.cli.configuration import change_configuration, programme_of, read_amount
from florin.cli.exit_codes import Refusal
from florin.cli.printing import AsJson, print_json, print_table
from florin.domain.declines import Decline
from florin.domain.money import format_minor
from florin.domain.tiers import Ladder, Tier
from florin.storage.configuration import ConfigurationChange

_MOST_DECIMALS = 2


def tiers(
    code: Annotated[str, typer.Argument(help="Code of the programme.")],
    tier: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME:FROM:PERCENT", help="Such as gold:30000:93; given once or more, they are set."),
    ] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Have none: everybody pays the whole face.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show what companies pay of a face value by the money that they have brought in, or set it."""
    _show_or_set(Ladder.GROUP, code, tier, clear=clear, as_json=as_json)


def personal_tiers(
    code: Annotated[str, typer.Argument(help="Code of the programme.")],
    tier: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME:FROM:PERCENT", help="Such as yellow:1000:98; given once or more, they are set."),
    ] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Have none: everybody pays the whole price.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show what members pay of a price by what they have spent, or set it; the programme pays the merchant the rest."""
    _show_or_set(Ladder.PERSONAL, code, tier, clear=clear, as_json=as_json)


def _show_or_set(ladder: Ladder, code: str, tier: list[str] | None, *, clear: bool, as_json: bool) -> None:
    if tier and clear:
        raise Refusal("--tier and --clear do not go together")

    async def step(change: ConfigurationChange) -> tuple[tuple[Tier, ...], str] | Decline:
        programme = programme_of(change.catalogue, code)
        if not tier and not clear:
            return await change.tiers(programme.id, ladder), programme.unit
        wanted = tuple(_read(each, programme.unit) for each in tier or ())
        done = await set_tiers(change, SetTiers(programme.id, wanted, ladder))
        return done if isinstance(done, Decline) else (done, programme.unit)

    found, unit = change_configuration(step)
    if as_json:
        print_json(
            [
                {
                    "name": each.name,
                    "from": {"amount": each.from_minor, "currency": unit},
                    "price_basis_points": each.price_basis_points,
                }
                for each in found
            ]
        )
        return
    rows = [
        (each.name, f"{format_minor(each.from_minor, unit)} {unit}", _percent(each.price_basis_points))
        for each in found
    ]
    if ladder is Ladder.GROUP:
        print_table(f"Tiers of {code}", ("tier", "from", "pays of a face"), rows)
    else:
        print_table(f"Tiers of the members of {code}", ("tier", "from", "pays of a price"), rows)


def _read(text: str, unit: str) -> Tier:
    name, _, rest = text.partition(":")
    threshold, _, percent = rest.partition(":")
    return Tier(name, read_amount("--tier", threshold, unit), _basis_points(percent))


def _basis_points(percent: str) -> int:
    units, _, fraction = percent.removesuffix("%").partition(".")
    digits = units + fraction
    if not (units and digits.isascii() and digits.isdecimal() and len(fraction) <= _MOST_DECIMALS):
        raise Refusal(f"--tier: {percent} is no percentage with at most {_MOST_DECIMALS} decimals")
    return int(units) * 100 + int(fraction.ljust(_MOST_DECIMALS, "0"))


def _percent(basis_points: int) -> str:
    return f"{basis_points // 100}.{basis_points % 100:02} %"
