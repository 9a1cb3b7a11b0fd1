"""The list of events is the list of what is told: no name is missing from it, and none is in it that nothing tells."""

import re

from florin.domain.event_names import EVENT_NAMES
from tests.architecture.source_tree import ROOT

TOLD = re.compile(r"emit\(\s*(?:connection, )?\"([a-z_]+\.[a-z_]+)\"")
SOURCES = [path.read_text("utf-8") for path in sorted((ROOT / "florin").rglob("*.py")) if path.name != "event_names.py"]


def test_every_event_that_is_told_is_listed() -> None:
    told = {name for source in SOURCES for name in TOLD.findall(source)}
    assert len(told) > 5
    assert set() == told - set(EVENT_NAMES)


def test_every_event_that_is_listed_is_told() -> None:
    everything = "\n".join(SOURCES)
    assert [] == [name for name in EVENT_NAMES if f'"{name}"' not in everything and f"'{name}'" not in everything]
    assert sorted(set(EVENT_NAMES)) == list(EVENT_NAMES)
