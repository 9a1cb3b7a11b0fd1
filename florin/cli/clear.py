"""``florin clear``: take in a merchant's clearing file."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated

import typer

from florin.batch.clear_file import FileChanged, FileOfAnother, Intake, clear_file, is_outcome_of
from florin.batch.clearing_file import FileFinding, FileRefused
from florin.cli.configuration import merchant_of
from florin.cli.exit_codes import ExitCode, Refusal
from florin.cli.house import open_house
from florin.cli.printing import AsJson, hint, print_json, print_table
from florin.cli.progress import progress
from florin.cli.running import read_settings, run
from florin.domain.money import format_minor
from florin.storage.posting.request import BusyError, OutcomeUnknownError

app = typer.Typer()


@app.command()
def clear(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The file; docs/clearing-file.md.")],
    merchant: Annotated[str, typer.Option(help="Code of the merchant that it comes from.")],
    out: Annotated[Path | None, typer.Option(help="Where the outcome of each line goes.")] = None,
    as_json: AsJson = False,
) -> None:
    """Post a merchant's clearing file, each line exactly once however often it is taken in.

    Ends with 0 when every line was approved, 3 when some were declined, 2 when the file was refused as a whole.
    """
    outcome_path = out or file.with_name(f"{file.name}.outcome.csv")
    _check_place(outcome_path, file)
    try:
        intake = run(_clear(file, merchant, outcome_path))
    except FileRefused as refused:
        _show_refusal(file, refused, as_json=as_json)
        raise typer.Exit(ExitCode.REFUSED) from None
    except (FileChanged, FileOfAnother) as error:
        raise Refusal(str(error)) from None
    except (BusyError, OutcomeUnknownError) as error:
        raise type(error)(f"{error}: run the same command again, it goes on where it stopped") from None
    _show(intake, outcome_path, as_json=as_json)
    if not intake.all_approved:
        raise typer.Exit(ExitCode.DECLINED)


def _check_place(outcome_path: Path, file: Path) -> None:
    """Before anything is posted: only the outcome of the same file is replaced, by what it was before."""
    if not outcome_path.parent.is_dir():
        raise Refusal(f"--out: there is no directory {outcome_path.parent}")
    if not os.access(outcome_path.parent, os.W_OK | os.X_OK):
        raise Refusal(f"--out: no file can be made in {outcome_path.parent}")
    if outcome_path.resolve() == file.resolve():
        raise Refusal("--out would overwrite the file itself")
    if outcome_path.exists() and not (outcome_path.is_file() and is_outcome_of(outcome_path, file)):
        raise Refusal(f"{outcome_path} is not this file's outcome and was not touched: name another place with --out")


async def _clear(path: Path, merchant_code: str, outcome_path: Path) -> Intake:
    async with open_house(read_settings(), in_order=True, existing=True) as house:
        merchant = merchant_of(await house.clearing.engine.current_catalogue(), merchant_code)
        with _replaced(outcome_path) as outcomes, progress("Clearing") as advance:
            return await clear_file(house.clearing, merchant, path, outcomes, advance)


@contextmanager
def _replaced(path: Path) -> Iterator[IO[str]]:
    """A new file that takes the place of ``path`` when it is complete."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with partial.open("x", encoding="utf-8", newline="") as file:
            yield file
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _show(intake: Intake, outcome_path: Path, *, as_json: bool) -> None:
    taken = format_minor(intake.taken_minor, intake.currency)
    given_back = format_minor(intake.given_back_minor, intake.currency)
    if as_json:
        summary = {
            "file": intake.file.name,
            "sha256": intake.file.sha256,
            "lines": intake.file.lines,
            "outcomes": dict(intake.outcomes),
            "answered_before": intake.replayed,
            "taken_minor": intake.taken_minor,
            "given_back_minor": intake.given_back_minor,
            "currency": intake.currency,
            "outcome_file": str(outcome_path),
        }
        print_json(summary)
        return
    print_table(f"{intake.file.name}: {intake.file.lines} lines", ("outcome", "lines"), intake.outcomes.most_common())
    hint(f"Taken {taken}, given back {given_back} {intake.currency}. Each line's outcome: {outcome_path}")
    if intake.replayed:
        hint(f"{intake.replayed} lines had been posted before, and were not posted again.")


def _show_refusal(path: Path, refused: FileRefused, *, as_json: bool) -> None:
    if as_json:
        print_json(
            {"refused": str(path), "found": refused.found, "findings": [_view(each) for each in refused.findings]}
        )
        return
    print_table(f"{path.name} is refused: nothing was posted", ("line", "what is wrong"), refused.findings)
    if refused.found > len(refused.findings):
        hint(f"{refused.found - len(refused.findings)} more findings are not shown.")


def _view(finding: FileFinding) -> dict[str, object]:
    return {"line": finding.line, "reason": finding.reason}
