from florin.api.problems.catalogue import PROBLEMS
from florin.api.problems.codes import ALL_CODES
from florin.api.problems.document import headers_of, problem
from florin.api.problems.members import MEMBERS
from florin.api.problems.page import problems_page
from florin.domain.declines import Decline
from tests.architecture.source_tree import ROOT


def test_every_code_has_its_entry_and_no_entry_is_without_a_code() -> None:
    assert sorted(ALL_CODES) == sorted(PROBLEMS)


def test_the_page_says_what_the_catalogue_says() -> None:
    page = (ROOT / "docs/problems.md").read_text("utf-8")
    assert problems_page().splitlines() == page.splitlines(), "run `make openapi`"


def test_statuses_are_those_of_refusals() -> None:
    assert {400, 401, 402, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503} == {
        each.status for each in PROBLEMS.values()
    }


def test_a_problem_says_what_it_is_and_what_to_do() -> None:
    assert problem(Decline.BUSY, "req_1") == {
        "type": "/problems/busy",
        "title": "Nothing was done: the service is at its limit or its database is away.",
        "status": 503,
        "code": "busy",
        "detail": "Send the same request with the same key after `Retry-After` seconds.",
        "instance": "req_1",
    }


def test_whoever_is_to_come_again_is_told_when() -> None:
    assert {"Retry-After": "1"} == headers_of(Decline.BUSY)


def test_the_page_explains_every_member_of_a_problem() -> None:
    _, _, explained = (ROOT / "docs/problems.md").read_text("utf-8").partition("## Members")
    for name, member in MEMBERS.items():
        assert f"| `{name}` | {', '.join(f'`{code}`' for code in member.codes)} | {member.meaning} |" in explained
