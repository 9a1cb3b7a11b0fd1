"""Every refusal that a caller can get is explained to callers."""

import re

from florin.domain.declines import Decline
from tests.architecture.source_tree import ROOT

DECLINES_SECTION = re.compile(r"^## Declines$(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| `([a-z_]+)` \|", re.MULTILINE)


def test_the_catalogue_explains_every_decline_once_and_nothing_that_does_not_exist() -> None:
    page = (ROOT / "docs/problems.md").read_text("utf-8")
    documented = [code for section in DECLINES_SECTION.findall(page) for code in ROW.findall(section)]
    assert set() == {str(code) for code in Decline} ^ set(documented)
    assert len(set(documented)) == len(documented)
