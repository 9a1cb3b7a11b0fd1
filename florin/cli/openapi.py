"""``florin openapi``: the document of the API."""

import sys

import typer

from florin.api.app import openapi_yaml

app = typer.Typer()


@app.command()
def openapi() -> None:
    """Print the OpenAPI document of the API, as it stands in openapi.yaml."""
    sys.stdout.write(openapi_yaml())
