"""What a command's log shows of a failure that nobody has foreseen."""

from collections.abc import Iterator

import pytest
import structlog

from florin.cli.running import run

NUMBER = "9123451511505996299"


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    configured = structlog.get_config()
    yield
    structlog.configure(**configured)


async def _fails_with_a_card_number() -> None:
    number = NUMBER
    try:
        int(number[:0])
    except ValueError:
        structlog.get_logger("florin.test").exception("not_done")


def test_a_failure_is_told_with_its_place_and_without_the_values_of_variables(
    capsys: pytest.CaptureFixture[str],
) -> None:
    run(_fails_with_a_card_number())

    told = capsys.readouterr().err
    assert "not_done" in told
    assert "_fails_with_a_card_number" in told
    assert "ValueError" in told
    assert NUMBER not in told
