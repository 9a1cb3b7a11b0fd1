from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.whole.running import Place, Service, open_place


@pytest.fixture(scope="session")
def place(stopped_cluster: Path) -> Iterator[Place]:
    """The place of the service that most tests here share; none may stop or kill anything in it."""
    with open_place(stopped_cluster) as opened:
        yield opened


@pytest.fixture(scope="session")
def service(place: Place) -> Iterator[Service]:
    """A running service that writes down all it has to say."""
    with place.serving(log_level="debug", log_format="json") as running:
        yield running
