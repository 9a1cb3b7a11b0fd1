"""Lines of a clearing file are posted in their order and once, however often the file comes."""

import csv
from collections.abc import AsyncIterator, Iterator
from io import StringIO
from pathlib import Path

import pytest

from florin.batch import clear_file as intake_module
from florin.batch.clear_file import FileChanged, FileOfAnother, Intake, clear_file
from florin.batch.clearing_file import FileRefused
from florin.clearing.house import ClearingHouse
from florin.domain.identifiers import wire_id
from florin.reconciliation.run_proofs import run_proofs
from florin.storage.catalogue import Catalogue
from florin.storage.embedded import EmbeddedServer
from florin.storage.posting.engine import EngineLimits
from tests.batch.clearing_sheets import ecode_line, purchase_line, refund_line, sheet
from tests.conftest import temporary_database
from tests.till import Till, subject
from tests.world import Balance, World, open_world


@pytest.fixture(scope="module")
def world(server: EmbeddedServer, _template: str) -> Iterator[World]:
    with temporary_database(server, _template) as database, open_world(database) as made:
        yield made


@pytest.fixture
async def house(world: World) -> AsyncIterator[ClearingHouse]:
    async with world.clearing_house(EngineLimits(lanes=1)) as opened:
        yield opened


async def taken_in(house: ClearingHouse, path: Path, code: str = "shop") -> tuple[Intake, str]:
    outcomes = StringIO()
    merchant = _catalogue(house).merchant_by_code(code)
    assert merchant is not None
    return await clear_file(house, merchant, path, outcomes), outcomes.getvalue()


def _catalogue(house: ClearingHouse) -> Catalogue:
    assert house.engine.catalogue is not None
    return house.engine.catalogue


def codes(outcomes: str) -> list[str]:
    return [row["outcome"] for row in csv.DictReader(StringIO(outcomes))]


async def test_purchases_and_refunds_of_a_file_are_posted_and_each_outcome_is_told(
    world: World, house: ClearingHouse, tmp_path: Path
) -> None:
    by_pin, by_ecode = world.card(), world.card()
    till = Till(house, world.shop)
    online = subject(await till.purchase(by_pin.by_pin, 10_00, reference="ONLINE-1"))
    lines = [
        purchase_line("A-1", by_pin, "30.00", "2026-03-02T11:00:00+08:00"),
        ecode_line("A-2", by_ecode, "99.50"),
        refund_line("A-3", "A-1", "5.00"),
        refund_line("A-4", "ONLINE-1", "10"),
        purchase_line("A-5", by_ecode, "0.51"),
        refund_line("A-6", "A-1", "25.01"),
        refund_line("A-7", "NOWHERE", "1.00"),
        purchase_line("A-1", by_pin, "1.00"),
        refund_line("A-8", "A-3", "1.00"),
    ]

    intake, outcomes = await taken_in(house, sheet(tmp_path / "a.csv", lines, "173.02"))

    assert codes(outcomes) == [
        *["approved"] * 4,
        "insufficient_funds",
        "refund_exceeds_remaining",
        "purchase_not_found",
        "duplicate_reference",
        "purchase_not_found",
    ]
    assert (129_50, 15_00, 0) == (intake.taken_minor, intake.given_back_minor, intake.replayed)
    assert Balance(75_00) == world.balance(by_pin.id)
    assert Balance(50) == world.balance(by_ecode.id)
    assert (True,) == world.one("SELECT finished_at IS NOT NULL FROM clearing_file WHERE id = %s", intake.file.id)
    (event_at,) = world.one("SELECT event_at FROM purchase WHERE reference = 'A-1'")
    assert "2026-03-02T03:00:00+00:00" == event_at.isoformat()
    assert ("a.csv:2", intake.file.id) == world.one(
        "SELECT request_id, actor_id FROM operation WHERE reference = 'A-1'"
    )
    assert wire_id("purchase", online) not in outcomes
    report = await run_proofs(house.pool)
    assert report.ok, report


async def test_the_same_file_twice_has_one_effect_and_the_same_outcome(
    world: World, house: ClearingHouse, tmp_path: Path
) -> None:
    card = world.card()
    lines = [
        purchase_line("B-1", card, "60.00"),
        purchase_line("B-2", card, "60.00"),
        refund_line("B-3", "B-1", "1.00"),
    ]
    path = sheet(tmp_path / "b.csv", lines, "121.00")
    first, outcomes = await taken_in(house, path)
    before = world.everything_that_counts()

    second, again = await taken_in(house, path.rename(tmp_path / "renamed.csv"))

    assert ["approved", "insufficient_funds", "approved"] == codes(outcomes)
    assert outcomes == again
    assert (first.outcomes, 3) == (second.outcomes, second.replayed)
    assert before == world.everything_that_counts()


