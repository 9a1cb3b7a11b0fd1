"""``florin sandbox-provider``: a payment provider to practise with."""

from pathlib import Path
from typing import Annotated

import typer

from florin.cli.exit_codes import Refusal
from florin.cli.listening import listen
from florin.cli.printing import say
from florin.cli.provider_beside import DEFAULT_PORT, directory_of_provider
from florin.cli.running import read_settings, run
from florin.sandbox_provider.journal import JournalDamaged, JournalTaken
from florin.sandbox_provider.merchant_file import MERCHANT_FILE
from florin.sandbox_provider.serving import serve

app = typer.Typer()


@app.command()
def command(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port to listen on, 0 for any.")] = DEFAULT_PORT,
    directory: Annotated[
        Path | None, typer.Option(help="Where its files are; in the data directory if absent.")
    ] = None,
) -> None:
    """Take payments that no money moves for, until SIGTERM or Ctrl-C. docs/payment-providers.md tells how."""
    place = directory or directory_of_provider(read_settings())
    with listen(host, port) as listener:
        host, port, *_ = listener.getsockname()
        address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

        def tell_ready() -> None:
            say(f"The sandbox provider serves on {address}. Ctrl-C stops it.")
            say(f"FLORIN_PAYMENT_PROVIDERS={place / MERCHANT_FILE} makes Florin a merchant of it.")

        try:
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            run(serve(place, listener, tell_ready))
        except (JournalTaken, JournalDamaged, OSError) as error:
            raise Refusal(f"the sandbox provider cannot go on: {error}") from None
