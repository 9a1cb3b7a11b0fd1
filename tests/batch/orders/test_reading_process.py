"""A recipients' file is read in a process that knows nothing, may little, and ends when it should."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

import pytest

from florin.batch.orders import reading_process
from florin.batch.orders.reading_process import BATCH, reading
from florin.batch.orders.recipients_file import Finding
from florin.domain.order_rules import WantedLine
from tests.batch.orders.recipient_sheets import HEADER, OFFER, delimited, people, person, workbook

BEYOND_ITS_BOUNDS = "it cannot be read within the memory and the time that a recipients' file takes"


@contextmanager
def file_of(raw: bytes) -> Iterator[IO[bytes]]:
    with tempfile.TemporaryFile() as file:
        file.write(raw)
        file.flush()
        yield file


@pytest.fixture
def _taken_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_process, "READER", "tests.batch.orders.hostile_reader")


async def finding_of(deed: bytes) -> Finding:
    with file_of(deed) as file:
        async with reading(file, OFFER) as read:
            (finding,) = (await read.checked()).findings
            return finding


async def test_a_good_file_comes_back_with_all_of_its_people() -> None:
    told: list[int] = []
    count = 2 * BATCH + 1
    with file_of(workbook(people(count))) as file:
        async with reading(file, OFFER) as read:
            checked = await read.checked(told.append)
            batches = [batch async for batch in read.batches()]
    product = OFFER.products["gift"].id
    assert (count, [WantedLine(product, 500_00, count)], 0) == (checked.rows, checked.lines, checked.found)
    assert [BATCH, BATCH, 1] == [len(batch) for batch in batches]
    assert [(1, serial) for serial in range(1, count + 1)] == [
        (each.line, each.serial) for batch in batches for each in batch
    ]
    assert f"张伟{count}" == batches[-1][-1].recipient.name
    assert (sorted(told), 100) == (told, told[-1])


async def test_the_findings_of_a_bad_file_come_back() -> None:
    with file_of(delimited([HEADER, (*person(1)[:4], "70")])) as file:
        async with reading(file, OFFER) as read:
            checked = await read.checked()
    expected = Finding(2, "denomination", "the product is issued in 100.00, 500.00 only", "70")
    assert [expected] == checked.findings


async def test_a_file_is_read_from_its_beginning_wherever_it_stands() -> None:
    with file_of(delimited(people(1))) as file:
        file.read()
        async with reading(file, OFFER) as read:
            assert (await read.checked()).is_accepted


async def test_an_end_half_way_is_no_end_of_the_list() -> None:
    with file_of(delimited(people(1))) as file:
        async with reading(file, OFFER) as read:
            await read.checked()
            [_ async for _ in read.batches()]
            with pytest.raises(EOFError):
                [_ async for _ in read.batches()]


@pytest.mark.usefixtures("_taken_over")
async def test_whoever_takes_the_process_over_finds_none_of_our_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLORIN_DATABASE_URL", "postgresql://florin:secret@localhost/florin")
    names = (await finding_of(b"tell")).reason.split()
    assert "PYTHONPATH" in names
    assert [] == [name for name in names if "FLORIN" in name]


@pytest.mark.usefixtures("_taken_over")
@pytest.mark.parametrize("deed", [b"memory", b"write", b"end"])
async def test_a_process_that_wants_more_than_its_share_ends_as_a_finding(deed: bytes) -> None:
    assert Finding(None, None, BEYOND_ITS_BOUNDS) == await finding_of(deed)


@pytest.mark.usefixtures("_taken_over")
async def test_a_process_that_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_process, "PATIENCE_S", 1)
    assert Finding(None, None, BEYOND_ITS_BOUNDS) == await finding_of(b"wait")


@pytest.mark.usefixtures("_taken_over")
async def test_a_process_ends_with_whoever_waited_for_it() -> None:
    with file_of(b"wait") as file:
        async with reading(file, OFFER) as read:
            pass
    assert (await read.checked()).findings[0].reason == BEYOND_ITS_BOUNDS