async def test_lines_are_decided_in_the_order_of_the_file(world: World, house: ClearingHouse, tmp_path: Path) -> None:
    card = world.card()
    lines = [
        refund_line("C-0", "C-1", "1.00"),
        purchase_line("C-1", card, "100.00"),
        purchase_line("C-2", card, "40.00"),
        refund_line("C-3", "C-1", "50.00"),
        purchase_line("C-4", card, "40.00"),
    ]

    _, outcomes = await taken_in(house, sheet(tmp_path / "c.csv", lines, "231.00"))

    assert ["purchase_not_found", "approved", "insufficient_funds", "approved", "approved"] == codes(outcomes)


async def test_a_time_that_the_other_door_refuses_is_refused_by_this_one(
    world: World, house: ClearingHouse, tmp_path: Path
) -> None:
    card = world.card()
    times = ["2099-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "2026-03-02T11:00:00+08:00"]
    lines = [purchase_line(f"T-{at}", card, "1.00", time) for at, time in enumerate(times)]

    _, outcomes = await taken_in(house, sheet(tmp_path / "t.csv", lines, "3.00"))

    assert ["event_time_not_accepted"] * 2 + ["approved"] == codes(outcomes)


async def test_a_refund_of_a_reversed_reference_is_told_so(world: World, house: ClearingHouse, tmp_path: Path) -> None:
    card = world.card()
    till = Till(house, world.shop)
    await till.reverse("LATE-1")
    await till.purchase(card.by_pin, 1_00, reference="UNDONE-1")
    await till.reverse("UNDONE-1")
    lines = [refund_line("D-1", "LATE-1", "1.00"), refund_line("D-2", "UNDONE-1", "1.00")]

    _, outcomes = await taken_in(house, sheet(tmp_path / "d.csv", lines, "2.00"))

    assert ["already_reversed", "already_reversed"] == codes(outcomes)


async def test_a_merchant_cannot_refund_what_another_one_sold(
    world: World, house: ClearingHouse, tmp_path: Path
) -> None:
    card = world.card()
    await Till(house, world.rival).purchase(card.by_pin, 10_00, reference="RIVALS")

    _, outcomes = await taken_in(house, sheet(tmp_path / "e.csv", [refund_line("E-1", "RIVALS", "1.00")], "1.00"))

    assert ["purchase_not_found"] == codes(outcomes)
    assert Balance(90_00) == world.balance(card.id)


async def test_a_day_without_sales_has_the_same_file_at_every_merchant(house: ClearingHouse, tmp_path: Path) -> None:
    path = sheet(tmp_path / "none.csv", [], "0.00")
    ids = [(await taken_in(house, path, code))[0].file.id for code in ("shop", "rival", "shop")]
    assert (ids[0], 2) == (ids[2], len(set(ids)))


async def test_the_bytes_of_one_merchants_file_are_refused_from_another(
    world: World, house: ClearingHouse, tmp_path: Path
) -> None:
    path = sheet(tmp_path / "f.csv", [purchase_line("F-1", world.card(), "1.00")], "1.00")
    await taken_in(house, path)
    before = world.everything_that_counts()

    with pytest.raises(FileOfAnother):
        await taken_in(house, path, "rival")

    assert before == world.everything_that_counts()


async def test_nothing_of_a_refused_file_is_posted(world: World, house: ClearingHouse, tmp_path: Path) -> None:
    card = world.card()
    lines = [purchase_line(f"G-{number}", card, "0.01") for number in range(300)]
    path = sheet(tmp_path / "g.csv", lines, "3.00", count=301)

    with pytest.raises(FileRefused):
        await taken_in(house, path)

    assert Balance(100_00) == world.balance(card.id)
    assert [] == world.rows("SELECT FROM clearing_file WHERE name = 'g.csv'")


async def test_a_file_that_changes_after_its_check_is_not_posted_further(
    world: World, house: ClearingHouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = world.card()
    path = sheet(tmp_path / "h.csv", [purchase_line("H-1", card, "1.00"), purchase_line("H-2", card, "1.00")], "2.00")
    monkeypatch.setattr(intake_module, "WINDOW", 1)

    def change_it(done: int, _whole: int) -> None:
        if done == 1:
            path.write_text(path.read_text("utf-8") + "\n", "utf-8")

    merchant = _catalogue(house).merchant_by_code("shop")
    assert merchant is not None
    with pytest.raises(FileChanged):
        await clear_file(house, merchant, path, StringIO(), change_it)

    assert Balance(99_00) == world.balance(card.id)
