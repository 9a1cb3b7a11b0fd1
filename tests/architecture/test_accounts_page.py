"""The accounts page and the chart say the same."""

import re

from florin.domain.chart import CHART, PERMITTED
from tests.architecture.source_tree import ROOT

CHART_ROW = re.compile(r"^\| (\d{4}) \| (.+?) \| (\w+) \| (\S+) \| (.+?) \|$", re.MULTILINE)
EVENT_ROW = re.compile(r"^\| ([a-z_]+) \| (\d{4}) \| (\d{4}) \|", re.MULTILINE)


def test_the_page_lists_the_accounts_of_the_chart() -> None:
    documented = CHART_ROW.findall(_page())
    declared = [
        (f"{code}", kind.name, f"{kind.account_class}", f"{kind.normal_side}", kind.one_per)
        for code, kind in CHART.items()
    ]
    assert declared == documented


def test_the_page_lists_the_permitted_transfers_and_no_others() -> None:
    documented = EVENT_ROW.findall(_page())
    declared = {(f"{event}", f"{debit}", f"{credit}") for event, pairs in PERMITTED.items() for debit, credit in pairs}
    assert set() == declared ^ set(documented)
    assert len(declared) == len(documented)


def _page() -> str:
    return (ROOT / "docs/accounts.md").read_text("utf-8")
