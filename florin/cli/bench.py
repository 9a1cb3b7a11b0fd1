"""``florin bench``: run a load program of the source tree's ``bench/`` on a database of its own."""

import subprocess
import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from florin.cli.exit_codes import Refusal
from florin.cli.printing import AsJson

app = typer.Typer(help="Measure this machine, on a database made for it and removed afterwards.", no_args_is_help=True)

_SOURCE_TREE: Final = Path(__file__).resolve().parents[2]


@app.command()
def purchase(
    as_json: AsJson = False,
    rounds: Annotated[int, typer.Option(min=1, help="Every figure is the median of so many.")] = 3,
    cards: Annotated[int, typer.Option(min=1, help="How many funded cards pay.")] = 100_000,
) -> None:
    """Purchases a second over HTTP one by one, in lists, and without HTTP, beside pgbench. Takes some minutes."""
    _run("bench.purchase", f"--rounds={rounds}", f"--cards={cards}", *(["--json"] if as_json else []))


@app.command()
def issue(
    cards: Annotated[int, typer.Option(min=1, help="How many cards to make.")] = 100_000,
) -> None:
    """Cards made a second, beside a raw COPY of the same rows, and the memory that it takes. Prints JSON."""
    _run("bench.issue_cards", str(cards))


@app.command()
def order(
    cards: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many cards to order.")] = 10_000,
    rounds: Annotated[int, typer.Option(min=1, help="So many orders, one after another.")] = 5,
) -> None:
    """Cards of a corporate order made a second, beside a raw COPY of the same rows, and the memory. Prints JSON."""
    _run("bench.issue_cards", str(cards), "--order", f"--rounds={rounds}")


@app.command()
def dormancy(
    owners: Annotated[int, typer.Option(min=10, help="How many cards and wallets to look at.")] = 1_000_000,
) -> None:
    """Seconds and memory that dormancy sweeps over a large book take. Prints JSON."""
    _run("bench.dormancy", str(owners))


@app.command()
def match(
    items: Annotated[int, typer.Option(min=1000, help="How many entries, and lines about them.")] = 1_000_000,
) -> None:
    """A day's statements matched with the book, beside loading both and joining them, and behind a history. JSON."""
    _run("bench.matching", str(items))


@app.command()
def prove(
    transfers: Annotated[int, typer.Option(min=100, help="How many transfers the book has.")] = 10_000_000,
) -> None:
    """Seconds that each proof of a large book takes: of all of it, and of what came since its seals. Prints JSON."""
    _run("bench.proofs", str(transfers))


@app.command()
def close(
    purchases: Annotated[int, typer.Option(min=100, help="How many journals the day has.")] = 1_000_000,
) -> None:
    """Seconds that each step of the close of a large day takes. Prints JSON."""
    _run("bench.close", str(purchases))


def _run(program: str, *arguments: str) -> None:
    """Run a load program; it is a process of its own so that nothing of this one is measured with it."""
    if not (_SOURCE_TREE / "bench").is_dir():
        raise Refusal("the load programs are in the source tree's bench/, and this is an installed package")
    done = subprocess.run([sys.executable, "-m", program, *arguments], cwd=_SOURCE_TREE, check=False)
    if done.returncode:
        raise typer.Exit(done.returncode)
