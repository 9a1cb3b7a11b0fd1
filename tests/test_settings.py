import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from florin.settings import Settings

PAGE = Path(__file__).parents[1] / "docs" / "settings.md"


def test_every_setting_is_documented_and_every_documented_one_exists() -> None:
    documented = re.findall(r"^\| `(FLORIN_[A-Z_]+)` \|", PAGE.read_text("utf-8"), re.MULTILINE)
    assert [f"FLORIN_{name.upper()}" for name in Settings.model_fields] == documented


def test_the_page_tells_the_true_defaults() -> None:
    rows = dict(re.findall(r"^\| `FLORIN_([A-Z_]+)` \| `([^`]+)` \|", PAGE.read_text("utf-8"), re.MULTILINE))
    told = {name.lower(): default for name, default in rows.items() if not default.startswith("FLORIN_")}
    assert {name: str(Settings.model_fields[name].default) for name in told} == told


def test_the_keyring_lies_in_the_data_directory_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLORIN_DATA_DIR", "/srv/cards")
    assert Path("/srv/cards/keyring.json") == Settings().keyring_path


def test_the_owner_uses_the_services_address_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLORIN_DATABASE_URL", "postgresql://db/florin")
    owner_url = Settings().owner_database_url
    assert owner_url is not None
    assert owner_url.get_secret_value() == "postgresql://db/florin"


def test_a_password_in_an_address_does_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLORIN_DATABASE_URL", "postgresql://till:canary@db/florin")
    assert "canary" not in repr(Settings())


def test_an_empty_variable_counts_as_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLORIN_DATABASE_URL", "")
    assert Settings().database_url is None


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("FLORIN_PORT", "65536"),
        ("FLORIN_POOL_SIZE", "0"),
        ("FLORIN_LOCK_TIMEOUT_MS", "-1"),
        ("FLORIN_LOG_LEVEL", "loud"),
    ],
)
def test_a_value_that_means_nothing_is_refused(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ValidationError):
        Settings()
