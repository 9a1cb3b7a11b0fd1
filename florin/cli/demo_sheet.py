"""The demo's sheet: addresses and sign-ins, kept in a private file because most of them are shown nowhere else."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from florin.batch.demo_people import DemoPerson, make_demo_people
from florin.batch.demo_programme import create_demo_programme
from florin.batch.demo_tills import StoryCard
from florin.batch.opening_story import Script, StoryMember, play_opening_story, write_script
from florin.clearing.house import ClearingHouse
from florin.cli.printing import hint, print_table
from florin.crypto.private_file import read_private, write_private
from florin.domain.programme import Programme

FILE_NAME: Final = "demo.json"


@dataclass(frozen=True, slots=True)
class DemoSheet:
    """What a visitor of the demo needs. API keys by merchant code; members and cards that the opening story left.

    ``script`` is there while the story is being played, so that a start after an interrupted one can play it on, and
    ``people`` become more until ``everybody_is_there``.
    """

    operator_token: str = field(repr=False)
    merchant_tokens: Mapping[str, str] = field(repr=False)
    members: tuple[StoryMember, ...] = ()
    cards: tuple[StoryCard, ...] = ()
    script: Script | None = None
    people: tuple[DemoPerson, ...] = ()
    everybody_is_there: bool = False


async def prepare_demo(
    house: ClearingHouse, data_dir: Path, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> DemoSheet | None:
    """The sheet of the demo, whose programme and opening story are made on the first start, or the next ones.

    None when the programme is there and its sheet is not: tokens are kept nowhere else.
    """
    path = data_dir / FILE_NAME
    demo = await create_demo_programme(house.pool, clock())
    if demo.operator_token is None:
        sheet = read_demo_sheet(data_dir)
    else:
        sheet = DemoSheet(demo.operator_token, demo.merchant_tokens)
        _write(path, sheet)
    if sheet is None:
        return None
    if not sheet.cards:
        script = sheet.script or await write_script(house, demo.programme, clock)
        _write(path, replace(sheet, script=script))
        left = await play_opening_story(house, demo.programme, script, clock)
        sheet = replace(sheet, members=script.members, cards=left, script=None)
        _write(path, sheet)
    return sheet if sheet.everybody_is_there else await _with_everybody(house, demo.programme, sheet, path, clock)


async def _with_everybody(
    house: ClearingHouse, programme: Programme, sheet: DemoSheet, path: Path, clock: Callable[[], datetime]
) -> DemoSheet:
    def keep(people: Sequence[DemoPerson]) -> None:
        _write(path, replace(sheet, people=tuple(people)))

    people = await make_demo_people(house, programme, sheet.people, keep, clock)
    sheet = replace(sheet, people=people, everybody_is_there=True)
    _write(path, sheet)
    return sheet


def show_demo(sheet: DemoSheet | None, address: str, data_dir: Path) -> None:
    """Print the sheet."""
    pages = (("API", f"{address}/v1"), ("its document, with a form to try it", f"{address}/docs"))
    print_table("Florin's demo: Honeynut Farm", ("what", "where"), [*pages, ("health", f"{address}/readyz")])
    if sheet is None:
        hint("The demo's API keys are not in this data directory: `florin key issue` makes new ones.")
        return
    keys = [("operator", sheet.operator_token), *sheet.merchant_tokens.items()]
    print_table("API keys (Authorization: Bearer ...)", ("who", "key"), keys)
    print_table("Members", ("user name", "password"), [(each.user_name, each.password) for each in sheet.members])
    print_table("Cards", ("what", "number", "PIN"), [(each.note, each.number, each.pin) for each in sheet.cards])
    people = [(each.user_name, each.password, ", ".join(each.roles)) for each in sheet.people]
    print_table(
        "People at work (one-time codes: florin demo-code USER_NAME)", ("user name", "password", "roles"), people
    )
    hint(f"All of this is in {data_dir / FILE_NAME}, which only you can read.")


def read_demo_sheet(data_dir: Path) -> DemoSheet | None:
    """The sheet that an earlier start has left, if there is one."""
    try:
        return msgspec.json.decode(read_private(data_dir / FILE_NAME), type=DemoSheet)
    except FileNotFoundError:
        return None


def add_members(data_dir: Path, members: Sequence[StoryMember]) -> None:
    """Put further members on the sheet of that directory, if there is one."""
    sheet = read_demo_sheet(data_dir)
    if sheet is not None:
        _write(data_dir / FILE_NAME, replace(sheet, members=(*sheet.members, *members)))


def _write(path: Path, sheet: DemoSheet) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(path, msgspec.json.format(msgspec.json.encode(sheet)) + b"\n")
