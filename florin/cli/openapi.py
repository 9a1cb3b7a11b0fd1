"""``florin openapi``: the document of the API."""

import sys

from florin.api.app import guarded_routes, routes_app
from florin.api.openapi import openapi_yaml


def openapi() -> None:
    """Print the OpenAPI document of the API, as it stands in openapi.yaml."""
    sys.stdout.write(openapi_yaml(guarded_routes(routes_app())))
