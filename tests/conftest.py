"""What every test stands on."""

import pytest


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run each asynchronous test on asyncio, the only loop that the service runs on."""
    return "asyncio"
