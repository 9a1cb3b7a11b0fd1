"""``florin verify``: prove the book."""

from dataclasses import asdict
from typing import Annotated

import typer

from florin.cli.configuration import this_machine
from florin.cli.exit_codes import ExitCode, Refusal
from florin.cli.opening import open_database
from florin.cli.printing import AsJson, hint, print_json, print_table
from florin.cli.progress import progress
from florin.cli.proof_table import ProofRow, print_proofs
from florin.cli.running import read_settings, run
from florin.reconciliation.findings import ProofReport, ProofResult
from florin.reconciliation.proofs import PROOFS
from florin.reconciliation.prove import prove

app = typer.Typer()


@app.command()
def verify(
    only: Annotated[list[int] | None, typer.Option(help="Number of a proof; several times for several.")] = None,
    as_json: AsJson = False,
) -> None:
    """Run the proofs over the whole book. Ends with 4 when one has a finding. The service may run meanwhile."""
    numbers = sorted({each.number for each in PROOFS})
    if unknown := set(only or ()) - set(numbers):
        raise Refusal(f"--only: there is no proof {min(unknown)}, only {', '.join(map(str, numbers))}")
    report = run(_verify(only))
    show_proofs(report, as_json=as_json)
    if not report.ok:
        raise typer.Exit(ExitCode.FINDINGS)


async def _verify(only: list[int] | None) -> ProofReport:
    async with open_database(read_settings()) as pool:
        with progress("Proving") as advance:
            return (await prove(pool, this_machine(), only=only, on_step=advance)).report


def show_proofs(report: ProofReport, *, as_json: bool) -> None:
    """Print the proofs and, below, the rows that break them."""
    if as_json:
        print_json({"ok": report.ok, "proofs": [{**asdict(each), "holds": each.holds} for each in report.results]})
        return
    print_proofs(ProofRow(each.number, each.name, each.rows_checked, each.found) for each in report.results)
    for result in report.results:
        _show_findings(result)


def _show_findings(result: ProofResult) -> None:
    if result.holds:
        return
    print_table(f"{result.number} {result.name}: {result.promise}", ("finding",), [(each,) for each in result.findings])
    if result.found > len(result.findings):
        hint(f"{result.found - len(result.findings)} more findings are not shown.")
