"""``florin openapi``: the document of the API."""

import sys

from florin.api.app import openapi_yaml


def openapi() -> None:
    """Print the OpenAPI document of the API, as it stands in openapi.yaml."""
    sys.stdout.write(openapi_yaml())
