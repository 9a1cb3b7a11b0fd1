"""``florin dormancy``: cards and wallets that nobody uses, and what is done about them."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from florin.batch.dormancy.sweep import rehearse
from florin.batch.dormancy.sweep import sweep as run_sweep
from florin.cli.opening import open_database
from florin.cli.printing import AsJson, print_json, print_table
from florin.cli.progress import progress
from florin.cli.running import read_settings, run

app = typer.Typer(help="Cards and wallets that nobody uses, and what is done about them.", no_args_is_help=True)

_COUNTED = ("owners", "notices", "inactive", "dormant", "woken")


@app.command()
def sweep(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count what a sweep would do, and do nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Look at every card and wallet once: tell, change and wake whom it is time for. Goes on with one not finished."""

    async def whole_sweep() -> dict[str, object]:
        now = datetime.now(UTC)
        async with open_database(read_settings()) as pool:
            with progress("Looking at cards and wallets") as tell:
                if dry_run:
                    return dict(await rehearse(pool, now, tell))
                done = asdict(await run_sweep(pool, now, tell))
        return {name: done[name] for name in ("began_at", *_COUNTED)}

    done = run(whole_sweep())
    if as_json:
        print_json({**done, "dry_run": dry_run})
    else:
        title = "What a sweep would do" if dry_run else "Dormancy sweep"
        print_table(title, ("looked at", *_COUNTED[1:]), [[done[name] for name in _COUNTED]])
