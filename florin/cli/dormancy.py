"""``florin dormancy``: cards and wallets that nobody uses, and what is done about them."""

from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from florin.batch.dormancy.sweep import rehearse
from florin.batch.dormancy.sweep import sweep as run_sweep
from florin.clearing.dormancy.set_dormancy_terms import SetDormancyTerms, set_dormancy_terms
from florin.cli import dormancy_people
from florin.cli.configuration import programme_of, this_machine
from florin.cli.opening import open_database
from florin.cli.printing import AsJson, print_json, print_table
from florin.cli.progress import progress
from florin.cli.running import accepted, read_settings, run
from florin.domain.dormancy import DormancyTerms, Ending
from florin.storage.catalogue import read_catalogue
from florin.storage.dormancy.dormancy import terms_of

app = typer.Typer(help="Cards and wallets that nobody uses, and what is done about them.", no_args_is_help=True)

_COUNTED = ("owners", "notices", "inactive", "dormant", "woken")


@app.command()
def sweep(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count what a sweep would do, and do nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Look at every card and wallet once: tell, change and wake whom it is time for. Goes on with one not finished."""

    async def whole_sweep() -> dict[str, Any]:
        now = datetime.now(UTC)
        async with open_database(read_settings()) as pool:
            with progress("Looking at cards and wallets") as tell:
                if dry_run:
                    return {"began_at": now, **await rehearse(pool, now, tell)}
                return asdict(await run_sweep(pool, now, tell))

    done = run(whole_sweep())
    counted = {name: done[name] for name in _COUNTED}
    if as_json:
        print_json({"dry_run": dry_run, "began_at": done["began_at"], **counted})
    else:
        title = "What a sweep would do" if dry_run else "Dormancy sweep"
        print_table(title, ("looked at", *_COUNTED[1:]), [list(counted.values())])


@app.command()
def terms(
    code: Annotated[str, typer.Argument(help="Code of the programme.")],
    low_balance_days: Annotated[int | None, typer.Option(help="Days without activity for low balances.")] = None,
    dormant_days: Annotated[int | None, typer.Option(help="Days from inactive to dormant.")] = None,
    notice_days: Annotated[int | None, typer.Option(help="Days between a notice and its stage.")] = None,
    new_days: Annotated[int | None, typer.Option(help="Days for which a member counts as new.")] = None,
    ending: Annotated[Ending | None, typer.Option(help="What may become of dormant balances.")] = None,
    ending_days: Annotated[int | None, typer.Option(help="Days from dormant until it may.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show by which terms cards and wallets become dormant, or change those that are named."""
    named = {
        "low_balance_days": low_balance_days,
        "dormant_days": dormant_days,
        "notice_days": notice_days,
        "new_days": new_days,
        "ending": ending,
        "ending_days": ending_days,
    }
    given: dict[str, Any] = {name: value for name, value in named.items() if value is not None}

    async def shown_or_changed() -> tuple[int, DormancyTerms]:
        async with open_database(read_settings()) as pool:
            programme = programme_of(await read_catalogue(pool), code)
            wanted = replace(await terms_of(pool, programme.id), **given)
            if given:
                accepted(await set_dormancy_terms(pool, SetDormancyTerms(programme.id, wanted), this_machine()))
            return programme.dormancy_days, wanted

    days, found = run(shown_or_changed())
    view = {
        "dormancy_days": days,
        **asdict(found),
        "low_balance_days": found.low_balance_days or days,
        "dormant_days": found.dormant_days or days,
    }
    if as_json:
        print_json(view)
    else:
        print_table(f"Dormancy in {code}", ("term", "value"), [(n.replace("_", " "), v) for n, v in view.items()])


dormancy_people.register(app)
