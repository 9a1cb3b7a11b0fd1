"""Every setting of Florin, read once from environment variables that begin with ``FLORIN_``.

``docs/settings.md`` explains each one; a test refuses a setting that the page does not name.
"""

import os
from pathlib import Path
from typing import Any, Literal

from platformdirs import user_data_path
from pydantic import Field, PositiveInt, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


def default_data_dir() -> Path:
    """Return the directory for everything that Florin keeps on disk, by the custom of the operating system.

    Root gets ``/var/lib/florin`` because root runs services, and because no other user can enter root's home.
    """
    if os.geteuid() == 0:
        return Path("/var/lib/florin")
    return user_data_path("florin")


def _default_keyring_path(settings: dict[str, Any]) -> Path:
    data_dir: Path = settings["data_dir"]
    return data_dir / "keyring.json"


def _default_owner_database_url(settings: dict[str, Any]) -> SecretStr | None:
    url: SecretStr | None = settings["database_url"]
    return url


def _default_workers() -> int:
    """A process for each core that this one may use; beyond four, the database is what a purchase waits for."""
    return min(4, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


class Settings(BaseSettings):
    """The settings of one process. Addresses of databases hold passwords, so they never show in a repr."""

    model_config = SettingsConfigDict(env_prefix="FLORIN_", env_ignore_empty=True, frozen=True, extra="forbid")

    data_dir: Path = Field(default_factory=default_data_dir)
    database_url: SecretStr | None = None
    owner_database_url: SecretStr | None = Field(default_factory=_default_owner_database_url)
    keyring_path: Path = Field(default_factory=_default_keyring_path)

    payment_providers: Path | None = None

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65_535)
    trusted_proxies: str = ""
    public_url: str | None = Field(default=None, pattern=r"^https?://[^\s]+[^\s/]$")
    workers: PositiveInt = Field(default_factory=_default_workers)

    mail_host: str | None = None
    mail_port: int = Field(default=587, ge=1, le=65_535)
    mail_tls: Literal["starttls", "tls", "none"] = "starttls"
    mail_user: str | None = None
    mail_password: SecretStr | None = None
    mail_from: str = "Florin <florin@localhost>"
    sms_carriers: Path | None = None
    webhook_loopback: bool = False

    engine_queue_limit: PositiveInt = 2_000
    engine_group_limit: PositiveInt = 256
    pool_size: PositiveInt = 10
    slow_request_limit: PositiveInt = 64

    statement_timeout_ms: PositiveInt = 10_000
    lock_timeout_ms: PositiveInt = 3_000
    idle_in_transaction_session_timeout_ms: PositiveInt = 10_000
    transaction_timeout_ms: PositiveInt = 30_000

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["console", "json"] = "json"
