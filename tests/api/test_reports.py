"""Reports over HTTP: the same figures in every form, of a programme and days that exist."""

import io

import pytest
from python_calamine import CalamineWorkbook

from florin.domain.identifiers import wire_id
from florin.reconciliation.reports.registry import REPORTS
from tests.api.client import code_of
from tests.api.conftest import Doors
from tests.world import TODAY, World


def asked(world: World, **more: str) -> dict[str, str]:
    return {"programme_id": wire_id("programme", world.home), "through": TODAY.isoformat(), **more}


async def test_every_report_is_listed_and_answers_in_every_form(world: World, doors: Doors) -> None:
    world.card()
    listed = (await doors.operator.get("/v1/reports")).json()["items"]
    assert list(REPORTS) == [each["name"] for each in listed]
    for each in listed:
        told = await doors.operator.get(f"/v1/reports/{each['name']}", params=asked(world))
        assert (200, each["name"], True) == (told.status_code, told.json()["report"], told.json()["holds"]), told.text
        book = await doors.operator.get(f"/v1/reports/{each['name']}/xlsx", params=asked(world))
        sheets = CalamineWorkbook.from_filelike(io.BytesIO(book.content)).sheet_names
        assert ["report", *(section["name"] for section in told.json()["sections"])] == sheets


async def test_a_report_is_fetched_as_pages_under_a_name_that_tells_what_it_is(world: World, doors: Doors) -> None:
    fetched = await doors.operator.get("/v1/reports/trial_balance/pdf", params=asked(world))
    assert fetched.content.startswith(b"%PDF")
    assert f'filename="home-trial_balance-{TODAY}.pdf"' in fetched.headers["content-disposition"]


@pytest.mark.parametrize(
    ("path", "changed"),
    [
        ("trial_balance", {"through": "9999-12-31"}),
        ("trial_balance", {"through": "0001-01-01"}),
        ("trial_balance", {"since": "2026-01-01"}),
        ("liability_roll_forward", {"since": "2999-01-01"}),
        ("trial_balance", {"through": "20261120"}),
        ("nothing", {}),
        ("trial_balance/docx", {}),
    ],
)
async def test_what_no_report_can_answer_is_refused(
    world: World, doors: Doors, path: str, changed: dict[str, str]
) -> None:
    refused = await doors.operator.get(f"/v1/reports/{path}", params=asked(world, **changed))
    assert (422, "invalid_request") == code_of(refused)


async def test_a_report_is_of_a_programme_that_exists(world: World, doors: Doors) -> None:
    unknown = asked(world, programme_id="prg_" + "0" * 32)
    assert (404, "programme_not_found") == code_of(await doors.operator.get("/v1/reports/outstanding", params=unknown))


async def test_journals_are_exported_for_an_erp(world: World, doors: Doors) -> None:
    world.card()
    exported = await doors.operator.get("/v1/journal-export", params=asked(world))
    headings, *lines = exported.text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}").splitlines()
    assert headings.startswith("business_date,journal,line,event,account,")
    assert 0 == len(lines) % 2 < len(lines)
    wrong = await doors.operator.get("/v1/journal-export", params=asked(world, since="2999-01-01"))
    assert (422, "invalid_request") == code_of(wrong)
