"""``florin seals``: hash every sealed day again."""

import typer

from florin.cli.exit_codes import ExitCode
from florin.cli.opening import open_database
from florin.cli.printing import AsJson, print_json, print_table, say
from florin.cli.running import read_settings, run
from florin.reconciliation.findings import Finding
from florin.reconciliation.verify_seals import verify_seals
from florin.storage.book.sealing import SealedDay, read_seals
from florin.storage.catalogue import Catalogue, read_catalogue
from florin.storage.long_work import one_snapshot

app = typer.Typer()


@app.command()
def seals(as_json: AsJson = False) -> None:
    """List the sealed days and hash each again. Ends with 4 when a transfer or a seal has changed since."""
    catalogue, sealed, findings = run(_verify())
    if as_json:
        days = [
            {
                "programme": catalogue.programmes[each.programme_id].code,
                "date": each.business_date,
                "transfers": each.transfers,
                "seal": each.seal,
            }
            for each in sealed
        ]
        print_json({"ok": not findings, "days": days, "findings": [str(each) for each in findings]})
    else:
        _show(catalogue, sealed, findings)
    if findings:
        raise typer.Exit(ExitCode.FINDINGS)


async def _verify() -> tuple[Catalogue, list[SealedDay], list[Finding]]:
    async with open_database(read_settings()) as pool:
        async with one_snapshot(pool) as connection:
            sealed = await read_seals(connection)
        return await read_catalogue(pool), sealed, await verify_seals(pool)


def _show(catalogue: Catalogue, sealed: list[SealedDay], findings: list[Finding]) -> None:
    rows = [
        (catalogue.programmes[each.programme_id].code, each.business_date, each.transfers, each.seal.hex())
        for each in sealed
    ]
    print_table("Sealed days", ("programme", "date", "transfers", "seal"), rows)
    if findings:
        print_table("Findings", ("finding",), [(each,) for each in findings])
    else:
        say("Every sealed day hashes to its seal.")
