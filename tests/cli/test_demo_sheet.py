"""The demo's sheet and its opening story, which a start may be killed in the middle of."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from florin.batch.demo_people import DemoPerson
from florin.batch.demo_programme import create_demo_programme
from florin.batch.opening_story import write_script
from florin.clearing.house import ClearingHouse
from florin.clearing.membership.sign_in import SessionOpened, SignIn, sign_in
from florin.clearing.password_desk import DESK
from florin.cli.demo_code import command
from florin.cli.demo_sheet import FILE_NAME, DemoSheet, prepare_demo, read_demo_sheet
from florin.cli.exit_codes import Refusal
from florin.crypto.keyring import Keyring
from florin.crypto.private_file import write_private
from florin.crypto.totp import accepted_step, new_secret
from florin.crypto.vault import Vault
from florin.reconciliation.run_proofs import run_proofs
from florin.storage.connect import Pool
from florin.storage.posting.engine import PostingEngine
from florin.storage.posting.request import Answer, PostingRequest

STEPS = 23


class Killed(BaseException):
    """The process is gone."""


@dataclass
class MortalEngine:
    """An engine whose process is killed when it has decided so many requests; what it decided stands."""

    engine: PostingEngine
    left: int

    def __getattr__(self, name: str) -> object:
        return getattr(self.engine, name)

    async def submit(self, request: PostingRequest) -> Answer:
        try:
            return await self.engine.submit(request)
        finally:
            self.left -= 1
            if not self.left:
                raise Killed


@dataclass
class Mortal:
    """Hashes so many passwords; at the next one the process is killed."""

    work: Callable[[str], Awaitable[str]]
    left: int

    async def __call__(self, password: str) -> str:
        self.left -= 1
        if self.left < 0:
            raise Killed
        return await self.work(password)


@pytest.fixture
async def house(pool: Pool, tmp_path: Path) -> AsyncIterator[ClearingHouse]:
    Keyring.create(tmp_path / "keyring.json")
    async with PostingEngine(pool) as engine:
        yield ClearingHouse(engine, pool, Vault(Keyring.load(tmp_path / "keyring.json")))


async def steps_on_record(pool: Pool) -> dict[str, int]:
    async with pool.connection() as connection:
        rows = await connection.execute("SELECT verb, count(*) FROM operation GROUP BY verb")
        return dict(await rows.fetchall())


async def test_a_story_that_is_killed_after_every_step_is_played_to_its_end(
    house: ClearingHouse, pool: Pool, tmp_path: Path
) -> None:
    for played in range(1, STEPS + 1):
        mortal = ClearingHouse(MortalEngine(house.engine, played), pool, house.vault)  # type: ignore[arg-type]
        with pytest.raises(Killed):
            await prepare_demo(mortal, tmp_path)
        assert played == sum((await steps_on_record(pool)).values())
    sheet = await prepare_demo(house, tmp_path)

    assert sheet is not None
    assert sheet == read_demo_sheet(tmp_path) == await prepare_demo(house, tmp_path)
    assert (11, 2, 3, None) == (1 + len(sheet.merchant_tokens), len(sheet.members), len(sheet.cards), sheet.script)
    assert (10, True) == (len(sheet.people), sheet.everybody_is_there)
    assert {"activate": 10, "purchase": 7, "refund": 1, "hold": 2, "capture": 1, "redeem": 2} == (
        await steps_on_record(pool)
    )
    for_sale = "SELECT count(*), min(i.denomination_minor) FROM card c JOIN card_issue i ON i.id = c.issue_id"
    async with pool.connection() as connection:
        stock = await connection.execute(f"{for_sale} WHERE i.sold_online AND c.status = 'in_stock'")
        assert (50, 100_00) == await stock.fetchone()
    assert (await run_proofs(pool)).ok


async def test_members_sign_in_with_the_passwords_of_the_first_start(
    house: ClearingHouse, pool: Pool, tmp_path: Path
) -> None:
    mortal = ClearingHouse(MortalEngine(house.engine, STEPS - 2), pool, house.vault)  # type: ignore[arg-type]
    with pytest.raises(Killed):
        await prepare_demo(mortal, tmp_path)
    sheet = await prepare_demo(house, tmp_path)
    assert sheet is not None
    programme = (await create_demo_programme(pool, datetime.now(UTC))).programme
    for member in sheet.members:
        command = SignIn(
            programme_id=programme.id, name=member.user_name, password=member.password, address="127.0.0.1"
        )
        assert isinstance(await sign_in(house, command, datetime.now(UTC)), SessionOpened)


async def test_a_script_that_was_lost_before_it_was_played_is_written_with_the_same_cards(
    house: ClearingHouse, pool: Pool
) -> None:
    programme = (await create_demo_programme(pool, datetime.now(UTC))).programme
    first, second = [await write_script(house, programme) for _ in range(2)]
    assert (first.gifts, first.recharges) == (second.gifts, second.recharges)
    assert (20, 10) == (len(first.gifts), len(first.recharges))


async def test_everybody_of_the_demo_is_there_after_a_start_that_was_interrupted_among_them(
    house: ClearingHouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as interrupted:
        interrupted.setattr(DESK, "hash", Mortal(DESK.hash, left=12))
        with pytest.raises(Killed):
            await prepare_demo(house, tmp_path)
    sheet = await prepare_demo(house, tmp_path)
    assert sheet is not None
    assert sheet.everybody_is_there
    expected = {
        "farm.administrator",
        "farm.deputy",
        "farm.operator",
        "farm.manager",
        "farm.finance",
        "farm.service",
        "farm.treasurer",
    }
    assert expected | {"walnut.buyer", "walnut.assistant", "walnut.approver"} == {
        each.user_name for each in sheet.people
    }


def test_a_code_of_the_demo_is_one_that_its_owner_could_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = new_secret()
    person = DemoPerson("walnut.buyer", ("buyer",), of_company=True, password="", totp_secret=secret)
    write_private(tmp_path / FILE_NAME, msgspec.json.encode(DemoSheet("", {}, people=(person,))))
    monkeypatch.setenv("FLORIN_DATA_DIR", str(tmp_path))
    command("walnut.buyer")
    now = int(time.time())
    assert accepted_step(secret, capsys.readouterr().out.strip(), now, None) is not None
    with pytest.raises(Refusal, match="nobody of the demo is called somebody"):
        command("somebody")
