"""What verbs leave behind."""

import re
from uuid import UUID

import pytest

from florin.domain.identifiers import PREFIXES
from florin.domain.subjects import POSTING_VERBS, SUBJECT_KINDS, subject_wire_id
from tests.architecture.source_tree import ROOT

KEPT = re.compile(r"house\.request\(\s*caller,\s*key,\s*\"([a-z_]+)\"")


def test_every_verb_that_is_kept_under_a_key_is_listed() -> None:
    sources = [path.read_text("utf-8") for path in sorted((ROOT / "florin/clearing").glob("*.py"))]
    kept = {verb for source in sources for verb in KEPT.findall(source)}
    assert len(kept) > 5
    assert set() == kept - set(POSTING_VERBS)


@pytest.mark.parametrize("verb", sorted(SUBJECT_KINDS))
def test_a_subject_bears_the_prefix_of_its_kind(verb: str) -> None:
    wire = subject_wire_id(verb, UUID(int=7))
    assert f"{PREFIXES[SUBJECT_KINDS[verb]]}_{7:032x}" == wire


def test_what_has_no_subject_of_one_kind_has_no_wire_id() -> None:
    assert None is subject_wire_id("reverse", UUID(int=7))
    assert None is subject_wire_id("purchase", None)
