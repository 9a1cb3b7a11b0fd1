"""Saved results: what was measured, when, and on what."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

_DIRECTORY: Final = Path(__file__).parent / "results"


def save_result(name: str, machine: dict[str, Any], figures: dict[str, Any], **detail: Any) -> Path:  # noqa: ANN401 (JSON values)
    """Write a result as JSON under ``bench/results/`` and return the file; its name says when it began."""
    now = datetime.now(UTC)
    file = _DIRECTORY / f"{name}-{now:%Y%m%d-%H%M%S}.json"
    _DIRECTORY.mkdir(exist_ok=True)
    document = {
        "measured_at": now.isoformat(timespec="seconds"),
        "figures": figures,
        "machine": machine,
        **detail,
    }
    file.write_text(json.dumps(document, indent=2) + "\n", "utf-8")
    return file
