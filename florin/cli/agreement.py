"""``florin agreement``: publish the terms that a programme's members accept, and show those in force."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from florin.clearing.configuration.publish_agreement import PublishAgreement, publish_agreement
from florin.cli.configuration import change_configuration, programme_of
from florin.cli.exit_codes import Refusal
from florin.cli.opening import open_database
from florin.cli.printing import AsJson, print_json, say
from florin.cli.running import accepted, read_settings, run
from florin.domain.declines import Decline
from florin.storage.catalogue import read_catalogue
from florin.storage.configuration import Agreement, ConfigurationChange
from florin.storage.members.members import current_agreement

app = typer.Typer(help="Agreements: the terms that members accept.", no_args_is_help=True)

ProgrammeCode = Annotated[str, typer.Argument(help="Code of the programme.")]


@app.command()
def publish(
    programme: ProgrammeCode,
    version: Annotated[str, typer.Argument(help="Name of this version; used once for ever.")],
    text: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The terms, as UTF-8 text.")],
    as_json: AsJson = False,
) -> None:
    """Publish a version; new members accept it from now on."""
    try:
        terms = text.read_text("utf-8")
    except UnicodeDecodeError:
        raise Refusal(f"{text} is not in UTF-8") from None

    async def step(change: ConfigurationChange) -> Agreement | Decline:
        owner = programme_of(change.catalogue, programme)
        command = PublishAgreement(programme_id=owner.id, version=version, text=terms, effective_at=datetime.now(UTC))
        return await publish_agreement(change, command)

    published = change_configuration(step)
    if as_json:
        print_json({"programme": programme, "version": published.version, "effective_at": published.effective_at})
        return
    say(f"Version {published.version} is in force since {published.effective_at:%Y-%m-%d %H:%M:%S} UTC.")


@app.command()
def show(programme: ProgrammeCode, as_json: AsJson = False) -> None:
    """Show the terms in force."""

    async def read() -> Agreement | None:
        async with open_database(read_settings()) as pool:
            owner = programme_of(await read_catalogue(pool), programme)
            return await current_agreement(pool, owner.id, datetime.now(UTC))

    agreement = accepted(run(read()) or Decline.AGREEMENT_NOT_FOUND)
    if as_json:
        print_json(
            {
                "programme": programme,
                "version": agreement.version,
                "effective_at": agreement.effective_at,
                "text": agreement.text,
            }
        )
    else:
        say(f"Version {agreement.version}, in force since {agreement.effective_at:%Y-%m-%d}\n\n{agreement.text}")
